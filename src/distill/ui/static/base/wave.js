// A waveform that can be heard: click or Enter plays from there, a line shows where it is.

import { h, time } from './dom.js';
import * as player from './player.js';
import { attempt, get, hear, say } from './talk.js';

const styled = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

// The system's light changed: the page's class follows, then whatever is drawn.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => requestAnimationFrame(() => say('light')));

// wave({ sound: '/distill/media/…', seconds, label, height }) -> element with .play() .stop()
export function wave({ sound, seconds, label, height = 40 }) {
  const canvas = h('canvas', { class: 'd-wave-canvas', 'aria-hidden': 'true', style: { height: `${height}px` } });
  const element = h('button', { type: 'button', class: 'd-wave', 'aria-label': `Play ${label}, ${time(seconds)}`, title: 'Click to hear it from there' }, canvas);
  let drawn = null, mine = null, frame = 0;

  function draw() {
    const width = element.clientWidth, ratio = devicePixelRatio || 1;
    if (!width || !element.isConnected) return;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    const at = player.position(mine);
    const line = at === null ? -1 : (at / (drawn?.seconds || seconds)) * width;
    const middle = height / 2;
    if (!drawn) { context.fillStyle = styled('--d-line'); context.fillRect(0, middle, width, 1); return; }
    const count = drawn.low.length;
    for (let x = 0; x < width; x++) {
      const first = Math.floor((x / width) * count), last = Math.max(first + 1, Math.floor(((x + 1) / width) * count));
      let low = 0, high = 0;
      for (let n = first; n < last && n < count; n++) { low = Math.min(low, drawn.low[n]); high = Math.max(high, drawn.high[n]); }
      context.fillStyle = x < line ? styled('--d-accent') : styled('--d-wave');
      context.fillRect(x, middle - high * (middle - 1), 1, Math.max(1, (high - low) * (middle - 1)));
    }
    if (line >= 0) { context.fillStyle = styled('--d-ink'); context.fillRect(line, 0, 1.5, height); }
  }
  function tick() { draw(); if (player.isPlaying(mine) && mine) frame = requestAnimationFrame(tick); }

  element.play = (from = 0) => attempt(async () => {
    const buffer = await player.load(sound);
    element.classList.add('d-playing');
    mine = player.play(buffer, { from, onstop: () => { mine = null; element.classList.remove('d-playing'); cancelAnimationFrame(frame); draw(); element.dispatchEvent(new Event('stopped')); } });
    element.dispatchEvent(new Event('started'));
    tick();
  });
  element.stop = () => { if (mine) player.stop(); };
  element.addEventListener('click', (event) => {
    const box = element.getBoundingClientRect();
    if (event.detail === 0) { if (mine) element.stop(); else element.play(); } // Enter, Space
    else element.play(Math.max(0, ((event.clientX - box.left) / box.width) * (drawn?.seconds || seconds)));
  });
  new ResizeObserver(draw).observe(element);
  const forget = hear('light', () => { if (element.isConnected) draw(); else forget(); }); // one that comes back is drawn as it gets its size
  // Only what is seen is asked for: lists can be long.
  const seen = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting) return;
    seen.disconnect();
    try { drawn = await get(`${sound.replace('/distill', '')}/outline`); } catch { drawn = null; }
    draw();
  });
  seen.observe(element);
  return element;
}
