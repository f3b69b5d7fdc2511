/**
 * Danish working days, to say "2 arbejdsdage over" instead of a date. Days are ISO dates, "2026-11-23".
 * Deadlines themselves come from the server, which also knows the municipality's own closed days; these are only words about them.
 */

const day = 86_400_000;

/** Gregorian Easter Sunday of a year (the anonymous algorithm). */
export function easter(year: number): string {
  const a = year % 19, b = Math.floor(year / 100), c = year % 100;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const m = Math.floor((a + 11 * h) / 319);
  const r = (2 * (b % 4) + 2 * Math.floor(c / 4) - (c % 4) - h + m + 32) % 7;
  const month = Math.floor((h - m + r + 90) / 25);
  const date = (h - m + r + month + 19) % 32;
  return new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);
}

/** The date `days` calendar days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * day).toISOString().slice(0, 10);
}

/** Calendar days from one date to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / day);
}

/** Whether a date is Monday to Friday and no public holiday. Store Bededag is a holiday up to 2023. */
export function isWorkday(date: string): boolean {
  const weekday = new Date(date).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !isHoliday(date);
}

function isHoliday(date: string): boolean {
  if (["01-01", "12-25", "12-26"].includes(date.slice(5))) return true;
  const year = Number(date.slice(0, 4));
  const offset = daysBetween(easter(year), date);
  return [-3, -2, 0, 1, 39, 49, 50].includes(offset) || (offset === 26 && year <= 2023);
}

/** Working days after `from` up to and including `to`; negative when `to` is earlier. Beyond a year both ways it stops counting. */
export function workdaysBetween(from: string, to: string): number {
  if (to < from) return -workdaysBetween(to, from);
  const span = Math.min(daysBetween(from, to), 366);
  let count = 0;
  for (let i = 1; i <= span; i++) if (isWorkday(addDays(from, i))) count++;
  return count;
}
