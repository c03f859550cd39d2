// Which cells a region names in a grid, and reading and writing them: the twin of distill.codes.region.

const KEYS = new Set(['start', 'stop', 'levels', 'every', 'channels']);

// { channels, levels, steps, start, stop }, indices from 0; null where Python would refuse the region.
export function cellsOf(region, [numChannels, numLevels, numSteps]) {
  if (Object.keys(region).some((key) => !KEYS.has(key))) return null;
  const { start = 0, every = 1, channels = 'both' } = region;
  const stop = Math.min(region.stop ?? numSteps, numSteps);
  if (!Number.isInteger(start) || !Number.isInteger(every) || start < 0 || every < 1 || start >= stop) return null;
  const levels = region.levels ? region.levels.filter((level) => level <= numLevels).map((level) => level - 1) : count(numLevels);
  const found = { both: count(numChannels), mid: [0], side: numChannels > 1 ? [1] : [] }[channels];
  if (!found?.length || !levels.length) return null;
  const steps = [];
  for (let step = start; step < stop; step += every) steps.push(step);
  return { channels: found, levels, steps, start, stop };
}

export const count = (size) => Array.from({ length: size }, (_, n) => n);

export const wholeColumns = (cells, [numChannels, numLevels]) => cells.channels.length === numChannels && cells.levels.length === numLevels;

// Read a grid's codes at steps; rows: one array a channel and level.
export const rowAt = (codes, [, numLevels, numSteps], channel, level) => codes.subarray((channel * numLevels + level) * numSteps, (channel * numLevels + level + 1) * numSteps);

// Give every cell of some rows what made(row of codes before, index of channel, index of level) returns: one code a step.
export function put(codes, shape, cells, made) {
  const changed = codes.slice();
  cells.channels.forEach((channel, c) => cells.levels.forEach((level, l) => {
    const block = made(rowAt(codes, shape, channel, level), c, l);
    const row = rowAt(changed, shape, channel, level);
    cells.steps.forEach((step, n) => { row[step] = block(n); });
  }));
  return changed;
}

// A grid whose columns are some of another's, in this order.
export function columns(codes, [numChannels, numLevels, numSteps], order) {
  const made = new Uint16Array(numChannels * numLevels * order.length);
  for (let row = 0; row < numChannels * numLevels; row++) {
    for (let n = 0; n < order.length; n++) made[row * order.length + n] = codes[row * numSteps + order[n]];
  }
  return made;
}
