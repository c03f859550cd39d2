import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { fromBase64, material, unpacked } from '../../../src/distill/ui/static/dna/grid/packed.js';

for (const steps of [0, 1, 7, 32767, 32768, 100_000]) {
  test(`${steps} codes become a frame that zlib reads, and come back`, () => {
    const codes = Uint16Array.from({ length: steps }, (_, n) => (n * 31) % 1024);
    const made = material([1, 1, steps], codes);
    const inflated = inflateSync(fromBase64(made.packed));
    assert.deepEqual(new Uint16Array(inflated.buffer, inflated.byteOffset, steps), codes);
    assert.deepEqual(unpacked(made), codes);
  });
}

test('what was really deflated is left to Python', () => {
  assert.equal(unpacked({ shape: [1, 1, 4], packed: 'eAFjZGBkZGRmBAAAHQAJ' }), null);
});

test('where nothing is known of the source, nothing is said of it', () => {
  assert.deepEqual(Object.keys(material([1, 1, 1], [5])), ['shape', 'packed']);
  assert.deepEqual(Object.keys(material([1, 1, 1], [5], { source: 'rain', fingerprint: 'aa' })), ['shape', 'packed', 'source', 'fingerprint']);
});
