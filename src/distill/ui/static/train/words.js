// What the tab says, as pure functions: times, parts of a training, health, how close a sound comes.

// 250 -> "4 min 10 s"; as the command line says it
export function spokenTime(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

// 250 -> "about 4 minutes": for what is only foreseen
export function roughTime(seconds) {
  if (seconds < 90) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} seconds`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} minutes`;
  return `about ${(seconds / 3600).toFixed(1)} hours`;
}

export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

// The four parts of a training, in order, as the server numbers them.
export const PARTS = ['Reading the sounds', 'Learning the sounds', 'Measuring what was learnt', 'Learning to make new sound'];

// { done, total, unit } -> "240 of about 3,100 steps"; how many steps there will be is only foreseen
export function position(progress) {
  if (!progress?.total) return '';
  const number = (value) => Math.round(value).toLocaleString('en');
  const about = progress.unit === 'steps' && progress.done < progress.total ? 'about ' : '';
  return `${number(progress.done)} of ${about}${number(progress.total)} ${progress.unit}`;
}

// Verdicts on a level, told by a sign, a word and a sentence besides the colour.
export const VERDICTS = {
  green: { sign: '●', word: 'Healthy', kind: 'good' },
  yellow: { sign: '▲', word: 'Usable', kind: 'fair' },
  red: { sign: '■', word: 'Nearly empty', kind: 'bad' },
};
export function healthSentence(level) {
  const size = level.utilisation < 1 ? Math.round(level.dead / (1 - level.utilisation)) : 0;
  const used = size ? `${size - level.dead} of ${size} entries are used` : 'all entries are used';
  const advice = level.verdict === 'green' ? '' : '; fewer entries would suit these sounds';
  return `${used[0].toUpperCase()}${used.slice(1)}${advice}.`;
}

// Signs and words of the list's verdicts.
export const SOUND_VERDICTS = {
  used: { sign: '✓', word: 'Used', kind: 'good' },
  waiting: { sign: '…', word: 'Listening', kind: 'soft' },
  'left out': { sign: '–', word: 'Left out', kind: 'soft' },
  skipped: { sign: '✕', word: 'Skipped', kind: 'bad' },
};

// "20 sounds, 3 min 12 s, will be used; 2 are left out, 1 is skipped."
export function summary({ sounds, refused, used, seconds }) {
  const skipped = refused.length + sounds.filter((sound) => sound.verdict === 'skipped').length;
  const left = sounds.filter((sound) => sound.verdict === 'left out').length;
  const rest = [left && `${left} left out`, skipped && `${skipped} skipped`].filter(Boolean).join(', ');
  return `${counted(used, 'sound')}, ${spokenTime(seconds)}, will be used${rest ? `; ${rest}` : ''}.`;
}

// What few or many sounds mean; empty if there is nothing to say.
export function advice({ used, seconds }) {
  if (used > 0 && used < 5) return 'Fewer than 5 sounds: it works, but new sounds will mostly repeat them. 20 or more are better.';
  if (used > 500) return 'More than 500 sounds: training takes its tier’s time, so each is learnt less well.';
  if (used >= 5 && seconds < 10) return 'Together they are under 10 seconds: there is little to learn from; longer or more sounds are better.';
  return '';
}

// Why a file is skipped, without the name that stands beside it: "'notes.txt' is not a sound…" -> "is not a sound…"
export const reason = (text, name) => [`'${name}'`, `"${name}"`, name].reduce((rest, said) => (rest.startsWith(`${said} `) ? rest.slice(said.length + 1) : rest), text);

// A name for a model that no other has: "bells", "bells 2" ...
export function freeName(wanted, taken) {
  const spelt = new Set(taken.map((name) => name.normalize('NFC').toLowerCase()));
  const plain = wanted.normalize('NFC').replace(/[^\p{L}\p{M}\p{N} _.-]/gu, ' ').replace(/^[^\p{L}\p{N}]+/u, '').replace(/\s+/g, ' ').slice(0, 50).replace(/[ .]+$/, '') || 'my sounds';
  for (let number = 1; ; number++) {
    const name = number === 1 ? plain : `${plain} ${number}`;
    if (!spelt.has(name.toLowerCase())) return name;
  }
}

// The trim after one of its ends was moved: within the sound, and never shorter than what can be trained on.
export const SHORTEST = 0.1;
export function trimmed([start, end], which, value, length) {
  const least = Math.min(SHORTEST, length);
  if (which === 'start') return [Math.min(Math.max(0, value), end - least), end];
  return [start, Math.max(Math.min(length, value), start + least)];
}
