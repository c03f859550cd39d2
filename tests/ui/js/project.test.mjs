import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { button, settled, told } from './page.mjs';
import { server } from './server.mjs';

const folder = '../../../src/distill/ui/static/dna';
const { Project } = await import(`${folder}/project.js`);
const { createHistory } = await import(`${folder}/history.js`);
const { Commands } = await import(`${folder}/grid/commands.js`);

const PAINT = [{ operation: 'set', arguments: { code: 40 } }];

async function opened(form) {
  const behind = server(form), project = new Project();
  await project.load();
  return { behind, project, sound: project.sound('A') };
}

// A grid's commands on the project's sound, as tab.js connects them.
const commandsOf = (project) => new Commands(project.sound('A'), { edit: (...gesture) => project.edit(...gesture) }, () => null, () => {});

afterEach(() => assert.deepEqual(told(), []));

test('an edit right after an undo is made on what the undo left', async () => {
  const { behind, project, sound } = await opened();
  sound.selectAll();
  await project.edit('A', PAINT, 'Paint');
  behind.hold();
  project.undo('A');
  commandsOf(project).nudge(1);
  await settled();
  behind.release();
  await settled();
  assert.deepEqual(new Set(behind.codes()), new Set([1]));
  assert.deepEqual(new Set(sound.codes), new Set([1]));
  assert.equal(behind.at, 1);
});

test('a nudge after an undo goes where it was made, though another part is selected by then', async () => {
  const { behind, project, sound } = await opened({ edits: 1 });
  sound.select(null);
  sound.moveCursor(2, 3, null);
  behind.hold();
  project.undo('A');
  commandsOf(project).nudge(2);
  sound.selectAll();
  await settled();
  behind.release();
  await settled();
  assert.deepEqual(behind.codes(), Array.from({ length: 40 }, (_, n) => (n === 23 ? 2 : 0)));
});

test('an edit whose codes the page has is shown before the server answers', async () => {
  const { behind, project, sound } = await opened();
  sound.selectAll();
  behind.hold();
  commandsOf(project).nudge(3);
  commandsOf(project).nudge(3);
  assert.deepEqual(new Set(sound.codes), new Set([6]));
  await settled();
  behind.release();
  await settled();
  assert.deepEqual(new Set(behind.codes()), new Set([6]));
});

test('a double click in the list of edits goes where one click does', async () => {
  const { behind, project } = await opened({ edits: 6 });
  const list = createHistory({ project, active: () => 'A' });
  list.refresh();
  behind.hold();
  const third = button(list, 'edit 3');
  third.click();
  third.click();
  await settled();
  third.click();
  behind.release();
  await settled();
  assert.equal(behind.at, 3);
  list.refresh();
  button(list, 'edit 5').click();
  await settled();
  assert.equal(behind.at, 5);
  list.refresh();
  button(list, 'As it was opened').click();
  await settled();
  assert.equal(behind.at, 0);
});

test('undo held down goes to the beginning, no further, and asks no more often than it is answered', async () => {
  const { behind, project } = await opened({ edits: 5 });
  behind.hold();
  for (let press = 0; press < 15; press++) { project.undo('A'); await settled(); }
  assert.deepEqual(behind.sent('/project/undo'), [{ slot: 'A', rev: 1, count: 1 }]);
  behind.release();
  await settled();
  assert.deepEqual(behind.sent('/project/undo').map(({ count }) => count), [1, 4]);
  assert.equal(behind.at, 0);
});

test('two presses are two steps, and what is done between them keeps its place', async () => {
  const { behind, project } = await opened({ edits: 5 });
  behind.hold();
  project.undo('A');
  project.undo('A');
  project.edit('A', PAINT, 'Paint');
  project.undo('A');
  project.redo('A');
  await settled();
  behind.release();
  await settled();
  assert.deepEqual([behind.at, behind.codes()[0]], [4, 40]); // 5, back to 3, the paint as 4
  assert.deepEqual(behind.asked.map(([path]) => path.split('/').at(-1)), ['project', 'undo', 'edit']); // both at once; back and forward is nothing
});
