// Talking to the routes, and telling what came of it.

import { h, icon } from './dom.js';

// What a route refused, in the sentence it said.
export class Refused extends Error {}

// Never answered: Distill has ended, or the network changed (a laptop wakes up), when a browser drops all it has under way.
export class Unanswered extends Refused {}

const AGAIN_AFTER = [300, 1200]; // milliseconds; what only reads is asked again

// Any request; the others are made of it.
export async function ask(path, options = {}) {
  let response;
  for (let tries = 0; !response; tries++) {
    try {
      response = await fetch(`/distill${path}`, options);
    } catch {
      if (options.method || tries === AGAIN_AFTER.length) throw new Unanswered('Distill does not answer; look whether it still runs in its terminal.');
      await new Promise((resume) => setTimeout(resume, AGAIN_AFTER[tries]));
    }
  }
  if (response.ok) return response;
  let sentence = `This did not work (${response.status}); load the page again.`;
  try {
    sentence = (await response.json()).error || sentence;
  } catch { /* not one of ours */ }
  throw new Refused(sentence);
}

export const get = async (path) => (await ask(path)).json();
export const post = async (path, body = {}) => (await send(path, body)).json();

// The same with the answer as it came, for those with sound in them.
export const send = (path, body = {}) =>
  ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

// Capital first, full stop last: sentences of the api begin small.
export const sentence = (text) => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:]$/.test(whole) ? whole : `${whole}.`;
};

// Send one file as it is: sendFile('/library/import', file, { name }) -> JSON
export const sendFile = async (path, file, fields = {}) =>
  (await ask(`${path}?${new URLSearchParams({ file: file.name, ...fields })}`, { method: 'POST', body: file })).json();

// A sentence in the corner, read aloud; problems stay until they are closed.
export function tell(text, kind = 'note') {
  const corner = document.getElementById('d-toasts') || h('div', { id: 'd-toasts', 'aria-live': 'polite', role: 'status' });
  const over = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body; // what lies under a dialog cannot be reached
  if (corner.parentElement !== over) over.append(corner);
  const note = h('div', { class: `d-toast d-${kind}` }, h('span', {}, sentence(text)));
  const close = h('button', { type: 'button', class: 'd-button d-quiet', 'aria-label': 'Close this message', onclick: () => note.remove() }, icon('close'));
  note.append(close);
  corner.append(note);
  while (corner.children.length > 4) corner.firstChild.remove();
  if (kind === 'note') setTimeout(() => note.remove(), 6000);
  return note;
}

// Run something a person asked for; a refusal becomes a message, anything else goes to the console as well.
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    tell(error instanceof Refused ? error.message : 'Something unexpected happened on this page; load it again.', 'problem');
    return undefined;
  }
}

// Work of which the newest request counts: those that come while one is under way are answered by one more after it, so that
// a slow machine is never asked for more than it can do.
export function newest(work) {
  let running = false, again = false;
  return async (...given) => {
    again = given;
    if (running) return;
    running = true;
    let failure = null;
    while (again) {
      const now = again;
      again = failure = null;
      try { await work(...now); } catch (error) { failure = error; }
    }
    running = false;
    if (failure) throw failure;
  };
}

// Follow a job until its end: onchange(job) every half second; resolves with the finished job. Work that tells more of itself
// than others do has a path of its own.
export async function follow(number, onchange = () => {}, every = 400, path = '/jobs') {
  for (;;) {
    const job = await get(`${path}/${number}`);
    onchange(job);
    if (job.state !== 'running') return job;
    await new Promise((resume) => setTimeout(resume, every));
  }
}

// What the parts of the page tell one another:
//   'model'   {name}               another model is in use        'choose-model' {name}   take it into use
//   'models'  {}                   the library changed            'takes' {}              the history changed
//   'open'    {slot, source}       the editor shall open a sound; source as POST /distill/project/open takes it
//   'brush'   {level, code, model, fingerprint}   the editor shall paint with this entry of that model
//   'prefix'  {source, title}      Generate shall go on from a sound
//   'export'  {source, title}      the export dialog shall open for a sound
//   'light'   {}                   light or dark was switched: canvases draw again
// A source is one of {take: 12}, {slot: 'A'}, {media: '/distill/media/…'}.
const bus = new EventTarget();
const heard = new Set(), unheard = new Map(); // what was asked for before the panel that does it was there is kept for it
const ASKED = new Set(['choose-model', 'open', 'brush', 'prefix', 'export']);

export const say = (what, detail = {}) => {
  if (ASKED.has(what) && !heard.has(what)) unheard.set(what, [...(unheard.get(what) ?? []), detail]);
  bus.dispatchEvent(new CustomEvent(what, { detail }));
};
export const hear = (what, then) => {
  const listener = (event) => then(event.detail);
  bus.addEventListener(what, listener);
  heard.add(what);
  const waiting = unheard.get(what) ?? [];
  unheard.delete(what);
  waiting.forEach((detail) => then(detail));
  return () => bus.removeEventListener(what, listener);
};

// Show a tab of the page: 'train', 'dna', 'codebook', 'generate', 'history', 'library'. Its panels are mounted by then, however late
// Gradio brings the tabs themselves; given up when another tab is asked for, or a person chooses one (stayHere).
const TAB_PATIENCE = 60_000; // milliseconds
let latest = null;

export async function showTab(key) {
  const mine = (latest = { key });
  for (const until = performance.now() + TAB_PATIENCE; latest === mine && performance.now() < until; ) {
    const button = document.getElementById(`tab-${key}-button`);
    const shown = button?.getAttribute('aria-selected') === 'true';
    if (shown && document.querySelector(`#${key} .d-panel`)?.childElementCount) break;
    if (button && !shown) button.click();
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

export const stayHere = () => { latest = null; };
