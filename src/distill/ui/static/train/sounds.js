// The list of gathered sounds: whether each is used and why not, its outline, its part.

import { clear, h, set, time } from '../base/dom.js';
import { attempt, post } from '../base/talk.js';
import { strip } from './strip.js';
import { trimDialog } from './trim.js';
import { SOUND_VERDICTS, advice, reason, summary } from './words.js';

// soundList(onchange) -> element with .show(list): what GET /training/sounds gives; onchange(list) after a click
export function soundList(onchange) {
  const rows = new Map(); // id -> row
  const body = h('tbody');
  const all = h('input', { type: 'checkbox', 'aria-label': 'Use all sounds', onchange: () => use([...rows.keys()], all.checked) });
  const said = h('p', { role: 'status', class: 'd-num' });
  const hint = h('p', { class: 'd-soft d-small' });
  const element = h('div', { class: 'd-column' }, said, hint,
    h('div', { class: 'train-scroll' },
      h('table', { class: 'd-table train-table' },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, all), h('th', { scope: 'col' }, 'Sound'), h('th', { scope: 'col' }, 'Waveform'), h('th', { scope: 'col' }, 'Length'), h('th', { scope: 'col' }, 'Verdict'), h('th', { scope: 'col' }, 'Part'))),
        body)));

  const use = (ids, used) => attempt(async () => onchange(await post('/training/sounds/use', { ids, used })));

  function rowOf(sound) {
    const box = h('input', { type: 'checkbox', 'aria-label': `Use ${sound.name}`, onchange: () => use([sound.id], box.checked) });
    const wave = strip(sound);
    const length = h('td', { class: 'd-num train-length' });
    const verdict = h('td', { class: 'train-verdict' });
    const part = h('button', { type: 'button', class: 'd-button d-quiet', onclick: () => trimDialog(current, onchange) }, 'Trim');
    const where = `${sound.format}, ${(sound.rate / 1000).toLocaleString('en')} kHz, ${sound.channels === 1 ? 'mono' : sound.channels === 2 ? 'stereo' : `${sound.channels} channels`}, in ${sound.folder}`;
    let current = sound;
    const row = h('tr', {}, h('td', {}, box), h('td', { class: 'train-name', title: `${sound.name} (${where})` }, sound.name), h('td', { class: 'train-wave' }, wave), length, verdict, h('td', {}, part));
    row.show = (newer) => {
      current = newer;
      const skipped = newer.verdict === 'skipped';
      set(box, { checked: newer.verdict === 'used' || newer.verdict === 'waiting', disabled: skipped });
      set(part, { disabled: skipped, 'aria-label': `Trim ${newer.name}`, title: newer.trimmed ? 'Only a part is used; choose another' : 'Use only a part of it' });
      part.textContent = newer.trimmed ? 'Trimmed' : 'Trim';
      clear(length, newer.trimmed ? `${time(newer.part[1] - newer.part[0])} of ${time(newer.seconds)}` : time(newer.seconds));
      say(verdict, newer.verdict, newer.reason && reason(newer.reason, newer.name));
      row.classList.toggle('train-off', newer.verdict === 'left out' || skipped);
      wave.show(newer);
    };
    return row;
  }
  function refusedRow({ name, reason: text }) {
    const verdict = h('td', { class: 'train-verdict', colspan: '4' });
    say(verdict, 'skipped', reason(text, name));
    return h('tr', { class: 'train-off' }, h('td'), h('td', { class: 'train-name', title: name }, name), verdict);
  }
  function say(cell, verdict, why) {
    const { sign, word, kind } = SOUND_VERDICTS[verdict];
    clear(cell, h('span', { class: `d-${kind}` }, h('span', { 'aria-hidden': 'true', class: 'train-sign' }, sign), word), why ? h('span', { class: 'd-soft d-small' }, `: ${why}`) : null);
  }

  let shape = '';
  element.show = (list) => {
    const now = JSON.stringify([list.sounds.map((sound) => sound.id), list.refused]);
    if (now !== shape) {
      shape = now;
      const wanted = list.sounds.map((sound) => [sound.id, rows.get(sound.id) ?? rowOf(sound)]);
      rows.clear();
      wanted.forEach(([id, row]) => rows.set(id, row));
      clear(body, ...rows.values(), ...list.refused.map(refusedRow));
    }
    for (const sound of list.sounds) rows.get(sound.id).show(sound);
    const on = list.sounds.filter((sound) => sound.verdict === 'used' || sound.verdict === 'waiting').length;
    set(all, { checked: on > 0, indeterminate: on > 0 && on < list.sounds.length });
    const text = summary(list);
    if (said.textContent !== text) said.textContent = text;
    hint.textContent = advice(list);
    hint.hidden = !hint.textContent;
  };
  return element;
}
