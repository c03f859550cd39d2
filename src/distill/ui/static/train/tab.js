// Sounds & Train: bring sounds, look at them, train on them.

import { addHelp } from '../bar/help.js';
import { h } from '../base/dom.js';
import { attempt, follow, get, hear, post, say } from '../base/talk.js';
import { dropZone } from './drop.js';
import { active, runCard } from './run.js';
import { settings } from './settings.js';
import { soundList } from './sounds.js';
import { unfinishedList } from './unfinished.js';
import { freeName } from './words.js';

const DEMO_MINUTES = 3;
const OFTEN = 1000, SELDOM = 5000; // milliseconds between two looks at the training

addHelp('Sounds & Train', [
  ['Draft, Standard', 'How much time a training may take: minutes, or up to an hour.'],
  ['Trim', 'Use a part of a sound. On the handles: arrows move by 0.05 s, Page keys by 1 s, Home and End to the ends.'],
  ['Entries in use', 'Green above 70 %, yellow above 30 %; in the red Distill makes the codebooks smaller by itself.'],
]);

export function mount(element) {
  let list = { told: 0, sources: [], sounds: [], refused: [], used: 0, seconds: 0 }, view = null, following = 0, was = '';
  const zone = dropZone({ onjob: look });
  const looking = h('p', { class: 'd-soft d-small', role: 'status' });
  const sounds = soundList(take);
  const over = h('button', { type: 'button', class: 'd-button d-quiet', title: 'Empties this list; no file is removed', onclick: () => attempt(async () => { following++; looking.textContent = ''; take(await post('/training/sounds/clear')); }) }, 'Empty the list');
  const title = h('h2', { class: 'd-title' }, 'Sounds');
  const welcome = h('div', { class: 'train-welcome' },
    h('h2', { class: 'd-title' }, 'Bring 5 to 500 of your own sounds, and Distill learns to take them apart, change them and make new ones.'));
  const demo = h('div', { class: 'd-row train-demo' }, h('span', { class: 'd-soft' }, 'Nothing at hand?'),
    h('button', { type: 'button', class: 'd-button d-primary', onclick: tryDemo }, 'Try the built-in collection'),
    h('span', { class: 'd-soft d-small' }, `Twelve sounds made by formula; training takes about ${DEMO_MINUTES} minutes.`));
  const form = settings(see);
  const run = runCard({ onview: see, onagain: form.afresh });
  const unfinished = unfinishedList({ onview: see });
  const bring = h('section', { class: 'd-card d-column', 'aria-label': 'Sounds' }, h('div', { class: 'd-row d-between' }, title, over), welcome, zone, demo, looking, sounds);
  const side = h('div', { class: 'd-column' }, form, unfinished);
  const columns = h('div', { class: 'train-columns' }, bring, side);
  element.append(h('div', { class: 'd-column train' }, run, columns));
  zone.takes(element);

  function take(newer) { if (newer.told > list.told) { list = newer; show(); } }
  function see(newer) {
    view = newer;
    const now = `${view.run.state} ${view.run.name}`;
    if (view.run.taken || (was && was !== now && view.run.state === 'done')) { say('models'); say('model', { name: view.run.result.name }); }
    was = now;
    show();
  }
  function show() {
    if (!view) return;
    const some = list.sources.length > 0, busy = active(view.run.state), first = !view.models.length && view.run.state === 'none';
    welcome.hidden = some || !first;
    demo.hidden = some || busy;
    title.hidden = !welcome.hidden;
    over.hidden = sounds.hidden = !some;
    zone.small(some);
    side.hidden = busy || (!some && !view.trainings.some((training) => !training.finished));
    form.hidden = busy || !some;
    columns.classList.toggle('train-alone', side.hidden);
    run.show(view.run);
    unfinished.show(view);
    if (some) sounds.show(list);
    form.show({ list, models: view.models, trainings: view.trainings });
  }

  // Follow the job that looks through the sounds; the list fills while it does.
  async function look(job) {
    const mine = ++following;
    let fetched = 0;
    await attempt(async () => {
      const ended = await follow(job.job, ({ progress }) => {
        if (mine !== following) return;
        looking.textContent = progress.task === 'listen' ? `Listening to each sound: ${progress.done} of ${progress.total}` : 'Looking for sounds …';
        if (Date.now() - fetched > 900) { fetched = Date.now(); attempt(async () => { const newer = await get('/training/sounds'); if (mine === following) take(newer); }); }
      });
      if (mine !== following) return;
      following++; // whatever is still being fetched is older
      looking.textContent = ended.state === 'failed' ? ended.error : '';
      take(await get('/training/sounds'));
    });
  }
  function tryDemo() {
    attempt(async () => {
      const job = await post('/training/sounds/demo');
      await look(job);
      see(await post('/training/start', { name: freeName('demo', [...view.models, ...view.trainings.map((training) => training.name)]), minutes: DEMO_MINUTES }));
    });
  }

  const refresh = async () => see(await get('/training'));
  async function watch() {
    while (element.isConnected) {
      const shown = element.offsetParent !== null && !document.hidden;
      if (shown || active(view?.run.state)) { try { await refresh(); } catch { /* said when something is asked for */ } }
      await new Promise((resume) => setTimeout(resume, active(view?.run.state) ? OFTEN : SELDOM));
    }
  }
  hear('models', () => attempt(refresh));
  attempt(async () => {
    const known = await get('/training/sounds');
    take(known);
    await refresh();
    if (known.job !== null) look({ job: known.job });
    watch();
  });
}
