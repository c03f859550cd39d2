import assert from 'node:assert/strict';
import { test } from 'node:test';

const folder = new URL('../../../src/distill/ui/static/train/', import.meta.url);
const { advice, freeName, healthSentence, position, reason, roughTime, spokenTime, summary, trimmed } = await import(new URL('words.js', folder));
const { marks, stretches } = await import(new URL('curve_shape.js', folder));

test('times are said as a person would', () => {
  assert.deepEqual([12.3, 250, 5000].map(spokenTime), ['12 s', '4 min 10 s', '1 h 23 min']);
  assert.deepEqual([7, 250, 7000].map(roughTime), ['about 5 seconds', 'about 4 minutes', 'about 1.9 hours']);
});

test('a position says that the number of steps is only foreseen', () => {
  assert.equal(position({ done: 240, total: 3100.4, unit: 'steps' }), '240 of about 3,100 steps');
  assert.equal(position({ done: 3, total: 5, unit: 'files' }), '3 of 5 files');
  assert.equal(position(null), '');
});

test('the name of a model is free and can be a name', () => {
  assert.equal(freeName('bells', ['Bells', 'bells 2']), 'bells 3');
  assert.equal(freeName('<img src=x>', []), 'img src x');
  assert.equal(freeName('…', []), 'my sounds');
});

test('the summary counts what is used, left out and skipped', () => {
  const list = { sounds: [{ verdict: 'used' }, { verdict: 'left out' }, { verdict: 'skipped' }], refused: [{}], used: 1, seconds: 61 };
  assert.equal(summary(list), '1 sound, 1 min 1 s, will be used; 1 left out, 2 skipped.');
  assert.match(advice({ used: 2, seconds: 100 }), /^Fewer than 5/);
  assert.equal(advice({ used: 20, seconds: 100 }), '');
});

test('a reason does not repeat the name beside it', () => {
  assert.equal(reason("a.wav is silent (x): record it again.", 'a.wav'), 'is silent (x): record it again.');
  assert.equal(reason('something else', 'a.wav'), 'something else');
});

test('a trim stays within its sound and never gets too short', () => {
  assert.deepEqual(trimmed([1, 3], 'start', 5, 4), [2.9, 3]);
  assert.deepEqual(trimmed([1, 3], 'start', -1, 4), [0, 3]);
  assert.deepEqual(trimmed([1, 3], 'end', 9, 4), [1, 4]);
  assert.deepEqual(trimmed([1, 3], 'end', 0, 4), [1, 1.1]);
});

test('health says how many entries are used', () => {
  assert.equal(healthSentence({ utilisation: 0.75, dead: 64, verdict: 'green' }), '192 of 256 entries are used.');
  assert.match(healthSentence({ utilisation: 0.25, dead: 192, verdict: 'red' }), /fewer entries/);
});

test('the curve falls into its stages, and stages are told apart by their handicap', () => {
  const parts = stretches([[1, 5, 5, 200], [2, 4, 4, 100], [3, 3, 3, 100], [4, 6, 6, 0]]);
  assert.deepEqual(parts.map(({ words, points }) => [words, points.length]), [['Without codes', 1], ['With codes', 2], ['As heard', 1]]);
  assert.deepEqual(marks(4.9), [0, 2, 4]);
});
