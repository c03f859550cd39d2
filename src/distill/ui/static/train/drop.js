// Bringing sounds: dropped files and folders, chosen ones, or the path of a folder on this machine.

import { h, set } from '../base/dom.js';
import { progressBar } from '../base/progress.js';
import { ask, attempt, post, tell } from '../base/talk.js';
import { counted } from './words.js';

// dropZone({ onjob(job) }) -> element with .small(whether) and .takes(tab); onjob is told the job that looks through what came
export function dropZone({ onjob }) {
  let uploading = null; // what stops the upload under way
  const files = h('input', { type: 'file', multiple: true, hidden: true, 'aria-label': 'Sound files', accept: 'audio/*,.wav,.aif,.aiff,.flac,.ogg,.mp3', onchange: () => chosen(files) });
  const folder = h('input', { type: 'file', hidden: true, webkitdirectory: true, 'aria-label': 'Folder of sounds', onchange: () => chosen(folder) });
  const path = h('input', { type: 'text', class: 'd-grow', placeholder: '/home/me/sounds/bells', spellcheck: 'false', autocomplete: 'off', maxlength: '4096' });
  const told = h('p', { class: 'd-soft' });
  const far = progressBar('Progress of the upload');
  const progress = h('div', { class: 'd-column train-upload', hidden: true }, told, far,
    h('div', {}, h('button', { type: 'button', class: 'd-button', onclick: () => uploading?.abort() }, 'Stop the upload')));
  const typed = h('form', { class: 'd-row train-path', onsubmit: (event) => { event.preventDefault(); addPath(); } },
    h('label', { class: 'd-row d-grow' }, h('span', { class: 'd-soft' }, 'or a path on this machine'), path),
    h('button', { type: 'submit', class: 'd-button' }, 'Add'));
  const element = h('div', { class: 'train-drop', role: 'group', 'aria-label': 'Bring sounds' },
    h('p', { class: 'train-drop-words' }, 'Drop sounds or a folder here'),
    h('div', { class: 'd-row train-drop-buttons' },
      h('button', { type: 'button', class: 'd-button', onclick: () => files.click() }, 'Choose files'),
      h('button', { type: 'button', class: 'd-button', onclick: () => folder.click() }, 'Choose a folder')),
    typed, files, folder, progress);

  const addPath = () => attempt(async () => {
    if (!path.value.trim()) { tell('write the path of a folder or file first', 'problem'); return; }
    onjob(await post('/training/sounds/add', { paths: [path.value] }));
    path.value = '';
  });
  function chosen(input) {
    const picked = [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
    input.value = '';
    bring(picked);
  }

  // Files one by one, as they are: nothing is held in memory, and what is wrong with one stops no other.
  async function bring(all) {
    const picked = all.filter(({ path: name }) => !name.split('/').some((part) => part.startsWith('.')));
    if (!picked.length) { tell('there is no file in what was dropped; choose a folder with sounds', 'problem'); return; }
    if (uploading) { tell('an upload is under way; wait for it, or stop it', 'problem'); return; }
    uploading = new AbortController();
    progress.hidden = false;
    const folders = new Set(picked.map(({ path: name }) => name.slice(0, Math.max(0, name.indexOf('/')))));
    const wanted = folders.size === 1 ? [...folders][0] : ''; // one folder names the collection; of several all paths stay whole
    try {
      for (const [n, { file, path: name }] of picked.entries()) {
        told.textContent = `Bringing ${n + 1} of ${counted(picked.length, 'file')}: ${file.name}`;
        far.show(n / picked.length);
        const query = new URLSearchParams({ name: wanted ? name.split('/').slice(1).join('/') : name, collection: wanted });
        const { signal } = uploading;
        await attempt(() => ask(`/training/sounds/upload?${query}`, { method: 'POST', body: file, signal }).catch((error) => { if (!signal.aborted) throw error; }));
        if (signal.aborted) break;
      }
    } finally {
      uploading = null;
      progress.hidden = true;
    }
    await attempt(async () => onjob(await post('/training/sounds/look')));
  }

  // While the tab is shown the whole page takes drops, also below where the tab ends.
  element.takes = (tab) => {
    let depth = 0;
    const over = (on) => element.classList.toggle('train-over', on);
    const takes = (kind, act) => document.addEventListener(kind, (event) => { if (tab.offsetParent !== null && event.dataTransfer.types.includes('Files')) act(event); });
    takes('dragenter', () => { depth++; over(true); });
    takes('dragleave', () => { depth = Math.max(0, depth - 1); if (!depth) over(false); });
    takes('dragover', (event) => { event.preventDefault(); event.dataTransfer.dropEffect = 'copy'; });
    takes('drop', async (event) => {
      event.preventDefault();
      depth = 0;
      over(false);
      bring(await dropped(event.dataTransfer));
    });
  };
  element.small = (small) => set(element, { class: small ? 'train-drop train-drop-small' : 'train-drop' });
  return element;
}

// All files of a drop, those in folders with their paths.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const found = [];
  const walk = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject)).catch(() => null);
      if (file) found.push({ file, path: entry.fullPath.replace(/^\//, '') });
      return;
    }
    const reader = entry.createReader();
    for (;;) { // a hundred entries at a time
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => []);
      if (!some.length) return;
      for (const each of some) await walk(each);
    }
  };
  for (const entry of entries) await walk(entry);
  return found;
}
