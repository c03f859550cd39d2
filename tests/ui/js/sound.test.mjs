import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glided } from '../../../src/distill/ui/static/dna/grid/edits.js';
import { toBase64, unpacked } from '../../../src/distill/ui/static/dna/grid/packed.js';
import { Selection } from '../../../src/distill/ui/static/dna/grid/selection.js';
import { heard, sound } from './sounds.mjs';

test('codes come as base 64 of 16-bit numbers', () => {
  const open = sound({ levels: 1, steps: 2, size: 1024, codes: toBase64(Uint8Array.from([1, 2, 3, 0])) });
  assert.deepEqual([open.at(1, 0), open.at(1, 1)], [513, 3]);
});

test('a grid of the wrong size is refused', () => {
  assert.throws(() => sound({ levels: 2, steps: 3, codes: [1, 2, 3] }), /3 codes in a grid of 6/);
});

test('an answer that says what is there already changes nothing and is not told', () => {
  const open = sound({ levels: 1, steps: 6 }), said = heard(open, 'codes');
  open.patch({ rev: 5, start: 2, stop: 4, codes: [...open.codes.slice(2, 4)] });
  assert.equal(said.length, 0);
  assert.equal(open.rev, 5);
});

test('an answer with other codes is taken over, and told with its steps', () => {
  const open = sound({ channels: 2, levels: 2, steps: 6 }), before = open.codes.slice(), said = heard(open, 'codes');
  open.patch({ rev: 1, start: 2, stop: 4, codes: [1, 2, 3, 4, 5, 6, 7, 8] });
  assert.deepEqual([open.at(1, 2, 0), open.at(2, 3, 0), open.at(1, 3, 1), open.at(2, 2, 1)], [1, 4, 6, 7]);
  assert.deepEqual([0, 1, 4, 5].map((step) => open.at(2, step, 1)), [0, 1, 4, 5].map((step) => before[18 + step]));
  assert.deepEqual([said[0].start, said[0].stop], [2, 4]);
});

test('what lies behind moves along when steps come or go', () => {
  const open = sound({ levels: 1, steps: 6, codes: [0, 1, 2, 3, 4, 5] });
  open.patch({ rev: 1, numSteps: 8, start: 2, stop: 4, codes: [9, 9] });
  assert.deepEqual([...open.codes], [0, 1, 9, 9, 2, 3, 4, 5]);
  open.patch({ rev: 2, numSteps: 3, start: 1, stop: 1, codes: [] });
  assert.deepEqual([...open.codes], [0, 4, 5]);
});

test('cursor and selection stay inside a sound that gets shorter', () => {
  const open = sound({ levels: 1, steps: 6 });
  open.moveCursor(1, 5, Selection.box(3, 6, [1]));
  open.patch({ rev: 1, numSteps: 2, start: 0, stop: 2, codes: [0, 1] });
  assert.deepEqual(open.cursor, { level: 1, step: 1 });
  assert.equal(open.selection, null);
});

test('without a selection an edit goes to the cell of the cursor, unless its level is locked', () => {
  const open = sound();
  open.moveCursor(3, 5);
  assert.deepEqual(open.regions(), [{ start: 5, stop: 6, levels: [3] }]);
  open.setLevels({ locked: [3] });
  assert.deepEqual(open.regions(), []);
});

test('edits go to the channel that was chosen', () => {
  const open = sound({ channels: 2 });
  open.selectAll();
  assert.deepEqual(open.regions(), [{ start: 0, stop: 12 }]);
  open.setChannel('side');
  assert.deepEqual(open.regions(), [{ start: 0, stop: 12, channels: 'side' }]);
  assert.equal(open.channelShown, 1);
});

test('a selection grows from where it began', () => {
  const open = sound();
  open.moveCursor(2, 4);
  open.extendTo(3, 6);
  open.extendTo(1, 2);
  assert.deepEqual(open.selection.parts, [{ start: 2, stop: 5, levels: [1, 2], every: 1 }]);
  assert.deepEqual(open.cursor, { level: 1, step: 2 });
});

test('with a tempo and a grid, edges of a selection go to its lines', () => {
  const open = sound({ steps: 200 });
  open.setTempo({ bpm: 120, beatsPerBar: 4 }, 1); // a beat is 23.4 steps
  assert.equal(open.snapped(50), 47);
  open.moveCursor(1, 30);
  open.extendTo(1, 60);
  assert.deepEqual([open.selection.start, open.selection.stop], [23, 70]);
});

test('levels from n on, every n-th step, whole levels', () => {
  const open = sound();
  open.selectFromLevel(3);
  assert.deepEqual(open.regions(), [{ start: 0, stop: 12, levels: [3, 4] }]);
  open.selectEvery(2);
  assert.deepEqual(open.regions(), [{ start: 0, stop: 12, levels: [3, 4], every: 2 }]);
  open.selectLevels([1]);
  assert.deepEqual(open.regions(), [{ start: 0, stop: 12, levels: [1], every: 2 }]);
});

test('solo silences the others, and mute wins over solo', () => {
  const open = sound();
  open.setLevels({ soloed: [2, 3], muted: [3] });
  assert.deepEqual([1, 2, 3, 4].map((level) => open.audible(level)), [false, true, false, false]);
});

test('changed cells are told from those before the first edit', () => {
  const open = sound({ levels: 1, steps: 3, codes: [1, 2, 3], original: [1, 5], original_steps: 2 });
  assert.deepEqual([0, 1, 2].map((step) => open.changed(1, step)), [false, true, true]);
});

test('a glide keeps both ends and goes from one to the other through the order', () => {
  const order = [3, 0, 15, 7, 1, 2, 4, 5, 6, 8, 14, 9, 13, 10, 12, 11];
  const open = sound({ levels: 1, steps: 5, codes: [3, 9, 9, 9, 1] });
  open.selectAll();
  const [edit] = glided(open, [{ order }]);
  assert.deepEqual([...unpacked(edit.arguments.material)], [3, 0, 15, 7, 1]);
  const back = sound({ levels: 1, steps: 3, codes: [11, 0, 3] });
  back.selectAll();
  assert.deepEqual([...unpacked(glided(back, [{ order }])[0].arguments.material)], [11, 6, 3]);
});
