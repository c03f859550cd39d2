// Presets of new sound: applied, saved, deleted.

import { clear, h, set } from '../base/dom.js';
import { dialog } from '../base/dialog.js';
import { deletePreset } from '../base/presets.js';
import { attempt, get, post, tell } from '../base/talk.js';
import { presetOf } from './settings.js';

export function presets(state, apply) {
  let known = [];
  const chosen = h('select', { id: 'g-preset', onchange: () => { const found = current(); if (found) apply(found.settings); show(); } });
  const about = h('p', { class: 'd-small d-soft', id: 'g-preset-about' });
  const gone = deletePreset('generate', () => current(), (left) => { known = left; fill(''); });
  const element = h('div', { class: 'd-column g-tight' },
    h('div', { class: 'd-row g-nowrap' }, h('label', { for: 'g-preset' }, 'Preset'), chosen, gone, h('button', { type: 'button', class: 'd-button', onclick: ask }, 'Save …')), about);
  const current = () => known.find(({ name }) => name === chosen.value);

  function fill(name) {
    const group = (label, own) => { const some = known.filter((one) => one.own === own); return some.length && h('optgroup', { label }, ...some.map((one) => h('option', { value: one.name }, one.name))); };
    clear(chosen, h('option', { value: '' }, 'none'), group('Yours', true), group('With Distill', false));
    chosen.value = name;
    show();
  }
  function show() {
    const found = current();
    about.textContent = found?.about ?? '';
    set(about, { hidden: !found?.about });
    set(gone, { disabled: !found?.own });
  }
  function ask() {
    const found = current();
    const name = h('input', { id: 'g-preset-name', maxlength: 80, required: true, value: found?.own ? found.name : '' });
    const said = h('input', { id: 'g-preset-said', maxlength: 200, value: found?.own ? found.about : '' });
    const form = h('form', { class: 'd-column', onsubmit: (event) => { event.preventDefault(); save(); } },
      h('p', { class: 'd-soft' }, 'It keeps the length, the knobs and the steering; a name of yours that is there already is replaced.'),
      h('label', { class: 'g-field', for: 'g-preset-name' }, 'Name'), name, h('label', { class: 'g-field', for: 'g-preset-said' }, 'What to expect of it (if you like)'), said,
      h('div', { class: 'd-row' }, h('button', { class: 'd-button d-primary' }, 'Save'), h('button', { type: 'button', class: 'd-button', onclick: () => asking.close() }, 'Cancel')));
    const asking = dialog('Save as a preset', { class: 'g-dialog' }, form);
    const save = () => attempt(async () => {
      known = await post('/generate/presets', { name: name.value, about: said.value, settings: presetOf(state), replace: true });
      asking.close();
      fill(known.find((one) => one.own && one.name === name.value.trim())?.name ?? '');
      tell(`Saved as the preset ${name.value.trim()}`);
    });
  }
  const refresh = async () => { known = await get('/generate/presets'); fill(chosen.value); };
  const leave = () => { chosen.value = ''; show(); }; // what is set is no preset any more
  show();
  return { element, refresh, leave };
}
