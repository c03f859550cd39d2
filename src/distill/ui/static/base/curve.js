// A curve over time, drawn by hand: click adds a point, drag moves it, Delete takes it away. By keyboard the same, and as numbers.

import { fitted, styled } from './canvas.js';
import { clear, h, iconButton } from './dom.js';
import { added, at, isFlat, LEAST, MOST, moved, removed, stretched } from './points.js';
import { hear } from './talk.js';

const HEIGHT = 88, PAD = 10, NEAR = 12; // pixels

// curve({ label, more: 'brighter', less: 'darker', seconds, points, onchange(points) }) -> element with .points, .stretch(seconds), .show(points, seconds)
export function curve({ label, more, less, seconds, points, onchange = () => {} }) {
  let length = seconds, held = points, chosen = 0, dragging = false;
  const canvas = h('canvas', {
    class: 'd-curve-canvas', tabindex: '0', role: 'application', style: { height: `${HEIGHT}px` },
    'aria-label': `${label} over time. Left and right choose a point, up and down change it, shift moves it in time, Enter adds one, Delete takes it away.`,
    title: 'Click adds a point, drag moves it, Delete takes it away',
  });
  const said = h('span', { class: 'd-hidden-text', 'aria-live': 'polite' });
  const numbers = h('tbody');
  const table = h('details', { class: 'd-curve-numbers' }, h('summary', { class: 'd-small d-soft' }, 'As numbers'),
    h('table', { class: 'd-table' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Seconds'), h('th', { scope: 'col' }, 'Amount'), h('th', { scope: 'col' }, h('span', { class: 'd-hidden-text' }, 'Remove')))), numbers),
    h('button', { type: 'button', class: 'd-button', onclick: () => between() }, 'Add a point'));
  const element = h('div', { class: 'd-curve' },
    h('div', { class: 'd-curve-field' }, canvas, h('span', { class: 'd-curve-end d-curve-more' }, more), h('span', { class: 'd-curve-end d-curve-less' }, less)), said, table);

  const inner = () => Math.max(1, canvas.clientWidth - 2 * PAD);
  const x = (time) => PAD + (Math.min(time, length) / length) * inner();
  const y = (amount) => PAD + ((MOST - amount) / (MOST - LEAST)) * (HEIGHT - 2 * PAD);
  const timeAt = (place) => Math.min(length, Math.max(0, ((place - PAD) / inner()) * length));
  const amountAt = (place) => MOST - ((place - PAD) / (HEIGHT - 2 * PAD)) * (MOST - LEAST);

  function draw() {
    const width = canvas.clientWidth, context = canvas.isConnected ? fitted(canvas, width, HEIGHT) : null;
    if (!context) return;
    context.strokeStyle = styled('--d-line');
    for (const amount of [-2, -1, 0, 1, 2]) {
      context.setLineDash(amount ? [2, 4] : []);
      context.beginPath(); context.moveTo(0, y(amount)); context.lineTo(width, y(amount)); context.stroke();
    }
    context.setLineDash([]);
    context.strokeStyle = styled('--d-accent'); context.lineWidth = 2;
    context.beginPath(); context.moveTo(0, y(held[0][1]));
    for (const [time, amount] of held) context.lineTo(x(time), y(amount));
    context.lineTo(width, y(held[held.length - 1][1])); context.stroke();
    held.forEach(([time, amount], index) => {
      context.beginPath(); context.arc(x(time), y(amount), index === chosen ? 6 : 4.5, 0, 7);
      context.fillStyle = index === chosen ? styled('--d-accent') : styled('--d-panel'); context.fill(); context.stroke();
    });
  }
  function list() {
    const field = (index, part, name, least, most, step) => h('input', { type: 'number', value: held[index][part], min: least, max: most, step, 'aria-label': `${name} of point ${index + 1} of ${label}`,
      onchange: (event) => { const point = [...held[index]]; point[part] = Number(event.target.value); change(moved(held, index, point[0], point[1], length), index); } });
    clear(numbers, held.map((_, index) => h('tr', {}, h('td', {}, field(index, 0, 'Seconds', 0, length, 0.1)), h('td', {}, field(index, 1, 'Amount', LEAST, MOST, 0.1)),
      h('td', {}, iconButton('close', `Remove point ${index + 1} of ${label}`, () => change(removed(held, index), index), { disabled: held.length < 2 })))));
  }
  function change(next, index) {
    held = next; chosen = Math.min(Math.max(0, index), held.length - 1);
    const [time, amount] = held[chosen];
    said.textContent = isFlat(held) && held.length === 1 ? `${label} ${amount} from beginning to end` : `Point ${chosen + 1} of ${held.length}: ${time} s, amount ${amount}`;
    draw();
    if (!dragging) list();
    onchange(held);
  }
  function between() { // the widest place beside the chosen point
    const from = held[chosen][0], to = held[chosen + 1]?.[0] ?? length;
    const [time] = to - from > 0.05 ? [(from + to) / 2] : [from / 2];
    change(...added(held, time, at(held, time)));
  }
  const nearest = (event) => held.findIndex(([time, amount]) => Math.hypot(x(time) - event.offsetX, y(amount) - event.offsetY) < NEAR);

  canvas.addEventListener('pointerdown', (event) => {
    dragging = true;
    canvas.setPointerCapture(event.pointerId);
    const found = nearest(event);
    if (found >= 0) change(held, found); else change(...added(held, timeAt(event.offsetX), amountAt(event.offsetY)));
  });
  canvas.addEventListener('pointermove', (event) => { if (dragging) change(moved(held, chosen, timeAt(event.offsetX), amountAt(event.offsetY), length), chosen); });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { dragging = false; list(); });
  canvas.addEventListener('dblclick', (event) => { const found = nearest(event); if (found >= 0) change(removed(held, found), found); });
  canvas.addEventListener('keydown', (event) => {
    const [time, amount] = held[chosen], step = event.shiftKey ? 0.5 : 0.1, along = event.key === 'ArrowRight' ? 1 : -1;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') change(moved(held, chosen, time, amount + (event.key === 'ArrowUp' ? step : -step), length), chosen);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') change(event.shiftKey ? moved(held, chosen, time + (along * length) / 50, amount, length) : held, event.shiftKey ? chosen : chosen + along);
    else if (event.key === 'Enter') between();
    else if (event.key === 'Delete' || event.key === 'Backspace') change(removed(held, chosen), chosen);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(draw).observe(canvas);
  hear('light', draw);
  list();

  Object.defineProperty(element, 'points', { get: () => held });
  element.stretch = (to) => { held = stretched(held, to / length); length = to; list(); draw(); };
  element.show = (next, to = length) => { held = next; length = to; chosen = 0; list(); draw(); };
  return element;
}
