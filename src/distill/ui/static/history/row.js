// One take of the history: heard, named, starred, noted, opened; what else is known of it unfolds below.

import { clear, h, icon, iconButton, set, time } from '../base/dom.js';
import { attempt, post, say, showTab } from '../base/talk.js';
import { wave } from '../base/wave.js';
import { details } from './details.js';
import { level, moment } from './words.js';

// row(take, { chosen, choose, gone, changed }) -> element; a damaged take says so and can be deleted.
export function row(take, actions) {
  const label = take.damaged ? `take ${take.number}` : `“${take.title}”, take ${take.number}`;
  const more = h('div', { class: 'take-more', id: `take-${take.number}-more`, hidden: true });
  const unfold = iconButton('more', `More on ${label}`, () => {
    more.hidden = !more.hidden;
    unfold.setAttribute('aria-expanded', String(!more.hidden));
    if (!more.hidden && !more.childElementCount) clear(more, details(take, label, actions));
  }, { 'aria-expanded': 'false', 'aria-controls': more.id });
  const element = h('li', { class: 'take', dataset: { take: take.number } });
  if (take.damaged) {
    element.append(h('div', { class: 'take-line' },
      h('span', {}), h('span', { class: 'take-nothing d-bad' }, 'Damaged'), h('span', {}, take.damaged),
      iconButton('bin', `Delete ${label}`, () => actions.remove(take))));
    return element;
  }
  const choice = h('input', { type: 'checkbox', 'aria-label': `Compare ${label}`, title: 'Choose it to compare', checked: actions.chosen(take), onchange: () => actions.choose(take, choice.checked) });
  element.unchoose = () => { choice.checked = false; };
  const heard = take.sound
    ? wave({ sound: take.sound, seconds: take.seconds, label, height: 44 })
    : h('span', { class: 'take-nothing d-soft', title: 'Only its codes were kept; “Make it again” makes its sound' }, 'codes only');
  const star = h('button', {
    type: 'button', class: 'd-button d-quiet d-star', 'aria-pressed': String(take.starred), 'aria-label': `Star for ${label}`, title: 'A take with a star never makes room for new ones',
    onclick: () => attempt(async () => {
      const now = await post(`/takes/${take.number}/star`, { starred: star.getAttribute('aria-pressed') !== 'true' });
      take.starred = now.starred;
      star.setAttribute('aria-pressed', String(now.starred));
      actions.changed(take);
    }),
  }, icon('star'));
  const note = h('input', {
    class: 'take-note', value: take.note, placeholder: 'Add a note', 'aria-label': `Note on ${label}`, maxlength: 1000,
    onkeydown: (event) => { if (event.key === 'Enter') note.blur(); if (event.key === 'Escape') { note.value = take.note; note.blur(); } },
    onchange: () => attempt(async () => {
      const now = await post(`/takes/${take.number}/note`, { note: note.value });
      take.note = now.note;
      set(note, { value: now.note });
      actions.changed(take);
    }),
  });
  const open = (slot) => h('button', {
    type: 'button', class: 'd-button', 'aria-label': `Open ${label} as sound ${slot} of the editor`, title: `Open it as sound ${slot} of the editor`,
    onclick: async () => { await showTab('dna'); say('open', { slot, source: { take: take.number } }); },
  }, slot);
  const about = [
    take.complete ? take.verb : `${take.verb}, stopped early`, take.model, moment(take.created), time(take.seconds),
    level(take.loudness, take.loudness_unit),
  ];
  element.append(
    h('div', { class: 'take-line' },
      choice, heard,
      h('div', { class: 'take-text' },
        h('p', { class: 'take-title' }, h('span', { class: 'take-name' }, take.title), h('span', { class: 'd-soft d-small d-num' }, `#${take.number}`)),
        h('p', { class: 'd-soft d-small d-num' }, about.filter(Boolean).join(' · ')),
        note),
      h('div', { class: 'take-actions' },
        star,
        h('span', { class: 'take-open', role: 'group', 'aria-label': 'Open in the editor' }, h('span', { class: 'd-soft d-small', 'aria-hidden': 'true' }, 'Open in'), open('A'), open('B')),
        iconButton('down', `Export ${label}`, () => say('export', { source: { take: take.number }, title: take.title })),
        unfold)),
    more);
  return element;
}
