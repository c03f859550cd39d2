// Which of many places is meant: by a pointer, or by an arrow key. No page in here: node tests it.

// Index of the place nearest to [x, y] within a reach, or -1. Places are { x, y } in one unit.
export function nearest(places, x, y, reach = Infinity) {
  let found = -1, best = reach;
  places.forEach((place, index) => {
    const away = Math.hypot(place.x - x, place.y - y);
    if (away < best) { best = away; found = index; }
  });
  return found;
}

// Index of the place one comes to from another in a direction (dx, dy of length 1); the same one if there is none.
export function towards(places, from, dx, dy) {
  const start = places[from];
  let found = from, best = Infinity;
  places.forEach((place, index) => {
    const along = (place.x - start.x) * dx + (place.y - start.y) * dy;
    const aside = Math.abs((place.x - start.x) * dy - (place.y - start.y) * dx);
    if (index === from || along <= 1e-6 || aside > along * 1.2) return;
    const cost = along + 2 * aside; // straight on rather than near
    if (cost < best) { best = cost; found = index; }
  });
  return found;
}
