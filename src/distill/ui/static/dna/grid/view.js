// Which steps of a sound are seen, and how wide: from steps to pixels and back. No page in it.

export const WIDEST = 48; // pixels of a step
const FIRST_LOOK = 4; // pixels below which the first look shows a part rather than the whole
const STEP_OF_ZOOM = 1.3;

export class View extends EventTarget {
  constructor(numSteps) {
    super();
    this.numSteps = numSteps;
    this.width = 0;
    this.scale = 0; // pixels of a step; 0 until the width is known
    this.first = 0; // the step at the left edge, with its fraction
  }

  get narrowest() { return Math.min(WIDEST, Math.max(this.width, 1) / this.numSteps); }
  get stepsSeen() { return this.scale ? this.width / this.scale : this.numSteps; }
  get whole() { return this.scale <= this.narrowest * 1.001; }

  xOf(step) { return (step - this.first) * this.scale; }
  stepAt(x) { return x / this.scale + this.first; }

  // Width 0 is a hidden tab: everything stays until it is shown.
  resize(width) {
    if (!width || width === this.width) return;
    const whole = !this.scale || this.whole;
    this.width = width;
    if (!this.scale) this.scale = Math.max(this.narrowest, Math.min(FIRST_LOOK, WIDEST));
    this.#become(whole && this.scale < FIRST_LOOK ? this.narrowest : this.scale, this.first);
  }

  setSteps(numSteps) {
    const whole = this.scale > 0 && this.whole;
    this.numSteps = numSteps;
    if (this.width) this.#become(whole ? this.narrowest : this.scale, this.first);
  }

  // Zoom by so many steps of the wheel; the step under x stays where it is.
  zoom(times, x = this.width / 2) {
    const at = this.stepAt(x), scale = this.#scaleWithin(this.scale * STEP_OF_ZOOM ** times);
    this.#become(scale, at - x / scale);
  }

  fit() { this.#become(this.narrowest, 0); }
  scrollTo(first) { this.#become(this.scale, first); }
  scrollBy(pixels) { this.#become(this.scale, this.first + pixels / this.scale); }

  // Whether there is anything left to see in a direction.
  canScroll(pixels) { return pixels < 0 ? this.first > 0 : this.first + this.stepsSeen < this.numSteps - 1e-6; }

  // Bring a step into sight with a little room around it.
  show(step) {
    const room = Math.min(4, this.stepsSeen / 8);
    if (step < this.first + room) this.#become(this.scale, step - room);
    else if (step + 1 > this.first + this.stepsSeen - room) this.#become(this.scale, step + 1 + room - this.stepsSeen);
  }

  shows(step) { return step >= this.first && step <= this.first + this.stepsSeen; }

  // Turn the page when the playhead leaves it.
  follow(step) {
    if (!this.shows(step)) this.#become(this.scale, step - this.stepsSeen * 0.05);
  }

  #scaleWithin(scale) { return Math.max(this.narrowest, Math.min(WIDEST, scale)); }

  #become(scale, first) {
    if (!this.width) return; // not shown yet
    scale = this.#scaleWithin(scale);
    first = Math.max(0, Math.min(this.numSteps - this.width / scale, first));
    if (scale === this.scale && first === this.first) return;
    this.scale = scale;
    this.first = first;
    this.dispatchEvent(new Event('view'));
  }
}
