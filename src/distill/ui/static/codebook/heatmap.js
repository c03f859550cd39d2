// Use of all entries of all levels as one picture: of the collection, or of one sound.

import { fitted, styled } from '../base/canvas.js';
import { clear, h, set } from '../base/dom.js';
import { heat, HEAT_BAR } from '../base/heat.js';
import { latestTakes, takeOptions } from '../base/takes.js';
import { attempt, hear, post, sendFile } from '../base/talk.js';
import { byUse } from './rows.js';

const ROW = 22, HEAD = 84; // pixels

// heatmap({ onchoose(level, code) }) -> element with .show(levels), .refresh()
export function heatmap({ onchoose }) {
  let names = [], order = [], counts = [], at = [0, 0];
  let turn = 0; // of the last question: an answer that comes after a newer one was asked is not shown
  const canvas = h('canvas', { class: 'c-heat', tabindex: '0', role: 'application', 'aria-label': 'Use of entries by level. Arrow keys move, Enter plays.' });
  const said = h('p', { class: 'd-small d-soft', 'aria-live': 'polite' });
  const whose = h('select', { id: 'c-whose', onchange: pick });
  const file = h('input', { type: 'file', accept: 'audio/*,.wav,.aiff,.aif,.flac,.ogg,.mp3,.codes', hidden: true, 'aria-label': 'A sound file', onchange: () => { drop(file.files[0]); file.value = ''; } });
  const element = h('section', { class: 'd-card d-column', 'aria-label': 'Use of all entries' },
    h('div', { class: 'd-row d-between' },
      h('div', { class: 'd-row' }, h('h2', { class: 'd-subtitle' }, 'Use of all entries'), h('label', { for: 'c-whose', class: 'd-soft' }, 'by'), whose, h('button', { type: 'button', class: 'd-button', onclick: () => file.click() }, 'A sound file …'), file),
      h('div', { class: 'd-row d-small d-soft' }, 'never', h('span', { class: 'c-ramp', style: { background: HEAT_BAR } }), 'most')),
    canvas, said);

  function draw() {
    const width = canvas.clientWidth, height = names.length * ROW;
    if (!width || !names.length || !counts.length) return;
    set(canvas, { style: { height: `${height}px` } });
    const context = fitted(canvas, width, height);
    context.font = '12px sans-serif'; context.textBaseline = 'middle';
    const wide = (width - HEAD) / order[0].length;
    counts.forEach((row, level) => {
      const most = Math.log1p(Math.max(1, ...row));
      context.fillStyle = styled('--d-soft');
      context.fillText(`${level + 1} ${names[level]}`, 0, level * ROW + ROW / 2);
      order[level].forEach((code, column) => {
        context.fillStyle = row[code] ? heat(Math.log1p(row[code]) / most) : styled('--d-line');
        context.fillRect(HEAD + column * wide, level * ROW + 1, Math.ceil(wide), ROW - 3);
      });
    });
    const [level, column] = at;
    context.lineWidth = 2; context.strokeStyle = styled('--d-ink');
    context.strokeRect(HEAD + column * wide - 1, level * ROW, Math.max(4, wide + 2), ROW - 1);
  }
  function go(level, column, play) {
    at = [Math.min(names.length - 1, Math.max(0, level)), Math.min(order[0].length - 1, Math.max(0, column))];
    const code = order[at[0]][at[1]], often = counts[at[0]][code];
    said.textContent = `Level ${at[0] + 1} (${names[at[0]]}), entry ${code}: used ${often === 0 ? 'never' : often === 1 ? 'once' : `${often} times`} here. The entries your collection uses most are at the left.`;
    draw();
    if (play) onchoose(at[0] + 1, code);
  }
  canvas.addEventListener('pointerdown', (event) => { if (event.offsetX >= HEAD) go(Math.floor(event.offsetY / ROW), Math.floor(((event.offsetX - HEAD) / (canvas.clientWidth - HEAD)) * order[0].length), true); });
  canvas.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [0, 0] }[event.key];
    if (!step || !names.length) return;
    event.preventDefault();
    go(at[0] + step[0], at[1] + step[1], event.key === 'Enter');
  });
  const ask = (source) => attempt(async () => {
    const mine = ++turn, told = await post('/codebook/usage', { source });
    if (mine !== turn) return;
    ({ counts } = told);
    go(...at, false);
  });
  const drop = (given) => given && attempt(async () => {
    const { media, title } = await sendFile('/dropped', given);
    whose.append(h('option', { value: media, selected: true }, title));
    await ask({ media });
  });
  function pick() {
    const value = whose.value;
    return ask(value === '' ? null : value === 'A' || value === 'B' ? { slot: value } : value.startsWith('/') ? { media: value } : { take: Number(value) });
  }
  const list = () => attempt(async () => {
    const takes = await latestTakes();
    const kept = whose.value, shown = [...whose.options].find(({ value }) => value === kept);
    clear(whose, h('option', { value: '' }, 'the collection'), h('optgroup', { label: 'DNA editor' }, h('option', { value: 'A' }, 'Sound A'), h('option', { value: 'B' }, 'Sound B')),
      takeOptions(takes));
    if (shown && ![...whose.options].some(({ value }) => value === kept)) whose.append(shown); // a file; a take that is no longer among the latest
    whose.value = kept;
  });
  new ResizeObserver(draw).observe(canvas);
  hear('light', draw);
  hear('takes', list);

  element.show = (levels) => attempt(async () => {
    whose.value = '';
    const mine = ++turn, told = await post('/codebook/usage');
    names = levels;
    order = byUse(told.counts);
    if (mine === turn) { ({ counts } = told); go(0, 0, false); }
    await list();
  });
  return element;
}
