import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest, towards } from '../../../src/distill/ui/static/base/nearby.js';
import { byUse, matching, ranks, sorted } from '../../../src/distill/ui/static/codebook/rows.js';

const entry = (code, share, brightness, words = '', name = '', note = '') => ({ code, share, words, name, note, figures: { brightness } });
const entries = [entry(0, 0.1, 3, 'dark tone'), entry(1, 0.6, 1, 'bright noise', 'hiss'), entry(2, 0, 2, 'bright tone', 'Bell', 'from the tower'), entry(12, 0.3, 2)];
const codes = (some) => some.map(({ code }) => code);

test('entries are sorted, the most first', () => {
  assert.deepEqual(codes(sorted(entries, 'usage')), [1, 12, 0, 2]);
  assert.deepEqual(codes(sorted(entries, 'brightness')), [0, 2, 12, 1]);
  assert.deepEqual(codes(sorted(entries, 'name')), [2, 1, 12, 0]);
  assert.deepEqual(codes(sorted(entries, 'code')), [0, 1, 2, 12]);
});

test('entries are found by words, names, notes and whole numbers', () => {
  assert.deepEqual(codes(matching(entries, 'bright TONE')), [2]);
  assert.deepEqual(codes(matching(entries, 'tower')), [2]);
  assert.deepEqual(codes(matching(entries, '2')), [2]);
  assert.equal(matching(entries, '  ').length, 4);
});

test('ranks tell the share of the others that have less', () => {
  assert.deepEqual([...ranks(entries, ({ figures }) => figures.brightness)], [[0, 1], [1, 0], [2, 1 / 3], [12, 1 / 3]]);
});

test('columns go from the most to the least used', () => {
  assert.deepEqual(byUse([[1, 5, 0], [2, 2, 9]]), [[1, 0, 2], [2, 0, 1]]);
});

test('the nearest place within reach is meant', () => {
  const places = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }];
  assert.equal(nearest(places, 9, 1), 1);
  assert.equal(nearest(places, 50, 50, 5), -1);
});

test('an arrow goes to the next place in its direction, or nowhere', () => {
  const places = [{ x: 0, y: 0 }, { x: 10, y: 1 }, { x: 30, y: 0 }, { x: 0, y: 9 }];
  assert.equal(towards(places, 0, 1, 0), 1);
  assert.equal(towards(places, 1, 1, 0), 2);
  assert.equal(towards(places, 0, 0, 1), 3);
  assert.equal(towards(places, 0, -1, 0), 0);
});
