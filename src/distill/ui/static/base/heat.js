// Colours of an amount 0..1, dark to light (viridis): told apart without hue, by lightness alone.

const STOPS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

export function heat(amount) {
  const place = Math.min(1, Math.max(0, amount)) * (STOPS.length - 1);
  const first = Math.min(STOPS.length - 2, Math.floor(place)), share = place - first;
  return `rgb(${STOPS[first].map((from, part) => Math.round(from + (STOPS[first + 1][part] - from) * share)).join(' ')})`;
}

export const HEAT_BAR = `linear-gradient(90deg, ${STOPS.map((stop) => `rgb(${stop.join(' ')})`).join(', ')})`;
