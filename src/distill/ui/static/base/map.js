// A map of the entries of one level: near ones sound alike, large ones are used often, a cross is used by nothing.

import { fitted, styled } from './canvas.js';
import { h } from './dom.js';
import { heat } from './heat.js';
import { nearest, towards } from './nearby.js';
import { hear } from './talk.js';

const PAD = 16, REACH = 16; // pixels
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// entryMap({ label, height, onchoose(code), onpoint(code or null) }) -> element with .show({ entries, groups, chosen, lit })
//   entries: [{ code, x, y, share, name, tint }], x, y and tint in 0..1; groups: [{ words, codes }]; lit: Set of codes, or null for all
export function entryMap({ label, height = 300, onchoose = () => {}, onpoint = () => {} }) {
  let entries = [], groups = [], chosen = null, lit = null, places = [];
  const element = h('canvas', {
    class: 'd-map', tabindex: '0', role: 'application', style: { height: `${height}px` },
    'aria-label': `${label}. Arrow keys go to the next entry in that direction and play it, Enter plays it again.`,
  });
  const most = () => entries.reduce((largest, { share }) => Math.max(largest, share), 1e-9);
  const radius = (share, largest) => 3 + 8 * Math.sqrt(share / largest);

  function draw() {
    const width = element.clientWidth, context = element.isConnected ? fitted(element, width, height) : null;
    if (!context) return;
    places = entries.map(({ x, y }) => ({ x: PAD + x * (width - 2 * PAD), y: PAD + (1 - y) * (height - 2 * PAD) }));
    const largest = most(), ink = styled('--d-ink'), soft = styled('--d-soft'), panel = styled('--d-panel');
    const order = entries.map((_, index) => index).sort((a, b) => entries[b].share - entries[a].share); // small ones on top
    for (const index of order) {
      const { share, tint, code } = entries[index], { x, y } = places[index];
      context.globalAlpha = lit && !lit.has(code) ? 0.15 : 1;
      if (!share) { cross(context, x, y, soft); continue; }
      context.beginPath(); context.arc(x, y, radius(share, largest), 0, 7);
      context.fillStyle = heat(tint); context.fill();
      context.lineWidth = 0.75; context.strokeStyle = soft; context.stroke();
    }
    context.globalAlpha = 1;
    context.font = `12px ${styled('--d-sans') || 'sans-serif'}`;
    context.textAlign = 'center';
    const taken = [];
    for (const { words, codes } of groups.slice(0, 8)) write(context, words, middle(codes), taken, width, soft, panel);
    for (const [index, { name }] of entries.entries()) if (name) write(context, name, { x: places[index].x, y: places[index].y - 14 }, [], width, ink, panel);
    const at = entries.findIndex(({ code }) => code === chosen);
    if (at >= 0) {
      const { x, y } = places[at], around = radius(entries[at].share, largest) + 4;
      context.lineWidth = 4; context.strokeStyle = panel; context.beginPath(); context.arc(x, y, around, 0, 7); context.stroke();
      context.lineWidth = 2; context.strokeStyle = ink; context.beginPath(); context.arc(x, y, around, 0, 7); context.stroke();
    }
  }
  function cross(context, x, y, colour) {
    context.strokeStyle = colour; context.lineWidth = 1;
    context.beginPath(); context.moveTo(x - 2.5, y - 2.5); context.lineTo(x + 2.5, y + 2.5); context.moveTo(x + 2.5, y - 2.5); context.lineTo(x - 2.5, y + 2.5); context.stroke();
  }
  // Where most of a group is: the entry of it that is nearest to its mean.
  function middle(codes) {
    const known = new Set(codes), own = places.filter((_, index) => known.has(entries[index].code));
    const mean = { x: own.reduce((sum, { x }) => sum + x, 0) / own.length, y: own.reduce((sum, { y }) => sum + y, 0) / own.length };
    return own[nearest(own, mean.x, mean.y)] ?? mean;
  }
  function write(context, text, { x, y }, taken, width, colour, behind) {
    const half = context.measureText(text).width / 2 + 3;
    const box = { left: Math.min(width - 2 * half - 2, Math.max(2, x - half)), top: y - 8, wide: 2 * half };
    if (taken.some((other) => Math.abs(other.top - box.top) < 16 && box.left < other.left + other.wide && other.left < box.left + box.wide)) return;
    taken.push(box);
    context.globalAlpha = 0.8; context.fillStyle = behind; context.fillRect(box.left, box.top, box.wide, 16);
    context.globalAlpha = 1; context.fillStyle = colour; context.fillText(text, box.left + half, box.top + 12);
  }

  const under = (event) => { const found = nearest(places, event.offsetX, event.offsetY, REACH); return found < 0 ? null : entries[found].code; };
  element.addEventListener('pointerdown', (event) => { const code = under(event); if (code !== null) onchoose(code); });
  element.addEventListener('pointermove', (event) => { const code = under(event); element.style.cursor = code === null ? 'default' : 'pointer'; onpoint(code); });
  element.addEventListener('pointerleave', () => onpoint(null));
  element.addEventListener('keydown', (event) => {
    if (!entries.length || !(event.key in ARROWS || event.key === 'Enter')) return;
    event.preventDefault();
    const at = Math.max(0, entries.findIndex(({ code }) => code === chosen));
    onchoose(entries[event.key === 'Enter' ? at : towards(places, at, ...ARROWS[event.key])].code);
  });
  new ResizeObserver(draw).observe(element);
  hear('light', draw);

  element.show = (given) => {
    ({ entries = entries, groups = groups, chosen = chosen, lit = lit } = given);
    draw();
  };
  return element;
}
