// What is set on the page, as the routes and presets take it. No page in here: node tests it.

export const KNOBS = ['creativity', 'focus', 'diversity'];
const TECHNICAL = ['top_k', 'coarse', 'level_temperatures', 'repetition', 'continuity', 'coherence'];

export const usual = () => ({
  seconds: 8, count: 1, experimental: 0.5,
  own: { creativity: null, focus: null, diversity: null }, // a knob that does not follow the slider
  sampling: {}, // what a preset sets besides
  steering: {}, // word -> points
  guard: true, guardSeconds: 1,
  collage: false, arrange: 'shuffle', template: 'AABA', partSeconds: 0.5,
  seed: 0, another: true, // another seed after each run
  prefix: null, prefixSeconds: null, // { source, title }
});

// Where a knob stands when it follows the slider: straight between the places that Python told.
export function following(slider, knob, experimental) {
  if (knob === 'focus') return 0;
  const [low, middle, high] = slider;
  const [from, to] = experimental <= middle.at ? [low, middle] : [middle, high];
  const share = (experimental - from.at) / (to.at - from.at);
  return from[knob] + (to[knob] - from[knob]) * share;
}

const ownKnobs = ({ own }) => Object.fromEntries(KNOBS.filter((knob) => own[knob] !== null).map((knob) => [knob, own[knob]]));

// What POST /distill/generate takes.
export function asked(state) {
  const all = { seconds: state.seconds, count: state.count, seed: state.seed, guard_seconds: state.guard ? state.guardSeconds : null };
  if (state.prefix) Object.assign(all, { prefix: state.prefix.source, prefix_seconds: state.prefixSeconds });
  if (state.collage) return { ...all, arrange: state.arrange === 'shuffle' ? 'shuffle' : state.template, part_seconds: state.partSeconds };
  return { ...all, experimental: state.experimental, ...ownKnobs(state), sampling: state.sampling, steering: state.steering };
}

// What a preset keeps of it: how it is drawn, and the length.
export const presetOf = (state) => ({
  seconds: state.seconds, experimental: state.experimental, ...ownKnobs(state), ...state.sampling,
  ...(Object.keys(state.steering).length ? { steering: state.steering } : {}),
});

// The state with a preset applied; what it does not say is as usual, the length as it was.
export function withPreset(state, settings) {
  const own = Object.fromEntries(KNOBS.map((knob) => [knob, settings[knob] ?? null]));
  return {
    ...state, collage: false, own,
    seconds: settings.seconds ?? state.seconds,
    experimental: settings.experimental ?? 0.5,
    sampling: Object.fromEntries(TECHNICAL.filter((name) => name in settings).map((name) => [name, settings[name]])),
    steering: Object.fromEntries(Object.entries(settings.steering ?? {}).map(([word, points]) => [word, points.map(([at, much]) => [at, much])])),
  };
}

// How long it will still take, of what has been done; nothing while that is a guess.
export function secondsLeft({ done, total, seconds }) {
  if (!done || !total || seconds < 1.5 || done / total < 0.03) return null;
  return (seconds * (total - done)) / done;
}
