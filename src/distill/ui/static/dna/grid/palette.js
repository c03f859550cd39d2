// Colours of codes. Every ramp rises in lightness all the way, so it also reads without hue. No page in it.

// From deep water to sand, in the page's own key: calmer beside its accent than the two of science.
const TIDE = ['#0c2530', '#0f4450', '#176466', '#3b8377', '#6f9f86', '#a3b894', '#cfcda6', '#ecdfbd', '#fbf1dc'];
// Viridis and cividis (matplotlib, CC0), at ten even places.
const VIRIDIS = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'];
const CIVIDIS = ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838'];
const GOLDEN = 0.6180339887; // neighbouring codes fall far apart

export const MODES = {
  brightness: { name: 'Brightness', ends: ['dark', 'bright'], ramp: TIDE, hint: 'How bright each entry sounds' },
  code: { name: 'Code', ends: ['equal colour', 'equal code'], ramp: VIRIDIS, hint: 'Every code its own shade: patterns and repetitions show' },
  usage: { name: 'Usage', ends: ['rare', 'common'], ramp: CIVIDIS, hint: 'How often the collection uses each entry' },
  changed: { name: 'Changed', ends: ['as it was', 'changed'], ramp: null, hint: 'What differs from the sound before the first edit' },
};

// A colour of a ramp as [r, g, b]; share 0..1.
export function shade(ramp, share) {
  const at = Math.max(0, Math.min(1, share)) * (ramp.length - 1), low = Math.min(ramp.length - 2, Math.floor(at));
  const a = rgb(ramp[low]), b = rgb(ramp[low + 1]);
  return a.map((part, n) => Math.round(part + (b[n] - part) * (at - low)));
}

export const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

// A pixel of ImageData seen as 32 bits, little-endian as every machine with a browser is.
export const pixel = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

// For each code of a level its pixel, and whether dark letters read better on it.
export function palette(mode, size, entries) {
  const pixels = new Uint32Array(size), darkText = new Uint8Array(size);
  const { ramp } = MODES[mode] ?? MODES.brightness;
  const share = shares(mode, size, entries);
  for (let code = 0; code < size; code++) {
    const colour = shade(ramp ?? TIDE, share(code));
    pixels[code] = pixel(colour);
    darkText[code] = luminance(colour) > 0.18 ? 1 : 0;
  }
  return { pixels, darkText };
}

function shares(mode, size, entries) {
  if (mode === 'code') return (code) => (code * GOLDEN) % 1;
  if (mode === 'usage' && entries?.usage) {
    const most = Math.max(...entries.usage, 1e-9);
    return (code) => Math.sqrt((entries.usage[code] ?? 0) / most);
  }
  if (entries?.brightness) return (code) => entries.brightness[code] ?? 0;
  return (code) => code / Math.max(1, size - 1);
}

// Relative luminance as WCAG has it.
export function luminance(colour) {
  const [r, g, b] = colour.map((part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
