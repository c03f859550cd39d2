// What canvases have in common: as sharp as the screen is, in the page's colours, and outlines of sounds.

// A colour of the page as it is now: styled('--d-accent')
export const styled = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

// Empty a canvas and size it for the screen: its context, which is drawn in with the page's pixels; null while it is not shown.
export function fitted(canvas, width, height) {
  if (!width) return null;
  const ratio = devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

// An outline { low, high } a pixel at a time, colourAt(x) each; a line at `at` pixels unless it is null. Without one a still line.
export function drawOutline(context, outline, width, height, { colourAt, at }) {
  const middle = height / 2, count = outline?.low.length ?? 0;
  if (!count) { context.fillStyle = styled('--d-line'); context.fillRect(0, middle, width, 1); return; }
  for (let x = 0; x < width; x++) {
    const first = Math.floor((x / width) * count), last = Math.max(first + 1, Math.floor(((x + 1) / width) * count));
    let low = 0, high = 0;
    for (let n = first; n < last && n < count; n++) { low = Math.min(low, outline.low[n]); high = Math.max(high, outline.high[n]); }
    context.fillStyle = colourAt(x);
    context.fillRect(x, middle - high * (middle - 1), 1, Math.max(1, (high - low) * (middle - 1)));
  }
  if (at !== null) { context.fillStyle = styled('--d-ink'); context.fillRect(at, 0, 1.5, height); }
}
