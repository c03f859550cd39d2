// The whole card of a model, and what its owner says of it: name, tags, licence.

import { clear, h, icon, iconButton } from '../base/dom.js';
import { dialog } from '../base/dialog.js';
import { attempt, post, say, tell } from '../base/talk.js';
import { download, removed } from './card.js';

const OWN = ['Tags', 'Licence']; // edited below, so not told twice

export function details(model, changed) {
  let now = model;
  const facts = h('dl', { class: 'd-terms model-card-lines' });
  const tags = h('div', { class: 'd-row' });
  const name = h('input', { id: 'model-new-name', value: model.name, maxlength: 100 });
  const licence = h('input', { id: 'model-licence', class: 'd-grow', value: licenceOf(model), maxlength: 500 });
  const word = h('input', { id: 'model-new-tag', maxlength: 60, placeholder: 'A new tag' });
  const act = (work) => attempt(async () => {
    const told = await work();
    if (told.figures) { now = told; show(); changed(); }
  });
  const form = (label, id, field, button, onsubmit) => h('form', { class: 'model-form', onsubmit: (event) => { event.preventDefault(); onsubmit(); } },
    h('label', { for: id, class: 'd-soft' }, label), h('div', { class: 'd-row' }, field, h('button', { class: 'd-button' }, button)));

  const element = dialog(model.name, { class: 'model-details' },
    h('section', {}, facts),
    h('section', { class: 'model-own' },
      form('Name', name.id, name, 'Rename', () => act(async () => {
        const told = await post('/library/rename', { name: now.name, new: name.value });
        told.sentences.forEach((sentence) => tell(sentence));
        say('models');
        if (told.current) say('model', { name: told.name });
        return told;
      })),
      h('div', { class: 'model-form' }, h('span', { class: 'd-soft', id: 'model-tags-label' }, 'Tags'), h('div', { role: 'group', 'aria-labelledby': 'model-tags-label' }, tags)),
      form('Add a tag', word.id, word, 'Add', () => act(async () => {
        const told = await post('/library/tag', { name: now.name, add: [word.value] });
        word.value = '';
        return told;
      })),
      form('Licence: who may use it', licence.id, licence, 'Keep', () => act(async () => {
        const told = await post('/library/licence', { name: now.name, note: licence.value });
        tell('The licence note is kept in the model’s file');
        return told;
      }))),
    h('div', { class: 'd-row keep-foot' },
      h('button', { type: 'button', class: 'd-button', onclick: () => download(now.name) }, icon('down'), 'Download'),
      h('button', { type: 'button', class: 'd-button', onclick: () => { element.close(); removed(now.name, changed); } }, icon('bin'), 'Delete')));

  function show() {
    element.setAttribute('aria-label', now.name);
    element.querySelector('.d-title').textContent = now.name;
    name.value = now.name;
    licence.value = licenceOf(now);
    clear(facts, now.lines.filter(([label]) => !OWN.includes(label)).flatMap(([label, said]) => [h('dt', {}, label), h('dd', {}, said)]));
    clear(tags, now.figures.tags.length
      ? now.figures.tags.map((tag) => h('span', { class: 'model-chip' }, tag, iconButton('close', `Remove the tag ${tag}`, () => act(() => post('/library/tag', { name: now.name, remove: [tag] })))))
      : h('span', { class: 'd-soft' }, 'none'));
  }
  show();
}

const licenceOf = (model) => model.figures.licence ?? '';
