// How close the codec comes, over the steps: its own sounds, and sounds it is not shown.

import { fitted, styled } from '../base/canvas.js';
import { h } from '../base/dom.js';
import { hear } from '../base/talk.js';
import { marks, stretches } from './curve_shape.js';

const HEIGHT = 190, LEFT = 34, RIGHT = 8, TOP = 18, BOTTOM = 22;

// curves() -> element with .show(curve): points [step, own, never seen or null, handicap of the stage]
export function curves() {
  const canvas = h('canvas', { class: 'train-curves', role: 'img', 'aria-label': 'No distances measured yet', style: { height: `${HEIGHT}px` } });
  const empty = h('p', { class: 'd-soft' }, 'The first measurement comes after a twentieth of the training.');
  const unseen = [h('span', { class: 'train-line-unseen', 'aria-hidden': 'true' }), h('span', {}, 'sounds it is not shown')];
  const element = h('section', { class: 'train-part' }, h('h3', { class: 'd-subtitle', title: 'mel distance: lower is closer' }, 'Distance from the originals'),
    h('p', { class: 'd-row d-small d-soft train-legend' }, h('span', { class: 'train-line-own', 'aria-hidden': 'true' }), 'sounds it is shown', unseen, h('span', {}, '(lower is closer)')),
    empty, canvas);
  let curve = [], drawn = '';

  function draw() {
    canvas.hidden = !curve.length;
    empty.hidden = curve.length > 0;
    const width = canvas.clientWidth, context = fitted(canvas, width, HEIGHT);
    if (!context || !curve.length) return;
    const parts = stretches(curve), most = Math.max(...curve.map((point) => Math.max(point[1], point[2] ?? 0))) * 1.08, last = Math.max(1, curve.at(-1)[0]);
    const x = (step) => LEFT + (step / last) * (width - LEFT - RIGHT), y = (distance) => TOP + (1 - distance / most) * (HEIGHT - TOP - BOTTOM);
    context.font = '12px system-ui, sans-serif';
    context.lineWidth = 1;
    context.textAlign = 'right';
    for (const mark of marks(most)) {
      context.strokeStyle = styled('--d-line');
      context.beginPath(); context.moveTo(LEFT, y(mark)); context.lineTo(width - RIGHT, y(mark)); context.stroke();
      context.fillStyle = styled('--d-soft');
      context.fillText(String(mark), LEFT - 6, y(mark) + 4);
    }
    context.fillText(`${last.toLocaleString('en')} steps`, width - RIGHT, HEIGHT - 6);
    context.textAlign = 'left';
    parts.forEach(({ points, words }, n) => {
      const begin = x(points[0][0]);
      context.fillStyle = styled('--d-soft');
      if (n) { context.strokeStyle = styled('--d-edge'); context.setLineDash([2, 3]); context.beginPath(); context.moveTo(begin, TOP - 12); context.lineTo(begin, HEIGHT - BOTTOM); context.stroke(); context.setLineDash([]); }
      const room = (n + 1 < parts.length ? x(parts[n + 1].points[0][0]) : width) - begin;
      if (context.measureText(words).width + 8 < room) context.fillText(words, begin + 4, TOP - 5);
      for (const [index, name, dash, thick] of [[2, '--d-ink', [5, 4], 1.5], [1, '--d-accent', [], 2]]) {
        if (points[0][index] === null) continue;
        context.strokeStyle = context.fillStyle = styled(name);
        context.lineWidth = thick;
        context.setLineDash(dash);
        context.beginPath();
        points.forEach((point, at) => (at ? context.lineTo(x(point[0]), y(point[index])) : context.moveTo(x(point[0]), y(point[index]))));
        context.stroke();
        context.setLineDash([]);
        const end = points.at(-1);
        context.beginPath(); context.arc(x(end[0]), y(end[index]), 2.5, 0, 7); context.fill();
      }
    });
  }
  element.show = (newer) => {
    const key = JSON.stringify(newer.at(-1) ?? []) + newer.length;
    if (key === drawn) return;
    drawn = key;
    curve = newer;
    draw();
    const end = newer.at(-1), alone = newer.length > 0 && end[2] === null;
    for (const part of unseen) part.hidden = alone;
    if (end) canvas.setAttribute('aria-label', `Distance from the originals after ${end[0].toLocaleString('en')} steps: ${end[1].toFixed(2)} for sounds it is shown${alone ? '' : `, ${end[2].toFixed(2)} for sounds it is not shown`}`);
  };
  new ResizeObserver(draw).observe(element);
  hear('light', draw);
  return element;
}
