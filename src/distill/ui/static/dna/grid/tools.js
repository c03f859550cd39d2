// The tools of both grids: what the pointer does, and what the colours mean.

import { h, set } from '../../base/dom.js';
import { MODES } from './palette.js';
import { settings } from './settings.js';

const TOOLS = [
  ['select', 'Select', 'Drag over codes to select them; drag a selection to copy it (V)'],
  ['paint', 'Paint', 'Drag to write the brush into its level (B)'],
  ['lasso', 'Lasso', 'Draw around the codes to select (G)'],
];

export function createTools() {
  const buttons = TOOLS.map(([tool, name, hint]) => ({
    tool, button: h('button', { type: 'button', class: 'd-button', title: hint, onclick: () => { settings.tool = tool; } }, name),
  }));
  const colour = h('select', { title: 'What the colours of the codes mean', onchange: () => { settings.colour = colour.value; } },
    Object.entries(MODES).map(([mode, { name }]) => h('option', { value: mode }, name)));
  const legend = h('span', { class: 'd-grid-legend d-small d-soft' });

  function update() {
    for (const { tool, button } of buttons) set(button, { 'aria-pressed': String(tool === settings.tool) });
    const { ends, ramp, hint } = MODES[settings.colour];
    colour.value = settings.colour;
    const swatch = (background) => h('span', { class: 'd-grid-swatch', style: { background } });
    legend.title = hint;
    if (!ramp) legend.replaceChildren(swatch('var(--d-line)'), ends[0], swatch('var(--d-accent)'), ends[1]);
    else if (settings.colour === 'code') legend.replaceChildren(...[2, 5, 8].map((n) => swatch(ramp[n])), 'each code its shade');
    else legend.replaceChildren(ends[0], h('span', { class: 'd-grid-ramp', style: { background: `linear-gradient(to right, ${ramp.join(', ')})` } }), ends[1]);
  }
  settings.addEventListener('tool', update);
  settings.addEventListener('colour', update);
  update();
  return h('div', { class: 'd-row d-grid-tools' },
    h('div', { class: 'd-row d-grid-group', role: 'group', 'aria-label': 'Tool' }, buttons.map(({ button }) => button)),
    h('label', { class: 'd-row d-grid-colour' }, h('span', { class: 'd-soft' }, 'Colour'), colour),
    legend);
}
