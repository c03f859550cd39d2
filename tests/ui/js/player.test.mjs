import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame, settled, told } from './page.mjs';
import { clock, file, started } from './audio.mjs';

const folder = '../../../src/distill/ui/static';
const player = await import(`${folder}/base/player.js`);
const { playSound, strip } = await import(`${folder}/train/strip.js`);
const { wave } = await import(`${folder}/base/wave.js`);

test('a sound longer than a minute is heard from wherever one clicks', async () => {
  let begin = null;
  globalThis.fetch = async (path) => { begin = Number(path.split('=')[1]); return file(60); };
  for (const from of [0, 0.3, 12.34, 12.35, 12.39, 99.96]) {
    started.length = 0;
    await playSound({ id: `at ${from}`, seconds: 120 }, from, 120, () => {});
    assert.deepEqual(told(), []);
    assert.ok(Math.abs(begin + started[0].offset - from) < 1e-9, `${from}: ${begin} + ${started[0].offset}`);
  }
});

test('a sound that could not begin leaves the next one unharmed', () => {
  const buffer = player.bufferOf([new Float32Array(48_000)]);
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = () => { throw new RangeError('no'); };
  assert.throws(() => player.play(buffer), RangeError);
  AudioBufferSourceNode.prototype.start = start;
  assert.equal(player.isPlaying(), false);
  assert.equal(player.isPlaying(player.play(buffer)), true);
  player.stop();
});

test('a place before the beginning is the beginning', () => {
  started.length = 0;
  clock.seconds = 0;
  const mine = player.play(player.bufferOf([new Float32Array(48_000)]), { from: -0.02 });
  assert.equal(started[0].offset, 0);
  clock.seconds = 0.5;
  assert.equal(player.position(mine), 0.5);
  player.stop();
});

const sounds = {
  'a sound': () => wave({ sound: '/distill/media/x', seconds: 60, label: 'x' }),
  'a gathered sound': () => strip({ id: 'gone', name: 'x.wav', seconds: 60, part: [0, 60] }),
};
for (const [name, made] of Object.entries(sounds)) {
  test(`${name} whose waveform has left the page is not heard any more`, async () => {
    globalThis.fetch = async () => file(60);
    const dialog = document.createElement('dialog'), element = made();
    dialog.append(element);
    document.body.append(dialog);
    element.dispatchEvent(Object.assign(new Event('click'), { detail: 0 })); // Enter
    await settled();
    frame();
    assert.equal(player.isPlaying(), true);
    dialog.remove();
    frame();
    assert.equal(player.isPlaying(), false);
  });
}
