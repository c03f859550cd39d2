// The codes: one pixel a cell, drawn wider without blur; over it what is muted, locked, and the numbers.

import { colours } from './colours.js';
import { NUMBERS_FROM, ROW_GAP, beatLines, rowY } from './layout.js';
import { palette, pixel, rgb } from './palette.js';
import { settings } from './settings.js';

const LINES_FROM = 7; // pixels of a step from which cells have lines between them

export class Cells {
  #raster = document.createElement('canvas');
  #pen = this.#raster.getContext('2d');
  #image = null;
  #palettes = new Map();
  #hatch = null;

  // Colours are others: of the entries, the mode, light or dark.
  forget() { this.#palettes.clear(); this.#hatch = null; }

  draw(g, { sound, view, layout, entries }) {
    const first = Math.max(0, Math.floor(view.first)), last = Math.min(sound.numSteps, Math.ceil(view.first + view.stepsSeen));
    const narrow = view.scale < 1;
    const width = narrow ? Math.min(Math.ceil(view.width), Math.ceil(view.xOf(sound.numSteps))) : last - first;
    const stepOf = narrow ? (n) => Math.min(sound.numSteps - 1, Math.floor(view.stepAt(n + 0.5))) : (n) => first + n;
    this.#rasterise(sound, entries, width, stepOf);
    const x = narrow ? 0 : view.xOf(first), wide = narrow ? width : width * view.scale, height = layout.rowHeight - ROW_GAP;
    g.imageSmoothingEnabled = false;
    for (let level = 1; level <= sound.numLevels; level++) g.drawImage(this.#raster, 0, level - 1, width, 1, x, rowY(layout, level), wide, height);
    if (view.scale >= LINES_FROM) this.#lines(g, view, layout, first, last);
    if (sound.tempo) this.#bars(g, sound, view, layout);
    for (let level = 1; level <= sound.numLevels; level++) {
      const y = rowY(layout, level), seen = Math.min(view.width, x + wide);
      if (!sound.audible(level)) this.#veil(g, y, seen, height);
      if (sound.locked.has(level)) this.#hatched(g, y, seen, height);
    }
    if (view.scale >= NUMBERS_FROM) this.#numbers(g, sound, view, layout, entries, first, last);
  }

  // One row of the whole sound a level, small: for the overview.
  drawSmall(g, { sound, entries }, width, height) {
    this.#rasterise(sound, entries, Math.ceil(width), (n) => Math.min(sound.numSteps - 1, Math.floor(((n + 0.5) / width) * sound.numSteps)));
    g.imageSmoothingEnabled = false;
    g.drawImage(this.#raster, 0, 0, Math.ceil(width), sound.numLevels, 0, 0, width, height);
  }

  #rasterise(sound, entries, width, stepOf) {
    const { numLevels, numSteps, codes } = sound;
    if (this.#raster.width !== width || this.#raster.height !== numLevels) Object.assign(this.#raster, { width, height: numLevels });
    if (this.#image?.width !== width || this.#image.height !== numLevels) this.#image = this.#pen.createImageData(width, numLevels);
    const pixels = new Uint32Array(this.#image.data.buffer);
    const steps = Uint32Array.from({ length: width }, (_, n) => stepOf(n));
    const changes = settings.colour === 'changed' ? this.#changePixels() : null;
    for (let level = 1; level <= numLevels; level++) {
      const row = (sound.channelShown * numLevels + level - 1) * numSteps, out = (level - 1) * width;
      if (changes) for (let n = 0; n < width; n++) pixels[out + n] = changes[sound.changed(level, steps[n]) ? 1 : 0];
      else {
        const colour = this.palette(sound, level, entries).pixels;
        for (let n = 0; n < width; n++) pixels[out + n] = colour[codes[row + steps[n]]];
      }
    }
    this.#pen.putImageData(this.#image, 0, 0);
  }

  palette(sound, level, entries) {
    const key = `${settings.colour} ${level}`;
    if (!this.#palettes.has(key)) this.#palettes.set(key, palette(settings.colour, sound.codebookSize, entries?.[level - 1]));
    return this.#palettes.get(key);
  }

  #changePixels() {
    const { line, accent } = colours();
    return [pixel(rgb(line)), pixel(rgb(accent))];
  }

  #lines(g, view, layout, first, last) {
    g.fillStyle = colours().panel;
    g.globalAlpha = Math.min(0.55, (view.scale - LINES_FROM) / 12 + 0.12);
    for (let step = first + 1; step < last; step++) g.fillRect(Math.round(view.xOf(step)) - 0.5, layout.top, 1, layout.height - layout.top - ROW_GAP);
    g.globalAlpha = 1;
  }

  // A dark and a light line at each bar: one of them shows on any colour.
  #bars(g, sound, view, layout) {
    const { ink, panel } = colours();
    g.globalAlpha = 0.6;
    for (const { step, strong } of beatLines(view, sound.fps, sound.tempo)) {
      if (!strong || !step) continue;
      const x = Math.round(view.xOf(step));
      for (const [colour, at] of [[ink, x - 1], [panel, x]]) {
        g.fillStyle = colour;
        g.fillRect(at, layout.top, 1, layout.height - layout.top - ROW_GAP);
      }
    }
    g.globalAlpha = 1;
  }

  #veil(g, y, width, height) {
    g.fillStyle = colours().panel;
    g.globalAlpha = 0.74;
    g.fillRect(0, y, width, height);
    g.globalAlpha = 1;
  }

  // Diagonal lines: what is locked, told by shape.
  #hatched(g, y, width, height) {
    if (!this.#hatch) {
      const tile = document.createElement('canvas');
      tile.width = tile.height = 8;
      const pen = tile.getContext('2d');
      for (const [colour, offset] of [['rgb(0 0 0 / .55)', 0], ['rgb(255 255 255 / .55)', 1.5]]) {
        pen.strokeStyle = colour;
        pen.lineWidth = 1.2;
        pen.beginPath();
        for (const at of [-8, 0, 8]) { pen.moveTo(at + offset - 1, 9); pen.lineTo(at + offset + 9, -1); }
        pen.stroke();
      }
      this.#hatch = g.createPattern(tile, 'repeat');
    }
    g.fillStyle = this.#hatch;
    g.fillRect(0, y, width, height);
  }

  #numbers(g, sound, view, layout, entries, first, last) {
    const changed = settings.colour === 'changed', { ink, panel, mono } = colours();
    g.font = `11px ${mono}`;
    g.textAlign = 'center';
    g.textBaseline = 'middle';
    for (let level = 1; level <= sound.numLevels; level++) {
      if (!sound.audible(level) || sound.locked.has(level)) continue; // veiled or hatched: numbers would not be read
      const { darkText } = this.palette(sound, level, entries), y = rowY(layout, level) + (layout.rowHeight - ROW_GAP) / 2 + 0.5;
      for (let step = first; step < last; step++) {
        const code = sound.at(level, step), text = String(code);
        if (text.length * 6.7 > view.scale - 2) continue;
        if (changed) g.fillStyle = sound.changed(level, step) ? panel : ink;
        else g.fillStyle = darkText[code] ? '#000' : '#fff';
        g.fillText(text, view.xOf(step) + view.scale / 2, y);
      }
    }
  }
}
