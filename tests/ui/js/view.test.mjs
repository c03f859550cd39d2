import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beatLines, layoutOf, rowY, timeLines } from '../../../src/distill/ui/static/dna/grid/layout.js';
import { MODES, luminance, palette, shade } from '../../../src/distill/ui/static/dna/grid/palette.js';
import { View } from '../../../src/distill/ui/static/dna/grid/view.js';

function view(numSteps, width) {
  const made = new View(numSteps);
  made.resize(width);
  return made;
}

test('zooming keeps the step under the pointer where it is', () => {
  const seen = view(3000, 800);
  seen.zoom(4, 300);
  const before = seen.stepAt(300);
  for (const times of [3, -2, 1]) {
    seen.zoom(times, 300);
    assert.ok(Math.abs(seen.stepAt(300) - before) < 1e-6);
  }
});

test('nobody gets out of the sound, however they zoom and scroll', () => {
  const seen = view(500, 640);
  for (const act of [() => seen.zoom(99), () => seen.scrollBy(1e9), () => seen.zoom(-99), () => seen.scrollTo(-5), () => seen.setSteps(20), () => seen.show(19), () => seen.follow(400)]) {
    act();
    assert.ok(seen.first >= 0 && seen.first + Math.min(seen.stepsSeen, seen.numSteps) <= seen.numSteps + 1e-6, `${seen.first} ${seen.stepsSeen}`);
  }
});

test('a hidden tab has no width, and forgets nothing', () => {
  const seen = view(500, 640);
  seen.zoom(5, 100);
  const { scale, first } = seen;
  seen.resize(0);
  assert.deepEqual([seen.scale, seen.first, seen.width], [scale, first, 640]);
});

test('the cursor is brought into sight, and the page turns under the playhead', () => {
  const seen = view(2000, 400);
  seen.show(1500);
  assert.ok(seen.xOf(1500) >= 0 && seen.xOf(1501) <= 400);
  seen.follow(300);
  assert.ok(seen.xOf(300) >= 0 && seen.xOf(300) < 60);
});

test('rulers have room between their numbers, and begin at zero and at bar one', () => {
  for (const width of [300, 900, 4000]) {
    const seen = view(2000, width);
    for (const lines of [timeLines(seen, 46.875), beatLines(seen, 46.875, { bpm: 97, beatsPerBar: 3 })]) {
      assert.equal(lines[0].step, 0);
      for (let n = 1; n < lines.length; n++) assert.ok(seen.xOf(lines[n].step) - seen.xOf(lines[n - 1].step) >= 43);
    }
  }
  const near = view(200, 2000);
  assert.deepEqual(beatLines(near, 46.875, { bpm: 120, beatsPerBar: 4 }).slice(0, 6).map(({ label }) => label), ['1', '1.2', '1.3', '1.4', '2', '2.2']);
});

test('rows are high enough for buttons of 24 pixels, from 1 to 8 levels', () => {
  for (let numLevels = 1; numLevels <= 8; numLevels++) {
    const layout = layoutOf({ numLevels, tempo: null });
    assert.ok(layout.rowHeight >= 26);
    assert.equal(rowY(layout, numLevels) + layout.rowHeight, layout.height);
  }
});

test('every ramp rises in lightness all the way, so that it reads without hue', () => {
  for (const { ramp } of Object.values(MODES).filter((mode) => mode.ramp)) {
    const steps = Array.from({ length: 41 }, (_, n) => luminance(shade(ramp, n / 40)));
    for (let n = 1; n < steps.length; n++) assert.ok(steps[n] > steps[n - 1] - 1e-4);
  }
});

test('numbers on cells have at least the contrast of WCAG AA', () => {
  for (const mode of Object.keys(MODES)) {
    const { pixels, darkText } = palette(mode, 256, null);
    pixels.forEach((value, code) => {
      const light = luminance([value & 255, (value >> 8) & 255, (value >> 16) & 255]);
      const contrast = darkText[code] ? (light + 0.05) / 0.05 : 1.05 / (light + 0.05);
      assert.ok(contrast >= 4.5, `${mode} ${code}: ${contrast}`);
    });
  }
});
