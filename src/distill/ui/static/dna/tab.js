// The DNA editor: two sounds as grids, what plays them, what can be done to them.

import { clear, h, icon, iconButton } from '../base/dom.js';
import { attempt, get, hear, newest, tell } from '../base/talk.js';
import { help } from '../bar/help.js';
import { hearEntry } from '../base/entry.js';
import { entriesOf } from './entries.js';
import { createEntry } from './entry.js';
import { createGrid } from './grid/grid.js';
import { createTools } from './grid/tools.js';
import { createHistory } from './history.js';
import { createOperations } from './operations.js';
import { bySlot, other, Project } from './project.js';
import { createResults } from './results.js';
import { createSides } from './sides.js';
import { acceptDrops, chooseSound, openChoice } from './sources.js';
import { createTempo } from './tempo.js';
import { createTransport } from './transport.js';

export function mount(element) {
  const project = new Project();
  const grids = { A: null, B: null }, entries = { A: null, B: null };
  let active = 'A';

  const open = {
    file: (slot, file, options) => project.upload(slot, file, options),
    source: (slot, source) => project.open(slot, source),
    other: (slot) => project.sound(other(slot))?.title ?? null,
  };
  const desk = { project, active: () => active, entries: (slot) => entries[slot], hearCell: (slot, level, code) => attempt(() => hearEntry(level, code, project.sound(slot))) };
  const transport = createTransport({
    sound: (slot) => project.sound(slot), active: () => active,
    showPlayhead: (slot, seconds) => grids[slot]?.setPlayhead(seconds),
    onsound: (slot) => showStrip(slot),
  });
  const actions = {
    edit: (...gesture) => attempt(() => project.edit(...gesture)),
    undo: (slot) => step(slot, 'undo'), redo: (slot) => step(slot, 'redo'),
    toggle: (slot, options) => transport.toggle(slot, options),
    seek: (slot, seconds) => transport.seek(slot, seconds),
    hearCell: desk.hearCell, help, say: tell,
    setLevels: (slot, levels) => attempt(() => project.setLevels(slot, levels)),
  };
  const step = (slot, verb) => (project.busy(slot) || project.history(slot)[verb === 'undo' ? 'done_count' : 'undone_count'] ? attempt(() => project[verb](slot)) : tell(`There is nothing to ${verb}.`));

  const pages = { operations: createOperations(desk), entry: createEntry(desk), history: createHistory(desk) };
  const sides = createSides([['operations', 'Edit', pages.operations], ['entry', 'Brush', pages.entry], ['history', 'Edits', pages.history]]);
  const tempo = createTempo(desk);
  const undo = iconButton('undo', 'Undo', () => step(active, 'undo'), { title: 'Undo (Ctrl+Z)' });
  const redo = iconButton('redo', 'Redo', () => step(active, 'redo'), { title: 'Redo (Ctrl+Shift+Z)' });
  const heads = { A: head('A'), B: head('B') };
  const places = bySlot((slot) => h('div', { class: `dna-place-${slot}`, onfocusin: () => { if (active !== slot) activate(slot); } }));
  const editor = h('div', { class: 'dna-editor' },
    h('div', { class: 'dna-main' },
      h('div', { class: 'd-row dna-bar' }, transport.element, h('span', { class: 'd-grow' }), tempo),
      h('div', { class: 'd-row dna-bar' }, createTools(), h('span', { class: 'd-grow' }), undo, redo),
      heads.A, places.A, heads.B, places.B),
    h('aside', { class: 'd-card dna-side', 'aria-label': 'What can be done' }, sides.element));
  const first = h('div', { class: 'd-card d-empty dna-first' });

  function head(slot) {
    const title = h('span', { class: 'dna-title' }), facts = h('span', { class: 'd-soft d-small d-num' });
    const choose = h('button', { type: 'button', class: 'd-button', onclick: () => chooseSound(slot, open) }, 'Open');
    const close = iconButton('close', `Close sound ${slot}`, () => attempt(() => project.close(slot)));
    const mark = h('button', { type: 'button', class: 'dna-mark', 'aria-pressed': 'false', title: `Work on ${slot}: play, edit and keep it`, 'aria-label': `Work on sound ${slot}`, onclick: () => activate(slot) }, slot);
    const results = createResults(project, slot);
    const row = h('div', { class: 'd-row dna-head' }, mark, title, facts, h('span', { class: 'd-grow' }), results, choose, close);
    acceptDrops(row, (file) => attempt(async () => { title.textContent = `Opening ${file.name}…`; await open.file(slot, file).finally(update); }));
    const update = () => {
      const sound = project.sound(slot);
      title.textContent = sound ? sound.title : `No sound ${slot} yet: open one to compare, swap and blend.`;
      title.classList.toggle('d-soft', !sound);
      facts.textContent = sound ? `${sound.seconds.toFixed(1)} s, ${sound.model}` : '';
      choose.textContent = sound ? 'Open…' : 'Open a sound';
      choose.setAttribute('aria-label', `Open ${sound ? 'another' : 'a'} sound as ${slot}`);
      close.hidden = results.hidden = !sound;
      mark.disabled = !sound;
      mark.setAttribute('aria-pressed', String(slot === active && Boolean(sound)));
    };
    row.update = update;
    return row;
  }

  function activate(slot) {
    if (!project.sound(slot)) return;
    active = slot;
    refresh();
  }

  function refresh() {
    for (const slot of ['A', 'B']) { heads[slot].update(); places[slot].classList.toggle('dna-active', slot === active); }
    const { done_count: done, undone_count: undone } = project.history(active);
    undo.disabled = !done;
    redo.disabled = !undone;
    tempo.refresh();
    for (const page of Object.values(pages)) page.refresh();
  }

  const strips = bySlot((slot) => newest(async () => { if (project.sound(slot)) grids[slot]?.setStrip(await get(`/project/strip/${slot}`)); }));
  const showStrip = (slot) => attempt(strips[slot]);

  function showSlot(slot) {
    transport.reset(slot);
    grids[slot]?.destroy();
    grids[slot] = entries[slot] = null;
    const sound = project.sound(slot);
    if (!sound && project.sound(other(slot))) active = other(slot);
    if (sound && !project.sound(other(slot))) active = slot;
    clear(places[slot]);
    if (sound) {
      grids[slot] = createGrid(sound, actions);
      places[slot].append(grids[slot].element);
      sound.addEventListener('selection', () => { pages.operations.refresh(); transport.reselected(slot); });
      sound.addEventListener('brush', () => { pages.entry.refresh(); grids[slot]?.showEntry(sound.brush?.level, sound.brush?.code ?? null); });
      attempt(async () => {
        const found = await entriesOf(slot).catch(() => null); // of a model that nobody measured
        if (project.sound(slot) !== sound) return;
        entries[slot] = found;
        if (found) grids[slot].setEntries(found);
        pages.entry.refresh();
      });
      transport.opened(slot);
    }
    showView();
  }

  function showView() {
    const some = project.sound('A') || project.sound('B');
    if (!some) {
      clear(first, h('h2', { class: 'd-title' }, 'Open a sound to see and edit its codes'), openChoice('A', open, { hasModel: Boolean(project.model) }));
      clear(element, first);
    } else if (!editor.isConnected) clear(element, editor);
    refresh();
  }

  // An entry of the codebook means something only in sounds of its own model.
  function takeBrush({ level, code, model, fingerprint }) {
    const sound = project.sound(active);
    if (!sound) tell('There is no sound in the DNA editor to paint in; open one there, then use the entry as brush again.', 'problem');
    else if (sound.fingerprint && fingerprint !== sound.fingerprint) tell(`This entry is of the model ${model}, and sound ${active} is of ${sound.model}: there it means another sound. Open a sound of ${model}, or take ${sound.model} into use.`, 'problem');
    else sound.setBrush({ level, code });
  }

  project.addEventListener('slot', ({ detail }) => showSlot(detail.slot));
  project.addEventListener('history', refresh);
  project.addEventListener('edited', ({ detail }) => { transport.changed(detail.slot, detail.since); heads[detail.slot].update(); });
  let opening = Promise.resolve(); // one after another: the sound that was asked for last is the one in hand
  hear('open', ({ slot, source }) => { opening = opening.then(() => attempt(async () => { await project.open(slot, source); activate(slot); })); });
  for (const what of ['model', 'models']) hear(what, () => attempt(async () => { project.model = (await get('/project')).model; if (!editor.isConnected) showView(); }));
  element.classList.add('dna');
  element.append(h('p', { class: 'd-soft', role: 'status' }, 'Opening what was open…'));
  const loading = attempt(() => project.load());
  hear('brush', (brush) => loading.then(() => takeBrush(brush))); // what was open is there by then
  window.__desk = { project, transport, active: () => active }; // for tests
}
