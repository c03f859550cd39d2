// Elements from plain calls. Text is only ever text: nothing here reads HTML.

// h('button', { class: 'd-button', onclick: act, 'aria-label': 'Play' }, icon('play'), 'Play')
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// What a control is now; the attribute of that name says only how it began, and nothing once a person has touched it.
const LIVE = new Set(['value', 'checked', 'selected', 'indeterminate']);

export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (name === 'style') Object.assign(element.style, value);
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (LIVE.has(name)) element[name] = value ?? '';
    else if (name === 'disabled' || name === 'hidden') element.toggleAttribute(name, Boolean(value));
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : value);
  }
  return element;
}

export function clear(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Pictograms: paths on a grid of 16, drawn in the colour of the text around them.
const PATHS = {
  play: 'M4 2.5v11l9.5-5.5z', stop: 'M3.5 3.5h9v9h-9z', pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  loop: 'M4 5h6.5V2.8L14 6l-3.5 3.2V7H5.5v3H4zM12 11H5.5v2.2L2 10l3.5-3.2V9h5V6H12z',
  star: 'M8 1.8l1.9 4 4.4.6-3.2 3 .8 4.4L8 11.7l-3.9 2.1.8-4.4-3.2-3 4.4-.6z',
  down: 'M7 2h2v6h2.8L8 12 4.2 8H7zM3 13h10v1.5H3z', more: 'M2 7h3v3H2zM6.5 7h3v3h-3zM11 7h3v3h-3z',
  close: 'M3.6 2.5L8 6.9l4.4-4.4 1.1 1.1L9.1 8l4.4 4.4-1.1 1.1L8 9.1l-4.4 4.4-1.1-1.1L6.9 8 2.5 3.6z',
  bin: 'M6 1.5h4v1.3h3.5v1.4h-11V2.8H6zM3.5 5.5h9L12 14.5H4zM6 7v6h1V7zm3 0v6h1V7z',
  undo: 'M6.5 2.5v3h3a4 4 0 0 1 0 8H5v-1.6h4.5a2.4 2.4 0 0 0 0-4.8h-3v3L2 6.3z',
  redo: 'M9.5 2.5v3h-3a4 4 0 0 0 0 8H11v-1.6H6.5a2.4 2.4 0 0 1 0-4.8h3v3L14 6.3z',
  lock: 'M4.5 7V5a3.5 3.5 0 0 1 7 0v2H13v7.5H3V7zm1.6 0h3.8V5a1.9 1.9 0 0 0-3.8 0z',
  plus: 'M7 2.5h2V7h4.5v2H9v4.5H7V9H2.5V7H7z', search: 'M7 2a5 5 0 0 1 3.9 8.1l3.3 3.3-1 1-3.3-3.3A5 5 0 1 1 7 2zm0 1.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z',
  light: 'M8 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM7.3 1h1.4v2H7.3zm0 12h1.4v2H7.3zM1 7.3h2v1.4H1zm12 0h2v1.4h-2z',
  help: 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm-.8 9.3v1.6h1.6v-1.6zM5.4 6.3h1.5c0-.8.4-1.2 1.1-1.2.6 0 1 .3 1 .9 0 .5-.3.8-.8 1.2-.7.5-1 1-1 2.2h1.5c0-.7.2-1 .8-1.4.7-.5 1.1-1.1 1.1-2.1 0-1.4-1-2.3-2.6-2.3-1.6 0-2.6 1-2.6 2.7z',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'd-icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

// A button with a pictogram; its name is read aloud and shown as a tooltip.
export function iconButton(name, label, onclick, attributes = {}) {
  return h('button', { type: 'button', class: 'd-button d-quiet', 'aria-label': label, title: label, onclick, ...attributes }, icon(name));
}

// 3.25 -> "3.3 s", 75 -> "1:15"
export function time(seconds) {
  if (seconds === null || seconds === undefined || !isFinite(seconds)) return '';
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const rest = `${Math.floor((whole % 3600) / 60)}:${String(whole % 60).padStart(2, '0')}`;
  return hours ? `${hours}:${rest.padStart(5, '0')}` : rest;
}
