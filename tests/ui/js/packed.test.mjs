import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { deflated, fromBase64, material, unpacked } from '../../../src/distill/ui/static/dna/grid/packed.js';

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

// An edit of everything in a minute of stereo. Perplexity is three quarters of 256 entries here; trained codecs have 40 to 76 %.
test('on its way to the server the largest edit takes less than 80 kB, and is the same', async () => {
  let state = 1;
  const codes = Uint16Array.from({ length: 2 * 8 * 3000 }, () => Math.floor(256 * ((state = (state * 48271) % 2147483647) / 2147483647) ** 2));
  const edit = { operation: 'paste', region: {}, arguments: { material: material([2, 8, 3000], codes, { source: 'rain' }) } };
  const [sent] = await deflated([edit]);
  assert.ok(JSON.stringify(sent).length < 80_000, `${JSON.stringify(sent).length} characters`);
  const inflated = inflateSync(fromBase64(sent.arguments.material.packed));
  assert.deepEqual(new Uint16Array(inflated.buffer, inflated.byteOffset, codes.length), codes);
  assert.equal(sent.arguments.material.source, 'rain');
});

test('small edits go as they are', async () => {
  const edits = [{ operation: 'reverse', region: {}, arguments: {} }, { operation: 'paste', region: {}, arguments: { material: material([1, 1, 2], [3, 4]) } }];
  assert.deepEqual(await deflated(edits), edits);
});
