import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, hear, newest, say, Unanswered } from '../../../src/distill/ui/static/base/talk.js';

test('what is asked for before anyone hears it is done when someone does, in order and once', () => {
  const done = [];
  say('export', { title: 'one' });
  say('export', { title: 'two' });
  hear('export', ({ title }) => done.push(title));
  hear('export', () => {});
  say('export', { title: 'three' });
  assert.deepEqual(done, ['one', 'two', 'three']);
});

test('what is only told is not kept for later', () => {
  const told = [];
  say('takes', {});
  hear('takes', () => told.push('takes'));
  assert.deepEqual(told, []);
});

test('of work that is asked for while it goes on, the newest is done after it, and nothing between', async () => {
  const begun = [], ends = [];
  const work = newest((name) => { begun.push(name); return new Promise((resume) => ends.push(resume)); });
  const first = work('a');
  for (const name of ['b', 'c', 'd']) await work(name);
  assert.deepEqual(begun, ['a']);
  ends[0]();
  await new Promise(setImmediate);
  assert.deepEqual(begun, ['a', 'd']);
  ends[1]();
  await first;
});

test('work that fails is told, unless newer work went well; it can be asked for again', async () => {
  const outcomes = [false, true, false, true], done = [];
  const work = newest(async () => { await null; if (!outcomes.shift()) throw new Error('no'); done.push(outcomes.length); });
  const first = work();
  await work();
  await first;
  await assert.rejects(work(), /no/);
  await work();
  assert.deepEqual(done, [2, 0]);
});

test('what only reads is asked again when no answer comes; what changes something is not', async () => {
  const asked = [];
  globalThis.fetch = async (path, options) => { asked.push(options.method ?? 'GET'); if (asked.length < 2) throw new TypeError('network'); return { ok: true }; };
  await ask('/project');
  assert.deepEqual(asked, ['GET', 'GET']);
  asked.length = 0;
  await assert.rejects(ask('/project/edit', { method: 'POST' }), Unanswered);
  assert.deepEqual(asked, ['POST']);
});
