import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Selection } from '../../../src/distill/ui/static/dna/grid/selection.js';
import { cellWords, levelWords, selectionWords } from '../../../src/distill/ui/static/dna/grid/words.js';
import { sound } from './sounds.mjs';

test('a level has its name, and its number where several share it', () => {
  assert.deepEqual([1, 2, 3, 4].map((level) => levelWords(sound(), level)), ['Structure', 'Timbre', 'Detail 3', 'Detail 4']);
});

test('a cell is told by level, step, time, code and what it sounds like', () => {
  const open = sound({ levels: 1, steps: 48, codes: Array(48).fill(9) }), entries = [{ names: Array(16).fill('dark steady tone') }];
  assert.equal(cellWords(open, 1, 47, entries), 'Structure, step 47 (1.00 s), code 9: dark steady tone');
  assert.equal(cellWords(open, 1, 47, null), 'Structure, step 47 (1.00 s), code 9');
});

test('a selection is told by levels, time and size, and by what of it is locked', () => {
  const open = sound({ steps: 100 });
  assert.equal(selectionWords(open, Selection.box(0, 47, [1, 2, 3, 4])), 'Selected: all levels, 0.00 s to 1.00 s, 47 steps, 188 codes');
  open.setLevels({ locked: [3] });
  assert.equal(selectionWords(open, Selection.box(10, 20, [1, 3, 4], 3)), 'Selected: Structure, Detail 3 to Detail 4, 0.21 s to 0.43 s, every 3rd step, 10 steps, 12 codes; one level of it locked');
  assert.match(selectionWords(open, Selection.box(0, 1, [3])), /1 step, 1 code; all of it is locked$/);
});
