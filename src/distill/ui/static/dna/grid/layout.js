// Where things lie on the canvas, from top to bottom: time, beats, waveform, spectrogram, levels. No page in it.

export const ROW_GAP = 2;
export const NUMBERS_FROM = 24; // pixels of a step from which codes are written into their cells
const RULER = 20, BEATS = 18, WAVE = 36, SPECTRUM = 44, SPACE = 6;
const LEAST_ROW = 28, MOST_ROW = 40, ALL_ROWS = 190; // pixels: buttons of 24 fit into a row, and eight rows onto a laptop

export function layoutOf({ numLevels, tempo }) {
  const beats = RULER, wave = beats + (tempo ? BEATS : 0), spectrum = wave + WAVE, top = spectrum + SPECTRUM + SPACE;
  const rowHeight = Math.round(Math.max(LEAST_ROW, Math.min(MOST_ROW, ALL_ROWS / numLevels)));
  return {
    ruler: { y: 0, height: RULER },
    beats: { y: beats, height: tempo ? BEATS : 0 },
    wave: { y: wave, height: WAVE },
    spectrum: { y: spectrum, height: SPECTRUM },
    top, rowHeight, height: top + numLevels * rowHeight,
  };
}

export const rowY = (layout, level) => layout.top + (level - 1) * layout.rowHeight;

// Lines of a ruler at least `room` pixels apart: [{ step, label, strong }], those seen alone.
export function timeLines(view, fps, room = 72) {
  const distance = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].find((seconds) => seconds * fps * view.scale >= room) ?? 7200;
  return lines(view, distance * fps, (n) => clock(n * distance, distance));
}

// Bars and beats, counted from 1 as in a DAW; beats between bars only where there is room.
export function beatLines(view, fps, { bpm, beatsPerBar }, room = 44) {
  const beat = (60 * fps) / bpm;
  const every = [1, beatsPerBar, 2, 4, 8, 16, 32, 64, 128, 256].map((count, n) => (n < 2 ? count : count * beatsPerBar)).find((beats) => beats * beat * view.scale >= room) ?? 1024 * beatsPerBar;
  return lines(view, beat * every, (n) => {
    const counted = n * every, bar = Math.floor(counted / beatsPerBar) + 1, within = (counted % beatsPerBar) + 1;
    return within === 1 ? `${bar}` : `${bar}.${within}`;
  }).map((line) => ({ ...line, strong: !line.label.includes('.') }));
}

function lines(view, distance, label) {
  const found = [], last = Math.min(view.numSteps, view.first + view.stepsSeen);
  for (let n = Math.max(0, Math.ceil(view.first / distance - 1e-9)); n * distance <= last + 1e-9; n++) found.push({ step: n * distance, label: label(n), strong: false });
  return found;
}

function clock(seconds, distance) {
  if (seconds < 60 && distance < 60) return `${Number(seconds.toFixed(2))} s`;
  const minutes = Math.floor(seconds / 60), rest = seconds - minutes * 60;
  const digits = distance < 1 ? rest.toFixed(2).padStart(5, '0') : String(Math.round(rest)).padStart(2, '0');
  return `${minutes}:${digits}`;
}
