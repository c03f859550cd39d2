// The whole sound, small, with the part that is seen: drag it, or click where to go.

import { fitted } from '../../base/canvas.js';
import { h } from '../../base/dom.js';
import { colours } from './colours.js';

export const OVERVIEW_HEIGHT = 30;

export function createOverview(stage) {
  const { view } = stage;
  // The keyboard has the cursor for this.
  const canvas = h('canvas', { class: 'd-grid-overview', 'aria-hidden': 'true', title: 'The whole sound; drag the part you see' });
  const whole = document.createElement('canvas'); // all codes, kept until they change
  let stale = true;

  function draw() {
    const { width } = view;
    if (!width) return;
    if (stale || whole.width !== Math.ceil(width)) {
      Object.assign(whole, { width: Math.ceil(width), height: OVERVIEW_HEIGHT });
      stage.cells.drawSmall(whole.getContext('2d'), stage, width, OVERVIEW_HEIGHT);
      stale = false;
    }
    Object.assign(canvas.style, { width: `${width}px`, height: `${OVERVIEW_HEIGHT}px` });
    const g = fitted(canvas, width, OVERVIEW_HEIGHT), { panel, ink } = colours();
    g.imageSmoothingEnabled = false;
    g.drawImage(whole, 0, 0, width, OVERVIEW_HEIGHT);
    const left = (view.first / view.numSteps) * width, wide = Math.min(width, (view.stepsSeen / view.numSteps) * width);
    g.fillStyle = panel;
    g.globalAlpha = 0.66;
    g.fillRect(0, 0, left, OVERVIEW_HEIGHT);
    g.fillRect(left + wide, 0, width - left - wide, OVERVIEW_HEIGHT);
    g.globalAlpha = 1;
    if (!view.whole) {
      g.lineWidth = 2;
      g.strokeStyle = ink;
      g.strokeRect(left + 1, 1, Math.max(4, wide - 2), OVERVIEW_HEIGHT - 2);
    }
    mark(g, width, stage.sound.selection, ink);
  }

  // Where the selection lies in time.
  function mark(g, width, selection, ink) {
    if (!selection) return;
    const scale = width / view.numSteps;
    g.fillStyle = ink;
    g.fillRect(selection.start * scale, OVERVIEW_HEIGHT - 3, Math.max(2, (selection.stop - selection.start) * scale), 3);
  }

  let grip = null; // steps between the pointer and the left edge
  const stepUnder = (event) => ((event.clientX - canvas.getBoundingClientRect().left) / view.width) * view.numSteps;
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    const step = stepUnder(event);
    grip = step >= view.first && step <= view.first + view.stepsSeen ? step - view.first : view.stepsSeen / 2;
    view.scrollTo(step - grip);
  });
  canvas.addEventListener('pointermove', (event) => { if (grip !== null) view.scrollTo(stepUnder(event) - grip); });
  canvas.addEventListener('pointerup', () => { grip = null; });
  canvas.addEventListener('pointercancel', () => { grip = null; });

  return { element: canvas, draw, forget: () => { stale = true; } };
}
