// Words that steer over time: off until they are chosen, flat until somebody draws.

import { clear, h, iconButton, set } from '../base/dom.js';
import { curve } from '../base/curve.js';

const ENDS = {
  brightness: ['brighter', 'darker'], warmth: ['warmer', 'thinner'], loudness: ['louder', 'softer'],
  roughness: ['rougher', 'smoother'], tension: ['tenser', 'more settled'], density: ['more attacks', 'fewer attacks'],
};
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

export function steering(state, words, changed) {
  const curves = new Map(); // word -> element
  const buttons = words.map((word) => h('button', { type: 'button', class: 'd-button g-chip', 'aria-pressed': 'false', onclick: () => turn(word) }, capital(word)));
  const list = h('div', { class: 'd-column g-tight' });
  const element = h('div', { class: 'd-column g-tight' }, h('div', { class: 'd-row g-chips', role: 'group', 'aria-label': 'Steer by' }, ...buttons), list);

  function turn(word) {
    if (state.steering[word]) delete state.steering[word]; else state.steering[word] = [[0, 1]];
    show();
    changed();
  }
  function row(word) {
    const [more, less] = ENDS[word] ?? ['more', 'less'];
    const drawn = curve({ label: capital(word), more, less, seconds: state.seconds, points: state.steering[word], onchange: (points) => { state.steering[word] = points; flat(); changed(); } });
    const amount = h('input', { type: 'range', min: -3, max: 3, step: 0.1, 'aria-label': `${capital(word)} all the way`, title: 'The same from beginning to end',
      oninput: () => { state.steering[word] = [[0, Number(amount.value)]]; drawn.show(state.steering[word], state.seconds); value(); changed(); } });
    const shown = h('output', { class: 'd-num d-small d-soft' });
    const value = () => { shown.textContent = state.steering[word].length > 1 ? 'a curve' : state.steering[word][0][1].toFixed(1); };
    const flat = () => { amount.value = state.steering[word].reduce((sum, [, much]) => sum + much, 0) / state.steering[word].length; value(); };
    flat();
    curves.set(word, drawn);
    return h('section', { class: 'g-steer', 'aria-label': `Steering by ${word}` },
      h('div', { class: 'd-row' }, h('strong', { class: 'd-small' }, capital(word)), amount, shown, iconButton('close', `Do not steer by ${word}`, () => turn(word))), drawn);
  }
  function show() {
    curves.clear();
    words.forEach((word, index) => set(buttons[index], { 'aria-pressed': String(Boolean(state.steering[word])) }));
    clear(list, words.filter((word) => state.steering[word]).map(row));
  }
  // A drawn shape is meant over the whole sound, so it goes along with its length.
  const stretch = (seconds) => { for (const [word, drawn] of curves) { drawn.stretch(seconds); state.steering[word] = drawn.points; } };
  show();
  return { element, show, stretch };
}
