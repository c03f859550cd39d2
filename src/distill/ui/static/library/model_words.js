// What a model's card says, for a small place; nothing here knows the page.

const TIERS = { draft: 'draft', standard: 'standard', high: 'high' };
export const tierOf = (tier) => TIERS[tier] ?? tier ?? '';

// The words of a card after a label, without the figures in brackets and the full stop.
export function saidOf(lines, label) {
  const found = lines.find(([one]) => one === label);
  return found ? found[1].replace(/ \(.*\)\.?$/, '').replace(/\.$/, '') : 'not measured';
}

const GRADES = {
  green: { grade: 'good', mark: '✓', words: 'healthy' },
  yellow: { grade: 'fair', mark: '~', words: 'usable' },
  red: { grade: 'bad', mark: '!', words: 'nearly empty' },
};

// Each level's health: a grade, a mark that needs no colour, and a sentence.
export function healthOf({ health, utilisation, codebook_size: entries }) {
  if (!health || !utilisation) return [];
  return health.map((colour, index) => {
    const { grade, mark, words } = GRADES[colour] ?? GRADES.red;
    return { grade, mark, said: `level ${index + 1} ${words}: uses ${Math.round(100 * utilisation[index])} % of ${entries} entries` };
  });
}
