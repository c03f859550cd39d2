// Tempo and snap of a sound: a beat ruler over its grid, and lines that selections move to.

import { h, set } from '../base/dom.js';
import { attempt } from '../base/talk.js';

const SNAPS = [['', 'no snap'], ['0.25', '1/16'], ['0.5', '1/8'], ['1', 'beats'], ['bar', 'bars']];

// desk: { project, active() } -> element with .refresh()
export function createTempo(desk) {
  const bpm = h('input', { id: 'dna-bpm', class: 'dna-bpm', type: 'number', min: 20, max: 400, step: 'any', placeholder: 'none', onchange: () => send() });
  const beats = h('select', { 'aria-label': 'Beats in a bar', title: 'Beats in a bar', onchange: () => send() }, ...[2, 3, 4, 5, 6, 7].map((n) => h('option', { value: n }, `${n}/4`)));
  const snap = h('select', { 'aria-label': 'Snap', title: 'Edges of selections move to these lines', onchange: () => send() }, ...SNAPS.map(([value, name]) => h('option', { value }, name)));
  const element = h('div', { class: 'd-row dna-tempo' }, h('label', { for: 'dna-bpm', class: 'd-soft', title: 'Beats a minute' }, 'Tempo'), bpm, beats, snap);

  function send() {
    const slot = desk.active();
    if (!desk.project.sound(slot)) return;
    const per = Number(beats.value), wanted = snap.value === 'bar' ? per : Number(snap.value) || null;
    attempt(async () => desk.project.setTempo(slot, bpm.value === '' ? null : Number(bpm.value), per, wanted)).then(element.refresh);
  }

  element.refresh = () => {
    const sound = desk.project.sound(desk.active()), tempo = sound?.tempo;
    bpm.value = tempo?.bpm ?? '';
    beats.value = String(tempo?.beatsPerBar ?? 4);
    snap.value = sound?.snap ? (sound.snap === tempo?.beatsPerBar ? 'bar' : String(sound.snap)) : '';
    for (const control of [bpm, beats, snap]) set(control, { disabled: !sound || (control !== bpm && !tempo) });
  };
  return element;
}
