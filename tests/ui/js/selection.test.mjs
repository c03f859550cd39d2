import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Selection } from '../../../src/distill/ui/static/dna/grid/selection.js';

const grid = { numLevels: 4 };

test('from one cell to another both are selected, in whatever direction it was dragged', () => {
  const there = Selection.between({ level: 3, step: 7 }, { level: 1, step: 2 });
  assert.deepEqual(there.regions(grid), [{ start: 2, stop: 8, levels: [1, 2, 3] }]);
  assert.ok(there.equals(Selection.between({ level: 1, step: 2 }, { level: 3, step: 7 })));
  assert.equal(there.count, 18);
});

test('all levels are the usual case of a region and are not written', () => {
  assert.deepEqual(Selection.box(0, 5, [1, 2, 3, 4]).regions(grid), [{ start: 0, stop: 5 }]);
});

test('locked levels are left out of regions, and nothing is left if all are locked', () => {
  const all = Selection.box(0, 5, [1, 2, 3, 4]);
  assert.deepEqual(all.regions({ ...grid, locked: new Set([2, 3]) }), [{ start: 0, stop: 5, levels: [1, 4] }]);
  assert.deepEqual(all.regions({ ...grid, locked: new Set([1, 2, 3, 4]) }), []);
});

test('a lasso becomes as many parts as it has different runs of steps, each cell in exactly one', () => {
  const cells = [[1, 2], [1, 3], [2, 2], [2, 3], [2, 7], [3, 3]].map(([level, step]) => ({ level, step }));
  const selection = Selection.ofCells(cells);
  assert.deepEqual(selection.regions(grid), [{ start: 2, stop: 4, levels: [1, 2] }, { start: 3, stop: 4, levels: [3] }, { start: 7, stop: 8, levels: [2] }]);
  assert.equal(selection.count, cells.length);
  for (let level = 1; level <= 4; level++) {
    for (let step = 0; step < 10; step++) assert.equal(selection.has(level, step), cells.some((cell) => cell.level === level && cell.step === step));
  }
});

test('a drawn line selects the cells whose middle lies within it', () => {
  const triangle = [{ x: 0, y: 0 }, { x: 6, y: 0 }, { x: 0, y: 3 }];
  assert.deepEqual(Selection.lasso(triangle, 4, 20).regions(grid), [{ start: 0, stop: 1, levels: [3] }, { start: 0, stop: 3, levels: [2] }, { start: 0, stop: 5, levels: [1] }]);
  assert.equal(Selection.lasso(triangle.slice(0, 2), 4, 20), null);
  assert.equal(Selection.lasso([{ x: -9, y: -9 }, { x: -5, y: -9 }, { x: -5, y: -5 }], 4, 20), null);
});

test('every n-th step counts from the first, also when the beginning is pushed out of the sound', () => {
  const every = Selection.box(2, 12, [1], 3);
  assert.deepEqual([...Array(12).keys()].filter((step) => every.has(1, step)), [2, 5, 8, 11]);
  assert.deepEqual(every.moved(-4).within(4, 12).parts, [{ start: 1, stop: 8, levels: [1], every: 3 }]);
});

test('what lies outside a sound is cut off, and nothing is left of what lies outside altogether', () => {
  assert.deepEqual(Selection.box(-3, 99, [0, 1, 9]).within(4, 12).parts, [{ start: 0, stop: 12, levels: [1], every: 1 }]);
  assert.equal(Selection.box(12, 20, [1]).within(4, 12), null);
  assert.equal(Selection.box(0, 5, [5]).within(4, 12), null);
});
