// Gestures on a sound, and what the page shows after them, as JSON on the standard output: Python replays the records.

import { copied, everywhere, filled, glided, nudged, painted, pasted } from '../../../src/distill/ui/static/dna/grid/edits.js';
import { applyLocally } from '../../../src/distill/ui/static/dna/grid/local.js';
import { Selection } from '../../../src/distill/ui/static/dna/grid/selection.js';
import { sound } from './sounds.mjs';

const order = [3, 0, 15, 7, 1, 2, 4, 5, 6, 8, 14, 9, 13, 10, 12, 11];
const entries = Array.from({ length: 4 }, () => ({ order }));
const lasso = () => Selection.ofCells([[1, 2], [1, 3], [2, 3], [2, 4], [4, 9]].map(([level, step]) => ({ level, step })));

const GESTURES = {
  'paint a stroke': (open) => painted(open, { level: 2, code: 11 }, new Set([3, 4, 5, 9])),
  'paint what is selected': (open) => { open.select(lasso()); return filled(open, { level: 2, code: 1 }); },
  'nudge a cell': (open) => { open.moveCursor(3, 7); return nudged(open, 1, entries); },
  'nudge a lasso by ten, down': (open) => { open.select(lasso()); return nudged(open, -10, entries); },
  'nudge every second step without an order': (open) => { open.selectEvery(2); return nudged(open, 3, null); },
  'nudge everything but a locked level': (open) => { open.setLevels({ locked: [1] }); open.selectAll(); return nudged(open, 2, entries); },
  'glide over a stretch': (open) => { open.select(Selection.box(2, 9, [1, 3])); return glided(open, entries); },
  'glide without an order, but for a locked level': (open) => { open.setLevels({ locked: [2] }); open.selectAll(); return glided(open, null); },
  'nudge the side': (open) => { if (open.numChannels > 1) open.setChannel('side'); open.selectAll(); return nudged(open, 1, entries); },
  'nudge the mid': (open) => { if (open.numChannels > 1) open.setChannel('mid'); open.selectAll(); return nudged(open, 1, entries); },
  'copy a lasso and paste it later': (open) => { open.select(lasso()); return pasted(open, copied(open), 5).edits; },
  'paste over the end': (open) => { open.select(lasso()); return pasted(open, copied(open), 10).edits; },
  'drop before the beginning': (open) => { open.selectAll(); open.selectEvery(3); return pasted(open, copied(open), -4).edits; },
  'paste all levels that are not locked': (open) => {
    open.select(lasso());
    const clip = copied(open);
    open.setLevels({ locked: [2, 3] });
    return pasted(open, clip, 1, { allLevels: true }).edits;
  },
  'paste stereo into mono, and back': (open) => {
    const other = sound({ channels: 3 - open.numChannels, steps: 6, size: 16 });
    other.selectAll();
    return pasted(open, copied(other), 4).edits;
  },
  'reverse, repeat and cut a lasso': (open) => {
    open.select(lasso());
    return ['reverse', 'repeat', 'cut', 'mirror'].flatMap((operation) => everywhere(open, operation));
  },
};

const done = [];
for (const channels of [1, 2]) {
  for (const [gesture, made] of Object.entries(GESTURES)) {
    const open = sound({ channels }), before = [...open.codes], edits = made(open);
    const all = edits.length > 0 && edits.every((edit) => applyLocally(open, edit));
    done.push({ gesture, channels, before, edits, made: all, after: [...open.codes] });
  }
}
process.stdout.write(JSON.stringify(done));
