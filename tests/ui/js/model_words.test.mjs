import assert from 'node:assert/strict';
import test from 'node:test';

import { healthOf, saidOf, tierOf } from '../../../src/distill/ui/static/library/model_words.js';

test('what a card says is taken without its figures', () => {
  const lines = [['Quality on its own sounds', 'close to the original (mel distance 0.99).'], ['Made', 'today.']];
  assert.equal(saidOf(lines, 'Quality on its own sounds'), 'close to the original');
  assert.equal(saidOf(lines, 'Made'), 'today');
  assert.equal(saidOf(lines, 'Health'), 'not measured');
});

test('health has a mark and a sentence for each level, not a colour alone', () => {
  const told = healthOf({ health: ['green', 'yellow', 'red'], utilisation: [0.9, 0.4, 0.05], codebook_size: 256 });
  assert.deepEqual(told.map((one) => one.mark), ['✓', '~', '!']);
  assert.equal(told[2].said, 'level 3 nearly empty: uses 5 % of 256 entries');
  assert.deepEqual(healthOf({ health: null, utilisation: null, codebook_size: 256 }), []);
});

test('a tier nobody knows is shown as it is', () => {
  assert.deepEqual([tierOf('draft'), tierOf('odd'), tierOf(null)], ['draft', 'odd', '']);
});
