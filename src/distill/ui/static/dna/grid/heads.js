// In front of the rows: each level's name, mute, solo and lock. One tab stop; arrows go from button to button.

import { h, icon, set } from '../../base/dom.js';
import { levelWords } from './words.js';

const ENTANGLED = 'Levels are entangled: each also carries a little of what the others are named for.';
const TOGGLES = [
  ['muted', 'Mute', () => 'M', 'not heard'],
  ['soloed', 'Solo', () => 'S', 'heard alone'],
  ['locked', 'Lock', () => icon('lock'), 'no edit changes it'],
];

export function createHeads(sound, commands) {
  const rows = [];
  for (let level = 1; level <= sound.numLevels; level++) rows.push(row(level));
  const element = h('div', { class: 'd-grid-heads', role: 'group', 'aria-label': 'Levels' }, rows.map(({ element: one }) => one));
  const buttons = rows.map(({ name, toggles }) => [name, ...toggles.map(({ button }) => button)]);

  function row(level) {
    const words = levelWords(sound, level), plain = sound.levelNames[level - 1] ?? 'Level';
    const name = h('button', {
      type: 'button', class: 'd-grid-name', tabindex: -1, 'aria-label': `${level} ${plain}: select the whole level`,
      title: `Level ${level} of ${sound.numLevels}. Click to select all of it. ${ENTANGLED}`,
      onclick: () => { sound.anchor = null; sound.moveCursor(level, sound.cursor.step, null); sound.selectLevels([level]); },
    }, h('span', { class: 'd-grid-number' }, String(level)), h('span', {}, plain));
    const toggles = TOGGLES.map(([which, verb, sign, meaning]) => ({
      which,
      button: h('button', {
        type: 'button', class: `d-grid-toggle d-grid-${which}`, tabindex: -1, 'aria-label': `${verb} ${words}`, title: `${verb}: ${meaning}`,
        onclick: () => commands.toggleLevel(which, level),
      }, sign()),
    }));
    return { level, name, toggles, element: h('div', { class: 'd-grid-head' }, name, toggles.map(({ button }) => button)) };
  }

  function rove(to) {
    for (const button of buttons.flat()) button.tabIndex = button === to ? 0 : -1;
  }
  element.addEventListener('focusin', (event) => rove(event.target));
  element.addEventListener('keydown', (event) => {
    const y = buttons.findIndex((row) => row.includes(event.target)), x = buttons[y]?.indexOf(event.target);
    const to = { ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1], Home: [y, 0], End: [y, TOGGLES.length] }[event.key];
    const button = to && buttons[to[0]]?.[to[1]];
    if (!button) return;
    event.preventDefault();
    button.focus();
  });
  rove(buttons[0][0]);

  function update() {
    for (const { level, toggles, element: one } of rows) {
      for (const { which, button } of toggles) set(button, { 'aria-pressed': String(sound[which].has(level)) });
      one.classList.toggle('d-grid-silent', !sound.audible(level));
    }
  }
  update();
  return { element, update };
}
