// Web Audio that plays nothing and refuses what its specification has it refuse; the clock goes as a test says.

export const clock = { seconds: 0 };
export const started = []; // { buffer, offset, loop, volume } of every source, in order

class Gain {
  constructor(value) { this.value = value; }
  setValueAtTime() { return this; }
  linearRampToValueAtTime() { return this; }
}

globalThis.AudioContext = class {
  state = 'running';
  get currentTime() { return clock.seconds; }
  async decodeAudioData(bytes) { return new AudioBuffer({ length: bytes.byteLength, numberOfChannels: 1, sampleRate: 1 }); }
};

globalThis.AudioBuffer = class {
  constructor(form) { Object.assign(this, form); }
  get duration() { return this.length / this.sampleRate; }
  getChannelData() { return new Float32Array(1); }
  copyToChannel() {}
};

globalThis.GainNode = class {
  constructor(context, { gain }) { this.gain = new Gain(gain); }
  connect(next) { return next; }
};

globalThis.AudioBufferSourceNode = class {
  constructor(context, { buffer }) { this.buffer = buffer; }
  connect(volume) { this.volume = volume; return volume; }
  start(when, offset = 0, duration = 0) {
    if (when < 0 || offset < 0 || duration < 0) throw new RangeError(`${when}, ${offset}, ${duration}: none may be negative (Web Audio API, 1.9.5)`);
    this.begun = true;
    started.push({ buffer: this.buffer, offset, loop: Boolean(this.loop), volume: this.volume.gain });
  }
  stop() { if (!this.begun) throw new Error('InvalidStateError: stop without start (Web Audio API, 1.9.5)'); }
};

// A file of so many seconds, one byte each, as decodeAudioData above takes it.
export const file = (seconds) => ({ ok: true, arrayBuffer: async () => new ArrayBuffer(seconds) });
