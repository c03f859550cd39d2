// Presets wherever they are chosen.

import { iconButton } from './dom.js';
import { attempt, post, tell } from './talk.js';

// A button that deletes the preset current() names; then(known) is told those that are left. panel: 'generate' or 'export'.
export const deletePreset = (panel, current, then) => iconButton('bin', 'Delete this preset', () => attempt(async () => {
  const { name } = current();
  then(await post(`/${panel}/presets/delete`, { name }));
  tell(`The preset ${name} was deleted; distill presets restore brings it back`);
}));
