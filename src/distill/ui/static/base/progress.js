// How far a work is. A screen reader reads a bar when it is asked to; a line of text that is a status it would read at every change.

import { h, set } from './dom.js';

// progressBar(label, { kind: further classes, hidden }) -> element with .show(share 0..1)
export function progressBar(label, { kind = '', hidden = false } = {}) {
  const bar = h('div');
  const element = h('div', { class: `d-progress ${kind}`.trim(), role: 'progressbar', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': '100', hidden }, bar);
  element.show = (share) => {
    const percent = 100 * Math.min(1, Math.max(0, share));
    bar.style.width = `${percent}%`;
    set(element, { 'aria-valuenow': String(Math.round(percent)) });
  };
  return element;
}
