// The history: every sound that was made, the newest first; found, chosen, compared, kept.

import { clear, h, icon, set } from '../base/dom.js';
import { attempt, get, hear, post, say, tell } from '../base/talk.js';
import { addHelp } from '../bar/help.js';
import { bin } from '../library/bin.js';
import { compare } from './compare.js';
import { row } from './row.js';
import { votes } from './votes.js';
import { counted, size } from './words.js';

const PAGE = 40;
const MOST_ROWS = 400; // kept, shown or not
const KEPT = 'distill-history'; // what is searched for survives a reload of this window

addHelp('History', [
  ['Play', 'Click into a waveform, or Enter on it'],
  ['Compare', 'Tick two takes; in the comparison A and B (or X and Y) switch, Space plays and pauses'],
]);

export function mount(element) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');
  const rows = new Map(); // number -> { element, text }
  let takes = [], left = 0, total = 0, chosen = [], asked = 0;

  const search = h('input', { type: 'search', value: kept.search ?? '', placeholder: 'Search titles, notes, models', 'aria-label': 'Search the history' });
  const starred = h('button', { type: 'button', class: 'd-button', 'aria-pressed': String(kept.starred ?? false) }, icon('star'), 'Starred only');
  const room = h('p', { class: 'd-soft d-small take-room', 'aria-live': 'polite' });
  const list = h('ul', { class: 'take-list', 'aria-label': 'Takes' });
  const status = h('p', { class: 'd-hidden-text', role: 'status' });
  const empty = h('div', { class: 'd-empty d-card', hidden: true });
  const further = h('button', { type: 'button', class: 'd-button take-further', hidden: true, onclick: () => page() }, 'Show more');
  const tray = h('div', { class: 'take-tray d-card', role: 'group', 'aria-label': 'Compare', hidden: true });
  const query = () => `search=${encodeURIComponent(search.value.trim())}&starred=${starred.getAttribute('aria-pressed')}`;

  const actions = {
    chosen: (take) => chosen.some((one) => one.number === take.number),
    choose(take, on) {
      chosen = chosen.filter((one) => one.number !== take.number);
      if (on) chosen.push(take);
      if (chosen.length > 2) rows.get(chosen.shift().number)?.element.unchoose();
      showTray();
    },
    // A star or a note: the row shows it already, so it is not made again.
    changed(take) { const known = rows.get(take.number); if (known) known.text = JSON.stringify(take); },
    remove: (take) => attempt(async () => {
      const after = rows.get(take.number)?.element.nextElementSibling ?? list.lastElementChild?.previousElementSibling;
      await post(`/takes/${take.number}/delete`);
      const note = tell(`Take ${take.number} is in the bin`);
      note.insertBefore(h('button', { type: 'button', class: 'd-button', onclick: () => attempt(async () => {
        await post(`/takes/${take.number}/restore`);
        note.remove();
        await reload();
        say('takes');
      }) }, icon('undo'), 'Undo'), note.lastChild);
      actions.choose(take, false);
      await reload();
      (after?.isConnected ? after.querySelector('input, button') : search)?.focus();
      say('takes');
    }),
  };

  function rowOf(take) {
    const text = JSON.stringify(take);
    const known = rows.get(take.number);
    if (known?.text === text) return known.element;
    const made = row(take, actions);
    rows.set(take.number, { element: made, text });
    return made;
  }

  // Rows that stay are not touched, so what plays and what has the focus keeps it.
  function show() {
    const wanted = takes.map(rowOf);
    const staying = new Set(wanted);
    for (const [number, { element: old }] of rows) if (rows.size > MOST_ROWS && !staying.has(old)) rows.delete(number);
    for (const old of [...list.children]) if (!staying.has(old)) old.remove();
    wanted.forEach((one, index) => { if (list.children[index] !== one) list.insertBefore(one, list.children[index] ?? null); });
    set(further, { hidden: !left });
    further.textContent = `Show ${Math.min(left, PAGE)} more of ${left.toLocaleString('en')}`;
    const looking = search.value.trim() || starred.getAttribute('aria-pressed') === 'true';
    set(empty, { hidden: takes.length > 0 });
    clear(empty, looking
      ? h('p', {}, 'No take has all of this. Search for less, or show all takes.')
      : h('p', {}, 'Every sound you make appears here: make one in Generate, or edit one in the DNA editor.'));
    status.textContent = looking ? `${counted(total, 'take')} found` : counted(total, 'take');
  }

  const reload = () => attempt(async () => {
    const mine = ++asked;
    const found = await get(`/takes?${query()}&count=${Math.min(200, Math.max(PAGE, takes.length))}`);
    if (mine !== asked) return; // a later search is on its way
    ({ takes, left, total } = found);
    show();
    await showRoom();
  });
  const page = () => attempt(async () => {
    if (!left) return;
    const mine = asked;
    const found = await get(`/takes?${query()}&count=${PAGE}&before=${takes.at(-1).number}`);
    if (mine !== asked) return;
    takes = [...takes, ...found.takes];
    ({ left, total } = found);
    show();
  });

  async function showRoom() {
    const now = await get('/takes/room');
    const edit = h('button', { type: 'button', class: 'take-limit', title: 'Change how much room takes may need', onclick: () => limit(now) }, now.limit_gib === null ? 'a limit that was lost (say it again)' : `${now.limit_gib} GiB`);
    clear(room, `${counted(now.takes, 'take')}, ${size(now.bytes)} of `, edit, '. When that is full, the oldest without a star go to the bin.');
  }
  function limit({ limit_gib }) {
    const field = h('input', { type: 'number', min: 0.1, step: 'any', value: limit_gib, 'aria-label': 'Room for takes in GiB', class: 'take-limit-field' });
    const keep = () => attempt(async () => { await post('/takes/room', { gib: Number(field.value) }); await showRoom(); room.querySelector('button').focus(); });
    field.addEventListener('keydown', (event) => { if (event.key === 'Enter') keep(); if (event.key === 'Escape') showRoom(); });
    clear(room, 'Takes may need ', field, ' GiB ', h('button', { type: 'button', class: 'd-button', onclick: keep }, 'Set'));
    field.select();
  }

  function showTray() {
    set(tray, { hidden: !chosen.length });
    const [a, b] = chosen;
    const begin = (blind) => () => compare(chosen, blind);
    clear(tray,
      h('p', { class: 'd-grow' }, b ? h('span', {}, 'Compare ', h('b', {}, a.title), ' with ', h('b', {}, b.title)) : a && h('span', {}, h('b', {}, a.title), ' is chosen; tick a second take to compare them.')),
      b && h('button', { type: 'button', class: 'd-button d-primary', onclick: begin(false) }, 'Compare'),
      b && h('button', { type: 'button', class: 'd-button', title: 'Which is which is told after you have voted', onclick: begin(true) }, 'Compare blind'),
      a && h('button', { type: 'button', class: 'd-button d-quiet', onclick: () => { chosen.forEach((one) => rows.get(one.number)?.element.unchoose()); chosen = []; showTray(); } }, 'Clear'));
    status.textContent = b ? `${a.title} and ${b.title} are chosen` : a ? `${a.title} is chosen` : '';
  }

  let waiting = 0;
  const changed = () => {
    sessionStorage.setItem(KEPT, JSON.stringify({ search: search.value, starred: starred.getAttribute('aria-pressed') === 'true' }));
    takes = [];
    reload();
  };
  search.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(changed, 200); });
  starred.addEventListener('click', () => { starred.setAttribute('aria-pressed', String(starred.getAttribute('aria-pressed') !== 'true')); changed(); });

  element.append(h('div', { class: 'd-column' },
    h('div', { class: 'd-row' },
      h('span', { class: 'keep-search' }, icon('search'), search), starred, h('span', { class: 'd-grow' }),
      h('button', { type: 'button', class: 'd-button', onclick: votes }, 'Votes'),
      h('button', { type: 'button', class: 'd-button', onclick: () => bin('takes', reload) }, icon('bin'), 'Deleted')),
    room, status, tray, list, empty, further));
  hear('takes', reload);
  new IntersectionObserver(([seen]) => { if (seen.isIntersecting) page(); }, { rootMargin: '400px' }).observe(further);
  new IntersectionObserver(([seen]) => { if (seen.isIntersecting) reload(); }).observe(element); // it may have been away for long
}
