// The sound of one entry: fetched once, played at once. Only the last one that was asked for is heard.

import * as player from './player.js';
import { ask, hear } from './talk.js';

const MOST_KEPT = 400; // sounds of half a second: 40 MB
const kept = new Map(); // 'fingerprint level code' -> promise of an AudioBuffer
let asked = 0;

function sound(level, code, open) {
  const key = `${open?.fingerprint ?? ''} ${level} ${code}`;
  if (!kept.has(key)) {
    const coming = fetched(level, code, open);
    kept.set(key, coming);
    coming.catch(() => kept.delete(key));
    while (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
  }
  return kept.get(key);
}

async function fetched(level, code, open) {
  const response = await ask(`/codebook/sound/${level}/${code}${open ? `?slot=${open.slot}` : ''}`);
  return player.bufferOf([new Float32Array(await response.arrayBuffer())]);
}

// Play an entry of the model in use, or of the model of a sound that is open in the editor; resolves when it begins.
export async function hearEntry(level, code, open = null) {
  const mine = ++asked;
  const buffer = await sound(level, code, open);
  if (mine === asked) player.play(buffer);
}

// Fetch one that will probably be asked for next; whether it comes does not matter.
export const expectEntry = (level, code) => { sound(level, code).catch(() => {}); };

hear('model', () => kept.clear());
hear('models', () => kept.clear());
