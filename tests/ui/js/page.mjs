// A page in miniature, as much as the modules under test need of one: imported before them. No style, no layout.

class Element extends EventTarget {
  children = [];
  attributes = {};
  dataset = {};
  style = { setProperty() {} };
  parentElement = null;
  hidden = false;
  value = '';
  clientWidth = 800;

  constructor(name) {
    super();
    this.tagName = name.toUpperCase();
  }

  get isConnected() { return this === document.body || Boolean(this.parentElement?.isConnected); }
  get childElementCount() { return this.children.length; }
  get firstChild() { return this.children[0] ?? null; }
  get lastChild() { return this.children.at(-1) ?? null; }
  get options() { return this.children.flatMap((child) => (child.tagName === 'OPTGROUP' ? child.options : child)); }
  get classList() {
    const names = new Set((this.className ?? '').split(' ').filter(Boolean)), keep = () => { this.className = [...names].join(' '); };
    return {
      add: (name) => { names.add(name); keep(); },
      remove: (name) => { names.delete(name); keep(); },
      toggle: (name, on = !names.has(name)) => { names[on ? 'add' : 'delete'](name); keep(); },
    };
  }

  get textContent() { return this.children.map((child) => (typeof child === 'string' ? child : child.textContent)).join(''); }
  set textContent(text) { this.replaceChildren(text); }

  append(...children) { for (const child of children) this.insertBefore(child, null); }
  insertBefore(child, next) {
    child.remove?.();
    this.children.splice(next === null ? this.children.length : this.children.indexOf(next), 0, child);
    if (child instanceof Element) child.parentElement = this;
  }
  replaceChildren(...children) {
    for (const child of [...this.children]) child.remove?.();
    this.children = [];
    this.append(...children);
  }
  remove() {
    if (this.parentElement) this.parentElement.children = this.parentElement.children.filter((child) => child !== this);
    this.parentElement = null;
  }

  setAttribute(name, value) { this.attributes[name] = value; }
  getAttribute(name) { return this.attributes[name] ?? null; }
  removeAttribute(name) { delete this.attributes[name]; }
  toggleAttribute(name, on) { if (on) this.setAttribute(name, ''); else this.removeAttribute(name); }
  getBoundingClientRect() { return { left: 0, top: 0, width: this.clientWidth, height: 40 }; }
  getContext() { return new Proxy({}, { get: () => () => {}, set: () => true }); } // draws nothing
  querySelector() { return null; }
  focus() {}
  click() { this.dispatchEvent(new Event('click')); }
  showModal() {}
  close() { this.dispatchEvent(new Event('close')); }
}

const named = (name) => new Element(name);
const watching = class { observe() {} disconnect() {} };

Object.assign(globalThis, {
  window: globalThis,
  document: Object.assign(new EventTarget(), {
    createElement: named, createElementNS: (_, name) => named(name), body: named('body'),
    getElementById: (id) => found(document.body, (element) => element.attributes.id === id),
    querySelectorAll: () => [],
  }),
  getComputedStyle: () => ({ getPropertyValue: () => '#123456' }),
  matchMedia: () => new EventTarget(),
  devicePixelRatio: 1,
  ResizeObserver: watching,
  IntersectionObserver: watching,
  requestAnimationFrame: (draw) => (frames.push(draw), frames.length),
  cancelAnimationFrame: (number) => { frames[number - 1] = null; },
});

// What waits for the next frame, and that frame.
let frames = [];
export function frame() {
  const now = frames;
  frames = [];
  for (const draw of now) draw?.();
}

// All elements below one that pass a test; the first of them, or null.
export const all = (element, passes) => element.children.flatMap((child) => (child instanceof Element ? [...(passes(child) ? [child] : []), ...all(child, passes)] : []));
export const found = (element, passes) => all(element, passes)[0] ?? null;
export const button = (element, text) => found(element, (one) => one.tagName === 'BUTTON' && (one.textContent === text || one.attributes['aria-label'] === text));

// Sentences in the corner.
export const told = () => document.getElementById('d-toasts')?.children.map((note) => note.textContent) ?? [];

// Let everything happen that waits for nothing but its turn.
export const settled = async () => { for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate); };

// Answers as fetch gives them: a JSON value, a refusal.
export const json = (value) => ({ ok: true, json: async () => value });
export const refusal = (status, error) => ({ ok: false, status, json: async () => ({ error }) });
