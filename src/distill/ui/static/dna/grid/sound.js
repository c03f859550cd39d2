// One open sound of the editor: its codes, and what is selected, locked and painted with. No network, no page.
//
// Events: 'codes' { start, stop } (steps that changed), 'selection', 'levels', 'brush', 'tempo', 'channel'.

import { codesOf } from './packed.js';
import { Selection } from './selection.js';

const fresh = (codes) => (typeof codes === 'string' ? codesOf(codes) : Uint16Array.from(codes));

export class Sound extends EventTarget {
  // data: a slot as POST /distill/project/open returns it.
  constructor(data) {
    super();
    this.slot = data.slot;
    this.selection = null;
    this.anchor = null; // where a selection that is being extended began
    this.cursor = { level: 1, step: 0 };
    this.brush = null;
    this.channel = 'both';
    this.channelShown = 0;
    this.#take(data);
  }

  // All of it anew, as the server has it.
  replace(data) {
    this.#take(data);
    this.#keepInside();
    this.#say('codes', { start: 0, stop: this.numSteps });
    this.#say('levels');
    this.#say('tempo');
    this.#say('selection');
  }

  #take(data) {
    this.title = data.title;
    this.model = data.model;
    this.fingerprint = data.fingerprint ?? '';
    this.fps = data.fps;
    this.codebookSize = data.codebook_size;
    this.numLevels = data.levels;
    this.numSteps = data.steps;
    this.numChannels = data.channels;
    this.codes = fresh(data.codes);
    this.original = fresh(data.original ?? data.codes);
    this.originalSteps = data.original_steps ?? data.steps;
    this.rev = data.rev ?? 0;
    this.levelNames = data.level_names ?? [];
    this.locked = new Set(data.locked ?? []);
    this.muted = new Set(data.muted ?? []);
    this.soloed = new Set(data.soloed ?? []);
    this.tempo = tempoOf(data.tempo);
    this.snap = data.snap ?? null;
    if (this.numChannels === 1) { this.channel = 'both'; this.channelShown = 0; }
    const size = this.numChannels * this.numLevels * this.numSteps;
    if (this.codes.length !== size) throw new Error(`${this.codes.length} codes in a grid of ${size}`);
  }

  // A stretch of steps as the server has it after an edit; what lies behind it moves if the length has changed.
  // codes: [channels, levels, stop - start], as base 64 or numbers.
  patch({ rev, numSteps = this.numSteps, start, stop, codes }) {
    const span = fresh(codes), rows = this.numChannels * this.numLevels, length = stop - start;
    if (span.length !== rows * length) throw new Error(`${span.length} codes in a span of ${rows * length}`);
    const behind = numSteps - stop;
    let same = numSteps === this.numSteps;
    for (let row = 0; row < rows && same; row++) {
      for (let n = 0; n < length && same; n++) same = this.codes[row * numSteps + start + n] === span[row * length + n];
    }
    if (rev !== undefined) this.rev = rev;
    if (same) return;
    const codesNow = new Uint16Array(rows * numSteps);
    for (let row = 0; row < rows; row++) {
      const old = this.codes.subarray(row * this.numSteps, (row + 1) * this.numSteps), now = codesNow.subarray(row * numSteps, (row + 1) * numSteps);
      now.set(old.subarray(0, start));
      now.set(span.subarray(row * length, (row + 1) * length), start);
      if (behind > 0) now.set(old.subarray(Math.max(0, this.numSteps - behind)), stop);
    }
    const lengthChanged = numSteps !== this.numSteps;
    this.become(codesNow, numSteps, start, lengthChanged ? numSteps : stop);
  }

  // Take over codes that an operation has made; for local.js.
  become(codes, numSteps, start, stop) {
    const lengthChanged = numSteps !== this.numSteps;
    this.codes = codes;
    this.numSteps = numSteps;
    if (lengthChanged) this.#keepInside();
    this.#say('codes', { start, stop });
    if (lengthChanged) this.#say('selection');
  }

  get seconds() { return this.numSteps / this.fps; }
  get shape() { return [this.numChannels, this.numLevels, this.numSteps]; }

  // Levels from 1, as everywhere outside the array.
  at(level, step, channel = this.channelShown) {
    return this.codes[(channel * this.numLevels + level - 1) * this.numSteps + step];
  }

  changed(level, step, channel = this.channelShown) {
    return step >= this.originalSteps || this.at(level, step, channel) !== this.original[(channel * this.numLevels + level - 1) * this.originalSteps + step];
  }

  select(selection) {
    this.selection = selection?.within(this.numLevels, this.numSteps) ?? null;
    this.#say('selection');
  }

  // Move the cursor; what was selected stays unless a selection (or null for none) is given.
  moveCursor(level, step, selection = this.selection) {
    this.cursor = { level: clamp(level, 1, this.numLevels), step: clamp(step, 0, this.numSteps - 1) };
    this.selection = selection?.within(this.numLevels, this.numSteps) ?? null;
    this.#say('selection');
  }

  // Select from where the cursor stood to a cell.
  extendTo(level, step) {
    this.anchor ??= { ...this.cursor };
    const to = { level: clamp(level, 1, this.numLevels), step: clamp(step, 0, this.numSteps - 1) };
    this.moveCursor(to.level, to.step, this.#snapped(Selection.between(this.anchor, to)));
  }

  // The whole sound, one level of it, "levels from n on", every n-th step of what is selected.
  selectAll() { this.select(Selection.box(0, this.numSteps, this.#all())); }
  selectLevels(levels) { this.select((this.selection ?? Selection.box(0, this.numSteps, levels)).withLevels(levels)); }
  selectFromLevel(level) { this.selectLevels(this.#all().filter((other) => other >= level)); }
  selectEvery(every) { this.select((this.selection ?? Selection.box(0, this.numSteps, this.#all())).withEvery(every)); }

  // Where an edit goes: what is selected, else the cell under the cursor; never a locked level. Empty if all is locked.
  regions() {
    return this.selected().regions({ numLevels: this.numLevels, locked: this.locked, channels: this.channel });
  }

  selected() { return this.selection ?? Selection.between(this.cursor, this.cursor); }

  setLevels({ locked = this.locked, muted = this.muted, soloed = this.soloed }) {
    [this.locked, this.muted, this.soloed] = [new Set(locked), new Set(muted), new Set(soloed)];
    this.#say('levels');
  }

  setBrush(brush) { this.brush = brush; this.#say('brush'); }
  setTempo(tempo, snap = this.snap) { this.tempo = tempoOf(tempo); this.snap = snap; this.#say('tempo'); }

  // Which of mid and side edits go to, and which one is shown.
  setChannel(channel) {
    this.channel = channel;
    this.channelShown = channel === 'side' ? 1 : 0;
    this.#say('channel');
    this.#say('codes', { start: 0, stop: this.numSteps });
  }

  // Whether a level is heard: not muted, and soloed if any is.
  audible(level) { return !this.muted.has(level) && (!this.soloed.size || this.soloed.has(level)); }

  // Steps of a line of the snapping grid; null without one.
  get snapSteps() { return this.tempo && this.snap ? (this.snap * 60 * this.fps) / this.tempo.bpm : null; }

  // The step nearest to a line of the snapping grid, halves up, as distill.codes.tempo does.
  snapped(step) {
    const unit = this.snapSteps;
    return unit ? Math.floor(Math.floor(step / unit + 0.5) * unit + 0.5) : step;
  }

  #snapped(selection) {
    if (!this.snapSteps) return selection;
    const { start, stop, levels } = selection;
    const unit = this.snapSteps;
    const first = Math.floor(Math.floor(start / unit + 1e-9) * unit + 0.5);
    const last = Math.floor(Math.ceil(stop / unit - 1e-9) * unit + 0.5);
    return Selection.box(first, Math.min(this.numSteps, Math.max(first + 1, last)), levels);
  }

  #all() { return Array.from({ length: this.numLevels }, (_, n) => n + 1); }

  #keepInside() {
    this.selection = this.selection?.within(this.numLevels, this.numSteps) ?? null;
    this.cursor = { level: clamp(this.cursor.level, 1, this.numLevels), step: clamp(this.cursor.step, 0, this.numSteps - 1) };
    this.anchor = null;
  }

  #say(what, detail) { this.dispatchEvent(Object.assign(new Event(what), detail)); }
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

// The server writes beats_per_bar, and older pages beatsPerBar: both are read.
function tempoOf(tempo) {
  return tempo ? { bpm: tempo.bpm, beatsPerBar: tempo.beatsPerBar ?? tempo.beats_per_bar ?? 4 } : null;
}
