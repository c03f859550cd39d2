// Blind comparisons so far: which takes keep winning.

import { clear, h } from '../base/dom.js';
import { dialog } from '../base/dialog.js';
import { attempt, get } from '../base/talk.js';
import { moment } from './words.js';

export function votes() {
  const body = h('section', {});
  dialog('Blind comparisons', {}, body);
  attempt(async () => {
    const { comparisons, wins, sentences } = await get('/takes/votes');
    const voted = comparisons.filter((one) => one.vote !== null);
    const ranked = [...wins].sort((a, b) => b.won / b.of - a.won / a.of || a.take - b.take);
    const table = (head, rows) => h('table', { class: 'd-table d-num' },
      h('thead', {}, h('tr', {}, head.map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell) => h('td', {}, cell))))));
    clear(body,
      sentences.map((line) => h('p', { class: 'd-bad' }, line)),
      voted.length
        ? [
          table(['Take', 'Preferred'], ranked.map(({ take, won, of }) => [`take ${take}`, `${won} of ${of}`])),
          h('h3', { class: 'd-subtitle compare-past' }, 'All votes'),
          table(['When', 'X', 'Y', 'Preferred', 'Why'], voted.map((one) => [moment(one.voted), `take ${one.x}`, `take ${one.y}`, one.winner === null ? 'neither' : `take ${one.winner}`, one.note])),
        ]
        : h('p', { class: 'd-soft' }, 'There is no vote yet: tick two takes, compare them blind, and say which is better.'));
  });
}
