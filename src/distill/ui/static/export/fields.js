// Small parts the export's forms are made of.

import { clear, h } from '../base/dom.js';

let numbered = 0;

// A control with its label in front: field('Format', select, 'tooltip') -> element
export function field(label, control, title) {
  control.id ||= `export-field-${++numbered}`;
  return h('div', { class: 'export-field', title }, h('label', { for: control.id }, label), control);
}

// A list to choose from: options([[value, name]], chosen)
export function options(list, chosen) {
  const element = h('select', {}, list.map(([value, name]) => h('option', { value }, name)));
  if (chosen !== undefined) element.value = chosen;
  return element;
}
// Other things to choose from; `chosen` if it is among them, else `usual`.
options.fill = (element, list, chosen, usual) => {
  clear(element, list.map(([value, name]) => h('option', { value }, name)));
  element.value = list.some(([value]) => String(value) === String(chosen)) ? chosen : usual;
};

// A slider that says its value: slider('Position', {min, max, step, value, said: (v) => text}) -> { element, value(), set() }
export function slider(label, { min, max, step, value, said, title }) {
  const output = h('output', { class: 'd-num d-small d-soft' });
  const input = h('input', { type: 'range', min, max, step, value, oninput: () => show() });
  const show = () => { output.textContent = said(Number(input.value)); input.setAttribute('aria-valuetext', output.textContent); };
  const element = field(label, input, title);
  element.classList.add('export-slider');
  element.append(output);
  show();
  return {
    element,
    value: () => Number(input.value),
    set(to) { // what a preset has may lie beyond the slider
      input.min = Math.min(min, to);
      input.max = Math.max(max, to);
      input.value = to;
      show();
    },
  };
}
