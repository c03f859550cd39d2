// What an open sound sounds like: samples are held here, and after an edit only those that are new are fetched.

import { bufferOf } from '../base/player.js';
import { ask } from '../base/talk.js';

export class Hearing {
  #held = { false: null, true: null }; // by whether it is the original: { version, channels, rate, buffer }

  constructor(slot) { this.slot = slot; }

  // The sound as it stands (or as it was before the first edit) as a buffer to play.
  async buffer(original = false) {
    const held = this.#held[original];
    const { about, samples } = await samplesOf(`/project/sound/${this.slot}?have=${held?.version ?? 0}&original=${original}`);
    if (held && about.version === held.version) return held.buffer;
    const channels = samples.map((stretch, channel) => {
      if (stretch.length === about.total) return stretch;
      const old = held.channels[channel], whole = new Float32Array(about.total);
      whole.set(old.subarray(0, Math.min(old.length, about.total)));
      whole.set(stretch, about.first);
      return whole;
    });
    this.#held[original] = { version: about.version, channels, buffer: bufferOf(channels, about.rate) };
    return this.#held[original].buffer;
  }
}

// 4 bytes of length, a header in JSON, samples as 32-bit floats, one channel behind the other.
export async function samplesOf(path) {
  const bytes = await (await ask(path)).arrayBuffer();
  const length = new DataView(bytes).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
  const samples = Array.from({ length: about.channels }, (_, channel) => new Float32Array(bytes, 4 + length + 4 * about.count * channel, about.count));
  return { about, samples };
}
