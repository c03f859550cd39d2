// Playing: one sound at a time, from the playhead or around the selection; original against edit at the same place.
// After an edit the new sound is fetched, and goes on where the old one was.

import { h, icon, iconButton, set, time } from '../base/dom.js';
import * as player from '../base/player.js';
import { attempt, newest, tell } from '../base/talk.js';
import { Hearing } from './hearing.js';
import { bySlot } from './project.js';

const WAIT_MS = 60; // after a gesture, until its sound is asked for: a stroke may go on

// stage: { sound(slot), showPlayhead(slot, seconds | null), active(), onsound(slot) }
export function createTransport(stage) {
  const hearings = { A: new Hearing('A'), B: new Hearing('B') };
  const starts = { A: 0, B: 0 }; // where playing begins when nothing is selected
  const timers = { A: 0, B: 0, loop: 0 };
  const pictured = { A: null, B: null }; // the buffers whose pictures were asked for
  let playing = null; // { slot, source, around }
  let original = false, volume = 1, automatic = true, frame = 0;
  const timings = []; // milliseconds from the end of a gesture to its sound, for the figures

  const play = h('button', { type: 'button', class: 'd-button d-primary dna-play', 'aria-label': 'Play', title: 'Play or stop (Space)', onclick: () => toggle(stage.active(), {}) }, icon('play'));
  const loop = h('button', { type: 'button', class: 'd-button', 'aria-label': 'Play the selection again and again', title: 'Play the selection again and again (Shift+Space)', onclick: () => toggle(stage.active(), { loop: true }) }, icon('loop'), 'Loop');
  const asMade = h('button', { type: 'button', class: 'd-button', 'aria-pressed': 'false', title: 'Hear the sound as it was before the first edit, at the same place', onclick: () => compare(!original) }, 'Original');
  const clock = h('span', { class: 'd-num d-soft dna-clock' }, '0.0 s');
  const loudness = h('input', { type: 'range', min: 0, max: 1, step: 0.01, value: 1, 'aria-label': 'Volume', title: 'Volume', class: 'dna-volume', oninput: () => turn(Number(loudness.value)) });
  const atOnce = h('input', { type: 'checkbox', checked: true, onchange: () => { automatic = atOnce.checked; if (automatic) changed(stage.active()); } });
  const element = h('div', { class: 'd-row dna-transport' },
    play, loop, asMade, clock, loudness,
    h('label', { class: 'dna-check', title: 'Make the new sound right after each edit; otherwise when you play it' }, atOnce, 'Sound at once'));

  async function toggle(slot, { loop: around = false } = {}) {
    if (playing && playing.slot === slot && playing.around === around) { player.stop(); return; }
    const sound = stage.sound(slot);
    if (!sound) { tell('Open a sound first.'); return; }
    await attempt(async () => start(slot, await toHear(slot), { around }));
  }

  // The buffer that is to be heard, though original and edit be exchanged while it comes; null if another sound is open by then.
  async function toHear(slot) {
    const sound = stage.sound(slot);
    for (;;) {
      const wanted = original, buffer = await hearings[slot].buffer(wanted);
      if (stage.sound(slot) !== sound) return null;
      if (wanted === original) return buffer;
    }
  }

  // around: loop the selection, or all of it, beginning at `from` where that lies in it; otherwise from a time on to the end.
  function start(slot, buffer, { around, from = null }) {
    if (!buffer) return;
    const sound = stage.sound(slot), chosen = sound.selection, end = buffer.duration;
    const options = { gain: volume, onstop: () => ended(source) };
    if (around) {
      const low = chosen ? Math.min(chosen.start / sound.fps, end - 0.02) : 0;
      Object.assign(options, { from: Math.max(0, low), to: chosen ? Math.min(chosen.stop / sound.fps, end) : end, loop: true });
      if (from !== null && from >= options.from && from < options.to) options.at = from;
    } else {
      const begin = from ?? (chosen ? chosen.start / sound.fps : starts[slot]);
      options.from = begin < end - 0.01 ? begin : 0;
    }
    const source = player.play(buffer, options);
    playing = { slot, source, around };
    show();
    cancelAnimationFrame(frame);
    tick();
    if (!original) picture(slot, buffer);
  }

  // Pictures of an edited sound come after the sound, and once.
  function picture(slot, buffer) {
    if (pictured[slot] === buffer) return;
    pictured[slot] = buffer;
    stage.onsound(slot);
  }

  function ended(source) {
    if (playing?.source !== source) return;
    stage.showPlayhead(playing.slot, null);
    playing = null;
    cancelAnimationFrame(frame);
    show();
  }

  function tick() {
    if (!playing) return;
    const at = player.position(playing.source);
    stage.showPlayhead(playing.slot, at);
    clock.textContent = time(at ?? 0);
    frame = requestAnimationFrame(tick);
  }

  function show() {
    play.replaceChildren(icon(playing && !playing.around ? 'stop' : 'play'));
    set(play, { 'aria-label': playing && !playing.around ? 'Stop' : 'Play' });
    set(loop, { 'aria-pressed': String(Boolean(playing?.around)) });
    set(asMade, { 'aria-pressed': String(original) });
  }

  // Go on at the same place with what is to be heard now.
  async function goOn() {
    if (!playing) return;
    const { slot, around, source } = playing;
    const buffer = await toHear(slot);
    if (playing?.source !== source) return;
    const from = player.position(source);
    playing = null; // that this source ends is no end of the playing: the playhead stays, and the view where it is
    start(slot, buffer, { around, from });
  }

  const compare = (wanted) => attempt(async () => { original = wanted; show(); await goOn(); });

  function turn(to) {
    volume = to;
    if (playing) player.turn(playing.source, volume);
  }

  // A sound has changed: fetch what is new, once the gesture is over.
  function changed(slot, since = performance.now()) {
    clearTimeout(timers[slot]);
    if (!automatic || !stage.sound(slot)) return;
    timers[slot] = setTimeout(() => attempt(() => renew[slot](since)), Math.max(0, since + WAIT_MS - performance.now()));
  }

  const renew = bySlot((slot) => newest(async (since) => {
    const buffer = await hearings[slot].buffer(false);
    timings.push(performance.now() - since);
    if (playing?.slot === slot && !original) await goOn();
    picture(slot, buffer);
  }));

  // Another stretch is selected: what is looped follows.
  function reselected(slot) {
    if (playing?.slot !== slot || !playing.around) return;
    clearTimeout(timers.loop);
    timers.loop = setTimeout(() => attempt(goOn), 150);
  }

  return {
    element, toggle, changed, reselected, compare, timings,
    // Another sound is open: its pictures are shown even where its sound waits until it is played.
    opened(slot) { if (automatic) changed(slot); else stage.onsound(slot); },
    seek(slot, seconds) {
      starts[slot] = Math.max(0, seconds);
      clock.textContent = time(starts[slot]);
      if (playing?.slot === slot && !playing.around) attempt(async () => start(slot, await toHear(slot), { around: false, from: starts[slot] }));
      else stage.showPlayhead(slot, starts[slot]);
    },
    reset(slot) { if (playing?.slot === slot) player.stop(); hearings[slot] = new Hearing(slot); starts[slot] = 0; },
    isPlaying: () => playing?.slot ?? null,
    isOriginal: () => original,
    samples: (slot) => hearings[slot].buffer(original), // for tests
  };
}
