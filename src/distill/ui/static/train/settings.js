// What is asked of a training: name, time, and below "More choices" the sizes, each with a sentence on what it trades.

import { clear, h, set } from '../base/dom.js';
import { attempt, follow, post, sentence } from '../base/talk.js';
import { freeName, roughTime } from './words.js';

const TIERS = [
  ['draft', 'Draft', 'Minutes. Good for finding out what a collection can do.'],
  ['standard', 'Standard', 'Up to an hour. Closer to your sounds.'],
];
const PRIORS = [
  ['auto', 'Choose for me'], ['oracle', 'Recombine what is there'], ['ngram', 'Count what follows what'], ['mixture', 'Network and counts'],
  ['transformer', 'Network (Transformer)'], ['lstm', 'Network (LSTM)'], ['none', 'None: this model makes no new sound'],
];
const VARIATIONS = [
  ['gain', 'Level', 'louder and softer'], ['polarity', 'Polarity', 'the waveform upside down'], ['shift', 'Shift', 'starts between the steps'], ['eq', 'Tone', 'darker and brighter bands'],
  ['pitch', 'Pitch', 'up to two semitones'], ['time', 'Tempo', 'slower and faster'], ['noise', 'Noise', 'a little hiss'],
];
const KEPT = 'distill-train-form';
const LICENCE = 'Use only sounds that are yours or that you may use: a model can repeat them.';

// settings(onstart) -> element with .show({ list, models, trainings }); onstart(view) gets what the server says then
export function settings(onstart) {
  const name = h('input', { type: 'text', id: 'train-model-name', maxlength: '64', autocomplete: 'off', spellcheck: 'false', oninput: () => { named = true; check(); } });
  const replace = h('input', { type: 'checkbox', onchange: check });
  const taken = h('label', { class: 'd-row train-taken', hidden: true }, replace, h('span', {}));
  const tiers = TIERS.map(([value, label, words]) => {
    const radio = h('input', { type: 'radio', name: 'train-tier', value, onchange: propose, checked: value === 'draft' });
    const time = h('span', { class: 'd-soft d-small' });
    return { value, radio, time, element: h('label', { class: 'train-tier' }, radio, h('span', {}, h('strong', {}, label), ' ', h('span', { class: 'd-soft' }, words), h('br'), time)) };
  });
  const minutes = number('train-minutes', { min: '0.5', max: '10080', step: '0.5', placeholder: 'as the tier' });
  const size = h('select', { id: 'train-size', onchange: propose }, h('option', { value: '' }, 'Fit to the sounds'), [16, 32, 64, 128, 256, 512, 1024].map((entries) => h('option', { value: entries }, `${entries} entries`)));
  const levels = h('select', { id: 'train-levels', onchange: propose }, h('option', { value: '' }, 'Fit to the sounds'), [2, 3, 4, 5, 6, 7, 8].map((count) => h('option', { value: count }, `${count} levels`)));
  const prior = h('select', { id: 'train-prior', onchange: propose }, PRIORS.map(([value, label]) => h('option', { value }, label)));
  const seed = number('train-seed', { min: '0', max: '2147483647', step: '1', value: '0' });
  const variations = VARIATIONS.map(([value, label, words]) => {
    const box = h('input', { type: 'checkbox', checked: true, value, onchange: keep });
    return { box, element: h('label', { class: 'd-row', title: `During training: ${words}` }, box, label) };
  });
  const proposal = h('p', { class: 'd-soft d-small' });
  const estimated = h('p', { class: 'd-soft d-small', role: 'status' });
  const measure = h('button', { type: 'button', class: 'd-button', onclick: estimate }, 'Measure the time here');
  const start = h('button', { type: 'submit', class: 'd-button d-primary train-start' }, 'Start training');
  const why = h('p', { class: 'd-soft d-small', role: 'status' });
  let known = { list: { used: 0, sources: [] }, models: [], trainings: [] }, named = false, asked = 0;

  const choice = (label, control, trade, title) => h('div', { class: 'train-choice', title }, h('label', { for: control.id }, label), control, h('p', { class: 'd-soft d-small' }, trade));
  const element = h('form', { class: 'd-card d-column train-settings', 'aria-label': 'New training', onsubmit: (event) => { event.preventDefault(); begin(); } },
    h('h2', { class: 'd-title' }, 'Train a model'),
    h('div', { class: 'train-field' }, h('label', { for: name.id }, 'Name'), name, taken),
    h('fieldset', { class: 'train-plain d-column' }, h('legend', {}, 'How much time'), tiers.map((tier) => tier.element)),
    h('div', { class: 'd-row' }, measure, estimated),
    h('details', { class: 'train-more' }, h('summary', {}, 'More choices'),
      h('div', { class: 'd-column' },
        proposal,
        choice('Minutes', minutes, 'The whole time it may take, instead of the tier’s. More time: closer; after an hour it gains little.'),
        choice('Entries a level', size, 'More: closer to your sounds. Each is then rarer in them, and edits are less predictable.', 'codebook size'),
        choice('Levels', levels, 'Fewer: coarser sound, and grids that are simpler to edit.', 'levels of the residual quantizer'),
        choice('What makes new sound', prior, 'Few sounds are best recombined; networks need 10 or more, and take part of the time.', 'prior'),
        choice('Seed', seed, 'Another number gives another, equally good model.'),
        h('fieldset', { class: 'train-plain' }, h('legend', {}, 'Vary the sounds while training'), h('div', { class: 'd-row train-variations' }, variations.map((variation) => variation.element)),
          h('p', { class: 'd-soft d-small' }, 'Variety keeps a model from learning by heart. Switch off what must not change, such as Pitch for tuned sounds.')))),
    h('p', { class: 'd-small d-soft' }, LICENCE),
    start, why);

  function number(id, attributes) { return h('input', { type: 'number', id, class: 'train-number', onchange: propose, ...attributes }); }
  const whole = (control) => (control.value === '' ? null : Number(control.value));
  const sizes = () => ({ tier: tiers.find((tier) => tier.radio.checked).value, minutes: whole(minutes), codebook_size: whole(size), num_levels: whole(levels), prior: prior.value });

  // What a reload must not lose.
  function keep() {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...sizes(), name: named ? name.value : '', seed: seed.value, without: without() }));
  }
  const without = () => variations.filter(({ box }) => !box.checked).map(({ box }) => box.value);
  function recall() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(KEPT)); } catch { /* it is not ours */ }
    if (!kept) return;
    const tier = tiers.find(({ value }) => value === kept.tier);
    if (tier) tier.radio.checked = true;
    set(minutes, { value: kept.minutes ?? '' }); set(size, { value: kept.codebook_size ?? '' }); set(levels, { value: kept.num_levels ?? '' });
    set(prior, { value: kept.prior ?? 'auto' }); set(seed, { value: kept.seed ?? '0' });
    for (const { box } of variations) box.checked = !kept.without?.includes(box.value);
    if (kept.name) { name.value = kept.name; named = true; }
  }

  function propose() {
    keep();
    estimated.textContent = '';
    const mine = ++asked;
    if (!known.list.used || !element.checkValidity()) return;
    attempt(async () => {
      const answers = await Promise.all(TIERS.map(([tier]) => post('/training/proposal', { ...sizes(), tier })));
      if (mine !== asked) return;
      answers.forEach((answer, n) => { tiers[n].time.textContent = minutes.value ? `At most ${minutes.value} minutes.` : `At most ${Math.round(answer.minutes)} minutes; a fast machine needs less.`; });
      const chosen = answers[tiers.findIndex((tier) => tier.radio.checked)];
      size.options[0].textContent = `Fit to the sounds (${size.value ? 'by itself' : chosen.codebook_size})`;
      levels.options[0].textContent = `Fit to the sounds (${levels.value ? 'by itself' : chosen.num_levels})`;
      proposal.textContent = sentence(chosen.sentence);
    });
  }
  function estimate() {
    attempt(async () => {
      measure.disabled = true;
      estimated.textContent = 'Taking a few steps of it, to see how long they last …';
      try {
        const job = await follow((await post('/training/estimate', sizes())).job);
        estimated.textContent = job.state === 'done' ? `It would take ${roughTime(job.result.seconds)} here.` : job.state === 'failed' ? sentence(job.error) : '';
      } catch (error) {
        estimated.textContent = '';
        throw error;
      } finally { measure.disabled = false; }
    });
  }
  const begin = () => attempt(async () => {
    if (start.disabled) return;
    start.disabled = true;
    try {
      const view = await post('/training/start', { ...sizes(), name: name.value.trim(), seed: whole(seed) ?? 0, without: without(), replace: replace.checked });
      named = false;
      replace.checked = false;
      sessionStorage.removeItem(KEPT);
      onstart(view);
    } finally { check(); }
  });

  function same(names) { return names.find((other) => other.toLowerCase() === name.value.trim().normalize('NFC').toLowerCase()); }
  function check() {
    const model = same(known.models), unfinished = same(known.trainings.filter((training) => !training.finished).map((training) => training.name));
    taken.hidden = !model && !unfinished;
    if (!taken.hidden) taken.lastChild.textContent = model ? `Replace “${model}” when the new one is ready` : `Start afresh: give up the unfinished training “${unfinished}”`;
    const missing = !known.list.used ? 'Bring some sounds first.' : !name.value.trim() ? 'Give the model a name.' : !taken.hidden && !replace.checked ? 'This name is taken: tick the line above, or choose another name.' : '';
    set(start, { disabled: Boolean(missing) });
    set(measure, { disabled: !known.list.used });
    why.textContent = missing;
    keep();
  }
  element.show = (newer) => {
    const changed = newer.list.used !== known.list.used || newer.list.seconds !== known.list.seconds;
    known = newer;
    if (!named && newer.list.sources.length) {
      const last = newer.list.sources[0].replace(/[\\/]+$/, '').split(/[\\/]/).pop();
      name.value = freeName(last.replace(/\.\w{1,5}$/, ''), [...newer.models, ...newer.trainings.map((training) => training.name)]);
    }
    if (changed) propose();
    check();
  };
  element.afresh = (wanted) => { name.value = wanted; named = true; replace.checked = true; check(); name.focus(); };
  recall();
  clear(taken.lastChild);
  return element;
}
