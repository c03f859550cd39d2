// Where the export puts a sound: as it is, mono, between loudspeakers, or around the head.

import { h, set } from '../base/dom.js';
import { attempt, sendFile, tell } from '../base/talk.js';
import { field, options, slider } from './fields.js';

const KINDS = [['', 'As it is'], ['mono', 'Mono'], ['stereo', 'Between two loudspeakers'], ['binaural', 'Around the head (headphones)']];
const FORMULA = 'By formula';

const side = (value) => (Math.abs(value) < 0.005 ? 'middle' : `${Math.abs(Math.round(value * 100))} % ${value < 0 ? 'left' : 'right'}`);
const angle = (value) => (value === 0 ? 'in front' : Math.abs(value) === 180 ? 'behind' : `${Math.abs(value)}° ${value < 0 ? 'left' : 'right'}`);
const height = (value) => (value === 0 ? 'level' : `${Math.abs(value)}° ${value < 0 ? 'below' : 'above'}`);

export function spaceFields(choices, changed) {
  const kind = options(KINDS);
  const position = slider('Position', { min: -1, max: 1, step: 0.05, value: 0, said: side });
  const keepWidth = h('input', { type: 'checkbox', checked: true });
  const width = slider('Width', { min: 0, max: 2, step: 0.05, value: 1, said: (value) => `${Math.round(value * 100)} %` });
  const azimuth = slider('Direction', { min: -180, max: 180, step: 5, value: 0, said: angle, title: 'Azimuth' });
  const elevation = slider('Height', { min: -90, max: 90, step: 5, value: 0, said: height, title: 'Elevation' });
  const distance = slider('Distance', { min: 0.2, max: 20, step: 0.1, value: 1, said: (value) => `${value.toFixed(1)} m` });
  const moves = h('input', { type: 'checkbox' });
  const towards = slider('.. to', { min: -360, max: 360, step: 5, value: 90, said: (value) => `${value}°`, title: 'Azimuth at the end of its way; 360 is once around to the right' });
  const within = h('input', { type: 'number', step: 'any', min: 0, value: 8, class: 'export-number' });
  const head = options([]);
  const file = h('input', { type: 'file', accept: '.sofa', class: 'd-hidden-text', tabindex: '-1', 'aria-label': 'A SOFA file', onchange: () => add() });
  const addHead = h('button', { type: 'button', class: 'd-button', title: 'A SOFA file of a measured head, at best one like yours', onclick: () => file.click() }, 'Add a measured head');
  let path = null; // of a preset with more places than the fields show

  const fillHeads = (names, chosen = '') => options.fill(head, [['', FORMULA], ...names.map((name) => [name, name])], chosen, '');
  fillHeads(choices.heads);
  const add = () => attempt(async () => {
    const chosen = file.files[0];
    if (!chosen) return;
    file.value = '';
    const { name, heads } = await sendFile('/export/heads', chosen);
    fillHeads(heads, name);
    tell(`The head ${name} is there to choose`);
    changed();
  });

  const check = (box, text) => h('label', { class: 'd-row export-check' }, box, text);
  const stereo = h('div', { class: 'export-fields' }, position.element, check(keepWidth, 'As wide as it is'), width.element);
  const moving = h('div', { class: 'export-fields' }, towards.element, field('.. in seconds', within));
  const around = h('div', { class: 'export-fields' },
    azimuth.element, elevation.element, distance.element, check(moves, 'It moves'), moving,
    field('Head', head, 'By formula: left from right, near from far. A measured head also tells above from below'), h('div', { class: 'd-row' }, addHead, file));
  const show = () => {
    set(stereo, { hidden: kind.value !== 'stereo' });
    set(around, { hidden: kind.value !== 'binaural' });
    set(width.element, { hidden: keepWidth.checked });
    set(moving, { hidden: !moves.checked });
  };
  const element = h('div', { class: 'export-fields' }, field('Where', kind), stereo, around);
  element.addEventListener('input', (event) => { if (event.target !== head) path = null; show(); });
  show();

  const places = () => {
    if (path) return path;
    const first = { seconds: 0, azimuth: azimuth.value(), elevation: elevation.value(), distance: distance.value() };
    return moves.checked ? [first, { ...first, seconds: Number(within.value), azimuth: towards.value() }] : [first];
  };
  return {
    element,
    value() {
      if (kind.value === '') return null;
      if (kind.value === 'stereo') return { kind: 'stereo', position: position.value(), width: keepWidth.checked ? null : width.value() };
      return kind.value === 'mono' ? { kind: 'mono' } : { kind: 'binaural', places: places(), head: head.value };
    },
    apply(kept) {
      kind.value = kept.kind;
      if (kept.kind === 'stereo') {
        position.set(kept.position);
        keepWidth.checked = kept.width === null;
        if (kept.width !== null) width.set(kept.width);
      }
      if (kept.kind === 'binaural') {
        const [first, last] = [kept.places[0], kept.places.at(-1)];
        azimuth.set(first.azimuth);
        elevation.set(first.elevation);
        distance.set(first.distance);
        moves.checked = kept.places.length > 1;
        if (moves.checked) { towards.set(last.azimuth); within.value = last.seconds; }
        path = kept.places;
        head.value = kept.head;
      }
      show();
    },
  };
}
