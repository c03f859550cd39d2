// The export dialog, once for the whole page: settings, what comes of them measured and heard, then the file.

import { clear, h, icon, set, time } from '../base/dom.js';
import { dialog } from '../base/dialog.js';
import { Refused, attempt, follow, get, hear, post, sentence } from '../base/talk.js';
import { wave } from '../base/wave.js';
import { level, size } from '../history/words.js';
import { form } from './form.js';
import { presets } from './presets.js';

const PAUSE = 500; // ms without a change before it is measured again

export function mount(element) {
  element.append(h('span', { hidden: true }));
  hear('export', ({ source, title = '' }) => attempt(async () => open(source, title, await get('/export'))));
}

function open(source, title, choices) {
  let job = null, waiting = 0, over = false, turn = 0;
  const fields = form(choices, title, changed);
  const heard = h('div', { class: 'export-wave' });
  const figures = h('p', { class: 'd-num', role: 'status' });
  const notes = h('ul', { class: 'd-soft d-small export-notes' });
  const problem = h('p', { class: 'd-bad', role: 'alert' });
  const go = h('button', { type: 'button', class: 'd-button d-primary' }, 'Export');
  const done = h('p', { class: 'export-done', role: 'status' });
  const element = dialog(title ? `Export “${title}”` : 'Export', { class: 'export', onclose: () => { over = true; stop(); } },
    presets(choices.presets, fields),
    fields.element,
    h('section', { class: 'export-result', 'aria-label': 'What comes of it' }, heard, figures, notes, problem),
    h('div', { class: 'd-row export-foot' }, h('span', { class: 'd-grow' }, done), h('button', { type: 'button', class: 'd-button', onclick: () => element.close() }, 'Close'), go));

  const stop = () => {
    clearTimeout(waiting);
    if (job !== null) post(`/jobs/${job}/stop`).catch(() => {}); // it may have ended in the meantime
    job = null;
  };
  const asked = () => ({ source, title: fields.title(), settings: fields.settings() });

  function changed() {
    stop();
    turn++;
    clear(done);
    figures.classList.add('d-soft');
    waiting = setTimeout(measure, PAUSE);
  }

  // Start some work and wait for it; what was refused is told in the dialog.
  async function worked(path) {
    const mine = ++turn;
    clear(problem);
    try {
      const started = await post(path, asked());
      if (over || mine !== turn) { post(`/jobs/${started.job}/stop`).catch(() => {}); return null; }
      job = started.job;
      const ended = await follow(started.job, () => {}, 150);
      if (over || mine !== turn) return null;
      job = null;
      if (ended.state === 'done') return ended.result;
      if (ended.state === 'failed') throw new Refused(ended.error);
      return null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (over || mine !== turn) return null;
      clear(heard); clear(figures); clear(notes);
      problem.textContent = sentence(error.message);
      return null;
    }
  }

  async function measure() {
    figures.textContent = 'It is made and measured…';
    const made = await worked('/export/preview');
    if (made) show(made);
  }

  function show({ sound, seconds, true_peak_dbtp: peak, lufs, bytes, sentences }) {
    clear(heard, wave({ sound, seconds, label: 'what will be exported', height: 48 }));
    figures.classList.remove('d-soft');
    figures.textContent = [time(seconds), lufs === null ? 'silent' : level(lufs, 'LUFS'), peak === null ? '' : `true peak ${level(peak, 'dBTP')}`, size(bytes)].filter(Boolean).join(' · ');
    clear(notes, sentences.map((line) => h('li', {}, line)));
  }

  const write = () => attempt(async () => {
    stop();
    set(go, { disabled: true });
    const before = document.activeElement;
    try {
      const made = await worked('/export');
      if (!made) return;
      show(made);
      clear(done, '✓ Written to ', h('span', { class: 'export-path' }, made.path), ' ',
        h('a', { class: 'd-button', href: `${made.sound}?download=true`, download: made.file }, icon('down'), 'Download'));
    } finally {
      set(go, { disabled: false });
      before?.focus();
    }
  });
  go.addEventListener('click', write);
  waiting = setTimeout(measure, 0);
  fields.focus();
}
