// Before and after: a few sounds of the collection, and what the model makes of them now.

import { clear, h } from '../base/dom.js';
import { wave } from '../base/wave.js';

const SECONDS = 4;

// previews() -> element with .show({ step, parts })
export function previews() {
  const list = h('div', { class: 'train-previews' });
  const empty = h('p', { class: 'd-soft' }, 'The first can be heard after about a minute.');
  const title = h('span', { class: 'd-soft' });
  const element = h('section', { class: 'train-part train-part-wide' }, h('h3', { class: 'd-subtitle' }, 'Before and after ', title), empty, list);
  let drawn = '';
  element.show = ({ step, parts }) => {
    const key = JSON.stringify([step, parts]);
    if (key === drawn) return;
    drawn = key;
    empty.hidden = parts.length > 0;
    title.textContent = parts.length ? `at step ${Math.round(step).toLocaleString('en')}` : '';
    clear(list, parts.map((part, n) => h('div', { class: 'train-pair', role: 'group', 'aria-label': `Sound ${n + 1}` },
      side('Original', part.original, part.original_picture, n), side('From its codes', part.decoded, part.decoded_picture, n))));
  };
  return element;
}

const side = (label, sound, picture, n) => h('figure', { class: 'train-side' },
  h('figcaption', { class: 'd-small d-soft' }, label),
  h('img', { src: picture, alt: `Spectrogram of sound ${n + 1}: ${label.toLowerCase()}`, loading: 'lazy' }),
  wave({ sound, seconds: SECONDS, label: `sound ${n + 1}, ${label.toLowerCase()}`, height: 30 }));
