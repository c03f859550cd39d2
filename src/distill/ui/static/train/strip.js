// A gathered sound as a strip: its outline, the part in use strong and the rest faint, heard from where one clicks.

import { h, time } from '../base/dom.js';
import * as player from '../base/player.js';
import { attempt, get, hear } from '../base/talk.js';

const HEARD_SECONDS = 60; // what the server gives at once

const outlines = new Map(); // sound's id -> outline
export async function outlineOf(id) {
  if (!outlines.has(id)) outlines.set(id, await get(`/training/sounds/${id}/outline`));
  return outlines.get(id);
}

const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

// Draw an outline: { outline, seconds, part: [start, end], at } into a canvas as wide as it is shown.
export function paint(canvas, height, { outline, seconds, part, at }) {
  const width = canvas.clientWidth, ratio = devicePixelRatio || 1;
  if (!width) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  const middle = height / 2, [strong, faint, accent] = ['--d-wave', '--d-line', '--d-accent'].map(colour);
  const count = outline?.low.length ?? 0;
  if (!count) { context.fillStyle = faint; context.fillRect(0, middle, width, 1); return; }
  for (let x = 0; x < width; x++) {
    const first = Math.floor((x / width) * count), last = Math.max(first + 1, Math.floor(((x + 1) / width) * count));
    let low = 0, high = 0;
    for (let n = first; n < last && n < count; n++) { low = Math.min(low, outline.low[n]); high = Math.max(high, outline.high[n]); }
    const now = (x / width) * seconds;
    context.fillStyle = now < part[0] || now > part[1] ? faint : at !== null && now < at ? accent : strong;
    context.fillRect(x, middle - high * (middle - 1), 1, Math.max(1, (high - low) * (middle - 1)));
  }
  if (at !== null) { context.fillStyle = colour('--d-ink'); context.fillRect((at / seconds) * width, 0, 1.5, height); }
}

// Play a gathered sound from a time on, to `to` at most: { onmove(seconds or null) } is told where it is.
export function playSound(sound, from, to, onmove) {
  return attempt(async () => {
    const begin = sound.seconds > HEARD_SECONDS ? Math.round(from * 10) / 10 : 0;
    const buffer = await player.load(`/distill/training/sounds/${sound.id}?start=${begin}`);
    const mine = player.play(buffer, { from: from - begin, to: Math.min(to - begin, buffer.duration), onstop: () => onmove(null) });
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
    mine = await playSound(sound, from, from < sound.part[1] ? sound.part[1] : sound.seconds, (now) => { at = now; draw(); });
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
