// Over the codes: selection, cursor, brush stroke, lasso, what is carried, and the playhead. Black and white, so that each is seen
// on every colour; shapes tell them apart.

import { colours } from './colours.js';
import { NUMBERS_FROM, ROW_GAP, rowY } from './layout.js';
import { runs } from './selection.js';

const FRAMED_FROM = 8; // pixels of a step

export function drawMarks(g, stage) {
  const { sound, view, layout, marks, focused } = stage;
  g.clearRect(0, 0, view.width, layout.height);
  if (marks.entry) entry(g, stage, marks.entry);
  if (sound.selection) selection(g, stage, sound.selection, { ants: true });
  if (marks.ghost) selection(g, stage, marks.ghost, { ants: false });
  if (marks.stroke) stroke(g, stage, marks.stroke);
  if (marks.hover) frame(g, box(stage, marks.hover.level, marks.hover.step, marks.hover.step + 1), 1.5);
  cursor(g, stage, focused);
  if (marks.lasso) lasso(g, marks.lasso);
  if (marks.playhead !== null) playhead(g, stage, marks.playhead);
}

function box({ view, layout }, level, start, stop, levels = 1) {
  const x = view.xOf(start);
  return { x, y: rowY(layout, level), width: Math.max(3, view.xOf(stop) - x), height: levels * layout.rowHeight - ROW_GAP };
}

function selection(g, stage, { parts, start, stop }, { ants }) {
  const { layout } = stage;
  const rows = parts.flatMap((part) => runs(part.levels).map(([first, end]) => ({ part, ...box(stage, first, part.start, part.stop, end - first) })));
  const veil = stage.view.scale < NUMBERS_FROM ? 0.24 : 0.1; // numbers stay readable
  g.fillStyle = `rgb(255 255 255 / ${ants ? veil : 0.5})`;
  for (const { part, x, y, width, height } of rows) if (part.every === 1) g.fillRect(x, y, width, height);
  for (const part of parts) if (part.every > 1) everyNth(g, stage, part);
  for (const one of rows) frame(g, one, 2, ants ? [5, 4] : []);
  // where in time, on the rulers
  const x = stage.view.xOf(start), width = Math.max(2, stage.view.xOf(stop) - x);
  g.fillStyle = colours().accent;
  g.globalAlpha = 0.16;
  g.fillRect(x, 0, width, layout.top - 6);
  g.globalAlpha = 1;
  g.fillRect(x, 0, 1, layout.top - 6);
  g.fillRect(x + width - 1, 0, 1, layout.top - 6);
}

function everyNth(g, { view, layout }, part) {
  const width = Math.max(1, view.scale - 1), height = layout.rowHeight - ROW_GAP;
  for (const level of part.levels) {
    for (const step of seen(view, part)) underline(g, { x: view.xOf(step), y: rowY(layout, level), width, height });
  }
}

// The steps of a part that are in sight, and no more than there are pixels for.
function* seen({ first, stepsSeen, scale }, { start, stop, every }) {
  const skipped = Math.max(0, Math.floor((first - start) / every)), stride = every * Math.max(1, Math.round(1 / (every * scale)));
  for (let step = start + skipped * every; step < Math.min(stop, first + stepsSeen); step += stride) yield step;
}

// White dashes on black.
function frame(g, { x, y, width, height }, thick, dashes = []) {
  g.lineWidth = thick + 1.5;
  g.strokeStyle = '#000';
  g.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  g.lineWidth = thick;
  g.strokeStyle = '#fff';
  g.setLineDash(dashes);
  g.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  g.setLineDash([]);
}

function cursor(g, stage, focused) {
  const { level, step } = stage.sound.cursor, place = box(stage, level, step, step + 1);
  const wide = Math.max(place.width, 5);
  frame(g, { ...place, x: place.x - (wide - place.width) / 2, width: wide }, focused ? 2.5 : 1);
}

// Cells of one entry, wherever they are: framed, or underlined where frames would be all there is to see.
function entry(g, stage, { level, code }) {
  const { sound, view } = stage;
  const last = Math.min(sound.numSteps, Math.ceil(view.first + view.stepsSeen));
  for (let step = Math.max(0, Math.floor(view.first)); step < last; step++) {
    if (sound.at(level, step) !== code) continue;
    const place = box(stage, level, step, step + 1);
    if (view.scale >= FRAMED_FROM) frame(g, place, 1); else underline(g, place);
  }
}

function underline(g, { x, y, width, height }) {
  g.fillStyle = '#000';
  g.fillRect(x, y + height - 5, width, 5);
  g.fillStyle = '#fff';
  g.fillRect(x, y + height - 4, width, 3);
}

function stroke(g, stage, { level, steps, colour, darkText }) {
  for (const step of steps) {
    const { x, y, width, height } = box(stage, level, step, step + 1);
    g.fillStyle = colour;
    g.fillRect(x, y, width, height);
    g.fillStyle = darkText ? '#000' : '#fff';
    g.fillRect(x, y + height - 3, width, 3);
  }
}

function lasso(g, points) {
  g.beginPath();
  points.forEach(({ x, y }, n) => (n ? g.lineTo(x, y) : g.moveTo(x, y)));
  g.closePath();
  g.fillStyle = 'rgb(255 255 255 / .2)';
  g.fill();
  for (const [width, colour, dashes] of [[3.5, '#000', []], [2, '#fff', [4, 4]]]) {
    Object.assign(g, { lineWidth: width, strokeStyle: colour });
    g.setLineDash(dashes);
    g.stroke();
  }
  g.setLineDash([]);
}

// A line with a head in the ruler.
function playhead(g, { view, layout, sound }, seconds) {
  const x = view.xOf(seconds * sound.fps);
  if (x < -6 || x > view.width + 6) return;
  const { ink, panel } = colours();
  g.fillStyle = panel;
  g.fillRect(x - 2, 8, 4, layout.height);
  g.fillStyle = ink;
  g.fillRect(x - 1, 8, 2, layout.height);
  g.beginPath();
  g.moveTo(x - 6, 0);
  g.lineTo(x + 6, 0);
  g.lineTo(x, 11);
  g.closePath();
  g.fill();
}
