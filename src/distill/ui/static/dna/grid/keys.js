// The keyboard of a grid: works while its canvas has the focus, and leaves everything else to the page.

import { addHelp } from '../../bar/help.js';
import { settings } from './settings.js';

addHelp('Editor shortcuts', [
  ['Arrows, Home, End', 'Move the cursor; Page Up and Page Down by a screen'],
  ['1 to 8', 'Go to a level'],
  ['Shift + arrows, Shift + click', 'Select from the cursor on'],
  ['Ctrl + A / Esc', 'Select everything / nothing'],
  ['Space / Shift + Space', 'Play and stop / play the selection in a loop'],
  ['H', 'Hear the code under the cursor'],
  ['I / P or Enter', 'Pick the code under the cursor as brush / paint with it'],
  ['[ and ], or , and .', 'Previous and next code by similarity; with Shift ten at once'],
  ['Ctrl + C, X, V', 'Copy, cut, paste; Ctrl + Shift + V pastes all levels that are not locked'],
  ['Delete', 'Take out: what was before is held'],
  ['Ctrl + D', 'Repeat to the right'],
  ['Ctrl + I', 'Glide: from the first code of the selection to the last by small changes'],
  ['R / Shift + R', 'Reverse / mirror'],
  ['M, S, K', 'Mute, solo, lock the level of the cursor'],
  ['Ctrl + Z / Ctrl + Shift + Z, Ctrl + Y', 'Undo / redo'],
  ['V, B, G', 'Select, paint, lasso with the pointer'],
  ['+ and −, 0', 'Zoom; see the whole sound. Ctrl + wheel zooms, too'],
]);

// By what a key writes, not where it lies. Brackets need Alt on many keyboards, so there they count with it; comma and full stop
// do the same without.
export function keysOf(stage) {
  const { sound, view, commands, actions } = stage;
  const page = () => Math.max(1, Math.floor(view.stepsSeen) - 1);

  const moves = {
    ArrowLeft: ({ step }) => ({ step: step - 1 }),
    ArrowRight: ({ step }) => ({ step: step + 1 }),
    ArrowUp: ({ level }) => ({ level: level - 1 }),
    ArrowDown: ({ level }) => ({ level: level + 1 }),
    Home: () => ({ step: 0 }),
    End: () => ({ step: sound.numSteps - 1 }),
    PageUp: ({ step }) => ({ step: step - page() }),
    PageDown: ({ step }) => ({ step: step + page() }),
  };
  const withControl = {
    a: () => sound.selectAll(),
    c: () => commands.copy(),
    x: () => commands.cut(),
    v: (shift) => commands.paste(shift),
    d: () => commands.repeat(),
    i: () => commands.glide(),
    z: (shift) => (shift ? actions.redo(sound.slot) : actions.undo(sound.slot)),
    y: () => actions.redo(sound.slot),
  };
  const plain = {
    ' ': (shift) => actions.toggle(sound.slot, { loop: shift }),
    enter: () => commands.paint(),
    p: () => commands.paint(),
    i: () => commands.pick(),
    h: () => commands.hear(),
    r: (shift) => (shift ? commands.mirror() : commands.reverse()),
    m: () => commands.toggleLevel('muted', sound.cursor.level),
    s: () => commands.toggleLevel('soloed', sound.cursor.level),
    k: () => commands.toggleLevel('locked', sound.cursor.level),
    v: () => { settings.tool = 'select'; },
    b: () => { settings.tool = 'paint'; },
    g: () => { settings.tool = 'lasso'; },
    ...Object.fromEntries([['[,', -1], ['].', 1], ['{<;', -10], ['}>:', 10]].flatMap(([signs, by]) => [...signs].map((sign) => [sign, () => commands.nudge(by)]))),
    '+': () => view.zoom(1, view.xOf(sound.cursor.step)),
    '=': () => view.zoom(1, view.xOf(sound.cursor.step)),
    '-': () => view.zoom(-1, view.xOf(sound.cursor.step)),
    0: () => view.fit(),
    delete: () => commands.hold(),
    backspace: () => commands.hold(),
  };

  function move(event) {
    const { level, step } = { ...sound.cursor, ...moves[event.key](sound.cursor) };
    if (event.shiftKey) sound.extendTo(level, step);
    else { sound.anchor = null; sound.moveCursor(level, step, null); }
    view.show(sound.cursor.step);
  }

  function escape() {
    if (stage.cancelGesture()) return;
    if (settings.tool !== 'select') settings.tool = 'select';
    sound.anchor = null;
    sound.select(null);
  }

  return (event) => {
    const key = event.key.toLowerCase(), bracket = '[]{}'.includes(key);
    if (event.altKey && !bracket) return;
    let act = null;
    if ((event.ctrlKey || event.metaKey) && !bracket) act = withControl[key];
    else if (event.key in moves) act = () => move(event);
    else if (key === 'escape') act = escape;
    else if (/^[1-8]$/.test(key) && Number(key) <= sound.numLevels) act = () => { sound.anchor = null; sound.moveCursor(Number(key), sound.cursor.step, null); };
    else act = plain[key];
    if (!act) return; // ? opens the help: the bar listens
    event.preventDefault();
    act(event.shiftKey);
  };
}
