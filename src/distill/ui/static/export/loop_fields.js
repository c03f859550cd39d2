// Where the export asks for a loop: none, the best there is, bars at a tempo, or a length.

import { h, set } from '../base/dom.js';
import { field, options } from './fields.js';

const KINDS = [['', 'No loop'], ['auto', 'The best there is'], ['bars', 'Bars at a tempo'], ['tempo', 'As many bars as fit'], ['seconds', 'A length in seconds']];

export function loopFields() {
  const kind = options(KINDS);
  const number = (value, more = {}) => h('input', { type: 'number', step: 'any', min: 0, value, class: 'export-number', ...more });
  const bars = number(4), bpm = number(120), meter = number(4, { step: 1, min: 1 }), seconds = number(4);
  const lead = h('input', { type: 'checkbox' });
  let rest = {}; // what a preset says and no field shows
  const parts = {
    bars: field('Bars', bars), bpm: field('Beats a minute', bpm), meter: field('Beats a bar', meter), seconds: field('Seconds', seconds),
    lead: h('label', { class: 'd-row export-check', title: 'What comes before the loop then plays once, for samplers' }, lead, 'Keep what comes before it'),
  };
  const SHOWN = { '': [], auto: ['lead'], bars: ['bars', 'bpm', 'meter', 'lead'], tempo: ['bpm', 'meter', 'lead'], seconds: ['seconds', 'lead'] };
  const show = () => { for (const [name, part] of Object.entries(parts)) set(part, { hidden: !SHOWN[kind.value].includes(name) }); };
  kind.addEventListener('input', () => { rest = {}; show(); });
  show();
  return {
    element: h('div', { class: 'export-fields' }, field('Length', kind, 'A seamless loop with loop points, for samplers and DAWs'), Object.values(parts)),
    value() {
      if (kind.value === '') return null;
      const asked = { ...rest, lead_in: lead.checked };
      if (SHOWN[kind.value].includes('bpm')) Object.assign(asked, { bpm: Number(bpm.value), beats_per_bar: Math.round(Number(meter.value)) });
      if (kind.value === 'bars') asked.bars = Number(bars.value);
      if (kind.value === 'seconds') asked.seconds = Number(seconds.value);
      return asked;
    },
    apply(kept) {
      kind.value = !kept ? '' : kept.seconds !== null ? 'seconds' : kept.bars !== null ? 'bars' : kept.bpm !== null ? 'tempo' : 'auto';
      rest = {};
      for (const name of ['start', 'crossfade']) if (kept && kept[name] !== null) rest[name] = kept[name];
      if (kept?.seconds) seconds.value = kept.seconds;
      if (kept?.bars) bars.value = kept.bars;
      if (kept?.beats) { kind.value = 'bars'; bars.value = kept.beats / kept.beats_per_bar; }
      if (kept?.bpm) bpm.value = kept.bpm;
      if (kept) { meter.value = kept.beats_per_bar; lead.checked = kept.lead_in; }
      show();
    },
  };
}
