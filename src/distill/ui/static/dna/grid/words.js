// What the status line says of a cell and of a selection. No page in it.

import { runs } from './selection.js';

const seconds = (step, { fps }) => `${(step / fps).toFixed(2)} s`;

// "Structure"; "Timbre 2" where several levels share the name.
export function levelWords({ levelNames }, level) {
  const name = levelNames[level - 1] ?? 'Level';
  return levelNames.filter((other) => other === name).length === 1 ? name : `${name} ${level}`;
}

export function cellWords(sound, level, step, entries) {
  const code = sound.at(level, step), said = entries?.[level - 1]?.names?.[code];
  const side = sound.numChannels > 1 ? (sound.channelShown ? ' of the side' : ' of the mid') : '';
  return `${levelWords(sound, level)}${side}, step ${step} (${seconds(step, sound)}), code ${code}${said ? `: ${said}` : ''}`;
}

export function selectionWords(sound, selection) {
  const { start, stop, levels, count } = selection;
  const rows = levels.length === sound.numLevels ? 'all levels' : runs(levels).map(([low, stop]) => (low === stop - 1 ? levelWords(sound, low) : `${levelWords(sound, low)} to ${levelWords(sound, stop - 1)}`)).join(', ');
  const every = selection.isBox && selection.parts[0].every > 1 ? `, every ${ordinal(selection.parts[0].every)} step` : '';
  const locked = levels.filter((level) => sound.locked.has(level)).length;
  const note = locked === levels.length ? '; all of it is locked' : locked ? `; ${locked === 1 ? 'one level' : `${locked} levels`} of it locked` : '';
  return `Selected: ${rows}, ${seconds(start, sound)} to ${seconds(stop, sound)}${every}, ${stop - start} ${stop - start === 1 ? 'step' : 'steps'}, ${count} ${count === 1 ? 'code' : 'codes'}${note}`;
}

function ordinal(n) {
  const tens = n % 100;
  return `${n}${tens > 10 && tens < 14 ? 'th' : ['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'}`;
}
