// The entries as a table of any length: only the rows that are seen are there. Arrow keys move and play.

import { clear, h, set } from '../base/dom.js';

const ROW = 34, BEYOND = 6; // pixels; rows drawn outside of what is seen

const COLUMNS = ['Entry', 'Use', 'Sounds like', 'Your name', 'Note'];
const percent = (share) => (share ? `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %` : 'never');

// table({ onchoose(code) }) -> element with .show(entries), .choose(code), .after(code)
export function table({ onchoose }) {
  let entries = [], chosen = null, largest = 1e-9;
  const body = h('div', { class: 'c-body', role: 'rowgroup' });
  const element = h('div', { class: 'c-table', role: 'grid', tabindex: '0', 'aria-label': 'Entries: arrow keys move and play, Enter plays again', onscroll: draw },
    h('div', { class: 'c-heads', role: 'rowgroup' }, h('div', { class: 'c-row c-head', role: 'row' }, ...COLUMNS.map((name) => h('span', { role: 'columnheader' }, name)))), body);

  function row(entry, index) {
    const cell = (...inside) => h('span', { role: 'gridcell' }, ...inside);
    return h('div', { class: `c-row${entry.share ? '' : ' c-dead'}`, role: 'row', id: `c-entry-${entry.code}`, 'aria-rowindex': index + 2, 'aria-selected': String(entry.code === chosen), style: { top: `${index * ROW}px` }, onclick: () => onchoose(entry.code) },
      cell(String(entry.code)), cell(h('span', { class: 'c-bar', 'aria-hidden': 'true' }, h('span', { style: { width: `${(100 * entry.share) / largest}%` } })), percent(entry.share)),
      cell(entry.words), cell(entry.name), cell(entry.note));
  }
  function draw() {
    const first = Math.max(0, Math.floor(element.scrollTop / ROW) - BEYOND), last = Math.min(entries.length, Math.ceil((element.scrollTop + element.clientHeight) / ROW) + BEYOND);
    clear(body, entries.slice(first, last).map((entry, n) => row(entry, first + n)));
    const there = entries.slice(first, last).some(({ code }) => code === chosen);
    set(element, { 'aria-activedescendant': there ? `c-entry-${chosen}` : null });
  }
  const place = () => entries.findIndex(({ code }) => code === chosen);

  element.addEventListener('keydown', (event) => {
    if (event.target !== element || !entries.length) return;
    const page = Math.max(1, Math.floor(element.clientHeight / ROW) - 2), at = place();
    const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: entries.length - 1, Enter: Math.max(0, at), ' ': Math.max(0, at) }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onchoose(entries[Math.min(entries.length - 1, Math.max(0, next))].code);
  });
  new ResizeObserver(draw).observe(element);

  element.show = (given) => {
    entries = given;
    largest = Math.max(1e-9, ...entries.map(({ share }) => share));
    body.style.height = `${entries.length * ROW}px`;
    set(element, { 'aria-rowcount': entries.length + 1 });
    draw();
  };
  // Choose a row; scroll so far that it is seen.
  element.choose = (code) => {
    chosen = code;
    const at = place(), top = at * ROW, seen = element.clientHeight - ROW; // its head covers a row
    if (at >= 0 && top < element.scrollTop) element.scrollTop = top;
    else if (at >= 0 && top + ROW > element.scrollTop + seen) element.scrollTop = top + ROW - seen;
    draw();
  };
  element.after = (code) => entries[entries.findIndex((entry) => entry.code === code) + 1]?.code ?? null;
  return element;
}
