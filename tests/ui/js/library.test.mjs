import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, button, found, json, settled } from './page.mjs';

const folder = '../../../src/distill/ui/static';
const { mount } = await import(`${folder}/library/tab.js`);
const { say } = await import(`${folder}/base/talk.js`);

// The route of the library, for models with these tags.
let tags = {};
globalThis.fetch = async (path) => {
  const tag = new URL(path, 'http://here').searchParams.get('tag'), every = Object.keys(tags), found = every.filter((name) => !tag || tags[name].includes(tag));
  return json({ models: found.map((name) => ({ name, bytes: 1, damaged: 'no card' })), found: found.length, total: every.length, bytes: 2, tags: [...new Set(Object.values(tags).flat())] });
};

test('a filter ends with the last model that had its tag', async () => {
  tags = { bells: ['glass'], rain: [] };
  const page = document.createElement('div');
  mount(page);
  const changed = async () => { say('models'); await settled(); };
  const names = () => found(page, (one) => one.className === 'model-grid').childElementCount;
  await changed();
  button(page, 'glass').click();
  await settled();
  assert.equal(names(), 1);
  tags.bells = ['metal'];
  await changed();
  assert.equal(names(), 2);
  assert.deepEqual(all(page, (one) => one.className === 'd-button model-tag').map((one) => [one.textContent, one.attributes['aria-pressed']]), [['metal', 'false']]);
});
