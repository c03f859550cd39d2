// The form of an operation: a control for each argument, and their values as a record has them.

import { h, set } from '../base/dom.js';
import { exampleOf, stepsOf } from './where.js';

const words = (name) => ({ keep_length: 'Keep the length', material: 'Other sound', motif: 'Other sound' }[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' '));

// stage: { sound(), otherSlot() } -> { elements, values() -> { arguments, with? } }
export function fieldsOf(form, stage) {
  const example = exampleOf(form.example);
  const controls = form.fields.filter(({ kind }) => kind !== 'sounds').map((field) => control(field, example[field.name], stage));
  return {
    elements: controls.map(({ element }) => element),
    values() {
      const made = { arguments: {} };
      for (const { field, read } of controls) {
        const value = read();
        if (value === undefined) continue;
        if (field.kind === 'sound') made.with = value; else made.arguments[field.name] = value;
      }
      if (made.with && form.name === 'insert') delete made.arguments.steps; // one or the other says how long
      return made;
    },
  };
}

function control(field, example, stage) {
  const id = `dna-field-${field.name}`;
  const labelled = (input, ...more) => h('div', { class: 'dna-field', title: field.about }, h('label', { for: id }, words(field.name)), input, ...more);
  const optional = !field.required && field.usual === null;
  if (field.kind === 'switch') {
    const input = h('input', { id, type: 'checkbox', checked: field.usual === true });
    return { field, element: h('div', { class: 'dna-field', title: field.about }, h('label', { for: id }, words(field.name)), input), read: () => (input.checked === field.usual ? undefined : input.checked) };
  }
  if (field.kind === 'choice' || field.kind === 'sound') {
    const options = field.kind === 'sound' ? [[stage.otherSlot(), `Sound ${stage.otherSlot()}`]] : field.options.map((one) => [one, one]);
    const input = h('select', { id }, optional ? h('option', { value: '' }, field.kind === 'sound' ? 'none' : 'as usual') : null, ...options.map(([value, text]) => h('option', { value }, text)));
    input.value = field.usual ?? (optional ? '' : options[0][0]);
    return { field, element: labelled(input), read: () => (field.kind === 'sound' && input.value ? stage.otherSlot() : input.value || undefined) };
  }
  if (field.kind === 'text' || field.kind === 'numbers') {
    const input = h('input', { id, type: 'text', maxlength: 256, value: field.usual ?? (field.required ? example ?? '' : ''), placeholder: optional ? 'as usual' : '' });
    const numbers = () => { const parts = input.value.split(',').map((part) => part.trim()).filter(Boolean).map(Number); return parts.length ? parts : undefined; };
    return { field, element: labelled(input), read: field.kind === 'numbers' ? numbers : () => input.value || undefined };
  }
  return number(field, id, example, labelled, stage);
}

function number(field, id, example, labelled, stage) {
  const whole = field.kind === 'whole';
  const suggested = field.usual ?? (example === undefined ? '' : parseFloat(example));
  const inSeconds = field.usual === null && String(example ?? '').endsWith('s');
  const input = h('input', { id, type: 'number', step: whole && !field.in_steps ? 1 : 'any', value: suggested, placeholder: 'as usual' });
  if (!field.in_steps) {
    set(input, { min: field.lowest, max: field.highest, step: whole ? 1 : field.highest !== null && field.highest <= 2 ? 0.05 : 'any' });
    return { field, element: labelled(input), read: () => (input.value === '' ? undefined : Number(input.value)) };
  }
  const unit = h('select', { 'aria-label': `${words(field.name)}: counted in` }, h('option', { value: 'steps', title: 'Columns of the grid, about 21 ms each' }, 'steps'), h('option', { value: 's' }, 'seconds'), h('option', { value: 'beats' }, 'beats'));
  unit.value = inSeconds ? 's' : 'steps';
  return { field, element: labelled(input, unit), read: () => (input.value === '' ? undefined : stepsOf(Number(input.value), unit.value, stage.sound(), { whole })) };
}
