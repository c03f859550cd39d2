// What new sound goes on from: nothing, a sound of the editor, a take, or a file.

import { clear, h, iconButton, set } from '../base/dom.js';
import { latestTakes, takeOptions } from '../base/takes.js';
import { attempt, get, sendFile, tell } from '../base/talk.js';

export function beginning(state, changed) {
  const chosen = h('select', { id: 'g-prefix', onchange: pick });
  const file = h('input', { type: 'file', accept: 'audio/*,.wav,.aiff,.aif,.flac,.ogg,.mp3,.codes', hidden: true, 'aria-label': 'A sound file to go on from', onchange: () => { take(file.files[0]); file.value = ''; } });
  const only = h('input', { type: 'number', id: 'g-prefix-seconds', min: 0.1, step: 0.1, class: 'g-number', placeholder: 'all',
    title: 'How much of its beginning; empty: all of it', onchange: () => { state.prefixSeconds = only.value === '' ? null : Number(only.value); changed(); } });
  const first = h('div', { class: 'd-row' }, h('label', { for: 'g-prefix-seconds' }, 'only its first'), only, h('span', { class: 'd-soft' }, 's'));
  const none = iconButton('close', 'Begin from nothing', () => { state.prefix = null; show(); changed(); chosen.focus(); });
  const element = h('div', { class: 'd-column g-tight' },
    h('div', { class: 'd-row g-nowrap' }, chosen, h('button', { type: 'button', class: 'd-button', title: 'A sound file, or codes of this model; or drop one here', onclick: () => file.click() }, 'File …'), none, file), first);
  let takes = [];

  async function take(given) {
    if (!given) return;
    await attempt(async () => {
      const { media, title } = await sendFile('/dropped', given);
      state.prefix = { source: { media }, title };
      show(); changed();
      tell(`New sound goes on from ${title}`);
    });
  }
  function pick() {
    const value = chosen.value;
    if (value === 'A' || value === 'B') state.prefix = { source: { slot: value }, title: `sound ${value} of the editor` };
    else if (value) { const found = takes.find((one) => String(one.number) === value); state.prefix = { source: { take: found.number }, title: found.title }; }
    else state.prefix = null;
    show(); changed();
  }
  const valueOf = (source) => String(source.take ?? source.slot ?? 'other');
  function show() {
    const named = state.prefix && !takes.some((one) => one.number === state.prefix.source.take) && !state.prefix.source.slot
      ? [h('option', { value: valueOf(state.prefix.source) }, state.prefix.title)] : [];
    clear(chosen, h('option', { value: '' }, 'nothing'), ...named,
      h('optgroup', { label: 'DNA editor' }, h('option', { value: 'A' }, 'Sound A'), h('option', { value: 'B' }, 'Sound B')),
      takeOptions(takes));
    chosen.value = state.prefix ? valueOf(state.prefix.source) : '';
    set(first, { hidden: !state.prefix });
    set(none, { hidden: !state.prefix });
    only.value = state.prefixSeconds ?? '';
  }
  const refresh = async () => { takes = await latestTakes(); show(); };
  element.addEventListener('dragover', (event) => { event.preventDefault(); element.classList.add('g-over'); });
  element.addEventListener('dragleave', () => element.classList.remove('g-over'));
  element.addEventListener('drop', (event) => { event.preventDefault(); element.classList.remove('g-over'); take(event.dataTransfer.files[0]); });
  show();
  return { element, show, refresh };
}
