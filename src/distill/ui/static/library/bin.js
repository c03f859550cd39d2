// What was deleted: listed, restored, or removed for good. Takes and models alike.

import { clear, h, icon } from '../base/dom.js';
import { confirmed, dialog } from '../base/dialog.js';
import { attempt, get, post, say, tell } from '../base/talk.js';
import { counted, moment, size } from '../history/words.js';

const KINDS = {
  takes: { title: 'Deleted takes', path: '/takes', noun: 'take', room: async () => (await get('/takes/room')).bin_bytes },
  models: { title: 'Deleted models', path: '/library', noun: 'model', room: async () => (await get('/library/deleted/room')).bytes },
};

// bin('takes' or 'models', changed): changed() when something was restored.
export function bin(kind, changed) {
  const { title, path, noun, room } = KINDS[kind];
  const body = h('section', {});
  dialog(title, { class: 'keep-bin' }, body);

  const restored = (said) => { tell(said); changed(); say(kind); return show(); };
  const lineOf = {
    takes: (take) => [
      h('span', { class: 'd-grow' }, take.damaged ? `take ${take.number}` : `${take.title} `, take.damaged ? null : h('span', { class: 'd-soft d-small' }, `#${take.number} · ${moment(take.created)}`)),
      restore(`take ${take.number}`, () => post(`/takes/${take.number}/restore`)),
    ],
    models: (model) => {
      const as = h('input', { value: `${model.name} 2`.slice(0, 64), 'aria-label': `Restore ${model.name} under the name`, class: 'keep-as' });
      return [
        h('span', { class: 'd-grow' }, model.name, model.copies > 1 ? h('span', { class: 'd-soft d-small' }, ` ${model.copies} of this name; the last deleted comes first`) : null),
        model.taken && h('span', { class: 'd-soft d-small' }, 'There is one of this name again; restore it as'), model.taken && as,
        restore(model.name, () => post('/library/deleted/restore', { name: model.name, new: model.taken ? as.value : null })),
      ];
    },
  };
  const restore = (name, act) => h('button', {
    type: 'button', class: 'd-button', 'aria-label': `Restore ${name}`, onclick: () => attempt(async () => { await act(); await restored(`${name} is back`); }),
  }, icon('undo'), 'Restore');

  const show = () => attempt(async () => {
    const [lying, bytes] = await Promise.all([get(`${path}/deleted`), room()]);
    const empty = h('button', { type: 'button', class: 'd-button', onclick: () => confirmed(empty, `Remove ${counted(lying.length, noun)} for good?`, 'Remove for good', () => attempt(async () => {
      const freed = await post(`${path}/deleted/empty`);
      tell(`${size(freed.bytes)} are free again`);
      await show();
    })) }, icon('bin'), 'Empty the bin');
    clear(body, lying.length
      ? [
        h('ul', { class: 'keep-lying' }, lying.map((one) => h('li', { class: 'd-row' }, lineOf[kind](one)))),
        h('div', { class: 'd-row d-between keep-foot' }, h('span', { class: 'd-soft' }, `These need ${size(bytes)}.`), empty),
      ]
      : h('p', { class: 'd-soft' }, 'The bin is empty.'));
    body.closest('dialog')?.querySelector('li button, button')?.focus();
  });
  show();
}
