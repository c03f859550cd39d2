import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found, json, settled, told } from './page.mjs';

const folder = '../../../src/distill/ui/static';
const { follow, Refused } = await import(`${folder}/base/talk.js`);
const { chooseSound } = await import(`${folder}/dna/sources.js`);

// Job 7, which is done when it was looked at often, unless it is stopped.
function searching() {
  const job = { job: 7, state: 'running', stopping: false, progress: { done: 1, total: 9 }, error: '' }, asked = [];
  globalThis.fetch = async (path) => {
    asked.push(path);
    if (asked.length > 50) job.state = 'done';
    if (path.endsWith('/stop')) Object.assign(job, { state: 'stopped', error: 'stopped by request.' });
    return json(path.includes('/jobs/') ? { ...job } : []);
  };
  return { job, stops: () => asked.filter((path) => path === '/distill/jobs/7/stop').length };
}

// The dialog with a file given to it, of which the search begins after `sent`.
function choosing(sent) {
  let ended = null;
  const open = {
    other: () => null,
    file: async (slot, file, { onchange }) => {
      await sent;
      ended = await follow(7, onchange, 1);
      if (ended.state !== 'done') throw new Refused(ended.error);
    },
  };
  chooseSound('A', open);
  const dialog = document.body.lastChild, input = found(dialog, (one) => one.attributes.type === 'file');
  input.files = [{ name: 'rain.wav' }];
  input.dispatchEvent(new Event('change'));
  return { dialog, ended: async () => { while (!ended) await settled(); return ended.state; } };
}

test('a search whose dialog is closed is stopped, and nobody is told', async () => {
  const { stops } = searching(), { dialog, ended } = choosing();
  await settled();
  dialog.close();
  assert.equal(await ended(), 'stopped');
  await settled();
  assert.deepEqual([stops(), told()], [1, []]);
});

test('a search whose dialog is closed before it begins is stopped when it does', async () => {
  let begin;
  const { stops } = searching(), { dialog, ended } = choosing(new Promise((resume) => { begin = resume; }));
  await settled();
  dialog.close();
  await settled();
  assert.equal(stops(), 0);
  begin();
  assert.equal(await ended(), 'stopped');
});

test('a search that has ended is not stopped as its dialog closes', async () => {
  const { job, stops } = searching(), { ended } = choosing();
  await settled();
  Object.assign(job, { state: 'done' });
  assert.equal(await ended(), 'done');
  await settled();
  assert.equal(document.body.childElementCount, 0); // the dialog has closed itself
  assert.equal(stops(), 0);
});
