import { h } from '../base/dom.js';

export function mount(element) {
  element.append(h('p', { class: 'd-soft' }, 'This tab is being built.'));
}
