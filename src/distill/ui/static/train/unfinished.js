// Trainings that were begun and not finished: go on, or give them up.

import { clear, h } from '../base/dom.js';
import { attempt, post } from '../base/talk.js';

// unfinishedList({ onview }) -> element with .show(view)
export function unfinishedList({ onview }) {
  const list = h('ul', { class: 'train-unfinished' });
  const element = h('section', { class: 'd-card d-column', 'aria-label': 'Unfinished trainings', hidden: true }, h('h2', { class: 'd-title' }, 'Unfinished trainings'), list);
  const act = (path, name) => () => attempt(async () => onview(await post(path, { name })));
  let drawn = '';
  element.show = ({ run, trainings }) => {
    const waiting = trainings.filter(({ name, finished }) => !finished && !(run.state !== 'none' && run.name === name));
    const key = JSON.stringify(waiting);
    element.hidden = !waiting.length;
    if (key === drawn) return;
    drawn = key;
    clear(list, waiting.map(({ name, changed }) => h('li', { class: 'd-row' },
      h('span', { class: 'd-grow' }, h('strong', {}, name), h('span', { class: 'd-soft d-small' }, ` last saved ${new Date(changed * 1000).toLocaleString()}`)),
      h('button', { type: 'button', class: 'd-button', 'aria-label': `Go on with ${name}`, onclick: act('/training/resume', name) }, 'Go on'),
      h('button', { type: 'button', class: 'd-button', 'aria-label': `Give up ${name}`, title: 'Removes what it has reached', onclick: (event) => ask(event.currentTarget, name) }, 'Give up'))));
  };
  // It cannot be undone, so a second click says so.
  function ask(button, name) {
    const sure = h('button', { type: 'button', class: 'd-button', onclick: act('/training/forget', name) }, `Remove what “${name}” has reached`);
    button.replaceWith(sure);
    sure.focus();
    sure.addEventListener('blur', () => setTimeout(() => sure.isConnected && sure.replaceWith(button), 200), { once: true });
  }
  return element;
}
