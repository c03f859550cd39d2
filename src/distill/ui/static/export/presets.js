// Settings by name, above the fields of the export: applied when they are chosen, and kept.

import { clear, h, set } from '../base/dom.js';
import { deletePreset } from '../base/presets.js';
import { attempt, get, post, tell } from '../base/talk.js';

export function presets(known, fields) {
  let all = known;
  const choice = h('select', { id: 'export-preset', onchange: () => apply() });
  const about = h('p', { class: 'd-soft d-small', 'aria-live': 'polite' });
  const gone = deletePreset('export', () => current(), (left) => { all = left; show(); choice.focus(); });
  const current = () => all.find((one) => one.name === choice.value);
  const name = h('input', { id: 'export-preset-name', maxlength: 100, placeholder: 'Its name', 'aria-label': 'Name of the preset' });
  const kind = h('select', { 'aria-label': 'What is kept' }, h('option', { value: 'export' }, 'all settings'), h('option', { value: 'space' }, 'the place only'));
  const keep = h('form', { class: 'd-row', hidden: true, onsubmit: (event) => { event.preventDefault(); save(); } },
    name, kind, h('button', { class: 'd-button' }, 'Keep'));
  const opener = h('button', { type: 'button', class: 'd-button', 'aria-expanded': 'false', onclick: () => {
    set(keep, { hidden: !keep.hidden });
    opener.setAttribute('aria-expanded', String(!keep.hidden));
    if (!keep.hidden) name.focus();
  } }, 'Keep as a preset');

  function show(chosen = '') {
    const group = (label, of) => {
      const list = all.filter((one) => one.kind === of);
      return list.length ? h('optgroup', { label }, list.map((one) => h('option', { value: one.name }, one.name))) : null;
    };
    clear(choice, h('option', { value: '' }, 'none'), group('File and sound', 'export'), group('Place', 'space'));
    choice.value = chosen;
    tellOf(current());
  }
  function tellOf(found) {
    about.textContent = found?.about ?? '';
    set(gone, { disabled: !found?.own });
  }
  function apply() {
    const found = current();
    tellOf(found);
    if (found) fields.apply(found.settings);
  }
  const save = () => attempt(async () => {
    const own = all.some((one) => one.own && one.name === name.value.trim());
    const kept = await post('/export/presets', { name: name.value.trim(), kind: kind.value, settings: fields.settings(), replace: own });
    all = await get('/export/presets');
    show(kept.name);
    set(keep, { hidden: true });
    opener.setAttribute('aria-expanded', 'false');
    name.value = '';
    opener.focus();
    tell(`The preset ${kept.name} is kept`);
  });
  show();
  return h('section', { class: 'export-presets' }, h('div', { class: 'd-row' }, h('label', { for: choice.id }, 'Preset'), choice, gone, opener, keep), about);
}
