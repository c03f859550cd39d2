// The editor's two sounds and the server: edits are made here at once where that is cheap, and the server's answer is right.
//
// Events: 'slot' {slot} another sound, or none, is open there; 'history' {slot}; 'edited' {slot} what is heard has changed.

import { follow, get, post, Refused, say, sendFile, tell, Unanswered } from '../base/talk.js';
import { applyLocally } from './grid/local.js';
import { deflated } from './grid/packed.js';
import { Sound } from './grid/sound.js';

export const bySlot = (make) => ({ A: make('A'), B: make('B') });
export const other = (slot) => (slot === 'A' ? 'B' : 'A');

export class Project extends EventTarget {
  // { sound, known: the sound as the server has it, waiting: changes under way, last: promise, history, sure: whether `sound` shows all
  // that was asked for, steps: ways back and forward that wait to go as one, or null }
  slots = { A: null, B: null };
  model = null;

  sound(slot) { return this.slots[slot]?.sound ?? null; }
  history(slot) { return this.slots[slot]?.history ?? { done: [], undone: [], done_count: 0, undone_count: 0 }; }

  async load() {
    const { slots, sentences, model } = await get('/project');
    this.model = model;
    sentences.forEach((text) => tell(text, 'problem'));
    for (const slot of ['A', 'B']) this.#take(slot, slots[slot]);
  }

  // With a search for nearer codes it takes a while: onchange(job) tells how it goes.
  async open(slot, source, { search = false, onchange = () => {} } = {}) {
    let answer = await post('/project/open', { slot, source, search });
    if (answer.job) {
      const job = await follow(answer.job, onchange, 250);
      if (job.state !== 'done') throw new Refused(job.error);
      answer = job.result;
    }
    this.#take(slot, answer);
  }
  async upload(slot, file, options) { await this.open(slot, { media: (await sendFile('/dropped', file)).media }, options); }
  async close(slot) { await post('/project/close', { slot }); this.#take(slot, null); }

  busy(slot) { return Boolean(this.slots[slot]?.waiting); }

  // Records of one gesture, in order. Resolves when the server has made them; false if it refused. Those that were made of the
  // codes shown come with `again`: they are made anew, again(sound), if other codes are there when their turn comes.
  edit(slot, edits, label = '', again = null) {
    const there = this.slots[slot];
    if (!there || !edits.length) return Promise.resolve(false);
    const whole = (one) => ({ region: {}, arguments: {}, seed: 0, ...one });
    const late = !there.sure && again, made = edits.map(whole);
    // What cannot be made here waits for the server; what follows it, too, as it may depend on it.
    if (there.sure) there.sure = made.every((edit) => !edit.with && applyLocally(there.sound, edit));
    return this.#send(slot, async () => {
      const now = late ? late(there.known).map(whole) : made;
      return now.length ? ['/project/edit', { edits: await deflated(now), label }] : null;
    });
  }

  undo(slot, count = 1) { return this.#step(slot, (done) => done - count); }
  redo(slot, count = 1) { return this.#step(slot, (done) => done + count); }
  goTo(slot, made) { return this.#step(slot, () => made); } // to where so many edits are done
  useTemplate(slot, name) {
    const there = this.slots[slot];
    if (there) there.sure = false;
    return this.#send(slot, () => ['/project/templates/use', { name }]);
  }

  // Back or forward, step(done) says to where: counted from what is done when its turn comes. Steps that are asked for while one waits
  // go along with it, so that a key held down makes no queue.
  #step(slot, step) {
    const there = this.slots[slot];
    if (!there) return Promise.resolve(false);
    there.sure = false;
    if (there.steps) { there.steps.push(step); return there.last; }
    const steps = [step];
    const sent = this.#send(slot, () => {
      if (there.steps === steps) there.steps = null;
      const { done_count: done, undone_count: undone } = there.history;
      const to = steps.reduce((at, go) => Math.max(0, Math.min(done + undone, go(at))), done);
      if (to === done) return null;
      return to < done ? ['/project/undo', { count: done - to }] : ['/project/redo', { count: to - done }];
    });
    there.steps = steps;
    return sent;
  }

  async swap(region) {
    await Promise.all(['A', 'B'].map((slot) => this.slots[slot]?.last));
    const revs = { A: this.sound('A').rev, B: this.sound('B').rev };
    const both = await post('/project/swap', { region, revs });
    for (const slot of ['A', 'B']) this.follow(slot, both[slot]);
  }

  // What the server says about a change that was not asked for by edit: of a job, for instance.
  follow(slot, change) {
    const there = this.slots[slot];
    if (!there || change.rev <= there.known.rev) return;
    this.#patch(slot, change);
    this.#show(slot);
  }

  async setLevels(slot, levels) {
    const sound = this.sound(slot);
    sound.setLevels(levels);
    const sets = { locked: [...sound.locked], muted: [...sound.muted], soloed: [...sound.soloed] };
    await post('/project/levels', { slot, ...sets });
    this.#say('edited', { slot });
  }

  async setTempo(slot, bpm, beatsPerBar, snap) {
    await post('/project/tempo', { slot, bpm, beats_per_bar: beatsPerBar, snap });
    this.sound(slot).setTempo(bpm ? { bpm, beatsPerBar } : null, bpm ? snap : null);
  }

  // After what was done before; what to send, [path, body] or null for nothing, and on which revision is known only then.
  #send(slot, asked) {
    const there = this.slots[slot];
    if (!there) return Promise.resolve(false);
    there.steps = null; // what is done after this does not go before it
    there.waiting += 1;
    there.since = performance.now();
    const sent = there.last.then(async () => {
      if (this.slots[slot] !== there) return false;
      try {
        const [path, body] = (await asked()) ?? [];
        if (path) this.#patch(slot, await this.#answered(path, { slot, rev: there.known.rev, ...body }));
        return true;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        tell(error.message, 'problem');
        await this.#reload(slot);
        return false;
      } finally {
        there.waiting -= 1;
        if (this.slots[slot] === there && there.waiting === 0) this.#show(slot);
      }
    });
    there.last = sent.catch(() => {});
    return sent;
  }

  // Sent once more if no answer came and the revision tells that it never arrived.
  async #answered(path, asked) {
    try {
      return await post(path, asked);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      const there = (await get('/project')).slots[asked.slot];
      if (there?.rev === asked.rev) return post(path, asked);
      throw new Refused('The network failed for a moment while this was changed; look whether it is as you want it.');
    }
  }

  #patch(slot, { rev, num_steps: numSteps, start, stop, codes, sentences = [], ...history }) {
    const there = this.slots[slot];
    there.known.patch({ rev, numSteps, start, stop, codes });
    there.history = history;
    sentences.forEach((text) => tell(text));
    this.#say('history', { slot });
  }

  // All edits are answered: show what the server has; nothing changes if it was made here alike.
  #show(slot) {
    const there = this.slots[slot], { known } = there;
    there.sure = true;
    there.sound.patch({ rev: known.rev, numSteps: known.numSteps, start: 0, stop: known.numSteps, codes: known.codes });
    this.#say('edited', { slot, since: there.since });
  }

  async #reload(slot) {
    const data = (await get('/project')).slots[slot];
    const there = this.slots[slot];
    if (!data || !there || there.sound.title !== data.title || there.sound.fingerprint !== data.fingerprint) { this.#take(slot, data); return; }
    there.known.replace(data);
    there.sound.replace(data);
    there.history = historyOf(data);
    this.#say('history', { slot });
  }

  #take(slot, data) {
    this.slots[slot] = data && { sound: new Sound(data), known: new Sound(data), waiting: 0, sure: true, steps: null, last: Promise.resolve(), history: historyOf(data) };
    this.#say('slot', { slot });
    say('editor', { slot, title: data?.title ?? null });
  }

  #say(what, detail) { this.dispatchEvent(new CustomEvent(what, { detail })); }
}

const historyOf = ({ done, undone, done_count, undone_count }) => ({ done, undone, done_count, undone_count });
