// The latest takes, to choose one from.

import { h, time } from './dom.js';
import { get } from './talk.js';

const MOST = 60;

export const latestTakes = async () => (await get(`/takes?count=${MOST}`)).takes.filter(({ damaged }) => !damaged);

// As a group of a select; the value of each is its number. Nothing where there are none.
export const takeOptions = (takes) => takes.length > 0 && h('optgroup', { label: 'Takes' },
  ...takes.map(({ number, title, seconds }) => h('option', { value: String(number) }, `${title} · ${time(seconds)}`)));
