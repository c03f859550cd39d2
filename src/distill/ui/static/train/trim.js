// The part of a sound that is trained on: two handles on its outline, and the same as numbers.

import { h, iconButton, set, time } from '../base/dom.js';
import * as player from '../base/player.js';
import { attempt, hear, post } from '../base/talk.js';
import { outlineOf, paint, playSound } from './strip.js';
import { trimmed } from './words.js';

const HEIGHT = 120;
const STEPS = { ArrowLeft: -0.05, ArrowRight: 0.05, ArrowDown: -0.05, ArrowUp: 0.05, PageDown: -1, PageUp: 1 };

// Open the dialog; onsave(list) gets the list as the server has it then.
export async function trimDialog(sound, onsave) {
  let part = [...sound.part], outline = null, at = null;
  const canvas = h('canvas', { class: 'd-wave-canvas', 'aria-hidden': 'true', style: { height: `${HEIGHT}px` } });
  const handles = { start: handle('start', 'Start of the part'), end: handle('end', 'End of the part') };
  const board = h('div', { class: 'train-trim-board' }, canvas, handles.start, handles.end);
  const fields = { start: field('start', 'From (seconds)'), end: field('end', 'To (seconds)') };
  const length = h('span', { class: 'd-soft d-num', role: 'status' });
  const dialog = h('dialog', { class: 'd-dialog', 'aria-label': `Choose a part of ${sound.name}`, onclose: () => { stopLight(); player.stop(); dialog.remove(); } },
    h('div', { class: 'd-row d-between' }, h('h2', { class: 'd-title train-name' }, `Part of ${sound.name}`), iconButton('close', 'Close without a change', () => dialog.close())),
    h('p', { class: 'd-soft' }, 'Only what lies between the handles is trained on; the file stays as it is.'),
    board,
    h('div', { class: 'd-row' }, fields.start.label, fields.end.label, length, h('span', { class: 'd-grow' }),
      h('button', { type: 'button', class: 'd-button', onclick: listen }, 'Play this part')),
    h('div', { class: 'd-row train-trim-end' },
      h('button', { type: 'button', class: 'd-button', onclick: () => change([0, sound.seconds]) }, 'All of it'),
      h('span', { class: 'd-grow' }),
      h('button', { type: 'button', class: 'd-button', onclick: () => dialog.close() }, 'Cancel'),
      h('button', { type: 'button', class: 'd-button d-primary', onclick: () => save() }, 'Use this part')));
  const stopLight = hear('light', draw);

  function handle(which, label) {
    const element = h('div', { class: `train-handle train-handle-${which}`, role: 'slider', tabindex: '0', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': sound.seconds.toFixed(2) });
    element.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      const value = event.key === 'Home' ? 0 : event.key === 'End' ? sound.seconds : step === undefined ? null : (which === 'start' ? part[0] : part[1]) + step;
      if (value === null) return;
      event.preventDefault();
      change(trimmed(part, which, value, sound.seconds));
    });
    element.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      element.focus();
      element.setPointerCapture(event.pointerId);
      const move = ({ clientX }) => {
        const box = board.getBoundingClientRect();
        change(trimmed(part, which, ((clientX - box.left) / box.width) * sound.seconds, sound.seconds));
      };
      element.addEventListener('pointermove', move);
      element.addEventListener('lostpointercapture', () => element.removeEventListener('pointermove', move), { once: true });
    });
    return element;
  }
  function field(which, label) {
    const input = h('input', { type: 'number', min: '0', max: sound.seconds.toFixed(3), step: '0.01', class: 'train-number' });
    input.addEventListener('change', () => { if (input.value !== '') change(trimmed(part, which, Number(input.value), sound.seconds)); else show(); });
    return { input, label: h('label', { class: 'd-row' }, label, input) };
  }
  function change(newer) { part = newer; show(); }
  function show() {
    ['start', 'end'].forEach((which, n) => {
      fields[which].input.value = part[n].toFixed(2);
      handles[which].style.left = `${(part[n] / sound.seconds) * 100}%`;
      set(handles[which], { 'aria-valuenow': part[n].toFixed(2), 'aria-valuetext': time(part[n]) });
    });
    length.textContent = `${time(part[1] - part[0])} of ${time(sound.seconds)}`;
    draw();
  }
  function draw() { paint(canvas, HEIGHT, { outline, seconds: sound.seconds, part, at }); }
  function listen() { playSound(sound, part[0], part[1], (now) => { at = now; draw(); }); }
  const save = () => attempt(async () => {
    const whole = part[0] < 0.005 && part[1] > sound.seconds - 0.005;
    const list = await post('/training/sounds/trim', { id: sound.id, part: whole ? null : part });
    dialog.close();
    onsave(list);
  });

  document.body.append(dialog);
  dialog.showModal();
  show();
  handles.start.focus();
  outline = await attempt(() => outlineOf(sound.id));
  draw();
}
