// What was done to a sound, newest first; a click goes back to there, or forward again.

import { clear, h } from '../base/dom.js';

// desk: { project, active() } -> element with .refresh()
export function createHistory(desk) {
  const list = h('ol', { class: 'dna-edits', 'aria-label': 'Edits, newest first' });
  const about = h('p', { class: 'd-soft d-small', role: 'status' });
  const element = h('div', { class: 'd-column dna-side-page' }, about, list);

  element.refresh = () => {
    const slot = desk.active(), sound = desk.project.sound(slot);
    const { done, undone, done_count: made, undone_count: back } = desk.project.history(slot);
    about.textContent = sound ? `${made} ${made === 1 ? 'edit' : 'edits'} of ${slot}${back ? `, ${back} taken back` : ''}. A click goes to how the sound was then.` : 'Nothing is open.';
    if (!sound) { clear(list); return; }
    const step = (label, attributes, go) => h('li', attributes, h('button', { type: 'button', class: 'dna-edit', onclick: go }, label));
    const goTo = (count) => () => desk.project.goTo(slot, count); // a place, not a way: a second click on it changes nothing
    const forward = [...undone].reverse().map((label, n) => step(label, { class: 'dna-undone' }, goTo(made + undone.length - n)));
    const backward = [...done].reverse().map((label, n) => step(label, n === 0 ? { 'aria-current': 'step' } : {}, goTo(made - n)));
    const first = made > done.length
      ? h('li', { class: 'd-soft d-small' }, `and ${made - done.length} before`)
      : step('As it was opened', made ? {} : { 'aria-current': 'step' }, goTo(0));
    clear(list, ...forward, ...backward, first);
  };
  return element;
}
