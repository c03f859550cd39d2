// One slider from faithful to experimental, and the three knobs it moves; a knob that is set by hand stays until it is let go.

import { h, iconButton, set } from '../base/dom.js';
import { following } from './settings.js';

const KNOBS = [
  { knob: 'creativity', name: 'Creativity', title: 'How far new sound goes from what is likeliest (temperature)', least: 0.1, most: 2, step: 0.05, digits: 2 },
  { knob: 'focus', name: 'Focus', title: '0 draws from all codes, 100 only from the likeliest (top-k)', least: 0, most: 100, step: 1, digits: 0 },
  { knob: 'diversity', name: 'Diversity', title: 'The share of what is likely that is drawn from (top-p)', least: 0.05, most: 1, step: 0.01, digits: 2 },
];
const WORDS = ['as faithful as it gets', 'faithful', 'as usual', 'experimental', 'as experimental as it gets'];

export function knobs(state, slider, changed) {
  const said = h('span', { class: 'd-small d-soft' });
  const main = h('input', { type: 'range', id: 'g-experimental', min: 0, max: 1, step: 0.05, 'aria-label': 'Faithful to experimental',
    title: 'Moves the knobs below, and how closely the coarse levels and repetitions are kept',
    oninput: () => { state.experimental = Number(main.value); show(); changed(); } });
  const rows = KNOBS.map(({ knob, name, title, least, most, step, digits }) => {
    const range = h('input', { type: 'range', id: `g-${knob}`, min: least, max: most, step, title, oninput: () => { state.own[knob] = Number(range.value); show(); changed(); } });
    const value = h('output', { class: 'd-num', for: `g-${knob}` });
    const free = iconButton('undo', `Let ${name} follow the slider again`, () => { state.own[knob] = null; show(); changed(); range.focus(); });
    const element = h('div', { class: 'g-knob' }, h('label', { for: `g-${knob}`, title }, name), range, value, free);
    return { element, show() {
      const much = state.own[knob] ?? following(slider, knob, state.experimental);
      range.value = much;
      value.textContent = much.toFixed(digits);
      set(range, { 'aria-valuetext': `${much.toFixed(digits)}, ${state.own[knob] === null ? 'follows the slider' : 'set by hand'}` });
      free.style.visibility = state.own[knob] === null ? 'hidden' : 'visible';
    } };
  });
  function show() {
    main.value = state.experimental;
    const word = WORDS[state.experimental === 0 ? 0 : state.experimental < 0.5 ? 1 : state.experimental === 0.5 ? 2 : state.experimental < 1 ? 3 : 4];
    set(main, { 'aria-valuetext': word });
    said.textContent = word;
    for (const row of rows) row.show();
  }
  const element = h('div', { class: 'd-column g-tight' },
    h('div', { class: 'g-slider' }, h('span', { class: 'd-small d-soft' }, 'Faithful'), main, h('span', { class: 'd-small d-soft' }, 'Experimental')),
    h('div', { class: 'g-slider-word' }, said), ...rows.map((row) => row.element));
  show();
  return { element, show };
}
