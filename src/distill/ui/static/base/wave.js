// A waveform that can be heard: click or Enter plays from there, a line shows where it is.

import { drawOutline, fitted, styled } from './canvas.js';
import { h, time } from './dom.js';
import * as player from './player.js';
import { attempt, get, hear, say } from './talk.js';

// The system's light changed: the page's class follows, then whatever is drawn.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => requestAnimationFrame(() => say('light')));

// wave({ sound: '/distill/media/…', seconds, label, height }) -> element with .play() .stop()
export function wave({ sound, seconds, label, height = 40 }) {
  const canvas = h('canvas', { class: 'd-wave-canvas', 'aria-hidden': 'true', style: { height: `${height}px` } });
  const element = h('button', { type: 'button', class: 'd-wave', 'aria-label': `Play ${label}, ${time(seconds)}`, title: 'Click to hear it from there' }, canvas);
  let drawn = null, mine = null, frame = 0;

  function draw() {
    const width = element.clientWidth, context = element.isConnected ? fitted(canvas, width, height) : null;
    if (!context) return;
    const at = player.position(mine), line = at === null ? null : (at / (drawn?.seconds || seconds)) * width;
    const [accent, usual] = ['--d-accent', '--d-wave'].map(styled);
    drawOutline(context, drawn, width, height, { colourAt: (x) => (line !== null && x < line ? accent : usual), at: drawn ? line : null });
  }
  function tick() {
    if (!element.isConnected) { element.stop(); return; } // its dialog was closed, its take deleted: nothing there could stop it
    draw();
    if (player.isPlaying(mine) && mine) frame = requestAnimationFrame(tick);
  }

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
