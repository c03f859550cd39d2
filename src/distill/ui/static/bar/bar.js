// The bar above the tabs: the model in use, light or dark, help; and the address remembers the tab.

import { clear, h, icon, set } from '../base/dom.js';
import { attempt, get, hear, post, say, showTab, stayHere } from '../base/talk.js';
import { help } from './help.js';

const TABS = ['train', 'dna', 'codebook', 'generate', 'history', 'library'];

export function mount(element) {
  const models = h('select', { id: 'd-model', onchange: () => choose(models.value) });
  const field = h('label', { class: 'd-bar-model', for: 'd-model' }, h('span', { class: 'd-soft' }, 'Model'), models);
  element.append(
    h('header', { class: 'd-bar' },
      h('span', { class: 'd-brand' }, 'Distill'),
      field,
      h('span', { class: 'd-grow' }),
      h('button', { type: 'button', class: 'd-button d-quiet', 'aria-label': 'Light or dark', title: 'Light or dark', onclick: switchLight }, icon('light')),
      h('button', { type: 'button', class: 'd-button d-quiet', 'aria-label': 'Help and shortcuts', title: 'Help and shortcuts (?)', onclick: help }, icon('help')),
    ),
  );

  function show({ names, current }) {
    clear(models, names.length ? names.map((name) => h('option', { value: name }, name)) : h('option', { value: '' }, 'none yet'));
    set(models, { value: current ?? '', disabled: !names.length });
  }
  const refresh = () => attempt(async () => show(await get('/models')));
  const choose = (name) => attempt(async () => { show(await post('/models/choose', { name })); say('model', { name }); });
  hear('models', refresh);
  hear('choose-model', ({ name }) => choose(name));
  refresh();

  // Another window may have taken another model into use while this one was hidden.
  document.addEventListener('visibilitychange', async () => {
    if (document.hidden) return;
    const before = models.value;
    await refresh();
    if (models.value !== before) say('model', { name: models.value });
  });

  // ? anywhere but in a field where one writes.
  document.addEventListener('keydown', (event) => {
    if (event.key === '?' && !/^(input|textarea|select)$/i.test(event.target.tagName) && !event.target.isContentEditable) { event.preventDefault(); help(); }
  });

  // A file dropped where nothing takes it would replace the page.
  for (const kind of ['dragover', 'drop']) {
    document.addEventListener(kind, (event) => {
      if (event.defaultPrevented || !event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    });
  }

  const wanted = location.hash.slice(1);
  if (TABS.includes(wanted)) showTab(wanted);
  document.addEventListener('click', (event) => {
    const key = /^tab-(\w+)-button$/.exec(event.target.closest?.('[role=tab]')?.id ?? '')?.[1];
    if (!key) return;
    if (event.isTrusted) stayHere();
    history.replaceState(null, '', `#${key}`);
  });
}

// Gradio's class decides; the choice is kept in the browser.
function switchLight() {
  const dark = document.body.classList.toggle('dark');
  localStorage.setItem('distill-light', dark ? 'dark' : 'light');
  say('light');
}
const kept = localStorage.getItem('distill-light');
if (kept) document.body.classList.toggle('dark', kept === 'dark');
