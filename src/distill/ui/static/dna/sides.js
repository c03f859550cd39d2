// Pages of the panel at the right, one at a time, chosen by tabs.

import { h, set } from '../base/dom.js';

// parts: [[key, name, element]]
export function createSides(parts) {
  const tabs = parts.map(([key, name], n) => h('button', { type: 'button', role: 'tab', id: `dna-tab-${key}`, class: 'dna-tab', 'aria-controls': `dna-page-${key}`, onclick: () => show(key), onkeydown: (event) => move(event, n) }, name));
  const pages = parts.map(([key, , page]) => set(h('div', {}, page), { role: 'tabpanel', id: `dna-page-${key}`, 'aria-labelledby': `dna-tab-${key}` }));

  function show(key) {
    parts.forEach(([other, , page], n) => {
      set(tabs[n], { 'aria-selected': String(other === key), tabindex: other === key ? 0 : -1 });
      set(pages[n], { hidden: other !== key });
      if (other === key) page.refresh();
    });
  }

  function move(event, n) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const to = (n + by + parts.length) % parts.length;
    show(parts[to][0]);
    tabs[to].focus();
  }

  show(parts[0][0]);
  return { element: h('div', {}, h('div', { role: 'tablist', class: 'dna-tabs', 'aria-label': 'Edit, brush, edits' }, ...tabs), ...pages), show };
}
