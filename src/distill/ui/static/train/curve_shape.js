// The shape of a training's curve: its stages, and the marks beside it.

// Stages measure different things; the handicap tells them apart, and falls from stage to stage.
const STAGES = ['Without codes', 'With codes', 'As heard'];

export function stretches(curve) {
  const handicaps = [...new Set(curve.map((point) => point[3]))].sort((a, b) => b - a);
  const words = handicaps.length && handicaps.at(-1) === 0 && handicaps.length < 3 ? STAGES.slice(-handicaps.length) : STAGES;
  const found = [];
  for (const point of curve) {
    const last = found.at(-1);
    if (last && last.handicap === point[3]) last.points.push(point);
    else found.push({ handicap: point[3], words: words[handicaps.indexOf(point[3])] ?? '', points: [point] });
  }
  return found;
}

// Round numbers from 0 to the most, three to six of them.
export function marks(most) {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => Number((n * step).toPrecision(6)));
}
