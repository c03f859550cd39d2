// A run under way: what it does, how long it will take, stopping it; and its takes as they come.

import { h, set, time } from '../base/dom.js';
import { progressBar } from '../base/progress.js';
import { attempt, follow, post, sentence } from '../base/talk.js';
import { secondsLeft } from './settings.js';

const TASKS = { generate: 'Drawing', decode: 'Making sound of', encode: 'Reading the beginning of' };

// making({ made(cards), ended(job) }) -> { element, watch(number) }
export function making({ made, ended }) {
  const said = h('span', { class: 'd-num' });
  const progress = progressBar('New sound');
  const stop = h('button', { type: 'button', class: 'd-button' }, 'Stop and keep');
  const live = h('span', { class: 'd-hidden-text', 'aria-live': 'polite' });
  const element = h('section', { class: 'd-card d-column g-tight', 'aria-label': 'Being made', hidden: true }, h('div', { class: 'd-row d-between' }, said, stop), progress, live);
  let began = 0, task = '', before = -1;

  function show(job) {
    const { progress: now, count } = job, at = job.made.length + 1;
    if (task !== `${now.task} ${at}`) { task = `${now.task} ${at}`; began = performance.now(); live.textContent = at <= count ? `Take ${at} of ${count}` : ''; }
    const share = now.total ? now.done / now.total : 0;
    const left = secondsLeft({ done: now.done, total: now.total, seconds: (performance.now() - began) / 1000 });
    const many = count > 1 ? `take ${Math.min(at, count)} of ${count}` : 'new sound';
    said.textContent = job.stopping ? 'Stopping; what is there is kept.'
      : `${TASKS[now.task] ?? 'Preparing'} ${many}${now.total ? `: ${now.unit === 'steps' ? `step ${now.done} of ${now.total}` : `${Math.round(share * 100)} %`}` : ' …'}${left === null ? '' : `, ${time(left)} left`}`;
    progress.show(share);
    stop.disabled = job.stopping;
    if (job.made.length !== before) { before = job.made.length; made(job.made); }
  }
  async function watch(number) {
    set(element, { hidden: false });
    said.textContent = 'Preparing …';
    before = 0;
    stop.onclick = () => attempt(() => post(`/jobs/${number}/stop`));
    const job = await attempt(() => follow(number, show, 250, '/generate/runs'));
    set(element, { hidden: true });
    live.textContent = !job || job.error ? '' : job.made.length === 1 ? 'One new take.' : `${job.made.length} new takes.`;
    ended(job, job?.error ? sentence(job.error) : '');
  }
  return { element, watch };
}
