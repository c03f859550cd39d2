// The routes of a project with one sound, as routes/project.py answers them: revisions, undo, refusals. 'set' and 'paste' change codes.

import { toBase64, unpacked } from '../../../src/distill/ui/static/dna/grid/packed.js';
import { json, refusal } from './page.mjs';

const LEVELS = 2, STEPS = 20;
const packed = (codes) => toBase64(new Uint8Array(codes.buffer.slice(0)));
const grid = (code) => new Uint16Array(LEVELS * STEPS).fill(code);

// A sound of zeros with so many edits: the n-th has made every code n. asked: [path, body] of what came; hold() keeps answers back
// until release().
export function server({ edits = 0 } = {}) {
  const states = Array.from({ length: edits + 1 }, (_, n) => grid(n)), asked = [];
  let at = edits, rev = 1, held = null;

  const history = () => ({
    done: states.slice(1, at + 1).map((_, n) => `edit ${n + 1}`), undone: states.slice(at + 1).map((_, n) => `edit ${at + n + 1}`),
    done_count: at, undone_count: states.length - 1 - at,
  });
  const sound = () => ({
    slot: 'A', title: 'rain', model: 'tiny', fingerprint: 'f', fps: 46.875, codebook_size: 64, channels: 1, levels: LEVELS, steps: STEPS,
    codes: packed(states[at]), rev, ...history(),
  });

  const routes = {
    '/project': () => json({ slots: { A: sound(), B: null }, sentences: [], model: 'tiny' }),
    '/project/undo': ({ count }) => (count > at ? refusal(400, 'there are not so many gestures.') : moved(at - count)),
    '/project/redo': ({ count }) => (at + count >= states.length ? refusal(400, 'there are not so many gestures.') : moved(at + count)),
    '/project/edit': ({ edits: records }) => {
      const codes = states[at].slice();
      for (const record of records) write(codes, record);
      states.splice(at + 1, Infinity, codes);
      return moved(at + 1);
    },
  };
  function moved(to) {
    at = to;
    rev += 1;
    return json({ slot: 'A', rev, num_steps: STEPS, start: 0, stop: STEPS, codes: packed(states[at]), sentences: [], ...history() });
  }

  globalThis.fetch = async (address, { body } = {}) => {
    const path = address.replace('/distill', ''), given = body && JSON.parse(body);
    asked.push([path, given]);
    if (held) await new Promise((go) => held.push(go));
    if (given && given.rev !== rev) return refusal(409, 'sound A was changed elsewhere meanwhile');
    return routes[path](given);
  };
  return {
    asked,
    get at() { return at; },
    codes: () => [...states[at]],
    sent: (path) => asked.filter(([other]) => other === path).map(([, body]) => body),
    hold() { held = []; },
    release() { const all = held; held = null; for (const go of all) go(); },
  };
}

function write(codes, { operation, region: { start = 0, stop = STEPS, levels = [1, 2] }, arguments: { code, material } }) {
  const block = operation === 'paste' ? unpacked(material) : null, length = stop - start;
  for (const level of levels) {
    for (let step = start; step < stop; step++) codes[(level - 1) * STEPS + step] = block ? block[(level - 1) * length + step - start] : code;
  }
}
