// A gathered sound as a strip: its outline, the part in use strong and the rest faint, heard from where one clicks.

import { drawOutline, fitted, styled } from '../base/canvas.js';
import { h, time } from '../base/dom.js';
import * as player from '../base/player.js';
import { attempt, get, hear } from '../base/talk.js';

const HEARD_SECONDS = 60; // what the server gives at once

const outlines = new Map(); // sound's id -> outline
export async function outlineOf(id) {
  if (!outlines.has(id)) outlines.set(id, await get(`/training/sounds/${id}/outline`));
  return outlines.get(id);
}

// Draw an outline: { outline, seconds, part: [start, end], at } into a canvas as wide as it is shown.
export function paint(canvas, height, { outline, seconds, part, at }) {
  const width = canvas.clientWidth, context = fitted(canvas, width, height);
  if (!context) return;
  const [strong, faint, accent] = ['--d-wave', '--d-line', '--d-accent'].map(styled);
  const colourAt = (x) => {
    const now = (x / width) * seconds;
    return now < part[0] || now > part[1] ? faint : at !== null && now < at ? accent : strong;
  };
  drawOutline(context, outline, width, height, { colourAt, at: at === null ? null : (at / seconds) * width });
}

// Play a gathered sound from a time on, to `to` at most: { onmove(seconds or null) } is told where it is.
export function playSound(sound, from, to, onmove) {
  return attempt(async () => {
    const begin = sound.seconds > HEARD_SECONDS ? Math.floor(from * 10) / 10 : 0; // in tenths, so that places near one another are one address
    const buffer = await player.load(`/distill/training/sounds/${sound.id}?start=${begin}`);
    const mine = player.play(buffer, { from: Math.max(0, from - begin), to: Math.min(to - begin, buffer.duration), onstop: () => onmove(null) });
    const tick = () => {
      const at = player.position(mine);
      if (at === null) return;
      onmove(at + begin);
      requestAnimationFrame(tick);
    };
    tick();
    return mine;
  });
}

// strip(sound) -> button; .show(sound) after something changed
export function strip(sound, height = 34) {
  const canvas = h('canvas', { class: 'd-wave-canvas', 'aria-hidden': 'true', style: { height: `${height}px` } });
  const element = h('button', { type: 'button', class: 'd-wave', 'aria-label': `Play ${sound.name}, ${time(sound.seconds)}`, title: 'Click to hear it from there' }, canvas);
  let outline = null, at = null, mine = null, frame = 0;
  const draw = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(() => paint(canvas, height, { outline, seconds: sound.seconds, part: sound.part, at })); };
  element.show = (newer) => { sound = newer; draw(); };
  element.addEventListener('click', async (event) => {
    const box = element.getBoundingClientRect();
    if (event.detail === 0 && player.isPlaying(mine) && mine) { player.stop(); return; } // Enter, Space
    const from = event.detail === 0 ? sound.part[0] : Math.min(0.99, Math.max(0, (event.clientX - box.left) / box.width)) * sound.seconds;
    mine = await playSound(sound, from, from < sound.part[1] ? sound.part[1] : sound.seconds, (now) => {
      if (now !== null && !element.isConnected) { player.stop(); return; } // it was taken off the list: nothing there could stop it
      at = now;
      draw();
    });
  });
  new ResizeObserver(draw).observe(element);
  hear('light', draw);
  const seen = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    try { outline = await outlineOf(sound.id); } catch { outline = null; }
    draw();
  });
  seen.observe(element);
  return element;
}
