// Edits made at once, before the server answers: the cheap and certain ones, exactly as distill.codes makes them.
// tests/ui/test_javascript.py compares each with Python's, on random grids and regions.

import { cellsOf, columns, count, put, rowAt, wholeColumns } from './cells.js';
import { unpacked } from './packed.js';

// Make an edit { operation, region, arguments } to a sound; false leaves it to Python, also where Python will refuse it.
export function applyLocally(sound, { operation, region = {}, arguments: given = {} }) {
  const kind = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : null;
  const cells = kind && cellsOf(region, sound.shape);
  if (!cells) return false;
  const made = kind(sound.codes, cells, given, sound);
  if (!made) return false;
  const rows = sound.numChannels * sound.numLevels, numSteps = made.length / rows;
  const lengthChanged = numSteps !== sound.numSteps;
  const end = lengthChanged || operation === 'repeat' ? numSteps : cells.stop;
  sound.become(made, numSteps, cells.start, end);
  return true;
}

// Operations that only put the region's steps into another order: where step n of size takes its code from.
const inOrder = (from) => (codes, cells, given, { shape }) => {
  const source = from(cells.steps.length, given);
  return source && put(codes, shape, cells, (row) => (n) => row[cells.steps[source(n)]]);
};

const whole = (value) => Number.isInteger(value);
const modulo = (a, b) => ((a % b) + b) % b;

const OPERATIONS = {
  set(codes, cells, { code }, { shape, codebookSize }) {
    return isCode(code, codebookSize) ? put(codes, shape, cells, () => () => code) : null;
  },

  fill(codes, cells, { like, code }, { shape, codebookSize }) {
    if (code !== undefined) return like === undefined && isCode(code, codebookSize) ? put(codes, shape, cells, () => () => code) : null;
    const { steps } = cells;
    const held = {
      first: (row) => row[steps[0]],
      last: (row) => row[steps[steps.length - 1]],
      common: (row) => mostCommon(steps.map((step) => row[step])),
    }[like ?? 'first'];
    return held ? put(codes, shape, cells, (row) => { const one = held(row); return () => one; }) : null;
  },

  cut(codes, cells, { hold = 'before' }, { shape, numSteps }) {
    const before = cells.start - 1, after = cells.stop, last = numSteps - 1;
    if (!['before', 'after'].includes(hold)) return null;
    let step;
    if (hold === 'before') step = before >= 0 ? before : after <= last ? after : 0;
    else step = after <= last ? after : before >= 0 ? before : last;
    return put(codes, shape, cells, (row) => () => row[step]);
  },

  reverse: inOrder((size) => (n) => size - 1 - n),

  mirror: inOrder((size, { half = 'first' }) => {
    const kept = { first: Math.min, second: Math.max }[half];
    return kept && ((n) => kept(n, size - 1 - n));
  }),

  rotate: inOrder((size, { by }) => (whole(by) ? (n) => modulo(n - by, size) : null)),
  shift: inOrder((size, { by }) => (whole(by) ? (n) => Math.max(0, Math.min(size - 1, n - by)) : null)),
  thin: inOrder((size, { hold = 2 }) => (whole(hold) && hold > 0 ? (n) => n - (n % hold) : null)),
  stutter: inOrder((size, { steps = 4 }) => (whole(steps) && steps > 0 ? (n) => n % steps : null)),

  repeat(codes, cells, { times = 1 }, { shape, numSteps }) {
    if (!whole(times) || times < 1) return null;
    const length = cells.stop - cells.start, end = Math.min(cells.stop + times * length, numSteps);
    const chosen = new Set(cells.steps), source = new Map();
    for (let step = cells.stop; step < end; step++) {
      const from = cells.start + ((step - cells.start) % length);
      if (chosen.has(from)) source.set(step, from);
    }
    const steps = [...source.keys()];
    return put(codes, shape, { ...cells, steps }, (row) => (n) => row[source.get(steps[n])]);
  },

  delete(codes, cells, given, { shape, numSteps }) {
    if (!wholeColumns(cells, shape) || cells.steps.length === numSteps) return null;
    const gone = new Set(cells.steps);
    return columns(codes, shape, count(numSteps).filter((step) => !gone.has(step)));
  },

  trim(codes, cells, given, { shape }) {
    return wholeColumns(cells, shape) ? columns(codes, shape, cells.steps) : null;
  },

  duplicate(codes, cells, { times = 1 }, { shape, numSteps }) {
    if (!wholeColumns(cells, shape) || !whole(times) || times < 1 || times > 1000) return null;
    const copies = Array.from({ length: times }, () => cells.steps).flat();
    const every = count(numSteps);
    return columns(codes, shape, [...every.slice(0, cells.stop), ...copies, ...every.slice(cells.stop)]);
  },

  insert(codes, cells, { material, steps, where = 'before' }, sound) {
    const { shape, numChannels, numLevels, numSteps } = sound;
    if (!wholeColumns(cells, shape) || (material === undefined) === (steps === undefined)) return null;
    const block = material === undefined ? undefined : fitting(material, sound);
    if (block === null || !['before', 'after'].includes(where)) return null;
    const length = block ? material.shape[2] : steps, gap = where === 'before' ? cells.start : cells.stop;
    if (!whole(length) || length < 1) return null;
    const every = count(numSteps), held = new Array(length).fill(Math.max(gap - 1, 0));
    const longer = columns(codes, shape, [...every.slice(0, gap), ...held, ...every.slice(gap)]);
    if (block) {
      const now = [numChannels, numLevels, numSteps + length];
      for (let channel = 0; channel < Math.min(numChannels, material.shape[0]); channel++) {
        for (let level = 0; level < Math.min(numLevels, material.shape[1]); level++) {
          rowAt(longer, now, channel, level).set(rowAt(block, material.shape, channel, level), gap);
        }
      }
    }
    return longer;
  },

  paste: (codes, cells, { material, repeat = false }, sound) => lay(codes, cells, material, sound, repeat),
  swap: (codes, cells, { material }, sound) => lay(codes, cells, material, sound, false),
};

// Lay material over the cells, by the rules of distill.codes.laying.
function lay(codes, cells, material, sound, repeat) {
  const block = material && fitting(material, sound);
  if (!block) return null;
  const [theirChannels, theirLevels, theirSteps] = material.shape;
  const levels = cells.levels.filter((level) => level < theirLevels);
  if (!levels.length) return null;
  // mono material goes into the mid and leaves the side as it is
  const channels = theirChannels === 1 ? cells.channels.slice(0, 1) : cells.channels;
  const steps = repeat ? cells.steps : cells.steps.filter((step) => step - cells.start < theirSteps);
  return put(codes, sound.shape, { ...cells, channels, levels, steps }, (row, c, l) => {
    const theirs = rowAt(block, material.shape, Math.min(channels[c], theirChannels - 1), levels[l]);
    return (n) => theirs[(steps[n] - cells.start) % theirSteps];
  });
}

function fitting(material, { fingerprint, codebookSize }) {
  if (material.fingerprint && fingerprint && material.fingerprint !== fingerprint) return null;
  const block = unpacked(material);
  return block?.every((code) => code < codebookSize) ? block : null;
}

const isCode = (code, size) => whole(code) && code >= 0 && code < size;

// The most common of some codes, the lowest of several.
function mostCommon(codes) {
  const counts = new Map();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best))[0];
}
