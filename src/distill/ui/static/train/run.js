// A training: how far it is, how good it is, what can be done about it; and what came of it.

import { clear, h, icon } from '../base/dom.js';
import { progressBar } from '../base/progress.js';
import { attempt, get, post, say, sentence, showTab } from '../base/talk.js';
import { curves } from './curves.js';
import { health } from './health.js';
import { previews } from './previews.js';
import { PARTS, position, spokenTime } from './words.js';

const HEADLINES = {
  starting: (name) => `Training “${name}” is starting`, running: (name) => `Training “${name}”`, paused: (name) => `“${name}” is paused`,
  stopping: (name) => `Saving “${name}”, then stopping`, done: (name) => `The model “${name}” is ready`, stopped: (name) => `“${name}” was stopped`,
  failed: (name) => `“${name}” could not go on`, killed: (name) => `“${name}” was interrupted`,
};
const REMARKS = {
  paused: 'It waits, and takes no time from its budget.',
  stopping: 'What it has reached is saved first; this can take a moment.',
  stopped: 'What it had reached is saved: it goes on from there, whenever you like.',
  killed: 'Its process ended from outside. It goes on from its last save, at most a minute before.',
};
export const active = (state) => ['starting', 'running', 'paused', 'stopping'].includes(state);

// runCard({ onview(view), onagain(name) }) -> element with .show(run)
export function runCard({ onview, onagain }) {
  const headline = h('h2', { class: 'd-title' }), remark = h('p', { class: 'd-soft' });
  const buttons = h('div', { class: 'd-row' });
  const steps = h('ol', { class: 'train-steps' });
  const far = progressBar('This part of the training', { kind: 'train-progress' });
  const where = h('p', { class: 'd-num d-soft' });
  const result = h('div', { class: 'd-column' });
  const messages = h('ul', { class: 'train-messages d-small' });
  const curve = curves(), levels = health(), heard = previews();
  const live = h('div', { class: 'd-column' }, steps, far, where);
  const element = h('section', { class: 'd-card d-column train-run', 'aria-label': 'Training', hidden: true },
    h('div', { class: 'd-row d-between' }, h('div', { role: 'status' }, headline, remark), buttons),
    live, result, h('div', { class: 'train-parts' }, curve, levels, heard),
    h('details', { class: 'train-more' }, h('summary', {}, 'What it said'), messages));
  let shown = '', said = '';

  const act = (what) => () => attempt(async () => onview(await post(`/training/do/${what}`)));
  const button = (label, onclick, kind = '') => h('button', { type: 'button', class: `d-button ${kind}`, onclick }, label);

  function choices(run) {
    switch (run.state) {
      case 'starting': case 'running': return [button([icon('pause'), 'Pause'], act('pause')), button([icon('stop'), 'Stop and save'], act('stop'))];
      case 'paused': return [button([icon('play'), 'Go on'], act('unpause'), 'd-primary'), button([icon('stop'), 'Stop and save'], act('stop'))];
      case 'stopping': return [button('Stop at once', act('kill'))];
      case 'done': return [button('Close', act('clear'))];
      default: return [button('Go on', act('go-on'), 'd-primary'), button('Start afresh', () => { act('clear')(); onagain(run.name); }), button('Close', act('clear'))];
    }
  }

  // What is ready, in the words of its card.
  function finished(run) {
    const { result: end } = run;
    const minutes = h('input', { type: 'number', class: 'train-number', id: 'train-longer', min: '0.5', max: '10080', step: '0.5', value: '10' });
    const rows = end.card.slice(1).map((line) => line.split(/: (.*)/s)).filter(([term, text]) => text && text !== 'not measured.' && !/^(Health|Fingerprint|Made)/.test(term));
    const ill = run.health.filter((level) => level.verdict !== 'green').length;
    return [
      end.early ? h('p', {}, 'It ended before its time, because nothing got better any more.') : null,
      h('dl', { class: 'd-terms' }, rows.flatMap(([term, text]) => [h('dt', {}, term), h('dd', {}, sentence(text))]),
        h('dt', {}, 'Entries'), h('dd', {}, ill ? `${ill} of ${run.health.length} levels use few of their entries; fewer entries would suit these sounds.` : 'All levels use their entries well.')),
      end.left_out.length ? h('p', { class: 'd-soft d-small' }, `Left out: ${end.left_out.map(({ name }) => name).join(', ')}.`) : null,
      h('div', { class: 'd-row' },
        h('button', { type: 'button', class: 'd-button d-primary', onclick: () => toEditor(end.name) }, 'Open in the DNA editor'),
        h('button', { type: 'button', class: 'd-button', onclick: () => toGenerate(end.name) }, 'Make new sound'),
        h('span', { class: 'd-grow' }),
        h('label', { class: 'd-row', for: minutes.id }, 'Minutes more'), minutes,
        h('button', { type: 'button', class: 'd-button', onclick: () => attempt(async () => onview(await post('/training/longer', { name: end.name, minutes: Number(minutes.value) || null }))) }, 'Train longer')),
    ];
  }
  const toEditor = (name) => attempt(async () => {
    const opens = await get('/training/opens');
    say('choose-model', { name });
    await showTab('dna');
    for (const n of [1, 0]) if (opens[n]) say('open', { slot: 'AB'[n], source: { media: opens[n].media } }); // A last: it is in hand
  });
  const toGenerate = (name) => attempt(async () => {
    say('choose-model', { name });
    await showTab('generate');
  });

  function showLive(run) {
    const { progress } = run;
    clear(steps, PARTS.map((words, n) => h('li', { class: n === run.part ? 'train-now' : n < run.part ? 'train-past' : '', 'aria-current': n === run.part ? 'step' : false }, n < run.part ? h('span', { 'aria-hidden': 'true', class: 'd-good' }, '✓ ') : null, words)));
    far.show(progress?.total ? progress.done / progress.total : 0);
    where.textContent = [position(progress), progress?.seconds_left ? `about ${spokenTime(progress.seconds_left)} left in this part` : '', `${spokenTime(run.seconds)} so far`].filter(Boolean).join(' · ');
  }

  element.show = (run) => {
    element.hidden = run.state === 'none';
    if (element.hidden) { shown = ''; return; }
    const key = `${run.state} ${run.name}`;
    if (key !== shown) {
      shown = key;
      const focused = buttons.contains(document.activeElement);
      headline.textContent = HEADLINES[run.state](run.name);
      remark.textContent = REMARKS[run.state] ?? '';
      if (run.state === 'failed') remark.textContent = sentence(run.error);
      clear(buttons, choices(run));
      if (focused) buttons.firstChild?.focus();
      clear(result, run.state === 'done' ? finished(run) : []);
    }
    live.hidden = !active(run.state);
    if (!live.hidden) showLive(run);
    curve.show(run.curve);
    levels.show(run.health);
    heard.show(run.previews);
    const talk = run.messages.join('\n');
    if (talk !== said) { said = talk; clear(messages, run.messages.map((text) => h('li', {}, sentence(text)))); }
  };
  return element;
}
