import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { button, found, frame, settled } from './page.mjs';
import { clock, started } from './audio.mjs';

const folder = '../../../src/distill/ui/static';
const player = await import(`${folder}/base/player.js`);
const { createTransport } = await import(`${folder}/dna/transport.js`);

const RATE = 100, SECONDS = 20, ORIGINAL = 1;
let version = 2, waiting = null; // answers that are held back, or null for a server that answers at once

// The sound as routes/project_sound.py sends it.
function answer(path) {
  const about = { version: path.includes('original=true') ? ORIGINAL : version, first: 0, count: RATE * SECONDS, total: RATE * SECONDS, channels: 1, rate: RATE };
  const head = new TextEncoder().encode(JSON.stringify(about).padEnd(120)), bytes = new ArrayBuffer(4 + head.length + 4 * about.count);
  new DataView(bytes).setUint32(0, head.length, true);
  new Uint8Array(bytes, 4).set(head);
  return { ok: true, arrayBuffer: async () => bytes };
}
globalThis.fetch = (path) => new Promise((resolve) => {
  const go = () => resolve(answer(path));
  if (waiting) waiting.push(go); else go();
});

// Let the answers come that are held back, and those they lead to.
async function release() {
  while (waiting.length) { waiting.shift()(); await settled(); }
  waiting = null;
}

function made({ selection = null } = {}) {
  const stage = { open: { fps: 46.875, selection, numSteps: 937 }, playheads: [], pictures: 0 };
  const transport = createTransport({
    sound: () => stage.open, active: () => 'A',
    showPlayhead: (slot, seconds) => stage.playheads.push(seconds), onsound: () => { stage.pictures += 1; },
  });
  return { ...transport, stage, original: button(transport.element, 'Original'), volume: found(transport.element, (one) => one.className === 'dna-volume'), atOnce: found(transport.element, (one) => one.attributes.type === 'checkbox') };
}

function set(field, value) {
  Object.assign(field, typeof value === 'boolean' ? { checked: value } : { value });
  field.dispatchEvent(new Event(typeof value === 'boolean' ? 'change' : 'input'));
}

afterEach(() => { player.stop(); started.length = 0; clock.seconds = 0; version = 2; waiting = null; });

test('volume comes back from nothing', async () => {
  const { toggle, volume } = made();
  await toggle('A');
  const heard = () => started.at(-1).volume.value;
  assert.equal(heard(), 1);
  for (const to of [0, 0.5, 0, 1]) { set(volume, to); assert.equal(heard(), to); }
  set(volume, 0);
  player.stop();
  await toggle('A');
  assert.equal(heard(), 0);
  set(volume, 0.25);
  assert.equal(heard(), 0.25);
});

test('what is heard is what the button says, however quickly it is pressed', async () => {
  const { toggle, original, isOriginal, samples } = made();
  await toggle('A');
  for (const presses of [2, 3, 4]) {
    const before = isOriginal();
    waiting = [];
    for (let press = 0; press < presses; press++) { original.click(); await settled(); }
    await release();
    assert.equal(isOriginal(), presses % 2 ? !before : before);
    assert.equal(original.attributes['aria-pressed'], String(isOriginal()));
    assert.equal(started.at(-1).buffer, await samples('A'));
  }
});

test('original that is pressed while the edit is on its way is what begins', async () => {
  const { toggle, original, samples } = made();
  waiting = [];
  const begun = toggle('A');
  await settled();
  original.click();
  await release();
  await begun;
  assert.equal(started.at(-1).buffer, await samples('A'));
});

test('a loop goes on at its place in the original and after an edit', async () => {
  const { toggle, compare, changed } = made({ selection: { start: 94, stop: 469 } }); // 2.01 to 10.01 s
  await toggle('A', { loop: true });
  clock.seconds = 5;
  await compare(true);
  assert.ok(Math.abs(started.at(-1).offset - 7.005) < 0.01, String(started.at(-1).offset));
  await compare(false);
  version = 3;
  clock.seconds = 6;
  changed('A', -1000);
  await new Promise((resume) => setTimeout(resume, 20));
  await settled();
  assert.ok(Math.abs(started.at(-1).offset - 8.005) < 0.01, String(started.at(-1).offset));
});

test('a loop whose place was left begins at its beginning', async () => {
  const { stage, toggle, compare } = made({ selection: { start: 94, stop: 469 } });
  await toggle('A', { loop: true });
  clock.seconds = 5;
  stage.open.selection = { start: 469, stop: 600 };
  await compare(true);
  assert.ok(Math.abs(started.at(-1).offset - 469 / 46.875) < 1e-9);
});

test('a sound that was exchanged while Play waits does not begin', async () => {
  const { stage, toggle, reset, isPlaying } = made();
  waiting = [];
  const begun = toggle('A');
  await settled();
  stage.open = { ...stage.open };
  reset('A');
  await release();
  await begun;
  assert.deepEqual([started.length, isPlaying()], [0, null]);
});

test('an edit while it plays leaves the view where somebody has scrolled it', async () => {
  const { stage, toggle, changed } = made();
  await toggle('A');
  clock.seconds = 1;
  frame();
  assert.deepEqual(stage.playheads, [0, 1]);
  version = 3;
  changed('A', -1000);
  await new Promise((resume) => setTimeout(resume, 20));
  await settled();
  assert.equal(started.length, 2);
  assert.deepEqual(stage.playheads, [0, 1, 1]); // never null between: a playhead that appears is scrolled to
});

test('with sound at once off, pictures come when a sound is opened and when an edit is first heard', async () => {
  const { stage, toggle, changed, opened, atOnce, compare } = made();
  set(atOnce, false);
  opened('A');
  assert.equal(stage.pictures, 1);
  await toggle('A');
  await toggle('A');
  assert.equal(stage.pictures, 2); // of the sound as it is played first
  version = 3;
  changed('A');
  await toggle('A');
  assert.equal(stage.pictures, 3);
  await compare(true);
  await compare(false);
  assert.equal(stage.pictures, 3); // they are those of the edit still
});
