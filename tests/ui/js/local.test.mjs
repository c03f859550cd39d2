// Edits made in the page against the same ones made by Python; tests/ui/test_javascript.py writes the cases.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyLocally } from '../../../src/distill/ui/static/dna/grid/local.js';
import { heard, sound } from './sounds.mjs';

const file = process.env.DISTILL_EDIT_CASES;
const cases = file ? JSON.parse(readFileSync(file, 'utf8')) : [];

test('edits made in the page are those that Python makes', { skip: file ? false : 'run by tests/ui/test_javascript.py' }, () => {
  for (const { before, record, after } of cases) {
    const open = sound(before), said = heard(open, 'codes'), asked = JSON.stringify({ before, record });
    const made = applyLocally(open, record);
    assert.equal(made, after !== null, asked);
    if (!made) { assert.deepEqual([...open.codes], before.codes, asked); continue; }
    assert.equal(open.numSteps, after.steps, asked);
    assert.deepEqual([...open.codes], after.codes, asked);
    if (open.numSteps === before.steps) {
      const outside = (n) => n % before.steps < said[0].start || n % before.steps >= said[0].stop;
      assert.ok([...open.codes].every((code, n) => code === before.codes[n] || !outside(n)), `told as unchanged: ${asked}`);
    }
  }
});

test('what needs Python is left to it', () => {
  for (const operation of ['brighter', 'blend', 'randomise', 'nothing', 'constructor', '__proto__']) {
    const open = sound(), before = open.codes.slice();
    assert.equal(applyLocally(open, { operation, region: {}, arguments: {} }), false);
    assert.deepEqual(open.codes, before);
  }
});
