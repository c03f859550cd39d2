// Above the codes: a ruler in seconds, one in beats where there is a tempo, the waveform, the spectrogram.

import { fromBase64 } from './packed.js';
import { colours } from './colours.js';
import { beatLines, timeLines } from './layout.js';
import { pixel, shade } from './palette.js';

export class Strip {
  #data = null; // { seconds, low, high, spectrogram, bands, columns }
  #picture = null;

  #gain = 1; // quiet sounds are drawn larger, up to four times

  set(data) {
    this.#data = data;
    this.#picture = null;
    const peak = data ? Math.max(...data.high, ...data.low.map((value) => -value), 1e-6) : 1;
    this.#gain = Math.max(1, Math.min(4, 0.95 / peak));
  }

  forget() { this.#picture = null; }

  draw(g, { sound, view, layout }) {
    this.#ruler(g, timeLines(view, sound.fps), view, layout.ruler);
    this.#wave(g, sound, view, layout.wave);
    this.#spectrum(g, sound, view, layout.spectrum);
    if (sound.tempo) {
      const lines = beatLines(view, sound.fps, sound.tempo);
      this.#ruler(g, lines, view, layout.beats);
      g.fillStyle = colours().ink;
      g.globalAlpha = 0.22;
      for (const { step, strong } of lines) if (strong) g.fillRect(Math.round(view.xOf(step)), layout.wave.y, 1, layout.wave.height + layout.spectrum.height);
      g.globalAlpha = 1;
    }
  }

  #ruler(g, lines, view, { y, height }) {
    const { soft, ink, edge, sans } = colours();
    g.font = `12px ${sans}`;
    g.textAlign = 'left';
    g.textBaseline = 'middle';
    for (const { step, label, strong } of lines) {
      const x = Math.round(view.xOf(step));
      g.fillStyle = edge;
      g.fillRect(x, y + (strong ? 2 : height - 7), 1, strong ? height - 2 : 7);
      if (x + 5 + g.measureText(label).width > view.width) continue;
      g.fillStyle = strong ? ink : soft;
      g.fillText(label, x + 5, y + height / 2);
    }
  }

  #wave(g, sound, view, { y, height }) {
    const { wave, line } = colours(), middle = y + height / 2, end = Math.min(view.width, view.xOf(sound.numSteps));
    g.fillStyle = line;
    g.fillRect(0, Math.round(middle), end, 1);
    if (!this.#data) return;
    const { low, high, seconds } = this.#data, pointsPerStep = low.length / (seconds * sound.fps);
    g.fillStyle = wave;
    for (let x = 0; x < end; x++) {
      const first = Math.floor(view.stepAt(x) * pointsPerStep), last = Math.max(first + 1, Math.floor(view.stepAt(x + 1) * pointsPerStep));
      let least = 0, most = 0;
      for (let n = Math.max(0, first); n < last && n < low.length; n++) { least = Math.min(least, low[n]); most = Math.max(most, high[n]); }
      const top = Math.min(1, most * this.#gain), bottom = Math.max(-1, least * this.#gain), size = height / 2 - 1;
      g.fillRect(x, middle - top * size, 1, Math.max(1, (top - bottom) * size));
    }
  }

  #spectrum(g, sound, view, { y, height }) {
    if (!this.#data?.spectrogram) return;
    const { columns, bands, seconds } = this.#data;
    this.#picture ??= this.#drawn();
    const perStep = columns / (seconds * sound.fps), seen = Math.min(view.stepsSeen, sound.numSteps - view.first);
    const from = view.first * perStep, wide = Math.min(seen * perStep, columns - from);
    if (wide <= 0) return;
    g.imageSmoothingEnabled = false;
    g.drawImage(this.#picture, from, 0, wide, bands, 0, y, (wide / perStep) * view.scale, height);
  }

  // Low bands at the bottom; from the panel's colour to that of its text.
  #drawn() {
    const { spectrogram, columns, bands } = this.#data, values = fromBase64(spectrogram);
    const { panel, wave, ink } = colours(), ramp = [panel, wave, ink];
    const table = Uint32Array.from({ length: 256 }, (_, value) => pixel(shade(ramp, value / 255)));
    const picture = document.createElement('canvas');
    Object.assign(picture, { width: columns, height: bands });
    const pen = picture.getContext('2d'), image = pen.createImageData(columns, bands), pixels = new Uint32Array(image.data.buffer);
    for (let band = 0; band < bands; band++) {
      for (let column = 0; column < columns; column++) pixels[(bands - 1 - band) * columns + column] = table[values[band * columns + column]];
    }
    pen.putImageData(image, 0, 0);
    return picture;
  }
}
