// From gestures to records { operation, region, arguments, seed }: what Python replays. No page in it.

import { material } from './packed.js';
import { Selection } from './selection.js';

export const record = (operation, region, given = {}) => ({ operation, region, arguments: given, seed: 0 });

// One operation on all that is selected.
export const everywhere = (sound, operation, given = {}) => sound.regions().map((region) => record(operation, region, given));

// Codes of a stretch of steps, [channels, levels, steps], as many of the first levels and channels as wanted.
export function blockOf(sound, start, stop, levels = sound.numLevels, channels = sound.numChannels) {
  const length = stop - start, codes = new Uint16Array(channels * levels * length);
  for (let channel = 0; channel < channels; channel++) {
    for (let level = 0; level < levels; level++) {
      const from = (channel * sound.numLevels + level) * sound.numSteps;
      codes.set(sound.codes.subarray(from + start, from + stop), (channel * levels + level) * length);
    }
  }
  return { shape: [channels, levels, length], codes };
}

// A brush stroke: steps of one level.
export function painted(sound, { level, code }, steps) {
  const stroke = Selection.ofCells([...steps].map((step) => ({ level, step })));
  return stroke ? stroke.regions(where(sound)).map((region) => record('set', region, { code })) : [];
}

// The brush over all that is selected of its level.
export function filled(sound, { level, code }) {
  const parts = sound.selected().parts.filter((part) => part.levels.includes(level)).map((part) => ({ ...part, levels: [level] }));
  return new Selection(parts).regions(where(sound)).map((region) => record('set', region, { code }));
}

// Every selected code becomes the next one (by > 0) or the one before, in an order in which neighbours sound alike.
export function nudged(sound, by, entries, regions = sound.regions()) {
  const ordered = ordersOf(sound, entries);
  return rewritten(sound, regions, (level, row) => {
    const { order, rank } = ordered(level);
    row.forEach((code, n) => { row[n] = order[Math.max(0, Math.min(order.length - 1, rank[code] + by))]; });
  });
}

// In every selected row the codes go from its first to its last by small changes: a straight line through the same order.
export function glided(sound, entries, regions = sound.regions()) {
  const ordered = ordersOf(sound, entries);
  return rewritten(sound, regions, (level, row) => {
    const { order, rank } = ordered(level), first = rank[row[0]], last = rank[row[row.length - 1]];
    row.forEach((_, n) => { row[n] = order[Math.round(first + ((last - first) * n) / Math.max(1, row.length - 1))]; });
  });
}

// level -> { order: the codes by similarity, rank: each code's place in it }; their numbers where no order is known.
function ordersOf(sound, entries) {
  const known = new Map();
  return (level) => {
    if (!known.has(level)) {
      const order = entries?.[level - 1]?.order ?? Array.from({ length: sound.codebookSize }, (_, code) => code);
      const rank = new Uint16Array(order.length);
      order.forEach((code, place) => { rank[code] = place; });
      known.set(level, { order, rank });
    }
    return known.get(level);
  };
}

// All rows of some regions written anew, in place: rewrite(level, codes). Each region carries its own block; of one that was selected in
// a longer sound, what lies in this one.
function rewritten(sound, regions, rewrite) {
  const inside = regions.filter(({ start }) => start < sound.numSteps).map((region) => ({ ...region, stop: Math.min(region.stop, sound.numSteps) }));
  return inside.map((region) => {
    const levels = Math.max(...(region.levels ?? [sound.numLevels])), channels = region.channels === 'mid' ? 1 : sound.numChannels;
    const { shape, codes } = blockOf(sound, region.start, region.stop, levels, channels);
    const length = shape[2];
    for (let row = 0; row < channels * levels; row++) rewrite((row % levels) + 1, codes.subarray(row * length, (row + 1) * length));
    return record('paste', region, { material: material(shape, codes, from(sound)) });
  });
}

// What is selected, to be pasted later: all levels of its stretch, so that a paste can choose.
export function copied(sound) {
  const selection = sound.selected(), { start, stop } = selection;
  return { ...blockOf(sound, start, stop), parts: selection.moved(-start).parts, title: sound.title, model: sound.model, fingerprint: sound.fingerprint };
}

// Paste with its beginning at a step: the levels that were copied, or with allLevels every one that is not locked.
// { edits, selection }: the selection is what was written.
export function pasted(sound, clip, at, { allLevels = false } = {}) {
  const [channels, clipLevels, length] = clip.shape;
  const parts = allLevels ? [{ start: 0, stop: length, levels: Array.from({ length: clipLevels }, (_, n) => n + 1), every: 1 }] : clip.parts;
  const selection = new Selection(parts).moved(at).within(sound.numLevels, sound.numSteps);
  if (!selection) return { edits: [], selection: null };
  const edits = selection.regions(where(sound)).map((region) => {
    const levels = Math.min(clipLevels, Math.max(...(region.levels ?? [sound.numLevels])));
    const block = part(clip, region.start - at, region.stop - at, levels, Math.min(channels, sound.numChannels));
    return record('paste', region, { material: material(block.shape, block.codes, { source: clip.title, fingerprint: clip.fingerprint }) });
  });
  return { edits, selection };
}

// A part of a clip; it has the form of a sound.
function part({ shape: [, numLevels, numSteps], codes }, start, stop, levels, channels) {
  return blockOf({ numLevels, numSteps, codes }, start, stop, levels, channels);
}

const where = ({ numLevels, locked, channel }) => ({ numLevels, locked, channels: channel });
const from = ({ title, fingerprint }) => ({ source: title, fingerprint });
