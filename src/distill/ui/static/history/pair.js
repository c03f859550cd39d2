// Two sounds heard in turn at one position: switching goes on where the other one was, within a fade of 10 ms.

import * as player from '../base/player.js';

const FADE = 0.01;

// pair([buffer, buffer], changed) -> { play, pause, hear(0 or 1), seek, seconds, … }; changed() whenever its state did.
export function pair(sounds, changed) {
  const seconds = Math.max(...sounds.map((one) => one.duration));
  const buffers = sounds.map((one) => lengthened(one, seconds)); // one loop for both, and no length that tells them apart
  let which = 0, at = 0, mine = null;

  const position = () => player.position(mine) ?? at;
  function start() {
    const from = at;
    mine = null; // so that the sound this one takes the place of does not count as stopped
    mine = player.play(buffers[which], { loop: true, to: seconds, at: from, fade: FADE, onstop: stopped });
    changed();
  }
  function stopped() { if (mine) { at = last; mine = null; changed(); } }
  let last = 0;
  const remember = () => { last = position(); };
  return {
    seconds,
    position: () => { remember(); return last; },
    get which() { return which; },
    get playing() { return mine !== null; },
    hear(index) { remember(); at = last; which = index; start(); },
    play() { remember(); at = last; start(); },
    pause() { remember(); if (mine) player.stop(FADE); },
    seek(to) { at = Math.min(seconds - 0.01, Math.max(0, to)); last = at; if (mine) start(); else changed(); },
  };
}

function lengthened(buffer, seconds) {
  const length = Math.round(seconds * buffer.sampleRate);
  if (buffer.length === length) return buffer;
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, channel) => {
    const samples = new Float32Array(length);
    samples.set(buffer.getChannelData(channel).subarray(0, length));
    return samples;
  });
  return player.bufferOf(channels, buffer.sampleRate);
}
