// What is selected: parts of a grid, each some levels (from 1) of a stretch of steps, or of every n-th step of it.
// A rectangle is one part, a lasso several. Selections are values: changing one makes another.

export class Selection {
  constructor(parts) {
    this.parts = parts; // [{ start, stop, levels: [rising], every }]
  }

  static box(start, stop, levels, every = 1) {
    return new Selection([{ start, stop, levels: [...levels].sort((a, b) => a - b), every }]);
  }

  // From cell to cell, both in it, in whatever direction.
  static between(a, b) {
    const [low, high] = [Math.min(a.level, b.level), Math.max(a.level, b.level)];
    return Selection.box(Math.min(a.step, b.step), Math.max(a.step, b.step) + 1, range(low, high + 1));
  }

  // From single cells { level, step }: runs of steps, and levels with the same run together. Null if there are none.
  static ofCells(cells) {
    const byLevel = new Map();
    for (const { level, step } of cells) {
      if (!byLevel.has(level)) byLevel.set(level, new Set());
      byLevel.get(level).add(step);
    }
    const alike = new Map(); // "start-stop" -> part
    for (const level of [...byLevel.keys()].sort((a, b) => a - b)) {
      for (const [start, stop] of runs([...byLevel.get(level)].sort((a, b) => a - b))) {
        const key = `${start}-${stop}`;
        if (alike.has(key)) alike.get(key).levels.push(level);
        else alike.set(key, { start, stop, levels: [level], every: 1 });
      }
    }
    const parts = [...alike.values()].sort((a, b) => a.start - b.start || a.stop - b.stop);
    return parts.length ? new Selection(parts) : null;
  }

  // What a drawn line encloses. points: [{ x: steps, y: levels from 0 }] in cells, fractions too; a cell counts by its middle.
  static lasso(points, numLevels, numSteps) {
    if (points.length < 3) return null;
    const xs = points.map(({ x }) => x), ys = points.map(({ y }) => y);
    const cells = [];
    const first = Math.max(0, Math.floor(Math.min(...xs))), last = Math.min(numSteps - 1, Math.ceil(Math.max(...xs)));
    const top = Math.max(0, Math.floor(Math.min(...ys))), bottom = Math.min(numLevels - 1, Math.ceil(Math.max(...ys)));
    for (let row = top; row <= bottom; row++) {
      for (let step = first; step <= last; step++) {
        if (encloses(points, step + 0.5, row + 0.5)) cells.push({ level: row + 1, step });
      }
    }
    return Selection.ofCells(cells);
  }

  get start() { return Math.min(...this.parts.map((part) => part.start)); }
  get stop() { return Math.max(...this.parts.map((part) => part.stop)); }
  get levels() { return [...new Set(this.parts.flatMap((part) => part.levels))].sort((a, b) => a - b); }
  get isBox() { return this.parts.length === 1; }

  get count() {
    return this.parts.reduce((sum, { start, stop, levels, every }) => sum + levels.length * Math.ceil((stop - start) / every), 0);
  }

  has(level, step) {
    return this.parts.some((part) => step >= part.start && step < part.stop && part.levels.includes(level) && (step - part.start) % part.every === 0);
  }

  equals(other) {
    return other !== null && JSON.stringify(this.parts) === JSON.stringify(other.parts);
  }

  // The same stretch with other levels or every n-th step only; a lasso becomes its box.
  withLevels(levels) { return Selection.box(this.start, this.stop, levels, this.isBox ? this.parts[0].every : 1); }
  withEvery(every) { return new Selection(this.parts.map((part) => ({ ...part, every }))); }

  // Moved in time by so many steps.
  moved(by) { return new Selection(this.parts.map((part) => ({ ...part, start: part.start + by, stop: part.stop + by }))); }

  // What of it lies in a grid; null if nothing does.
  within(numLevels, numSteps) {
    const parts = this.parts
      .map((part) => ({ ...part, start: firstInside(part), stop: Math.min(part.stop, numSteps), levels: part.levels.filter((level) => level >= 1 && level <= numLevels) }))
      .filter((part) => part.stop > part.start && part.levels.length);
    return parts.length ? new Selection(parts) : null;
  }

  // As regions of records (distill.codes.region), one a part, without locked levels; none if all of it is locked.
  regions({ numLevels, locked = new Set(), channels = 'both' }) {
    const regions = [];
    for (const { start, stop, levels, every } of this.parts) {
      const open = levels.filter((level) => !locked.has(level));
      if (!open.length) continue;
      const region = { start, stop };
      if (open.length < numLevels) region.levels = open;
      if (every > 1) region.every = every;
      if (channels !== 'both') region.channels = channels;
      regions.push(region);
    }
    return regions;
  }
}

export const range = (start, stop) => Array.from({ length: Math.max(0, stop - start) }, (_, n) => start + n);

// The first of a part's steps that is not before the sound: of every n-th step, the count goes on from where it began.
const firstInside = ({ start, every }) => (start < 0 ? start + Math.ceil(-start / every) * every : start);

// Numbers in rising order as stretches [first, the one after the last].
export function runs(numbers) {
  const found = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && last[1] === number) last[1] = number + 1;
    else found.push([number, number + 1]);
  }
  return found;
}

// Even-odd rule.
function encloses(points, x, y) {
  let inside = false;
  for (let n = 0, before = points.length - 1; n < points.length; before = n++) {
    const a = points[n], b = points[before];
    if ((a.y > y) !== (b.y > y) && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
