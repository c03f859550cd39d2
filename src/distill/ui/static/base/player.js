// One player for the whole page, so that a sound that starts stops the one before it. Web Audio: exact loops, exact starts.

let context = null;
let playing = null; // { source, gain, buffer, startedAt, offset, loop, onstop }
const decoded = new Map(); // address -> AudioBuffer, the last few

const MOST_DECODED = 24;

function audio() {
  context ??= new AudioContext({ latencyHint: 'interactive' });
  if (context.state === 'suspended') context.resume();
  return context;
}

// Fetch and decode a file once.
export async function load(address) {
  const known = decoded.get(address);
  if (known) return known;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const buffer = await audio().decodeAudioData(await response.arrayBuffer());
  decoded.set(address, buffer);
  while (decoded.size > MOST_DECODED) decoded.delete(decoded.keys().next().value);
  return buffer;
}

// A buffer of samples that are here already: channels are Float32Arrays of one length.
export function bufferOf(channels, sampleRate = 48000) {
  const buffer = new AudioBuffer({ length: Math.max(1, channels[0].length), numberOfChannels: channels.length, sampleRate });
  channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
  return buffer;
}

// Play a buffer from a time on: { from, to, loop, at, fade, gain, onstop(ended) }; a loop may begin at any time `at` within it,
// and `fade` seconds lie over the sound that played before. Peaks over full scale are turned down, never clipped.
export function play(buffer, { from = 0, to = null, loop = false, at = from, fade = 0, gain = 1, onstop = () => {} } = {}) {
  stop(fade);
  const offset = Math.max(0, at); // a place that was rounded can lie before the beginning, and Web Audio refuses it
  const where = audio();
  const source = new AudioBufferSourceNode(where, { buffer });
  const volume = new GainNode(where, { gain: gain * headroom(buffer) });
  source.connect(volume).connect(where.destination);
  const end = to ?? buffer.duration;
  if (loop) Object.assign(source, { loop: true, loopStart: from, loopEnd: end });
  if (fade) volume.gain.setValueAtTime(0, where.currentTime).linearRampToValueAtTime(gain * headroom(buffer), where.currentTime + fade);
  const mine = { source, volume, buffer, startedAt: where.currentTime, from, offset, end, loop, onstop };
  source.onended = () => { if (playing === mine) { playing = null; onstop(true); } };
  if (loop) source.start(0, offset); else source.start(0, offset, Math.max(0.001, end - offset));
  playing = mine; // not before: what never started cannot be stopped
  return mine;
}

export function stop(fade = 0) {
  if (!playing) return;
  const { source, volume, onstop } = playing;
  playing = null;
  source.onended = null;
  const now = audio().currentTime;
  if (fade) volume.gain.setValueAtTime(volume.gain.value, now).linearRampToValueAtTime(0, now + fade);
  source.stop(now + fade);
  onstop(false);
}

// Let a sound that plays be as loud as `gain` of play() would have made it.
export function turn({ volume, buffer }, gain) { volume.gain.value = gain * headroom(buffer); }

// Seconds into the sound that is playing, or null.
export function position(of = playing) {
  if (!playing || of !== playing) return null;
  const passed = playing.offset + audio().currentTime - playing.startedAt;
  if (!playing.loop) return Math.min(passed, playing.end);
  const length = Math.max(0.001, playing.end - playing.from);
  return playing.from + ((passed - playing.from) % length);
}

export const isPlaying = (of) => playing !== null && (of === undefined || of === playing);

const headrooms = new WeakMap();
function headroom(buffer) {
  let known = headrooms.get(buffer);
  if (known === undefined) {
    let peak = 0;
    for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
      const samples = buffer.getChannelData(channel);
      for (let n = 0; n < samples.length; n++) { const size = Math.abs(samples[n]); if (size > peak) peak = size; }
    }
    known = peak > 1 ? 1 / peak : 1;
    headrooms.set(buffer, known);
  }
  return known;
}
