// Choosing a sound for A or B: a file dropped or chosen, a take, the other slot. Also the first view, when nothing is open.

import { clear, h, icon, iconButton, time } from '../base/dom.js';
import { progressBar } from '../base/progress.js';
import { attempt, get, post, Refused, sentence, showTab, tell } from '../base/talk.js';
import { wave } from '../base/wave.js';

const KINDS = '.wav,.aif,.aiff,.flac,.ogg,.mp3,.codes';

// open: { file(slot, file, { search, onchange(job) }), source(slot, source), other(slot) -> title of the other slot's sound or null }
// -> element with .refresh(), .giveUp()
export function openChoice(slot, open, { hasModel = true } = {}) {
  const input = h('input', { type: 'file', accept: KINDS, class: 'd-hidden-text', tabindex: -1, 'aria-hidden': 'true', onchange: () => { if (input.files[0]) give(input.files[0]); input.value = ''; } });
  const state = h('p', { class: 'd-small', role: 'status' }), far = progressBar('Progress of the search', { hidden: true });
  const takes = h('div', { class: 'd-column dna-takes' });
  const search = h('input', { type: 'checkbox', checked: true });
  const nearer = h('label', { class: 'd-row d-small', title: 'Listens to what the codes decode to, and moves them nearer to the sound. Most is gained with sounds unlike those of the collection; its own open at once.' },
    search, 'Search for nearer codes', h('span', { class: 'd-soft' }, 'of sounds that are not the collection\'s: takes about a third of their length'));
  const stop = h('button', { type: 'button', class: 'd-button dna-stop', hidden: true }, 'Stop');
  const give = (file) => busy(`Opening ${file.name}…`, () => open.file(slot, file, { search: search.checked, onchange: showSearch }));
  const zone = h('div', { class: 'dna-drop' },
    h('button', { type: 'button', class: 'd-button d-primary', onclick: () => input.click() }, icon('plus'), `Open a sound as ${slot}`),
    h('p', { class: 'd-soft d-small' }, 'or drop a sound or a .codes file here: up to three minutes'), input);
  acceptDrops(zone, give);
  let searching = null, givenUp = false; // the number of the search that is under way; whether this choice was closed

  const end = (job) => attempt(() => post(`/jobs/${job}/stop`));
  function showSearch({ job, state: at, stopping, progress: { done, total } }) {
    searching = at === 'running' && !stopping ? job : null;
    if (givenUp && searching) end(searching); // it had no number yet when it was given up
    stop.hidden = far.hidden = at !== 'running';
    stop.disabled = stopping;
    stop.onclick = () => end(job);
    far.show(total ? done / total : 0);
    const words = stopping ? 'Stopping…' : 'Searching for nearer codes…';
    if (state.textContent !== words) state.textContent = words; // read aloud once, not at every look
  }

  async function busy(text, work) {
    state.textContent = text;
    element.classList.add('dna-busy');
    state.classList.remove('d-bad');
    try {
      await work();
      state.textContent = '';
      element.dispatchEvent(new Event('opened'));
    } catch (error) { // told here: a message in the corner would lie behind a dialog
      if (!(error instanceof Refused)) throw error;
      if (!element.isConnected && !givenUp) tell(error.message, 'problem'); // another view took the place of this one
      state.textContent = sentence(error.message);
      state.classList.add('d-bad');
    } finally {
      element.classList.remove('dna-busy');
      stop.hidden = far.hidden = true;
    }
  }

  const element = h('div', { class: 'd-column dna-choice' });
  if (hasModel) element.append(zone, nearer, h('div', { class: 'd-row d-between' }, state, stop), far, takes);
  else element.append(h('p', {}, 'There is no model yet: train one on your sounds, or try the built-in collection.'),
    h('div', {}, h('button', { type: 'button', class: 'd-button d-primary', onclick: () => showTab('train') }, 'Go to Sounds & Train')));

  // Nobody waits for what is being searched for any more, so that it takes the place of nothing.
  element.giveUp = () => { givenUp = true; if (searching) end(searching); };
  element.refresh = () => attempt(async () => {
    if (!hasModel) return;
    const title = open.other(slot);
    const copy = title && h('div', { class: 'd-row' }, h('button', { type: 'button', class: 'd-button', onclick: () => busy('Opening…', () => open.source(slot, { slot: slot === 'A' ? 'B' : 'A' })) }, `The same as ${slot === 'A' ? 'B' : 'A'}: ${title}`));
    const found = await get('/project/takes');
    clear(takes, copy, found.length ? h('h3', { class: 'd-subtitle' }, 'Latest takes') : null, ...found.map((take) => row(take)));
  });

  function row({ number, title, seconds, sound }) {
    return h('div', { class: 'd-row dna-take' },
      h('span', { class: 'dna-take-name', title }, title), h('span', { class: 'd-soft d-small d-num' }, `take ${number}, ${time(seconds)}`),
      sound ? h('span', { class: 'd-grow' }, wave({ sound, seconds, label: title, height: 24 })) : h('span', { class: 'd-grow' }),
      h('button', { type: 'button', class: 'd-button', 'aria-label': `Open ${title} as ${slot}`, onclick: () => busy(`Opening ${title}…`, () => open.source(slot, { take: number })) }, 'Open'));
  }
  element.refresh();
  return element;
}

// The same in a dialog, for when something is open already.
export function chooseSound(slot, open) {
  const choice = openChoice(slot, open);
  const dialog = h('dialog', { class: 'd-dialog d-panel', 'aria-label': `Open a sound as ${slot}`, onclose: () => { choice.giveUp(); dialog.remove(); } },
    h('div', { class: 'd-row d-between' }, h('h2', { class: 'd-title' }, `Open a sound as ${slot}`), iconButton('close', 'Close', () => dialog.close())), choice);
  choice.addEventListener('opened', () => dialog.close());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
}

export function acceptDrops(element, give) {
  const isFile = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  element.addEventListener('dragover', (event) => { if (isFile(event)) { event.preventDefault(); element.classList.add('dna-over'); } });
  element.addEventListener('dragleave', () => element.classList.remove('dna-over'));
  element.addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    element.classList.remove('dna-over');
    const [file] = event.dataTransfer.files;
    if (file) give(file);
  });
}
