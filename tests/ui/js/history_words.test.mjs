import assert from 'node:assert/strict';
import test from 'node:test';

import { called, counted, level, moment, size } from '../../../src/distill/ui/static/history/words.js';

test('sizes have three figures at most', () => {
  assert.deepEqual([0, 999, 1000, 1234567, 125e6, 999.6e6, 5.4e12].map(size), ['0 bytes', '999 bytes', '1.0 kB', '1.2 MB', '125 MB', '1.0 GB', '5400 GB']);
});

test('levels have a true minus, and none where there is nothing', () => {
  assert.deepEqual([level(-18.23, 'LUFS'), level(3, 'dB'), level(-0.01, 'dB'), level(null, 'LUFS')], ['−18.2 LUFS', '3.0 dB', '0.0 dB', '']);
});

test('moments are told as near as they are', () => {
  const now = new Date(2026, 2, 10, 0, 30);
  const told = (...parts) => moment(new Date(...parts).toISOString(), now);
  assert.equal(told(2026, 2, 10, 0, 5), 'today 00:05');
  assert.equal(told(2026, 2, 9, 23, 59), 'yesterday 23:59');
  assert.equal(told(2026, 0, 3, 9, 7), '3 Jan, 09:07');
  assert.equal(told(2024, 0, 3, 9, 7), '3 Jan 2024');
  assert.equal(moment('never'), '');
});

test('takes are called by title and number, and counted', () => {
  assert.equal(called({ title: 'rain', number: 12 }), 'rain (take 12)');
  assert.deepEqual([counted(1, 'take'), counted(1200, 'take')], ['1 take', '1,200 takes']);
});
