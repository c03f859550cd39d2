// A dialog over the page: Escape, a click beside it or its cross closes it; then it is gone.

import { h, iconButton } from './dom.js';

// dialog('Deleted takes', { class: 'keep-bin' }, part, part) -> element, open
export function dialog(label, attributes, ...children) {
  const { class: more = '', onclose = () => {}, ...rest } = attributes;
  const element = h('dialog', { class: `d-dialog ${more}`, 'aria-label': label, ...rest },
    h('div', { class: 'd-row d-between' }, h('h2', { class: 'd-title' }, label), iconButton('close', 'Close', () => element.close())),
    ...children);
  element.addEventListener('close', () => {
    const messages = element.querySelector('#d-toasts');
    if (messages) document.body.append(messages); // they outlive the dialog they were told in
    element.remove();
    onclose();
  });
  let pressed = null; // where the click began: a text that is selected to beyond the edge closes nothing
  element.addEventListener('pointerdown', (event) => { pressed = event.target; });
  element.addEventListener('click', (event) => { if (event.target === element && pressed === element) element.close(); });
  document.body.append(element);
  element.showModal();
  return element;
}

// Ask before something that cannot be undone, in the place of the button that was pressed: confirmed(button, 'Remove for good', act).
export function confirmed(button, question, yes, act) {
  const back = () => { asking.replaceWith(button); button.focus(); };
  const asking = h('span', { class: 'd-row', role: 'group', 'aria-label': question },
    h('span', {}, question),
    h('button', { type: 'button', class: 'd-button', onclick: () => { back(); act(); } }, yes),
    h('button', { type: 'button', class: 'd-button d-quiet', onclick: back }, 'No'));
  button.replaceWith(asking);
  asking.querySelectorAll('button')[1].focus();
}
