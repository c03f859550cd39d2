// Two takes side by side, equally loud; blind, nothing here knows which is which until the vote is given.

import { clear, h, icon, set, time } from '../base/dom.js';
import { dialog } from '../base/dialog.js';
import * as player from '../base/player.js';
import { attempt, follow, get, post, say } from '../base/talk.js';
import { pair } from './pair.js';
import { called, level } from './words.js';

export function compare(takes, blind) {
  const names = blind ? ['X', 'Y'] : ['A', 'B'];
  let heard = null, frame = 0, over = false;
  const said = h('p', { class: 'd-soft', 'aria-live': 'polite' }, 'Both are brought to one loudness…');
  const body = h('div', { class: 'compare-body', hidden: true });
  const title = blind ? 'Blind comparison' : 'Compare two takes';
  const element = dialog(title, { class: 'compare', onclose: () => { over = true; cancelAnimationFrame(frame); heard?.pause(); } },
    h('p', { class: 'd-soft' }, blind
      ? `${called(takes[0])} and ${called(takes[1])}, in an order that was drawn. Listen, then say which is better.`
      : 'Switch while it plays: the other one goes on at the same place.'),
    said, body);

  const sides = names.map((name, index) => h('button', {
    type: 'button', class: 'compare-side', 'aria-pressed': 'false', 'aria-keyshortcuts': name, title: `Hear ${name} (key ${name})`, onclick: () => (heard.playing && heard.which === index ? heard.pause() : heard.hear(index)),
  }, h('span', { class: 'compare-letter' }, name), h('span', { class: 'compare-name' }, blind ? 'Hear it' : takes[index].title),
  h('span', { class: 'd-soft d-small' }, blind ? '' : `${takes[index].verb} · ${takes[index].model} · ${time(takes[index].seconds)}`)));
  const run = h('button', { type: 'button', class: 'd-button', 'aria-label': 'Play or pause', title: 'Play or pause (Space)', onclick: () => (heard.playing ? heard.pause() : heard.play()) }, icon('play'));
  const place = h('input', { type: 'range', min: 0, max: 1, step: 0.001, value: 0, 'aria-label': 'Position', class: 'd-grow', oninput: () => heard.seek(Number(place.value) * heard.seconds) });
  const clock = h('span', { class: 'd-num d-soft compare-clock' });
  const verdict = h('div', { class: 'compare-verdict' });
  body.append(h('div', { class: 'compare-sides' }, sides), h('div', { class: 'd-row' }, run, place, clock), verdict);

  function show() {
    sides.forEach((side, index) => side.setAttribute('aria-pressed', String(heard.playing && heard.which === index)));
    clear(run, icon(heard.playing ? 'pause' : 'play'));
    const at = heard.position();
    set(place, { value: at / heard.seconds });
    place.setAttribute('aria-valuetext', time(at));
    clock.textContent = time(at);
    cancelAnimationFrame(frame);
    if (heard.playing) frame = requestAnimationFrame(show);
  }

  element.addEventListener('keydown', (event) => {
    if (!heard || event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input:not([type=range])')) return;
    const index = names.indexOf(event.key.toUpperCase());
    if (index >= 0) { event.preventDefault(); sides[index].focus(); heard.hear(index); }
    if (event.key === ' ' && !event.target.matches('button')) { event.preventDefault(); run.click(); }
  });

  attempt(async () => {
    const { job } = await post('/takes/compare', { a: takes[0].number, b: takes[1].number, blind });
    const { state, result, error } = await follow(job, () => {}, 150);
    if (state !== 'done') { said.className = 'd-bad'; said.textContent = error; return; }
    const buffers = await Promise.all(result.sounds.map((sound) => player.load(sound)));
    if (over) return;
    heard = pair(buffers, show);
    said.textContent = loudnessTold(takes, result);
    body.hidden = false;
    if (blind) ballot(result.number); else showWins();
    show();
    sides[0].focus();
  });

  function ballot(number) {
    const why = h('input', { maxlength: 1000, placeholder: 'Why, if you like', 'aria-label': 'Why', class: 'd-grow' });
    const cast = (choice) => () => attempt(async () => reveal(await post(`/takes/votes/${number}`, { choice, note: why.value })));
    const button = (choice, text) => h('button', { type: 'button', class: 'd-button', onclick: cast(choice) }, text);
    clear(verdict, h('p', { class: 'd-subtitle' }, 'Which is better?'),
      h('div', { class: 'd-row' }, button('X', 'X is better'), button('neither', 'No difference'), button('Y', 'Y is better'), why));
  }

  function reveal(vote) {
    const taken = [vote.x, vote.y].map((number) => takes.find((take) => take.number === number));
    sides.forEach((side, index) => { side.querySelector('.compare-name').textContent = called(taken[index]); });
    const won = vote.winner === null ? 'You heard no difference that matters' : `You preferred ${called(taken.find((take) => take.number === vote.winner))}`;
    const told = h('p', { class: 'compare-told', role: 'status' });
    clear(verdict, told, h('div', { class: 'd-row' },
      h('button', { type: 'button', class: 'd-button', onclick: () => { element.close(); compare(takes, true); } }, 'Compare again, drawn anew')));
    told.textContent = `${won}: X was ${called(taken[0])}, Y was ${called(taken[1])}.`;
    verdict.querySelector('button').focus();
    say('takes');
  }

  const showWins = () => attempt(async () => {
    const { wins } = await get('/takes/votes');
    const lines = takes.flatMap((take) => wins.filter((one) => one.take === take.number).map(({ won, of }) => `${called(take)} was preferred in ${won} of ${of} blind comparisons.`));
    clear(verdict, lines.map((line) => h('p', { class: 'd-soft d-small' }, line)));
  });
}

function loudnessTold([a, b], { difference, loudness, unit }) {
  const both = `Both play at ${level(loudness, unit)}`;
  if (Math.abs(difference) < 0.1) return `${both}; they were equally loud to begin with.`;
  const [louder, other] = difference > 0 ? [a, b] : [b, a];
  return `${both}: ${called(louder)} was ${Math.abs(difference).toFixed(1)} dB louder than ${called(other)}, and is turned down here.`;
}
