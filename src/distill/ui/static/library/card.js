// One model as a card: what it was trained on, how it turned out, and what can be done with it.

import { h, icon, iconButton, time } from '../base/dom.js';
import { attempt, post, say, tell } from '../base/talk.js';
import { moment, size } from '../history/words.js';
import { details } from './details.js';
import { healthOf, saidOf, tierOf } from './model_words.js';

export function card(model, actions) {
  const heading = h('h3', { class: 'd-subtitle model-name' }, model.name);
  const remove = iconButton('bin', `Delete ${model.name}`, () => removed(model.name, actions.changed), { title: 'To the bin; it can be restored' });
  if (model.damaged) {
    return h('li', { class: 'd-card model-card model-damaged' },
      h('div', { class: 'd-row d-between' }, heading, h('span', { class: 'd-small d-bad model-flag' }, 'Damaged')),
      h('p', { class: 'd-small model-why' }, model.damaged),
      h('div', { class: 'd-row model-deeds' }, h('span', { class: 'd-grow' }), remove));
  }
  const { figures, lines } = model;
  const levels = healthOf(figures);
  return h('li', { class: 'd-card model-card' },
    h('div', { class: 'd-row d-between' }, heading, model.current ? h('span', { class: 'd-small model-flag model-current' }, '✓ In use') : null),
    h('p', { class: 'd-soft d-small' }, [
      figures.num_sounds === null ? null : `${figures.num_sounds} ${figures.num_sounds === 1 ? 'sound' : 'sounds'}`, time(figures.collection_seconds), tierOf(figures.tier),
      moment(figures.created), size(model.bytes),
    ].filter(Boolean).join(' · ')),
    h('dl', { class: 'model-facts' },
      h('dt', {}, 'Health'), h('dd', {}, levels.length
        ? h('span', { class: 'model-levels', role: 'img', 'aria-label': levels.map((one) => one.said).join('; ') }, levels.map((one) => h('span', { class: `model-level d-${one.grade}`, title: one.said }, one.mark)))
        : 'not measured', levels.length ? h('span', {}, ` ${healthSaid(levels)}`) : null),
      h('dt', {}, 'Own sounds'), h('dd', {}, saidOf(lines, 'Quality on its own sounds')),
      h('dt', {}, 'New sound'), h('dd', {}, figures.prior ? saidOf(lines, 'New sound').split('; ')[0] : 'none')),
    figures.tags.length ? h('p', { class: 'd-row model-own-tags' }, figures.tags.map((tag) => h('span', { class: 'model-chip' }, tag))) : null,
    h('div', { class: 'd-row model-deeds' },
      model.current ? null : h('button', { type: 'button', class: 'd-button', 'aria-label': `Use ${model.name}`, onclick: () => say('choose-model', { name: model.name }) }, 'Use it'),
      h('button', { type: 'button', class: 'd-button', 'aria-label': `Details of ${model.name}`, onclick: () => details(model, actions.changed) }, 'Details'),
      h('span', { class: 'd-grow' }),
      iconButton('down', `Download ${model.name}`, () => download(model.name), { title: 'Save a copy of its file' }),
      remove));
}

const healthSaid = (levels) => {
  const worst = ['bad', 'fair', 'good'].find((grade) => levels.some((one) => one.grade === grade));
  return { good: 'healthy', fair: 'usable', bad: 'some levels nearly empty' }[worst];
};

export const removed = (name, changed) => attempt(async () => {
  await post('/library/delete', { name });
  const note = tell(`${name} is in the bin`);
  note.insertBefore(h('button', { type: 'button', class: 'd-button', onclick: () => attempt(async () => {
    await post('/library/deleted/restore', { name });
    note.remove();
    changed();
    say('models');
  }) }, icon('undo'), 'Undo'), note.lastChild);
  changed();
  say('models');
});

export const download = (name) => attempt(async () => {
  const { address, file } = await post('/library/export', { name });
  h('a', { href: address, download: file }).click();
});
