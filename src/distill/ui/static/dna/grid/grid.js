// The grid of one sound: overview, rulers, waveform, spectrogram, levels and their heads, and the line that says what is selected.
//
// Two canvases lie on each other: one with what the sound is, drawn again when codes or view change, and one with marks, drawn
// again with every move of playhead and pointer.

import { fitted } from '../../base/canvas.js';
import { h } from '../../base/dom.js';
import { Cells } from './draw_cells.js';
import { colours, onColours } from './colours.js';
import { Commands } from './commands.js';
import { Strip } from './draw_strip.js';
import { drawMarks } from './draw_marks.js';
import { createHeads } from './heads.js';
import { keysOf } from './keys.js';
import { layoutOf, rowY } from './layout.js';
import { createOverview } from './overview.js';
import { pointerOf } from './pointer.js';
import { grids, settings } from './settings.js';
import { View } from './view.js';
import { cellWords, selectionWords } from './words.js';

const KEPT_TIMINGS = 240;

// actions: edit(slot, edits, label, again), undo, redo, toggle(slot, { loop }), seek(slot, seconds), hearCell(slot, level, code),
// setLevels(slot, levels). edit() makes the edit in `sound` at once and sends it; again(sound) makes edits of other codes, if these are
// not those that it is made on.
// entries: for each level { names, brightness, usage, order }, by code; may come later with setEntries().
export function createGrid(sound, actions, { entries = null } = {}) {
  return new Grid(sound, actions, entries);
}

class Grid {
  cells = new Cells();
  strip = new Strip();
  marks = { ghost: null, stroke: null, hover: null, lasso: null, entry: null, playhead: null };
  timings = []; // ms of the last full drawings
  focused = false;
  #pending = null; // what the next frame draws: 'all' or 'marks'
  #ends = [];

  constructor(sound, actions, entries) {
    Object.assign(this, { sound, actions, entries, view: new View(sound.numSteps), layout: layoutOf(sound) });
    this.commands = new Commands(sound, actions, () => this.entries, (text) => this.say(text));
    this.base = h('canvas', { class: 'd-grid-canvas', 'aria-hidden': 'true' });
    this.surface = h('canvas', {
      class: 'd-grid-canvas d-grid-surface', tabindex: 0, role: 'application',
      'aria-label': `Codes of ${sound.title}: arrows move, Shift and arrows select, question mark lists all shortcuts`,
    });
    this.heads = createHeads(sound, this.commands);
    this.overview = createOverview(this);
    this.status = h('p', { class: 'd-grid-status', role: 'status', 'aria-live': 'polite' });
    this.under = h('p', { class: 'd-grid-under d-soft', 'aria-hidden': 'true' });
    this.element = this.#assemble();
    this.#pointer = pointerOf(this);
    this.#listen();
    this.#measure();
    this.#tell();
    grids[sound.slot] = this;
  }

  #pointer;

  #assemble() {
    const { sound, view } = this;
    const button = (sign, label, onclick) => h('button', { type: 'button', class: 'd-grid-zoom', 'aria-label': label, title: label, onclick }, sign);
    const zoom = h('div', { class: 'd-grid-corner', role: 'group', 'aria-label': 'Zoom' },
      button('−', 'Zoom out (−)', () => view.zoom(-1)), button('+', 'Zoom in (+)', () => view.zoom(1)), button('Whole', 'See the whole sound (0)', () => view.fit()));
    this.pictures = h('div', { class: 'd-grid-pictures d-small d-soft' },
      sound.numChannels > 1 ? this.#channels() : null, h('span', { class: 'd-grid-of-wave' }, 'Waveform'), h('span', { class: 'd-grid-of-spectrum' }, 'Spectrogram'));
    this.area = h('div', { class: 'd-grid-area' }, this.base, this.surface);
    return h('section', { class: 'd-grid', 'aria-label': `Code grid ${sound.slot}` },
      zoom, this.overview.element,
      h('div', { class: 'd-grid-side' }, this.pictures, this.heads.element), this.area,
      h('div', { class: 'd-grid-said' }, this.status, this.under));
  }

  #channels() {
    const choice = h('select', { class: 'd-grid-channel', 'aria-label': 'Mid or side', title: 'Which part of the stereo sound edits go to: the middle, what differs at the sides, or both. The grid shows the mid, or the side where it is chosen.', onchange: () => this.sound.setChannel(choice.value) },
      [['both', 'Mid and side'], ['mid', 'Mid only'], ['side', 'Side only']].map(([value, name]) => h('option', { value }, name)));
    choice.value = this.sound.channel;
    return choice;
  }

  #listen() {
    const on = (target, name, listener) => { target.addEventListener(name, listener); this.#ends.push(() => target.removeEventListener(name, listener)); };
    on(this.sound, 'codes', () => { this.view.setSteps(this.sound.numSteps); this.overview.forget(); this.#draw('all'); if (!this.sound.selection) this.#tell(); });
    on(this.sound, 'selection', () => { this.#draw('marks'); this.#tell(); });
    on(this.sound, 'levels', () => { this.heads.update(); this.#draw('all'); });
    on(this.sound, 'tempo', () => { this.layout = layoutOf(this.sound); this.#measure(); });
    on(this.view, 'view', () => this.#draw('all'));
    on(settings, 'colour', () => this.#recolour());
    on(settings, 'tool', () => { this.marks.hover = null; this.#draw('marks'); });
    on(this.surface, 'keydown', keysOf(this));
    on(this.surface, 'focus', () => { this.focused = true; this.#draw('marks'); });
    on(this.surface, 'blur', () => { this.focused = false; this.#draw('marks'); });
    this.#ends.push(onColours(() => { this.strip.forget(); this.#recolour(); }));
    const observer = new ResizeObserver(() => this.#measure());
    observer.observe(this.area);
    this.#ends.push(() => observer.disconnect(), () => cancelAnimationFrame(this.#frame));
  }

  setEntries(entries) { this.entries = entries; this.#recolour(); this.#tell(); }
  setStrip(strip) { this.strip.set(strip); this.#draw('all'); }

  // Seconds into the sound, or null when it does not play. The view goes along as long as the playhead is in it: whoever has
  // scrolled away stays there.
  setPlayhead(seconds) {
    const before = this.marks.playhead, { fps } = this.sound;
    if (seconds === before) return;
    if (seconds !== null && !this.#pointer.busy() && (before === null || this.view.shows(before * fps))) this.view.follow(seconds * fps);
    this.marks.playhead = seconds;
    this.#draw('marks');
  }

  // Frame the cells of one entry; code null ends it.
  showEntry(level, code) { this.marks.entry = code === null ? null : { level, code }; this.#draw('marks'); }
  showGhost(selection) { this.marks.ghost = selection?.within(this.sound.numLevels, this.sound.numSteps) ?? null; this.#draw('marks'); }

  say(text) { this.status.textContent = text; }
  cancelGesture() { return this.#pointer.cancel(); }
  stepUnder(event) { return Math.floor(this.view.stepAt(event.clientX - this.surface.getBoundingClientRect().left)); }

  // Middle of a cell on the page.
  cellXY(level, step) {
    const { left, top } = this.surface.getBoundingClientRect();
    return { x: left + this.view.xOf(step + 0.5), y: top + rowY(this.layout, level) + this.layout.rowHeight / 2 - 1 };
  }

  colourOf(level, code) {
    const { pixels, darkText } = this.cells.palette(this.sound, level, this.entries), value = pixels[code];
    return { colour: `rgb(${value & 255} ${(value >> 8) & 255} ${(value >> 16) & 255})`, darkText: Boolean(darkText[code]) };
  }

  tellUnder(at) { this.under.textContent = at ? cellWords(this.sound, at.level, at.step, this.entries) : ''; }

  #tell() {
    const { sound } = this, { level, step } = sound.cursor;
    const locked = sound.locked.has(level) ? ' (locked)' : '';
    this.say(sound.selection ? selectionWords(sound, sound.selection) : `${cellWords(sound, level, step, this.entries)}${locked}`);
  }

  #recolour() { this.cells.forget(); this.overview.forget(); this.#draw('all'); }

  #measure() {
    const { layout } = this, width = this.area.clientWidth;
    this.element.style.setProperty('--d-grid-top', `${layout.top}px`);
    this.element.style.setProperty('--d-grid-row', `${layout.rowHeight}px`);
    this.element.style.setProperty('--d-grid-wave', `${layout.wave.y}px`);
    this.element.style.setProperty('--d-grid-spectrum', `${layout.spectrum.y}px`);
    this.area.style.height = `${layout.height}px`;
    if (!width) return; // a tab that is not shown
    for (const canvas of [this.base, this.surface]) fitted(canvas, width, layout.height);
    this.view.resize(width);
    this.redraw();
  }

  #frame = 0;

  #draw(what) {
    if (!this.#pending) this.#frame = requestAnimationFrame(() => { const todo = this.#pending; this.#pending = null; if (todo === 'all') this.redraw(); else this.drawMarks(); });
    if (this.#pending !== 'all') this.#pending = what;
  }

  // Draw all of it now.
  redraw() {
    if (!this.view.width) return;
    const began = performance.now(), g = this.base.getContext('2d');
    g.fillStyle = colours().panel;
    g.fillRect(0, 0, this.view.width, this.layout.height);
    this.strip.draw(g, this);
    this.cells.draw(g, this);
    this.drawMarks();
    this.overview.draw();
    this.timings.push(performance.now() - began);
    if (this.timings.length > KEPT_TIMINGS) this.timings.shift();
  }

  drawMarks() { if (this.view.width) drawMarks(this.surface.getContext('2d'), this); }

  destroy() {
    for (const end of this.#ends) end();
    if (grids[this.sound.slot] === this) delete grids[this.sound.slot];
    this.element.remove();
  }
}
