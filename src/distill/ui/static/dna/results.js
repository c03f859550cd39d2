// Where an edited sound can go: the history, new sound, an export, a file of codes.

import { h, icon } from '../base/dom.js';
import { attempt, get, post, say, showTab, tell } from '../base/talk.js';

export function createResults(project, slot) {
  const button = (label, title, act, ...more) => h('button', { type: 'button', class: 'd-button d-quiet', title, onclick: () => attempt(() => act(project.sound(slot))) }, ...more, label);

  const keep = button('Keep', 'Keep the sound as a take of the history', async () => {
    keep.disabled = true;
    const { take, sentences } = await post('/project/keep', { slot }).finally(() => { keep.disabled = false; });
    tell([take ? `Kept as take ${take} of the history.` : '', ...sentences].filter(Boolean).join(' '), take ? 'note' : 'problem');
    say('takes');
  }, icon('star'));
  return h('div', { class: 'd-row dna-results', role: 'group', 'aria-label': `What to do with sound ${slot}` },
    keep,
    button('Go on from it', 'Let Generate continue this sound', async ({ title }) => { await showTab('generate'); say('prefix', { source: { slot }, title }); }),
    button('Export', 'Write it to a file for the studio', async ({ title }) => say('export', { source: { slot }, title })),
    button('Codes', 'Save the codes with all edits as a .codes file', async ({ title }) => {
      const { sentences } = await get(`/project/codes/${slot}/told`);
      sentences.forEach((text) => tell(text));
      const link = h('a', { href: `/distill/project/codes/${slot}`, download: `${title}.codes` });
      document.body.append(link);
      link.click();
      link.remove();
    }, icon('down')),
  );
}
