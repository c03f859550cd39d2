// What can be done to a sound in its grid, by key, pointer or button: each makes records, sends them, and says what came of it.

import { copied, everywhere, filled, glided, nudged, painted, pasted } from './edits.js';
import { settings } from './settings.js';
import { levelWords } from './words.js';

export class Commands {
  // actions: what the editor around the grid does; entries(): what is known of the model's entries; say(): the status line.
  constructor(sound, actions, entries, say) {
    Object.assign(this, { sound, actions, entries, say });
  }

  // One gesture is one edit, of several records perhaps; again(sound) makes them anew of other codes.
  perform(edits, label, again = null) {
    if (!edits.length) {
      this.say('Nothing was changed: all of this is locked. K unlocks the level of the cursor.');
      return false;
    }
    this.actions.edit(this.sound.slot, edits, label, again);
    return true;
  }

  everywhere(operation, given, label) {
    if (this.perform(everywhere(this.sound, operation, given), label)) this.say(`${label}: done. Ctrl+Z takes it back.`);
  }

  reverse() { this.everywhere('reverse', {}, 'Reverse'); }
  mirror() { this.everywhere('mirror', {}, 'Mirror'); }
  hold() { this.everywhere('cut', {}, 'Cut'); }

  // Repeat to the right, and go on from there: pressed again, it goes further.
  repeat() {
    const { sound } = this, selection = sound.selected();
    if (selection.stop >= sound.numSteps) { this.say('There is no room to the right to repeat into.'); return; }
    if (!this.perform(everywhere(sound, 'repeat', {}), 'Repeat')) return;
    sound.select(selection.moved(selection.stop - selection.start));
    this.say('Repeated to the right.');
  }

  nudge(by) {
    const label = by > 0 ? 'Next similar' : 'Previous similar', regions = this.sound.regions(), entries = this.entries();
    const made = (sound) => nudged(sound, by, entries, regions);
    if (this.perform(made(this.sound), label, made) && this.sound.selection) this.say(`${label} code, everywhere in the selection.`);
  }

  glide() {
    if (this.sound.selected().count < 3) { this.say('Select a stretch first; its codes then go from the first to the last by small changes.'); return; }
    const regions = this.sound.regions(), entries = this.entries(), made = (sound) => glided(sound, entries, regions);
    if (this.perform(made(this.sound), 'Glide', made)) this.say('Glide: from the first code of each level to the last, by similarity.');
  }

  copy() {
    settings.clip = copied(this.sound);
    const codes = this.sound.selected().count;
    this.say(`Copied ${codes} ${codes === 1 ? 'code' : 'codes'}. Ctrl+V pastes at the cursor, here or in the other sound.`);
  }

  cut() {
    settings.clip = copied(this.sound);
    if (this.perform(everywhere(this.sound, 'cut'), 'Cut')) this.say('Cut: what was before it is held. Ctrl+V pastes it.');
  }

  paste(allLevels = false) {
    if (!settings.clip) { this.say('Nothing is copied yet; select codes and press Ctrl+C.'); return; }
    this.drop(settings.clip, this.sound.selection?.start ?? this.sound.cursor.step, { allLevels, label: 'Paste' });
  }

  // A clip, laid down from a step on. Codes keep their levels: a code means something only in its own.
  drop(clip, at, { allLevels = false, label }) {
    const { sound } = this;
    if (clip.fingerprint && sound.fingerprint && clip.fingerprint !== sound.fingerprint) {
      this.say(`These codes are of the model ${clip.model}, and this sound is of ${sound.model}: they mean other sounds. Use sounds of one model.`);
      return;
    }
    const { edits, selection } = pasted(sound, clip, at, { allLevels });
    if (!selection) { this.say('Nothing of it would lie inside this sound; choose a place further to the left.'); return; }
    if (!this.perform(edits, label)) return;
    sound.anchor = null;
    sound.moveCursor(selection.levels[0], selection.start, selection);
    this.say(`${label}: ${selection.count} codes at ${(selection.start / sound.fps).toFixed(2)} s.`);
  }

  paint() {
    const { sound } = this, { brush } = sound;
    if (!brush) { this.say('There is no brush yet; I picks the code under the cursor as one.'); return; }
    if (!sound.selected().levels.includes(brush.level)) { this.say(this.#otherLevel()); return; }
    if (this.perform(filled(sound, brush), 'Paint')) this.say(`Painted with code ${brush.code} of ${levelWords(sound, brush.level)}.`);
  }

  // Whether a stroke may begin in a level; without a brush, the code there becomes it.
  takesBrush(level, step) {
    const { sound } = this;
    if (!sound.brush) this.pick(level, step);
    if (sound.brush.level !== level) { this.say(this.#otherLevel()); return false; }
    if (sound.locked.has(level)) { this.say(`${levelWords(sound, level)} is locked; K unlocks the level of the cursor.`); return false; }
    return true;
  }

  stroke(steps) {
    const { sound } = this;
    if (this.perform(painted(sound, sound.brush, steps), 'Paint')) this.say(`Painted ${steps.size} ${steps.size === 1 ? 'step' : 'steps'} with code ${sound.brush.code}.`);
  }

  pick(level = this.sound.cursor.level, step = this.sound.cursor.step) {
    const code = this.sound.at(level, step);
    this.sound.setBrush({ level, code });
    this.say(`The brush is code ${code} of ${levelWords(this.sound, level)} now; P or Enter paints it.`);
  }

  hear(level = this.sound.cursor.level, step = this.sound.cursor.step) {
    this.actions.hearCell(this.sound.slot, level, this.sound.at(level, step));
  }

  // which: 'locked', 'muted' or 'soloed'.
  toggleLevel(which, level) {
    const { sound } = this, levels = new Set(sound[which]);
    if (!levels.delete(level)) levels.add(level);
    sound.setLevels({ [which]: levels });
    this.actions.setLevels(sound.slot, { locked: [...sound.locked], muted: [...sound.muted], soloed: [...sound.soloed] });
    this.say(`${levelWords(sound, level)} is ${levels.has(level) ? '' : 'no longer '}${which}.`);
  }

  #otherLevel() {
    return `The brush is an entry of ${levelWords(this.sound, this.sound.brush.level)} and paints there; I picks one of the level under the cursor.`;
  }
}
