// How close a sound is to the collection: a scale with four words, this sound on it, and real sounds beside it.

import { h } from '../base/dom.js';

const WORDS = ['new', 'mostly new', 'familiar', 'close to a copy'];
const percent = (share) => (share === null || share === undefined ? 'too short to tell' : `${Math.round(share * 100)} %`);
const within = (place) => `${(2 + place * 96).toFixed(1)}%`;

export function gauge({ closeness, novelty, real }) {
  const marks = [h('span', { class: 'g-mark', style: { left: within(closeness.place) }, title: 'This sound' })];
  if (closeness.real_place !== null) marks.push(h('span', { class: 'g-mark g-real', style: { left: within(closeness.real_place) }, title: 'Real sounds it never heard' }));
  const beside = (text) => (real === null ? '' : ` (real sounds: ${text})`);
  return h('div', { class: 'g-novelty' },
    h('div', { class: 'g-gauge', role: 'img', 'aria-label': `${closeness.sentence} On a scale from new to a copy it stands at ${Math.round(closeness.place * 100)} of 100.` },
      h('div', { class: 'g-scale' }, ...WORDS.map((word) => h('span', { class: word === closeness.word ? 'g-here' : '' }, word))), ...marks),
    h('p', {}, closeness.sentence),
    h('p', { class: 'd-small d-soft d-num' },
      h('span', { title: 'The share of its pieces of eight steps that the collection has as they are (8-gram overlap, all levels)' }, `Pieces taken as they are: ${percent(novelty.overlap)}${beside(percent(real?.overlap))}`), ' · ',
      h('span', { title: 'The longest stretch that equals a stretch of one file (levels 1 and 2, or 80 % of all codes)' }, `Longest copied stretch: ${novelty.copied_seconds.toFixed(1)} s${beside(`${real?.copied_seconds.toFixed(1)} s`)}`)),
  );
}
