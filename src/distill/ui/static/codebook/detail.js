// One entry: heard, named, compared, and taken as a brush.

import { clear, h, icon, set } from '../base/dom.js';
import { attempt, get, post, say, showTab, tell } from '../base/talk.js';
import { ranks } from './rows.js';

const FIGURES = { brightness: ['Brightness', 'octaves above 1 kHz of the spectral centroid'], warmth: ['Warmth', 'dB of 100 to 800 Hz against the rest'], loudness: ['Loudness', 'dB, K-weighted'],
  bandwidth: ['Width', 'octaves that hold most of the power'], noisiness: ['Noisiness', 'spectral flatness'], roughness: ['Roughness', 'modulation at 20 to 150 Hz'], tension: ['Tension', 'how far partials lie from one harmonic series'], onset: ['Attack', 'dB louder than what comes before'] };

// detail({ hearing(code), choose(code), named(entry) }) -> element with .show(entry, { level, levelName, book }), .empty();
// book: what GET /codebook gives
export function detail({ hearing, choose, named }) {
  const element = h('section', { class: 'd-card c-detail', 'aria-label': 'The chosen entry' });
  const saved = h('span', { class: 'd-small d-soft', role: 'status' });
  let shown = null;

  const keep = (entry, level, fingerprint, part, value) => attempt(async () => {
    const kept = await post('/codebook/name', { fingerprint, level, code: entry.code, [part]: value });
    Object.assign(entry, { name: kept.name, note: kept.note });
    saved.textContent = part === 'name' ? 'The name is saved in the model.' : 'The note is saved in the model.';
    named(entry);
  });
  // Whether its sound takes it the editor says.
  function brush({ code, words }, level, { model, fingerprint }) {
    say('brush', { level, code, model, fingerprint });
    const note = tell(`To paint with in the DNA editor: entry ${code}, ${words}`);
    note.insertBefore(h('button', { type: 'button', class: 'd-button', onclick: () => { note.remove(); showTab('dna'); } }, 'To the editor'), note.lastChild);
  }
  element.empty = () => { shown = null; clear(element, h('p', { class: 'd-soft' }, 'Choose an entry in the table or on the map to hear it, name it, or paint with it.')); };
  element.show = (entry, { level, levelName, book }) => {
    const { entries, fingerprint } = book;
    const fresh = shown !== entry;
    shown = entry;
    if (!fresh) return;
    saved.textContent = '';
    const place = entries.filter(({ share }) => share > entry.share).length + 1;
    const name = h('input', { id: 'c-name', maxlength: 200, value: entry.name, placeholder: 'no name yet', onchange: () => keep(entry, level, fingerprint, 'name', name.value) });
    const note = h('textarea', { id: 'c-note', maxlength: 2000, rows: 2, onchange: () => keep(entry, level, fingerprint, 'text', note.value) });
    note.value = entry.note;
    const alike = h('div', { class: 'd-row c-alike' });
    const figures = Object.entries(FIGURES).map(([key, [label, title]]) => {
      const rank = ranks(entries, (one) => one.figures[key]).get(entry.code), share = Math.round(rank * 100);
      return [h('dt', { title }, label), h('dd', { title: `${entry.figures[key].toFixed(2)}: ${title}` }, h('span', { class: 'c-bar', 'aria-hidden': 'true' }, h('span', { style: { width: `${share}%` } })), `more than ${share} % of this level`)];
    });
    clear(element,
      h('div', { class: 'd-row d-between' },
        h('div', { class: 'd-row' }, h('button', { type: 'button', class: 'd-button', 'aria-label': `Play entry ${entry.code}`, onclick: () => hearing(entry.code) }, icon('play')), h('h3', { class: 'd-subtitle' }, `Entry ${entry.code}`)),
        h('button', { type: 'button', class: 'd-button', title: 'Paint with it in the DNA editor', onclick: () => brush(entry, level, book) }, 'Use as brush')),
      h('p', {}, entry.words, h('span', { class: 'd-soft' }, entry.share ? ` · number ${place} of ${entries.length} by use, ${(entry.share * 100).toFixed(1)}\u00a0% of ${levelName}` : ' · dead: nothing in the collection uses it')),
      h('div', { class: 'c-fields' }, h('label', { for: 'c-name' }, 'Your name'), name, h('label', { for: 'c-note' }, 'Note'), note), saved,
      h('h4', { class: 'd-small d-soft c-sub' }, 'Nearest to it'), alike,
      h('details', {}, h('summary', { class: 'd-small d-soft' }, 'How it compares'), h('dl', { class: 'd-terms d-small' }, ...figures.flat())));
    attempt(async () => {
      const near = await get(`/codebook/similar/${level}/${entry.code}`);
      if (shown !== entry) return;
      clear(alike, near.map((code) => {
        const other = entries[code];
        return h('button', { type: 'button', class: 'd-button c-near', title: 'Hear it, and look at it', onclick: () => choose(code) }, h('span', { class: 'd-num' }, String(code)), ' ', other.name || other.words);
      }));
    });
  };
  element.empty();
  return element;
}
