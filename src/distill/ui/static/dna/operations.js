// What can be done to the selection: words at one click, every operation with its form, regenerating, templates.

import { clear, h, set } from '../base/dom.js';
import { progressBar } from '../base/progress.js';
import { attempt, follow, get, post, tell } from '../base/talk.js';
import { fieldsOf } from './fields.js';
import { other } from './project.js';
import { placeInWords, regionsFor } from './where.js';

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const seed = () => Math.floor(Math.random() * 2 ** 31);

// desk: { project, active() } -> element with .refresh()
export function createOperations(desk) {
  const place = h('p', { class: 'd-small dna-place', role: 'status' });
  const words = h('div', { class: 'dna-words', role: 'group', 'aria-label': 'Change the sound in words' });
  const amount = h('input', { id: 'dna-amount', type: 'range', min: 0.1, max: 2, step: 0.1, value: 0.5, oninput: () => { shown.textContent = Number(amount.value).toFixed(1); } });
  const shown = h('output', { class: 'd-num d-small', for: 'dna-amount' }, '0.5');
  const choice = h('select', { id: 'dna-operation', onchange: () => choose() });
  const about = h('p', { class: 'd-small' }), hear = h('p', { class: 'd-small d-soft' });
  const fields = h('div', { class: 'dna-fields' });
  const apply = h('button', { type: 'button', class: 'd-button d-primary', onclick: () => run(form, values()) }, 'Apply');
  let all = [], form = null, values = () => ({});

  function run(kind, given) {
    return attempt(async () => {
      const slot = desk.active(), sound = desk.project.sound(slot);
      if (!sound) { tell('Open a sound first.'); return; }
      const moves = kind.whole_columns || given.arguments?.keep_length === false;
      const regions = regionsFor(sound, { wholeColumns: moves });
      if (!regions.length) { tell('All levels of this selection are locked; unlock one, or select others.', 'problem'); return; }
      if (given.with && !desk.project.sound(given.with)) { tell(`Open a sound as ${given.with} first.`, 'problem'); return; }
      const edits = regions.map((region) => ({ operation: kind.name, region, arguments: {}, seed: kind.draws ? seed() : 0, ...given }));
      await desk.project.edit(slot, edits, capital(kind.name));
    });
  }

  function choose() {
    form = all.find((one) => one.name === choice.value);
    about.textContent = form.summary;
    hear.textContent = `Listen for: ${form.hear}`;
    const made = fieldsOf(form, { sound: () => desk.project.sound(desk.active()), otherSlot: () => other(desk.active()) });
    clear(fields, ...made.elements);
    values = made.values;
    set(apply, { 'aria-label': `Apply ${form.name}` });
  }

  const creativity = h('input', { id: 'dna-creativity', type: 'range', min: 0.1, max: 2, step: 0.1, value: 0.9 });
  const again = h('button', { type: 'button', class: 'd-button', title: 'The model writes the selection anew so that its edges fit (regenerate)', onclick: regenerate }, 'Regenerate');
  const far = progressBar('Progress of the new part', { hidden: true });

  function regenerate() {
    return attempt(async () => {
      const slot = desk.active(), sound = desk.project.sound(slot);
      if (!sound) { tell('Open a sound first.'); return; }
      const [region] = regionsFor(sound);
      if (!region || !sound.selection) { tell('Select the part that shall be made anew first.'); return; }
      set(again, { disabled: true });
      const job = await post('/project/regenerate', { slot, region, creativity: Number(creativity.value), seed: seed() });
      const done = await follow(job.job, ({ progress: { done: made, total } }) => { far.hidden = false; far.show(total ? made / total : 0); }, 250).finally(() => { set(again, { disabled: false }); far.hidden = true; });
      if (done.state !== 'done') tell(done.error || 'Stopped.', 'problem');
      else desk.project.follow(slot, done.result);
    });
  }

  const kept = h('select', { 'aria-label': 'Template' });
  const name = h('input', { type: 'text', maxlength: 64, placeholder: 'Name', 'aria-label': 'Name of the template' });
  const useIt = h('button', { type: 'button', class: 'd-button', onclick: () => kept.value && desk.project.useTemplate(desk.active(), kept.value) }, 'Use');
  const templates = () => attempt(async () => {
    const found = await get('/project/templates');
    clear(kept, ...(found.length ? found.map((one) => h('option', { value: one.name, disabled: Boolean(one.damaged) }, one.name)) : [h('option', { value: '' }, 'none kept yet')]));
    set(useIt, { disabled: !found.length });
  });
  const saveIt = () => attempt(async () => {
    await post('/project/templates/save', { slot: desk.active(), name: name.value.trim() });
    tell(`The edits are kept as the template ${name.value.trim()}.`);
    name.value = '';
    await templates();
  });

  const element = h('div', { class: 'd-column dna-side-page' },
    place,
    h('section', {}, h('div', { class: 'd-row d-between' }, h('h3', { class: 'd-subtitle' }, 'In words'), h('label', { class: 'd-row d-small', for: 'dna-amount', title: '1 is as far as sounds of the collection usually differ' }, 'Amount', amount, shown)), words),
    h('section', {}, h('label', { class: 'd-subtitle', for: 'dna-operation' }, 'Operation'), choice, about, fields, h('div', { class: 'd-row' }, apply), hear),
    h('section', {}, h('h3', { class: 'd-subtitle' }, 'New from the model'), h('div', { class: 'd-row' }, again, h('label', { class: 'd-row d-small', for: 'dna-creativity', title: 'Temperature: how far from what is likeliest' }, 'Creativity', creativity)), far),
    h('section', {}, h('h3', { class: 'd-subtitle' }, 'Templates'), h('div', { class: 'd-row dna-line' }, kept, useIt), h('div', { class: 'd-row dna-line' }, name, h('button', { type: 'button', class: 'd-button', title: 'Keep the edits of this sound under a name', onclick: saveIt }, 'Save edits'))),
  );

  attempt(async () => {
    all = await get('/project/operations');
    const inWords = all.filter((one) => one.group === 'In words');
    clear(words, ...inWords.map((one) => h('button', { type: 'button', class: 'd-button', title: one.hear, onclick: () => run(one, { arguments: { amount: Math.min(Number(amount.value), one.fields[0].highest) } }) }, capital(one.name))));
    const groups = grouped(all);
    clear(choice, ...[...groups].map(([group, members]) => h('optgroup', { label: group }, ...members.map((one) => h('option', { value: one.name }, capital(one.name))))));
    choice.value = 'reverse';
    choose();
    await templates();
  });

  element.refresh = () => {
    const sound = desk.project.sound(desk.active());
    clear(place, sound ? [h('span', { class: 'd-soft' }, `Works on ${desk.active()}: `), placeInWords(sound)] : h('span', { class: 'd-soft' }, 'Open a sound to edit it.'));
  };
  return element;
}

const grouped = (all) => {
  const groups = new Map();
  for (const one of all.filter(({ group }) => group !== 'In words')) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return groups;
};
