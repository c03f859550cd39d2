import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, found, json, settled } from './page.mjs';

const folder = '../../../src/distill/ui/static';
const { heatmap } = await import(`${folder}/codebook/heatmap.js`);
const { say } = await import(`${folder}/base/talk.js`);

// Entry 0 is used 99 times by the collection, 11 times by take 3, whose answer waits for release().
async function made() {
  let takes = [{ number: 3, title: 'rain', seconds: 1, damaged: '' }], release = () => {};
  globalThis.fetch = async (path, { body } = {}) => {
    if (path.includes('/takes')) return json({ takes });
    const { source = null } = JSON.parse(body);
    if (source) await new Promise((resume) => { release = resume; });
    return json({ counts: [[source ? 11 : 99, 0]] });
  };
  const element = heatmap({ onchoose() {} });
  await element.show(['Structure']);
  const whose = found(element, (one) => one.attributes.id === 'c-whose');
  return {
    element, whose,
    said: () => found(element, (one) => one.attributes['aria-live'] === 'polite').textContent,
    choose: async (value) => { whose.value = value; whose.dispatchEvent(new Event('change')); await settled(); },
    release: async () => { release(); await settled(); },
    forgetTakes: async () => { takes = []; say('takes'); await settled(); },
  };
}

test('the use that is shown is that of what was chosen last, whichever answer comes last', async () => {
  const { choose, release, said } = await made();
  await choose('3');
  await choose('');
  await release();
  assert.match(said(), /used 99 times/);
  await choose('3');
  await release();
  assert.match(said(), /used 11 times/);
});

test('a new model shows its collection, though the answer for a take of the one before comes later', async () => {
  const { element, choose, release, said } = await made();
  await choose('3');
  await element.show(['Structure']);
  await release();
  assert.match(said(), /used 99 times/);
});

test('a take that is shown stays chosen when the list has no room for it any more', async () => {
  const { whose, choose, release, forgetTakes } = await made();
  await choose('3');
  await release();
  await forgetTakes();
  assert.equal(whose.value, '3');
  assert.equal(all(whose, ({ value }) => value === '3').length, 1);
});
