// Small sounds for the tests of the page's modules.

import { Sound } from '../../../src/distill/ui/static/dna/grid/sound.js';

const NAMES = ['Structure', 'Timbre', 'Detail', 'Detail'];

export function sound({ channels = 1, levels = 4, steps = 12, size = 16, codes, ...rest } = {}) {
  const made = codes ?? Array.from({ length: channels * levels * steps }, (_, n) => (n * 7) % size);
  return new Sound({
    slot: 'A', title: 'rain.wav', model: 'tiny', fingerprint: '1a2b3c4d', fps: 46.875, codebook_size: size, levels, steps, channels, codes: made,
    level_names: NAMES.slice(0, levels), ...rest,
  });
}

export function heard(target, ...names) {
  const said = [];
  for (const name of names) target.addEventListener(name, (event) => said.push(event));
  return said;
}
