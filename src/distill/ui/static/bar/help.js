// The help: shortcuts of the editor and the words of the page, in a dialog. Panels add their own parts.

import { h, iconButton } from '../base/dom.js';

const parts = []; // { title, rows: [[term, meaning]] }

export const addHelp = (title, rows) => {
  const known = parts.find((part) => part.title === title);
  if (known) known.rows = rows; else parts.push({ title, rows });
};

addHelp('Words', [
  ['Model', 'What Distill has learnt from one collection of sounds.'],
  ['Code grid', 'A sound as numbers: columns are steps of about 21 ms, rows are levels.'],
  ['Structure, Timbre, Detail', 'Level 1, the middle levels, the last ones: from coarse to fine. They are entangled: each also carries a little of the others.'],
  ['Entry', 'One sound-atom of a level; a code is its number.'],
  ['Creativity', 'How far new sound goes from what is likeliest (temperature).'],
  ['Focus', '0 is off; 100 takes only the likeliest codes (top-k).'],
  ['Diversity', 'How many of the likely codes may be drawn (top-p).'],
  ['Take', 'A sound that was made, kept with its codes and recipe.'],
]);

export function help() {
  document.getElementById('d-help')?.remove();
  const close = () => dialog.close();
  const dialog = h('dialog', { id: 'd-help', class: 'd-dialog', 'aria-label': 'Help and shortcuts', onclose: () => dialog.remove() },
    h('div', { class: 'd-row d-between' }, h('h2', { class: 'd-title' }, 'Help and shortcuts'), iconButton('close', 'Close help', close)),
    ...parts.map(({ title, rows }) => h('section', {}, h('h3', { class: 'd-subtitle' }, title),
      h('dl', { class: 'd-terms' }, ...rows.flatMap(([term, meaning]) => [h('dt', {}, term), h('dd', {}, meaning)])))),
  );
  dialog.addEventListener('click', (event) => { if (event.target === dialog) close(); });
  document.body.append(dialog);
  dialog.showModal();
}
