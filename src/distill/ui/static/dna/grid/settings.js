// What both grids share: the tool in hand, what colours mean, the clipboard, and which grids there are.

class Settings extends EventTarget {
  #tool = 'select';
  #colour = 'brightness';

  clip = null; // what edits.copied gives

  get tool() { return this.#tool; }
  set tool(tool) { this.#tool = tool; this.dispatchEvent(new Event('tool')); }
  get colour() { return this.#colour; }
  set colour(colour) { this.#colour = colour; this.dispatchEvent(new Event('colour')); }
}

export const settings = new Settings();

// Grids of the page by slot: for dragging from one to the other, and for tests.
export const grids = (window.__grids ??= {});

export function gridAt(x, y) {
  return Object.values(grids).find(({ surface }) => {
    const box = surface.getBoundingClientRect();
    return box.width && x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  }) ?? null;
}
