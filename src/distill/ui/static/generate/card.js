// One take that was made: heard, judged, and sent on.

import { h, icon, iconButton, set, time } from '../base/dom.js';
import { attempt, post, say, sentence, showTab, tell } from '../base/talk.js';
import { wave } from '../base/wave.js';
import { gauge } from './gauge.js';

// card(made, { goOn(source, title), gone(), back() }) -> element
export function card(made, { goOn, gone, back }) {
  const { take, title } = made, source = { take };
  const heard = wave({ sound: made.sound, seconds: made.seconds, label: title, height: 52 });
  const star = iconButton('star', 'Star', () => attempt(async () => {
    made.starred = (await post(`/takes/${take}/star`, { starred: !made.starred })).starred;
    shine();
    say('takes');
  }), { class: 'd-button d-quiet d-star' });
  const shine = () => set(star, { 'aria-pressed': String(made.starred), title: made.starred ? 'Take the star away' : 'Star it: starred takes never make room for new ones' });
  const open = (slot) => attempt(async () => { await showTab('dna'); say('open', { slot, source, title }); });
  const away = () => attempt(async () => {
    await post(`/takes/${take}/delete`);
    heard.stop();
    element.remove();
    gone();
    say('takes');
    const note = tell(`${title} was moved to the bin`);
    note.insertBefore(h('button', { type: 'button', class: 'd-button', onclick: () => attempt(async () => {
      await post(`/takes/${take}/restore`);
      note.remove();
      await back();
      say('takes');
    }) }, icon('undo'), 'Undo'), note.lastChild);
  });
  const named = (label, text, onclick, attributes = {}) => h('button', { type: 'button', class: 'd-button', 'aria-label': `${label}: ${title}`, onclick, ...attributes }, text);
  const element = h('article', { class: 'd-card g-card', 'aria-label': title, dataset: { path: made.path } },
    h('div', { class: 'd-row d-between' },
      h('div', { class: 'd-row' }, h('h3', { class: 'd-subtitle' }, title), h('span', { class: 'd-soft d-num' }, `${time(made.seconds)} · seed ${made.seed}`), !made.complete && h('span', { class: 'g-badge' }, 'stopped early')),
      take !== null && h('div', { class: 'd-row g-actions' },
        star,
        named('Open in the DNA editor as sound A', 'Open in A', () => open('A')), named('Open in the DNA editor as sound B', 'B', () => open('B'), { title: 'Open in the DNA editor as sound B' }),
        named('Go on from', 'Go on from it', () => goOn(source, title), { title: 'The next sound begins with this one' }),
        named('Export', 'Export', () => say('export', { source, title })),
        iconButton('bin', `Delete ${title}`, away))),
    heard, gauge(made),
    h('details', { class: 'd-small' }, h('summary', { class: 'd-soft' }, 'All that was measured, and where it is'),
      h('ul', { class: 'g-said' }, ...made.sentences.map((text) => h('li', {}, sentence(text))), h('li', {}, take === null ? '' : `Take ${take} of the history. `, 'File: ', h('span', { class: 'd-mono' }, made.path)))),
  );
  shine();
  return element;
}
