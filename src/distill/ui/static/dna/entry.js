// The brush: which entry it paints with, entries that sound alike, and a map of its level to choose from by ear.

import { fitted, styled } from '../base/canvas.js';
import { clear, h, icon, set } from '../base/dom.js';
import { hear } from '../base/talk.js';
import { MODES, shade } from './grid/palette.js';
import { levelWords } from './grid/words.js';

const HEIGHT = 220, MARGIN = 10;

// desk: { project, active(), entries(slot), hearCell(slot, level, code) } -> element with .refresh()
export function createEntry(desk) {
  const level = h('select', { id: 'dna-brush-level', onchange: () => use(Number(level.value), 0) });
  const swatch = h('span', { class: 'dna-swatch', 'aria-hidden': 'true' });
  const name = h('p', { class: 'dna-brush-name', role: 'status', 'aria-live': 'polite' });
  const nearest = h('div', { class: 'dna-nearest', role: 'group', 'aria-label': 'Entries that sound alike' });
  const canvas = h('canvas', { class: 'dna-map', tabindex: 0, role: 'application', 'aria-label': 'Map of the entries of this level: click hears one and takes it as brush; left and right arrow step through entries by similarity', onclick: (event) => pick(event), onkeydown: (event) => step(event) });
  const element = h('div', { class: 'd-column dna-side-page' },
    h('p', { class: 'd-soft d-small' }, 'The brush paints one entry into its level: take it from the map, or pick a code in the grid (I).'),
    h('div', { class: 'd-row' }, h('label', { for: 'dna-brush-level', class: 'd-soft' }, 'Level'), level),
    h('div', { class: 'd-row dna-brush' }, swatch, name, h('button', { type: 'button', class: 'd-button d-quiet', 'aria-label': 'Hear this entry', title: 'Hear this entry', onclick: () => sing() }, icon('play'))),
    canvas,
    h('p', { class: 'd-soft d-small' }, 'Near ones sound alike; larger dots are used more often.'),
    h('h3', { class: 'd-subtitle' }, 'Sounds alike'), nearest,
    h('button', { type: 'button', class: 'd-button', onclick: () => paint() }, 'Paint the selection'));

  const sound = () => desk.project.sound(desk.active());
  const brush = () => sound()?.brush ?? null;
  const known = () => desk.entries(desk.active())?.[Number(level.value) - 1];
  const sing = (at = brush()) => at && desk.hearCell(desk.active(), at.level, at.code);

  function use(at, code, heard = false) {
    if (!sound()) return;
    sound().setBrush({ level: at, code });
    if (heard) sing();
  }

  function paint() {
    const at = brush(), open = sound();
    if (!at || !open) return;
    const parts = open.selected().regions({ numLevels: open.numLevels, locked: open.locked, channels: open.channel });
    const edits = parts.filter(({ levels }) => !levels || levels.includes(at.level)).map((region) => ({ operation: 'set', region: { ...region, levels: [at.level] }, arguments: { code: at.code } }));
    if (edits.length) desk.project.edit(desk.active(), edits, 'Paint');
  }

  function place([x, y]) { return [MARGIN + x * (canvas.clientWidth - 2 * MARGIN), HEIGHT - MARGIN - y * (HEIGHT - 2 * MARGIN)]; }

  function pick(event) {
    const entries = known(), box = canvas.getBoundingClientRect();
    if (!entries) return;
    const x = event.clientX - box.left, y = event.clientY - box.top;
    let best = 0, least = Infinity;
    entries.positions.forEach((position, code) => { const [px, py] = place(position), far = (px - x) ** 2 + (py - y) ** 2; if (far < least) { least = far; best = code; } });
    use(Number(level.value), best, true);
  }

  function step(event) {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key], entries = known();
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); sing(); return; }
    if (!by || !entries) return;
    event.preventDefault();
    const at = brush()?.level === Number(level.value) ? entries.order.indexOf(brush().code) : 0;
    use(Number(level.value), entries.order[Math.max(0, Math.min(entries.order.length - 1, at + by))], true);
  }

  function draw() {
    const g = fitted(canvas, canvas.clientWidth, HEIGHT), entries = known();
    if (!g || !entries) return;
    const most = Math.max(...entries.usage, 1e-9), chosen = brush();
    g.strokeStyle = styled('--d-edge');
    g.lineWidth = 0.75;
    entries.positions.forEach((position, code) => {
      const [x, y] = place(position);
      g.beginPath();
      g.arc(x, y, 1.5 + 4.5 * Math.sqrt(entries.usage[code] / most), 0, 2 * Math.PI);
      g.fillStyle = `rgb(${shade(MODES.brightness.ramp, entries.brightness[code]).join(' ')})`;
      g.fill();
      g.stroke();
    });
    if (chosen?.level === Number(level.value)) {
      const [x, y] = place(entries.positions[chosen.code]);
      for (const [colour, radius] of [[styled('--d-panel'), 8.5], [styled('--d-ink'), 10]]) {
        g.beginPath();
        g.arc(x, y, radius, 0, 2 * Math.PI);
        g.strokeStyle = colour;
        g.lineWidth = 2;
        g.stroke();
      }
    }
  }

  element.refresh = () => {
    const open = sound(), at = brush();
    const levels = open ? Array.from({ length: open.numLevels }, (_, n) => n + 1) : [];
    const before = at?.level ?? (Number(level.value) || 1);
    clear(level, ...levels.map((one) => h('option', { value: one }, levelWords(open, one))));
    level.value = String(Math.min(before, levels.length || 1));
    set(level, { disabled: !open });
    const entries = known();
    const said = (code) => entries?.names[code] ?? `code ${code}`;
    name.textContent = at ? `Code ${at.code}: ${said(at.code)}` : 'No brush yet';
    swatch.style.background = at && entries ? `rgb(${shade(MODES.brightness.ramp, entries.brightness[at.code]).join(' ')})` : 'none';
    clear(nearest, ...(at && entries ? entries.nearest(at.code).slice(0, 8).map((code) => h('button', { type: 'button', class: 'd-button dna-alike', title: 'Hear it and take it as brush', onclick: () => use(at.level, code, true) }, h('span', { class: 'd-num' }, code), h('span', { class: 'd-soft' }, said(code)))) : []));
    draw();
  };
  hear('light', draw);
  new ResizeObserver(draw).observe(canvas);
  return element;
}
