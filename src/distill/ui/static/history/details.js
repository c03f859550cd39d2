// What unfolds below a take: its recipe in words, and what else can be done with it.

import { clear, h, icon } from '../base/dom.js';
import { attempt, follow, get, post, say, showTab, tell } from '../base/talk.js';
import { wave } from '../base/wave.js';

export function details(take, label, actions) {
  const known = h('dl', { class: 'd-terms take-known' });
  const again = h('div', { class: 'take-again', 'aria-live': 'polite' });
  const button = (name, text, onclick, title) => h('button', { type: 'button', class: 'd-button', onclick, title }, icon(name), text);
  const copy = button('down', 'Copy these details', () => attempt(async () => {
    const lines = [...known.querySelectorAll('dt')].map((term) => `${term.textContent}: ${term.nextElementSibling.textContent}`);
    await copied([`${take.title} (take ${take.number})`, ...lines].join('\n'));
    tell('The details are copied');
  }));
  const replay = button('redo', 'Make it again', () => attempt(async () => {
    replay.disabled = true;
    clear(again, h('p', { class: 'd-soft' }, 'It is made again from its codes…'));
    try {
      const { job } = await post(`/takes/${take.number}/replay`);
      const { state, result, error } = await follow(job, () => {}, 150);
      if (state !== 'done') { clear(again, h('p', { class: 'd-bad' }, error)); return; }
      const verdict = result.same === true ? '✓ The same as then, bit for bit.' : result.same === false ? 'Not bit for bit the same.' : 'Made.';
      clear(again, h('p', { class: result.same === false ? 'd-fair' : 'd-good' }, verdict),
        wave({ sound: result.sound, seconds: result.seconds, label: `${label}, made again`, height: 36 }),
        result.same === true ? null : h('p', { class: 'd-soft d-small' }, result.sentences.at(-1)));
    } finally { replay.disabled = false; }
  }), 'From its codes, as it was made then; tells whether it is the same bit for bit');
  attempt(async () => {
    const { details: rows, won, of } = await get(`/takes/${take.number}/details`);
    if (of) rows.push(['Blind comparisons', `preferred in ${won} of ${of}`]);
    clear(known, rows.flatMap(([term, said]) => [h('dt', {}, term), h('dd', {}, said)]));
  });
  return h('div', { class: 'take-details' },
    known,
    h('div', { class: 'take-deeds' },
      button('play', 'Go on from it', async () => { await showTab('generate'); say('prefix', { source: { take: take.number }, title: take.title }); }, 'Generate new sound that begins with this one'),
      replay,
      copy,
      button('bin', 'Delete', () => actions.remove(take), 'To the bin; it can be restored'),
      again));
}

// Where the page is not on this machine there is no clipboard for scripts; a selected text can still be copied.
async function copied(text) {
  if (navigator.clipboard) { await navigator.clipboard.writeText(text); return; }
  const field = document.body.appendChild(h('textarea', { value: text, 'aria-label': 'Details' }));
  field.select();
  document.execCommand('copy');
  field.remove();
}
