// How well each level uses its entries: a bar, a sign, a word and a sentence.

import { clear, h } from '../base/dom.js';
import { VERDICTS, healthSentence } from './words.js';

// health() -> element with .show(levels)
export function health() {
  const list = h('ol', { class: 'train-health' });
  const empty = h('p', { class: 'd-soft' }, 'Measured as soon as sounds are turned into codes.');
  const element = h('section', { class: 'train-part' }, h('h3', { class: 'd-subtitle', title: 'codebook utilisation' }, 'Entries in use, level by level'), empty, list);
  let drawn = '';
  element.show = (levels) => {
    const key = JSON.stringify(levels);
    if (key === drawn) return;
    drawn = key;
    empty.hidden = levels.length > 0;
    clear(list, levels.map((level) => {
      const { sign, word, kind } = VERDICTS[level.verdict], share = Math.round(100 * level.utilisation);
      return h('li', { title: healthSentence(level) },
        h('span', { class: 'train-level' }, `${level.level} ${level.name}`),
        h('span', { class: 'd-progress', 'aria-hidden': 'true' }, h('div', { class: `train-bar-${kind}`, style: { width: `${share}%` } })),
        h('span', { class: 'd-num' }, `${share} %`),
        h('span', { class: `d-${kind}` }, h('span', { 'aria-hidden': 'true', class: 'train-sign' }, sign), word));
    }));
  };
  return element;
}
