// The library: every model as a card; found, tagged, taken into use, brought and given away.

import { clear, h, icon, set } from '../base/dom.js';
import { attempt, get, hear, say } from '../base/talk.js';
import { counted, size } from '../history/words.js';
import { bin } from './bin.js';
import { card } from './card.js';
import { offerImport } from './import.js';

const PAGE = 24;
const ORDERS = [['newest', 'Newest first'], ['name', 'By name'], ['largest', 'Largest first']];

export function mount(element) {
  let models = [], found = 0, tag = '', asked = 0;
  const cards = new Map(); // name -> { element, text }

  const search = h('input', { type: 'search', placeholder: 'Search names, tags, cards', 'aria-label': 'Search the library' });
  const order = h('select', { 'aria-label': 'Order', onchange: () => changed() }, ORDERS.map(([value, name]) => h('option', { value }, name)));
  const tags = h('div', { class: 'd-row model-tags', role: 'group', 'aria-label': 'Only models with a tag' });
  const about = h('p', { class: 'd-soft d-small', role: 'status' });
  const grid = h('ul', { class: 'model-grid', 'aria-label': 'Models' });
  const empty = h('div', { class: 'd-empty d-card', hidden: true });
  const further = h('button', { type: 'button', class: 'd-button take-further', hidden: true, onclick: () => page() }, 'Show more');
  const file = h('input', { type: 'file', accept: '.distill', class: 'd-hidden-text', tabindex: '-1', 'aria-label': 'A .distill file', onchange: () => { if (file.files[0]) bring(file.files[0]); file.value = ''; } });
  const bring = (chosen) => offerImport(chosen, () => say('models'));

  const query = (start, count) => `/library?search=${encodeURIComponent(search.value.trim())}&tag=${encodeURIComponent(tag)}&order=${order.value}&start=${start}&count=${count}`;
  const actions = { changed: () => reload() };

  function cardOf(model) {
    const text = JSON.stringify(model);
    const known = cards.get(model.name);
    if (known?.text === text) return known.element;
    const made = card(model, actions);
    cards.set(model.name, { element: made, text });
    return made;
  }

  function show(told) {
    const wanted = models.map(cardOf);
    const staying = new Set(wanted);
    for (const old of [...grid.children]) if (!staying.has(old)) old.remove();
    wanted.forEach((one, index) => { if (grid.children[index] !== one) grid.insertBefore(one, grid.children[index] ?? null); });
    if (told.tags.join() !== tags.dataset.shown) {
      tags.dataset.shown = told.tags.join();
      clear(tags, told.tags.map((word) => h('button', { type: 'button', class: 'd-button model-tag', 'aria-pressed': String(word === tag), onclick: (event) => choose(event.currentTarget, word) }, word)));
    }
    const left = found - models.length;
    set(further, { hidden: left <= 0 });
    further.textContent = `Show ${Math.min(left, PAGE)} more of ${left}`;
    const looking = search.value.trim() || tag;
    about.textContent = `${looking ? `${found} of ` : ''}${counted(told.total, 'model')}, ${size(told.bytes)}`;
    set(empty, { hidden: models.length > 0 });
    clear(empty, h('p', {}, looking
      ? 'No model has all of this. Search for less, or show all models.'
      : 'There is no model yet: train one on your own sounds in Sounds & Train, or import a .distill file.'));
  }
  function choose(button, word) {
    tag = tag === word ? '' : word;
    for (const other of tags.children) other.setAttribute('aria-pressed', String(other === button && tag !== ''));
    changed();
  }

  const reload = () => attempt(async () => {
    const mine = ++asked;
    const told = await get(query(0, Math.min(200, Math.max(PAGE, models.length))));
    if (mine !== asked) return;
    if (tag && !told.tags.includes(tag)) { tag = ''; changed(); return; } // its last model lost it: nothing there could end the filter
    ({ models, found } = told);
    show(told);
  });
  const page = () => attempt(async () => {
    const mine = asked;
    const told = await get(query(models.length, PAGE));
    if (mine !== asked) return;
    models = [...models, ...told.models];
    found = told.found;
    show(told);
  });
  let waiting = 0;
  const changed = () => { models = []; reload(); };
  search.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(changed, 200); });

  element.addEventListener('dragover', (event) => { if (event.dataTransfer.types.includes('Files')) event.preventDefault(); });
  element.addEventListener('drop', (event) => { event.preventDefault(); if (event.dataTransfer.files[0]) bring(event.dataTransfer.files[0]); });
  element.append(h('div', { class: 'd-column model-shelf' },
    h('div', { class: 'd-row' },
      h('span', { class: 'keep-search' }, icon('search'), search), order, h('span', { class: 'd-grow' }), file,
      h('button', { type: 'button', class: 'd-button', title: 'A .distill file of yours or of a friend; it can also be dropped here', onclick: () => file.click() }, icon('plus'), 'Import a model'),
      h('button', { type: 'button', class: 'd-button', onclick: () => bin('models', reload) }, icon('bin'), 'Deleted')),
    tags, about, grid, empty, further));
  hear('models', reload);
  hear('model', reload);
  new IntersectionObserver(([seen]) => { if (seen.isIntersecting) page(); }, { rootMargin: '400px' }).observe(further);
  new IntersectionObserver(([seen]) => { if (seen.isIntersecting) reload(); }).observe(element);
}
