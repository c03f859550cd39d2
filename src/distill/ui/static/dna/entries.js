// All entries of a model, unpacked from what the server sends.

import { get } from '../base/talk.js';
import { codesOf, fromBase64 } from './grid/packed.js';

// For each level { name, names, brightness, usage, positions: [[x, y]], nearest(code), order }, by code; all from 0 to 1.
export async function entriesOf(slot) {
  return (await get(`/project/entries/${slot}`)).map((level) => {
    const words = codesOf(level.word_of), near = codesOf(level.nearest), count = level.neighbours, places = fromBase64(level.positions);
    return {
      name: level.level_name,
      names: Array.from(words, (index) => level.words[index]),
      brightness: Array.from(fromBase64(level.brightness), (value) => value / 255),
      usage: level.usage,
      positions: level.usage.map((_, code) => [places[2 * code] / 255, places[2 * code + 1] / 255]),
      nearest: (code) => Array.from(near.subarray(code * count, (code + 1) * count)),
      order: Array.from(codesOf(level.order)),
    };
  });
}
