// A model file from outside: named, sent, checked by Distill, and in the library only if all of it can be opened.

import { clear, h } from '../base/dom.js';
import { dialog } from '../base/dialog.js';
import { Refused, sendFile, sentence, tell } from '../base/talk.js';
import { size } from '../history/words.js';

const LARGEST = 4 * 2 ** 30; // bytes; what is larger need not be sent to be refused

export function offerImport(file, done) {
  const name = h('input', { id: 'import-name', value: file.name.replace(/\.distill$/i, '').slice(0, 64), maxlength: 100 });
  const replace = h('input', { type: 'checkbox', id: 'import-replace' });
  const problem = h('p', { class: 'd-bad', role: 'alert' });
  const go = h('button', { class: 'd-button d-primary' }, 'Import');
  const form = h('form', { class: 'd-column', onsubmit: (event) => { event.preventDefault(); bring(); } },
    h('p', { class: 'd-soft model-file' }, `${file.name}, ${size(file.size)}`),
    h('div', { class: 'model-form' }, h('label', { for: name.id, class: 'd-soft' }, 'Call it'), name),
    h('label', { class: 'd-row', for: replace.id }, replace, 'Replace the model of that name, if there is one'),
    problem,
    h('div', { class: 'd-row' }, go, h('button', { type: 'button', class: 'd-button', onclick: () => element.close() }, 'Cancel')));
  const element = dialog('Import a model', { class: 'model-import' }, h('section', {}, form));
  name.select();

  async function bring() {
    clear(problem);
    if (file.size > LARGEST) { problem.textContent = 'This file is larger than 4 GiB, which no model is; choose another one.'; return; }
    go.disabled = true;
    go.textContent = 'Being checked…';
    try {
      const made = await sendFile('/library/import', file, { name: name.value, replace: replace.checked });
      element.close();
      tell(`${made.name} is in the library`);
      done();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problem.textContent = sentence(error.message);
    } finally {
      go.disabled = false;
      go.textContent = 'Import';
    }
  }
}
