// Where an operation of the panel goes, and its values as a record has them. No page in it: node tests it.

import { runs } from './grid/selection.js';

// Regions for an operation: what is selected, or all of the sound; an operation that moves what follows takes all levels.
export function regionsFor(sound, { wholeColumns = false } = {}) {
  const { selection, locked, numLevels, channel } = sound;
  if (wholeColumns) {
    if (!selection) return [{}];
    const every = selection.isBox ? selection.parts[0].every : 1;
    return [{ start: selection.start, stop: selection.stop, ...(every > 1 ? { every } : {}) }];
  }
  if (selection) return selection.regions({ numLevels, locked, channels: channel });
  const levels = Array.from({ length: numLevels }, (_, n) => n + 1).filter((level) => !locked.has(level));
  if (!levels.length) return [];
  return [{ ...(levels.length < numLevels ? { levels } : {}), ...(channel === 'both' ? {} : { channels: channel }) }];
}

// What is selected, in words.
export function placeInWords({ selection, fps, numLevels }) {
  if (!selection) return 'the whole sound';
  const { levels } = selection, seconds = (step) => (step / fps).toFixed(2);
  const runs = levels.length === numLevels ? 'all levels' : levels.length === 1 ? `level ${levels[0]}` : `levels ${inRuns(levels)}`;
  return `${seconds(selection.start)} to ${seconds(selection.stop)} s, ${runs}${selection.isBox ? '' : ' (lasso)'}`;
}

export const inRuns = (levels) => runs(levels).map(([first, stop]) => (first === stop - 1 ? `${first}` : `${first}-${stop - 1}`)).join(', ');

// A length that a person wrote, in steps. unit: 'steps', 's', 'beats'.
export function stepsOf(value, unit, { fps, tempo }, { whole = true } = {}) {
  if (unit === 'beats' && !tempo) throw new RangeError('To count in beats, set a tempo first.');
  const steps = unit === 's' ? value * fps : unit === 'beats' ? (value * 60 * fps) / tempo.bpm : value;
  return whole ? Math.round(steps) : steps;
}

// The arguments that an example is written with: "rotate by=0.25s from=1.0" -> { by: ['0.25s'] }
export function exampleOf(text) {
  const found = {};
  for (const [, name, value] of text.matchAll(/(\w+)=(\S+)/g)) if (!['from', 'to', 'levels', 'seed', 'with'].includes(name)) found[name] = value;
  return found;
}
