// Generate: what to make on the left, what was made on the right.

import { addHelp } from '../bar/help.js';
import { clear, h, set } from '../base/dom.js';
import { attempt, get, hear, post, say, showTab, tell } from '../base/talk.js';
import { beginning } from './beginning.js';
import { card } from './card.js';
import { knobs } from './knobs.js';
import { making } from './making.js';
import { presets } from './presets.js';
import { asked, usual, withPreset } from './settings.js';
import { steering } from './steering.js';

const MOST_SEED = 1_000_000;
const PAUSE = 250; // ms before the outlook is asked for again

addHelp('Generate', [
  ['Enter in a field', 'Generate'],
  ['A curve: ← →', 'Choose a point; with Shift move it in time'],
  ['A curve: ↑ ↓', 'Change the amount; with Shift in larger steps'],
  ['A curve: Enter, Delete', 'Add a point, take the chosen one away'],
]);

export function mount(element) {
  attempt(async () => build(element, await get('/generate')));
}

function build(element, start) {
  const state = usual();
  const part = { knobs: knobs(state, start.slider, touched), steering: steering(state, start.words, touched), beginning: beginning(state, () => {}) };
  part.presets = presets(state, (settings) => { Object.assign(state, withPreset(state, settings)); show(); });
  const number = (id, label, attributes, key, after = () => {}) => {
    const field = h('input', { type: 'number', id, class: 'g-number', ...attributes, onchange: () => { if (field.value !== '') { after(Number(field.value)); state[key] = Number(field.value); } update(); } });
    return { element: h('label', { class: 'd-row g-nowrap', for: id }, label, field), show: () => { field.value = state[key]; } };
  };
  const seconds = number('g-seconds', 'Length', { min: 0.1, max: 1800, step: 'any', title: 'Seconds, up to half an hour' }, 'seconds', (next) => { if (next > 0) part.steering.stretch(next); part.presets.leave(); });
  const count = number('g-count', 'Takes', { min: 1, max: 200, title: 'How many at once; each has the next seed' }, 'count');
  const seed = number('g-seed', 'Seed', { min: 0, step: 1, title: 'The same seed and settings make the same sound' }, 'seed');
  const guardSeconds = number('g-guard-seconds', h('span', { class: 'd-hidden-text' }, 'Longest copied stretch in seconds'), { min: 0.1, step: 0.1 }, 'guardSeconds');
  const partSeconds = number('g-part', 'Parts of', { min: 0.05, max: 30, step: 0.05, title: 'Seconds of a part, at least; it ends at an attack' }, 'partSeconds');
  const check = (id, label, key, title) => {
    const box = h('input', { type: 'checkbox', id, title, onchange: () => { state[key] = box.checked; update(); } });
    return { element: h('label', { class: 'd-row g-nowrap', for: id, title }, box, label), show: () => { box.checked = state[key]; } };
  };
  const guard = check('g-guard', 'Copy nothing longer than', 'guard', 'The novelty guard: copied stretches stay below this length');
  const another = check('g-another', 'another one each time', 'another', 'After each run the seed moves on');
  const ways = [[false, 'Drawn by the model'], [true, 'Collage']].map(([collage, text]) => h('button', { type: 'button', class: 'd-button', title: collage ? 'Parts of your sounds, cut at their attacks, in another order' : 'New sound, step by step', onclick: () => { state.collage = collage; update(); } }, text));
  const arrange = h('select', { id: 'g-arrange', onchange: () => { state.arrange = arrange.value; update(); } }, h('option', { value: 'shuffle' }, 'shuffled'), h('option', { value: 'template' }, 'as a template'));
  const template = h('input', { id: 'g-template', class: 'g-template', maxlength: 2000, spellcheck: 'false', 'aria-label': 'Template', title: 'One letter a part; the same part for the same letter', onchange: () => { state.template = template.value.trim(); } });
  const also = h('p', { class: 'd-small d-soft' });
  const outlook = h('div', { class: 'd-small g-outlook', 'aria-live': 'polite' });
  const go = h('button', { type: 'submit', class: 'd-button d-primary g-go' }, 'Generate');
  const fold = (title, hint, ...children) => h('details', { class: 'g-fold' }, h('summary', {}, title, h('span', { class: 'd-small d-soft' }, hint)), ...children);
  const steered = fold('Steering', 'brightness, density … over time', part.steering.element);
  const drawn = h('div', { class: 'd-column' }, part.knobs.element, also, steered);
  const collage = h('div', { class: 'd-column g-tight' }, h('p', { class: 'd-small d-soft' }, 'Nothing is drawn: parts of your sounds, cut at their attacks, are put into another order.'),
    h('div', { class: 'd-row' }, h('label', { for: 'g-arrange' }, 'Order'), arrange, template), h('div', { class: 'd-row' }, partSeconds.element, h('span', { class: 'd-soft' }, 's or more')));
  const guarded = h('div', { class: 'd-row g-nowrap' }, guard.element, guardSeconds.element, h('span', { class: 'd-soft' }, 's'));
  const form = h('form', { class: 'd-card g-form', novalidate: true, 'aria-label': 'What to make', onsubmit: (event) => { event.preventDefault(); begin(); } },
    h('div', { class: 'g-settings d-column' },
      part.presets.element,
      h('div', { class: 'd-row g-basics' }, seconds.element, h('span', { class: 'd-soft g-unit' }, 's'), count.element),
      h('div', { class: 'd-row', role: 'group', 'aria-label': 'How' }, ...ways),
      drawn, collage,
      h('div', { class: 'd-column g-tight g-line' }, h('label', { for: 'g-prefix' }, 'Begin from'), part.beginning.element),
      guarded,
      h('div', { class: 'd-row' }, seed.element, h('button', { type: 'button', class: 'd-button', onclick: () => { state.seed = Math.floor(Math.random() * MOST_SEED); update(); } }, 'New seed'), another.element)),
    h('div', { class: 'g-foot d-column g-tight' }, outlook, go));
  const list = h('div', { class: 'd-column g-list' });
  const empty = h('div', { class: 'd-card d-empty' }, h('p', {}, 'Press Generate: each new sound appears here, ready to be heard, judged and edited.'));
  const run = making({ made: showMade, ended });
  const none = h('div', { class: 'd-card d-empty', hidden: true });
  const page = h('div', { class: 'g-page' }, form, h('div', { class: 'd-column' }, run.element, h('h2', { class: 'd-hidden-text' }, 'What was made'), empty, list));
  clear(element, h('div', {}, page, none));

  let asking = 0;
  function touched() { part.presets.leave(); }
  function show() {
    for (const name of ['knobs', 'steering', 'beginning']) part[name].show();
    update();
  }
  // All but the parts that somebody may be drawing in.
  function update() {
    for (const field of [seconds, count, seed, guardSeconds, partSeconds, guard, another]) field.show();
    ways.forEach((way, index) => set(way, { 'aria-pressed': String(state.collage === Boolean(index)) }));
    set(drawn, { hidden: state.collage }); set(guarded, { hidden: state.collage }); set(collage, { hidden: !state.collage });
    arrange.value = state.arrange; template.value = state.template;
    set(template, { hidden: state.arrange === 'shuffle' });
    const besides = Object.entries(state.sampling).map(([name, value]) => `${name.replace('_', ' ')} ${value}`);
    also.textContent = `The preset also sets ${besides.join(', ')}.`;
    set(also, { hidden: !besides.length });
    if (Object.keys(state.steering).length) steered.open = true;
    go.textContent = state.count > 1 ? `Generate ${state.count} takes` : 'Generate';
    clearTimeout(asking);
    asking = setTimeout(look, PAUSE);
  }
  const look = () => attempt(async () => {
    const told = await get(`/generate/outlook?seconds=${encodeURIComponent(state.seconds)}`);
    set(page, { hidden: !told.possible }); set(none, { hidden: told.possible });
    if (told.possible) clear(outlook, told.sentences.map((text) => h('p', {}, text)));
    else clear(none, h('p', {}, told.model ? told.sentences[0] : 'There is no model yet: train one on your sounds first, then it can make new ones.'),
      h('button', { type: 'button', class: 'd-button d-primary', onclick: () => showTab('train') }, 'Sounds & Train'));
  });
  const begin = () => attempt(async () => {
    go.disabled = true;
    try { run.watch((await post('/generate', asked(state))).job); } catch (error) { go.disabled = false; throw error; }
  });
  function showMade(cards) {
    const there = new Set([...list.children].map(({ dataset }) => dataset.path));
    for (const made of cards) if (!there.has(made.path)) list.prepend(card(made, { goOn, gone: settle, back: again }));
    settle();
  }
  const again = async () => { const { made } = await get('/generate'); clear(list); showMade(made.reverse()); };
  const settle = () => set(empty, { hidden: list.childElementCount > 0 });
  function ended(job, problem) {
    go.disabled = false;
    if (problem) tell(problem, 'problem');
    if (!job) return;
    if (state.another && job.made.length) { state.seed += job.made.length; update(); }
    if (job.made.length) say('takes');
  }
  function goOn(source, title) {
    state.prefix = { source, title };
    part.beginning.show();
    tell(`The next sound goes on from ${title}`);
    document.getElementById('g-prefix').focus();
  }
  hear('prefix', ({ source, title }) => goOn(source, title));
  hear('model', update);
  hear('models', update);
  hear('takes', () => attempt(part.beginning.refresh));
  show();
  showMade([...start.made].reverse());
  attempt(part.presets.refresh);
  attempt(part.beginning.refresh);
  if (start.running !== null) { go.disabled = true; run.watch(start.running); }
}
