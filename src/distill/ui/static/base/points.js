// Points of a curve over time, [[seconds, amount], …] in the order of their times; amounts as distill.prior.steered has them.
// No page in here: node tests it.

export const LEAST = -3, MOST = 3;
const APART = 0.01; // seconds between two points, at least

const within = (value, least, most) => Math.min(most, Math.max(least, value));
const rounded = (value) => Math.round(value * 100) / 100;

// The amount at a time: straight between points, held before the first and behind the last.
export function at(points, seconds) {
  if (seconds <= points[0][0]) return points[0][1];
  for (let n = 1; n < points.length; n++) {
    const [[before, from], [after, to]] = [points[n - 1], points[n]];
    if (seconds <= after) return from + ((to - from) * (seconds - before)) / (after - before);
  }
  return points[points.length - 1][1];
}

// Add a point; where there is one already, it moves. Returns [points, index of it].
export function added(points, seconds, amount) {
  const time = rounded(Math.max(0, seconds)), much = rounded(within(amount, LEAST, MOST));
  const kept = points.filter(([other]) => Math.abs(other - time) >= APART);
  const index = kept.filter(([other]) => other < time).length;
  return [[...kept.slice(0, index), [time, much], ...kept.slice(index)], index];
}

// Move a point; it stays between its neighbours and within the sound.
export function moved(points, index, seconds, amount, length) {
  const least = index ? points[index - 1][0] + APART : 0;
  const most = index < points.length - 1 ? points[index + 1][0] - APART : length;
  const time = rounded(within(seconds, least, Math.max(least, most)));
  return points.map((point, n) => (n === index ? [time, rounded(within(amount, LEAST, MOST))] : point));
}

// Take a point away; one always stays.
export const removed = (points, index) => (points.length > 1 ? points.filter((_, n) => n !== index) : points);

// The same curve over a sound of another length.
export const stretched = (points, factor) => {
  let last = -APART;
  return points.map(([seconds, amount]) => {
    last = Math.max(rounded(seconds * factor), rounded(last + APART));
    return [last, amount];
  });
};

// Is it the same everywhere?
export const isFlat = (points) => points.every(([, amount]) => amount === points[0][1]);
