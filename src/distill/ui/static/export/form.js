// The fields of the export dialog: what a file is to be, and what is done to the sound first.

import { h, set } from '../base/dom.js';
import { field, options } from './fields.js';
import { loopFields } from './loop_fields.js';
import { spaceFields } from './space_fields.js';

const LOUDNESS = [['', 'As it is'], ['-14', 'As streaming plays it (−14 LUFS)'], ['-23', 'As broadcast asks (−23 LUFS)'], ['own', 'Another loudness']];
const DEPTHS = { 16: '16 bit', 24: '24 bit', 32: '32 bit float' };

// form(choices, title, changed) -> { element, settings(), apply(settings), title(), focus() }
export function form(choices, title, changed) {
  const known = Object.fromEntries(choices.formats.map((one) => [one.name, one]));
  const name = h('input', { value: title, maxlength: 300 });
  const format = options(choices.formats.map((one) => [one.name, one.title]), 'wav');
  const rate = options([]), depth = options([]);
  const loudness = options(LOUDNESS), own = h('input', { type: 'number', step: 'any', value: -18, 'aria-label': 'Loudness in LUFS', class: 'export-number' });
  const trim = h('input', { type: 'checkbox' });
  const fadeIn = h('input', { type: 'number', step: 'any', min: 0, value: 0, class: 'export-number' });
  const fadeOut = h('input', { type: 'number', step: 'any', min: 0, value: 0, class: 'export-number' });
  const space = spaceFields(choices, changed), loop = loopFields();

  function refresh() {
    const { depths, rates } = known[format.value];
    const wanted = { rate: rate.value || '48000', depth: depth.value || '24' };
    options.fill(rate, rates.map((hz) => [hz, `${hz / 1000} kHz`]), wanted.rate, '48000');
    options.fill(depth, depths.length ? depths.map((bits) => [bits, DEPTHS[bits]]) : [['', 'has none']], wanted.depth, depths.length ? '24' : '');
    set(depth, { disabled: !depths.length });
    set(own.parentElement, { hidden: loudness.value !== 'own' });
    const looped = loop.value() !== null; // a loop has no ends to fade
    for (const fade of [fadeIn, fadeOut]) set(fade, { disabled: looped });
  }

  const group = (legend, ...children) => h('fieldset', { class: 'export-group' }, h('legend', {}, legend), ...children);
  const element = h('div', { class: 'export-form' },
    h('div', { class: 'export-side' },
      group('File',
        field('Title', name, 'Its name, and what its tags say'),
        field('Format', format),
        field('Sample rate', rate, 'Distill works at 48 kHz; higher rates fit into a session and add no treble'),
        field('Bit depth', depth, '16 bit is dithered; 32 bit is floating point')),
      group('Loop', loop.element)),
    h('div', { class: 'export-side' },
      group('Sound',
        field('Loudness', loudness, 'LUFS, by ITU-R BS.1770'),
        h('div', { class: 'export-field', hidden: true }, h('span', {}, 'LUFS'), own),
        field('Fade in (s)', fadeIn), field('Fade out (s)', fadeOut),
        h('label', { class: 'd-row export-check' }, trim, 'Cut silence off both ends')),
      group('Place', space.element)));
  const heard = () => { refresh(); changed(); };
  element.addEventListener('input', (event) => { if (event.target !== name) heard(); });
  refresh();

  return {
    element,
    title: () => name.value.trim(),
    focus: () => format.focus(),
    settings() {
      const looped = loop.value();
      return {
        format: format.value, rate: Number(rate.value), depth: depth.value ? Number(depth.value) : null,
        loudness: loudness.value === '' ? null : Number(loudness.value === 'own' ? own.value : loudness.value),
        trim: trim.checked, fade_in: looped ? 0 : Number(fadeIn.value), fade_out: looped ? 0 : Number(fadeOut.value),
        space: space.value(), loop: looped,
      };
    },
    // Settings of a preset: what it does not name stays, but a loop takes the place of fades, and fades that of a loop.
    apply(kept) {
      if (kept.format) format.value = kept.format;
      refresh();
      if (kept.rate) rate.value = kept.rate;
      if (kept.depth && known[format.value].depths.length) depth.value = kept.depth;
      if ('loudness' in kept) {
        const listed = LOUDNESS.some(([value]) => value !== '' && Number(value) === kept.loudness);
        loudness.value = listed ? String(kept.loudness) : 'own';
        own.value = kept.loudness;
      }
      if ('trim' in kept) trim.checked = kept.trim;
      if (kept.fade_in || kept.fade_out) loop.apply(null);
      if ('fade_in' in kept) fadeIn.value = kept.fade_in;
      if ('fade_out' in kept) fadeOut.value = kept.fade_out;
      if (kept.loop) loop.apply(kept.loop);
      if (kept.space) space.apply(kept.space);
      heard();
    },
  };
}
