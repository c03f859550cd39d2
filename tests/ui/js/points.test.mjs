import assert from 'node:assert/strict';
import { test } from 'node:test';
import { added, at, isFlat, moved, removed, stretched } from '../../../src/distill/ui/static/base/points.js';

test('an amount lies straight between two points and stays beyond them', () => {
  const points = [[1, -1], [3, 1]];
  assert.deepEqual([0, 1, 2, 3, 9].map((seconds) => at(points, seconds)), [-1, -1, 0, 1, 1]);
});

test('a point is added in the order of its time and within what is allowed', () => {
  assert.deepEqual(added([[0, 0], [4, 1]], 2, 9), [[[0, 0], [2, 3], [4, 1]], 1]);
  assert.deepEqual(added([[0, 0]], 0, 1.004), [[[0, 1]], 0]);
});

test('a point that is moved stays between its neighbours', () => {
  const points = [[0, 0], [2, 0], [4, 0]];
  assert.deepEqual(moved(points, 1, 9, -7, 8)[1], [3.99, -3]);
  assert.deepEqual(moved(points, 1, -9, 1, 8)[1], [0.01, 1]);
  assert.deepEqual(moved(points, 2, 99, 1, 8)[2], [8, 1]);
});

test('one point always stays', () => {
  assert.deepEqual(removed([[0, 1], [2, 2]], 0), [[2, 2]]);
  assert.deepEqual(removed([[0, 1]], 0), [[0, 1]]);
});

test('a stretched curve keeps its times rising', () => {
  assert.deepEqual(stretched([[0, 1], [2, 2]], 2), [[0, 1], [4, 2]]);
  const tight = stretched([[0, 1], [0.5, 2], [1, 3]], 0.001).map(([seconds]) => seconds);
  assert.ok(tight[0] < tight[1] && tight[1] < tight[2], String(tight));
});

test('a curve of one amount is flat', () => {
  assert.ok(isFlat([[0, 1], [2, 1]]));
  assert.ok(!isFlat([[0, 1], [2, 1.5]]));
});
