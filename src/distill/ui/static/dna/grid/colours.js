// The page's colours for canvases: asked of the style sheet once, and again when light and dark change.

import { hear } from '../../base/talk.js';

const NAMES = ['bg', 'panel', 'line', 'edge', 'ink', 'soft', 'accent', 'tint', 'wave'];
let known = null;

export function colours() {
  if (known) return known;
  const style = getComputedStyle(document.body);
  known = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--d-${name}`).trim()]));
  known.sans = style.getPropertyValue('--d-sans').trim();
  known.mono = style.getPropertyValue('--d-mono').trim();
  return known;
}

const system = matchMedia('(prefers-color-scheme: dark)');

// Call then() whenever colours are others; returns what ends that.
export function onColours(then) {
  const again = () => { known = null; then(); };
  const end = hear('light', again);
  system.addEventListener('change', again);
  return () => { end(); system.removeEventListener('change', again); };
}
