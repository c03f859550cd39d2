// The pointer on a grid: select, resize, carry, paint, lasso, seek; and the wheel. A gesture is an object with move() and end().

import { copied } from './edits.js';
import { Selection } from './selection.js';
import { gridAt, settings } from './settings.js';

const EDGE = 5; // pixels around the edge of a selection that take hold of it

export function pointerOf(stage) {
  const { sound, view, surface, commands, marks } = stage;
  let gesture = null, last = null, frame = 0;

  // { level, step, x, y }, inside the grid whatever the place.
  function place(event) {
    const area = surface.getBoundingClientRect(), x = event.clientX - area.left, y = event.clientY - area.top;
    const row = Math.floor((y - stage.layout.top) / stage.layout.rowHeight);
    return {
      x, y,
      level: Math.max(1, Math.min(sound.numLevels, row + 1)),
      step: Math.max(0, Math.min(sound.numSteps - 1, Math.floor(view.stepAt(x)))),
    };
  }
  const onRows = ({ y }) => y >= stage.layout.top;
  const seconds = ({ x }) => Math.max(0, Math.min(sound.numSteps, view.stepAt(x))) / sound.fps;

  function edgeAt({ x, level }) {
    const { selection } = sound;
    if (!selection?.isBox || !selection.levels.includes(level)) return null;
    const left = view.xOf(selection.start), right = view.xOf(selection.stop), inside = Math.min(EDGE, (right - left) / 6); // narrow ones can still be carried
    if (x >= right - inside && x <= right + EDGE) return 'stop';
    return x >= left - EDGE && x <= left + inside ? 'start' : null;
  }

  const selecting = {
    move: (at) => { if (at.level !== sound.cursor.level || at.step !== sound.cursor.step || sound.selection) sound.extendTo(at.level, at.step); },
    end: () => {},
  };

  // Over the rulers and pictures: a click seeks, dragging selects whole columns.
  const timing = (from) => ({
    moved: false,
    move(at) {
      this.moved ||= Math.hypot(at.x - from.x, at.y - from.y) > 3; // straight down is onto the other grid
      if (!this.moved) return;
      sound.anchor = { level: 1, step: from.step };
      sound.extendTo(sound.numLevels, at.step);
    },
    end(at) { if (!this.moved) stage.actions.seek(sound.slot, seconds(at)); },
  });

  const resizing = (edge) => ({
    move(at) {
      const { start, stop, levels, parts } = sound.selection, line = sound.snapped(Math.round(view.stepAt(at.x)));
      if (edge === 'start') sound.select(Selection.box(Math.min(line, stop - 1), stop, levels, parts[0].every));
      else sound.select(Selection.box(start, Math.max(line, start + 1), levels, parts[0].every));
    },
    end() {},
  });

  const lassoing = (from) => ({
    points: [from],
    move(at) { this.points.push(at); marks.lasso = this.points; stage.drawMarks(); },
    end() {
      marks.lasso = null;
      const { top, rowHeight } = stage.layout;
      const drawn = this.points.map(({ x, y }) => ({ x: view.stepAt(x), y: (y - top) / rowHeight }));
      sound.select(Selection.lasso(drawn, sound.numLevels, sound.numSteps));
    },
    cancel() { marks.lasso = null; },
  });

  const painting = (from) => ({
    steps: new Set([from.step]),
    before: from.step,
    move(at) {
      const [low, high] = [Math.min(this.before, at.step), Math.max(this.before, at.step)];
      for (let step = low; step <= high; step++) this.steps.add(step);
      this.before = at.step;
      this.show();
    },
    show() { marks.stroke = { level: sound.brush.level, steps: this.steps, ...stage.colourOf(sound.brush.level, sound.brush.code) }; stage.drawMarks(); },
    end() { marks.stroke = null; commands.stroke(this.steps); stage.drawMarks(); },
    cancel() { marks.stroke = null; },
  });

  // What is selected, taken along: to another place, or onto the other grid.
  const carrying = (from) => ({
    clip: copied(sound), grip: from.step - sound.selection.start, origin: sound.selection.start, moved: false, target: null, at: 0,
    move(at, event) {
      this.moved ||= Math.hypot(at.x - from.x, at.y - from.y) > 3; // straight down is onto the other grid
      if (!this.moved) return;
      const target = gridAt(event.clientX, event.clientY);
      if (target !== this.target) this.target?.showGhost(null);
      this.target = target;
      surface.style.cursor = target ? 'copy' : 'no-drop';
      if (!target) return;
      this.at = target.sound.snapped(target.stepUnder(event) - this.grip);
      target.showGhost(new Selection(this.clip.parts).moved(this.at));
    },
    end(at) {
      this.target?.showGhost(null);
      if (!this.moved) { sound.moveCursor(at.level, at.step, null); return; }
      if (!this.target || (this.target === stage && this.at === this.origin)) return;
      this.target.commands.drop(this.clip, this.at, { label: this.target === stage ? 'Copy' : `Copy from ${sound.slot}` });
      this.target.surface.focus({ preventScroll: true });
    },
    cancel() { this.target?.showGhost(null); },
  });

  function begin(at, event) {
    if (!onRows(at)) return timing(at);
    if (event.shiftKey) { sound.extendTo(at.level, at.step); return selecting; }
    if (settings.tool === 'lasso') return lassoing(at);
    if (settings.tool === 'paint') {
      sound.anchor = null;
      sound.moveCursor(at.level, at.step, null);
      if (!commands.takesBrush(at.level, at.step)) return null;
      const stroke = painting(at);
      stroke.show();
      return stroke;
    }
    const edge = edgeAt(at);
    if (edge) return resizing(edge);
    if (sound.selection?.has(at.level, at.step)) return carrying(at);
    sound.anchor = null;
    sound.moveCursor(at.level, at.step, null);
    return selecting;
  }

  // Beyond the edge the view goes along, as long as the pointer stays there.
  function scrollAlong() {
    frame = 0;
    if (!gesture || !last) return;
    const { x } = place(last), beyond = x < 0 ? x : Math.max(0, x - view.width);
    if (!beyond || !view.canScroll(beyond)) return;
    view.scrollBy(Math.max(-40, Math.min(40, beyond)) / 2);
    gesture.move(place(last), last);
    frame = requestAnimationFrame(scrollAlong);
  }

  function hover(at) {
    const paints = settings.tool === 'paint' && sound.brush;
    const mark = paints && onRows(at) ? { level: sound.brush.level, step: at.step } : null;
    if (mark?.step !== marks.hover?.step || mark?.level !== marks.hover?.level) { marks.hover = mark; stage.drawMarks(); }
    stage.tellUnder(onRows(at) ? at : null);
    if (!onRows(at)) surface.style.cursor = 'text';
    else if (settings.tool !== 'select') surface.style.cursor = settings.tool === 'paint' ? 'cell' : 'crosshair';
    else surface.style.cursor = edgeAt(at) ? 'ew-resize' : sound.selection?.has(at.level, at.step) ? 'grab' : 'default';
  }

  const stop = () => { cancelAnimationFrame(frame); [gesture, last, frame] = [null, null, 0]; };

  const listeners = {
    pointerdown(event) {
      if (event.button !== 0 || gesture) return;
      event.preventDefault();
      surface.focus({ preventScroll: true });
      surface.setPointerCapture(event.pointerId);
      gesture = begin(place(event), event);
    },
    pointermove(event) {
      if (!gesture) { hover(place(event)); return; }
      last = event;
      gesture.move(place(event), event);
      if (!frame) frame = requestAnimationFrame(scrollAlong);
    },
    pointerup(event) {
      const ending = gesture;
      stop();
      ending?.end(place(event), event);
      if (ending) hover(place(event));
    },
    pointercancel: () => cancel(),
    pointerleave() { if (!gesture) { marks.hover = null; stage.tellUnder(null); stage.drawMarks(); } },
    dblclick(event) { const at = place(event); if (onRows(at) && settings.tool === 'select') commands.hear(at.level, at.step); },
    wheel(event) {
      const { x } = place(event);
      if (event.ctrlKey || event.metaKey) { event.preventDefault(); view.zoom(event.deltaY < 0 ? 1 : -1, x); return; }
      const pixels = (event.deltaX || event.deltaY) * (event.deltaMode ? 16 : 1);
      if (!view.canScroll(pixels)) return; // the page scrolls on
      event.preventDefault();
      view.scrollBy(pixels);
    },
  };
  for (const [name, listener] of Object.entries(listeners)) surface.addEventListener(name, listener, name === 'wheel' ? { passive: false } : undefined);

  // Give up what the pointer was doing; whether it was doing anything.
  function cancel() {
    const given = gesture;
    stop();
    given?.cancel?.();
    stage.drawMarks();
    return given !== null;
  }
  return { cancel, busy: () => gesture !== null };
}
