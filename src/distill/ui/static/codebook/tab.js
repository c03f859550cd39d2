// Codebook: the entries of the model in use, level by level, to hear, name and paint with.

import { addHelp } from '../bar/help.js';
import { clear, h, set } from '../base/dom.js';
import { expectEntry, hearEntry } from '../base/entry.js';
import { HEAT_BAR } from '../base/heat.js';
import { entryMap } from '../base/map.js';
import { attempt, get, hear, Refused, showTab } from '../base/talk.js';
import { detail } from './detail.js';
import { heatmap } from './heatmap.js';
import { matching, ORDERS, ranks, sorted } from './rows.js';
import { table } from './table.js';

addHelp('Codebook', [
  ['↑ ↓, Page Up, Page Down, Home, End', 'In the table: go to another entry and play it'],
  ['← → ↑ ↓', 'On the map: go to the next entry in that direction and play it'],
  ['Enter', 'Play the entry again'],
]);

export function mount(element) {
  let level = 1, book = null, chosen = null, group = null;
  const levels = h('div', { class: 'd-row', role: 'group', 'aria-label': 'Level' });
  const about = h('p', { class: 'd-soft' });
  const search = h('input', { type: 'search', id: 'c-search', placeholder: 'Find words, names, numbers', 'aria-label': 'Find entries', oninput: list });
  const order = h('select', { id: 'c-order', onchange: list }, ...ORDERS.map(([value, text]) => h('option', { value }, text)));
  const found = h('span', { class: 'd-small d-soft', role: 'status' });
  const rows = table({ onchoose: (code) => choose(code) });
  const groups = h('div', { class: 'd-row c-groups', role: 'group', 'aria-label': 'Groups of entries that sound alike' });
  const tint = h('select', { id: 'c-tint', onchange: place }, ...ORDERS.filter(([value]) => value !== 'name' && value !== 'code').map(([value, text]) => h('option', { value }, text)));
  tint.value = 'brightness';
  const under = h('p', { class: 'd-small d-soft c-under', 'aria-live': 'polite' });
  const map = entryMap({ label: 'Map of entries', height: 260, onchoose: (code) => choose(code), onpoint: (code) => told(code ?? chosen) });
  const one = detail({ hearing: (code) => play(code), choose: (code) => choose(code), named: () => { list(); place(); } });
  const heat = heatmap({ onchoose: async (of, code) => { if (of !== level) await load(of); choose(code); } });
  const none = h('div', { class: 'd-card d-empty', hidden: true });
  const page = h('div', { class: 'c-page' },
    h('section', { class: 'd-card d-column c-top', 'aria-label': 'Level' }, h('div', { class: 'd-row' }, levels, h('span', { class: 'd-small d-soft', title: 'Each level also carries a little of what the others do' }, 'Levels go from coarse to fine and are entangled.')), about, groups),
    h('section', { class: 'd-card c-list', 'aria-label': 'Table' }, h('div', { class: 'd-row c-tools' }, search, h('label', { for: 'c-order', class: 'd-soft' }, 'Sort by'), order, h('span', { class: 'd-grow' }), found), rows),
    h('div', { class: 'd-column c-side' },
      h('section', { class: 'd-card d-column c-mapcard', 'aria-label': 'Map' }, h('div', { class: 'd-row d-between' }, h('div', { class: 'd-row' }, h('h2', { class: 'd-subtitle' }, 'Map'), h('span', { class: 'd-small d-soft' }, 'near ones sound alike')), h('div', { class: 'd-row' }, h('label', { for: 'c-tint', class: 'd-soft' }, 'Colour by'), tint)), map, under,
        h('div', { class: 'd-row d-small d-soft c-legend' }, 'less', h('span', { class: 'c-ramp', style: { background: HEAT_BAR } }), 'more', h('span', { class: 'd-grow' }), 'large: used often · ×: never')), one),
    h('div', { class: 'c-wide' }, heat));
  element.append(h('div', {}, page, none));

  const name = () => book.levels[level - 1];
  const play = (code) => attempt(async () => {
    await hearEntry(level, code);
    const next = rows.after(code);
    if (next !== null) expectEntry(level, next); // arrow down is what follows most often
  });
  function told(code) {
    const entry = code === null ? null : book?.entries[code];
    under.textContent = entry ? `Entry ${code}: ${entry.name ? `${entry.name}, ` : ''}${entry.words}, ${entry.share ? `${(entry.share * 100).toFixed(1)} %` : 'never used'}` : 'Click an entry to hear it.';
  }
  function choose(code) {
    chosen = code;
    if (!matching(wanted(), search.value).some((entry) => entry.code === code)) { search.value = ''; group = null; list(); }
    rows.choose(code);
    map.show({ chosen });
    one.show(book.entries[code], { level, levelName: name(), book });
    told(code);
    play(code);
  }
  const wanted = () => (group === null ? book.entries : book.groups[group].codes.map((code) => book.entries[code]));
  function list() {
    const shown = sorted(matching(wanted(), search.value), order.value);
    rows.show(shown);
    found.textContent = shown.length === book.entries.length ? `${shown.length} entries` : `${shown.length} of ${book.entries.length} entries`;
    [...groups.children].forEach((button, index) => set(button, { 'aria-pressed': String(index === group) }));
    map.show({ lit: shown.length === book.entries.length ? null : new Set(shown.map(({ code }) => code)) });
  }
  function place() {
    const by = tint.value, rank = ranks(book.entries, by === 'usage' ? ({ share }) => share : ({ figures }) => figures[by]);
    map.show({ entries: book.entries.map((entry) => ({ ...entry, tint: rank.get(entry.code) })), groups: book.groups, chosen });
  }
  function show() {
    clear(levels, book.levels.map((text, index) => h('button', { type: 'button', class: 'd-button', 'aria-pressed': String(index + 1 === level), onclick: () => attempt(() => load(index + 1)) }, `${index + 1} ${text}`)));
    about.textContent = book.sentence;
    clear(groups, book.groups.map(({ words, codes }, index) => h('button', { type: 'button', class: 'd-button c-chip', title: 'Show only these', onclick: () => { group = group === index ? null : index; list(); } }, words, h('span', { class: 'd-soft d-num' }, ` ${codes.length}`))));
    list(); place(); one.empty(); told(null);
  }
  async function load(next) {
    const given = await get(`/codebook?level=${next}`);
    book = given; level = next; chosen = null; group = null; search.value = '';
    rows.scrollTop = 0;
    rows.choose(null);
    show();
  }
  const open = () => attempt(async () => {
    try {
      await load(1);
      set(page, { hidden: false }); set(none, { hidden: true });
      await heat.show(book.levels);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      set(page, { hidden: true }); set(none, { hidden: false });
      clear(none, h('p', {}, error.message), h('button', { type: 'button', class: 'd-button d-primary', onclick: () => showTab('train') }, 'Sounds & Train'));
    }
  });
  hear('model', open);
  hear('models', open);
  open();
}
