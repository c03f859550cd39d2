import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, following, presetOf, secondsLeft, usual, withPreset } from '../../../src/distill/ui/static/generate/settings.js';

const slider = [{ at: 0, creativity: 0.6, diversity: 0.85 }, { at: 0.5, creativity: 0.9, diversity: 0.95 }, { at: 1, creativity: 1.3, diversity: 1 }];

test('knobs follow the slider', () => {
  assert.equal(following(slider, 'creativity', 0.5), 0.9);
  assert.ok(Math.abs(following(slider, 'creativity', 0.75) - 1.1) < 1e-9);
  assert.equal(following(slider, 'diversity', 0), 0.85);
  assert.equal(following(slider, 'focus', 0.9), 0);
});

test('only knobs that were set by hand are asked for', () => {
  const state = { ...usual(), own: { creativity: 1.2, focus: null, diversity: null } };
  const body = asked(state);
  assert.equal(body.creativity, 1.2);
  assert.ok(!('focus' in body) && !('prefix' in body));
  assert.equal(asked({ ...state, guard: false }).guard_seconds, null);
});

test('a collage asks for nothing that draws', () => {
  const body = asked({ ...usual(), collage: true, arrange: 'template', template: 'AAB', steering: { density: [[0, 1]] } });
  assert.equal(body.arrange, 'AAB');
  assert.ok(!('steering' in body) && !('experimental' in body));
});

test('a preset that was saved sets the same again', () => {
  const state = { ...usual(), seconds: 3, experimental: 0.8, own: { creativity: null, focus: 20, diversity: null }, sampling: { coherence: 0.1 }, steering: { warmth: [[0, 1], [3, -1]] } };
  const again = withPreset({ ...usual(), seed: 9, own: { creativity: 2, focus: null, diversity: 1 } }, presetOf(state));
  for (const key of ['seconds', 'experimental', 'own', 'sampling', 'steering']) assert.deepEqual(again[key], state[key], key);
  assert.equal(again.seed, 9);
});

test('time left is told once it is known', () => {
  assert.equal(secondsLeft({ done: 1, total: 100, seconds: 3 }), null);
  assert.equal(secondsLeft({ done: 0, total: 0, seconds: 3 }), null);
  assert.equal(secondsLeft({ done: 25, total: 100, seconds: 2 }), 6);
});
