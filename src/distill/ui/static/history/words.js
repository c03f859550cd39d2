// Figures as people say them; nothing here knows the page.

const MINUS = '\u2212';

// 1234567 -> "1.2 MB"
export function size(bytes) {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let value = bytes, unit = 0;
  while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit++; }
  return `${unit && value < 99.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

// -18.23, 'LUFS' -> "−18.2 LUFS"; '' for what was not measured
export const level = (value, unit) =>
  value === null || value === undefined ? '' : `${value < -0.05 ? MINUS : ''}${Math.abs(value).toFixed(1)} ${unit}`;

// The day and time of an ISO date as they are on the wall of the room: "today 14:30", "12 Mar 2026"
export function moment(iso, now = new Date()) {
  const then = new Date(iso);
  if (isNaN(then)) return '';
  const clock = `${String(then.getHours()).padStart(2, '0')}:${String(then.getMinutes()).padStart(2, '0')}`;
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  const days = Math.round((midnight(now) - midnight(then)) / 86400000);
  if (days === 0) return `today ${clock}`;
  if (days === 1) return `yesterday ${clock}`;
  const date = `${then.getDate()} ${then.toLocaleString('en', { month: 'short' })}`;
  return then.getFullYear() === now.getFullYear() ? `${date}, ${clock}` : `${date} ${then.getFullYear()}`;
}

// What a take is called where two are named: title and number
export const called = (take) => `${take.title} (take ${take.number})`;

// 1, 'take' -> "1 take"; 3, 'take' -> "3 takes"
export const counted = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
