// Entries sorted, found and ranked. No page in here: node tests it.

export const ORDERS = [['usage', 'use'], ['code', 'number'], ['name', 'your name'], ['brightness', 'brightness'], ['warmth', 'warmth'], ['loudness', 'loudness'],
  ['bandwidth', 'width'], ['noisiness', 'noisiness'], ['roughness', 'roughness'], ['tension', 'tension'], ['onset', 'attack']];

// The most first; by number and by name from the beginning, those without a name last.
export function sorted(entries, by) {
  const copy = [...entries];
  if (by === 'code') return copy.sort((a, b) => a.code - b.code);
  if (by === 'name') return copy.sort((a, b) => Number(!a.name) - Number(!b.name) || a.name.localeCompare(b.name) || b.share - a.share);
  const much = (entry) => (by === 'usage' ? entry.share : entry.figures[by]);
  return copy.sort((a, b) => much(b) - much(a) || a.code - b.code);
}

// Those that have all words in what is said of them, or are called by that number.
export function matching(entries, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const said = `${entry.words} ${entry.name} ${entry.note}`.toLowerCase();
    return words.every((word) => said.includes(word) || String(entry.code) === word);
  });
}

// For each entry, the share of the others that have less: Map code -> 0..1.
export function ranks(entries, much) {
  const values = entries.map(much).sort((a, b) => a - b);
  const below = (value) => { let low = 0, high = values.length; while (low < high) { const middle = (low + high) >> 1; if (values[middle] < value) low = middle + 1; else high = middle; } return low; };
  return new Map(entries.map((entry) => [entry.code, values.length > 1 ? below(much(entry)) / (values.length - 1) : 0]));
}

// For each level, its entries from the most to the least used: what the columns of the heat map are.
export const byUse = (counts) => counts.map((row) => row.map((_, code) => code).sort((a, b) => row[b] - row[a] || a - b));
