/** Times as a caseworker reads them: always the clock of Europe/Copenhagen, whatever the computer says. */
import { daysBetween, workdaysBetween } from "./workdays.ts";
import type { Language, Messages } from "./messages.ts";

const zone = "Europe/Copenhagen";
const locales: Record<Language, string> = { da: "da-DK", en: "en-GB" };

const isoFormat = new Intl.DateTimeFormat("sv-SE", {
  timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});

/** Date and time of day in Copenhagen: `["2026-11-23", "14:30"]`. */
export function local(instant: Date): [date: string, time: string] {
  const [date = "", time = ""] = isoFormat.format(instant).split(" ");
  return [date, time];
}

/** An instant or a plain date as an instant; a plain date is its noon in UTC, which is the same day in Copenhagen. */
function instant(value: string): Date {
  return new Date(/^\d{4}-\d{2}-\d{2}$/.test(value) ? value + "T12:00:00Z" : value);
}

function format(value: string | undefined, language: Language, options: Intl.DateTimeFormatOptions): string {
  const at = value ? instant(value) : undefined;
  if (!at || Number.isNaN(at.getTime())) return "";
  return new Intl.DateTimeFormat(locales[language], { timeZone: zone, ...options }).format(at);
}

/** "23. nov. 2026"; empty for nothing. */
export function dateText(value: string | undefined | null, language: Language): string {
  return format(value ?? undefined, language, { day: "numeric", month: "short", year: "numeric" });
}

/** "man. 23. nov. 2026 kl. 14.30". */
export function momentText(value: string | undefined | null, language: Language): string {
  return format(value ?? undefined, language, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** "kl. 10.42" of today, else day and time. */
export function clockText(value: string, language: Language, messages: Messages, now: Date = new Date()): string {
  const [today] = local(now);
  const [day] = local(new Date(value));
  return day === today ? messages.clock(format(value, language, { hour: "2-digit", minute: "2-digit" })) : momentText(value, language);
}

/** How near a deadline is. `late`: it has passed; `soon`: within two working days. */
export type Urgency = "none" | "ok" | "soon" | "late";

/** A deadline in words and as a colour of the traffic light. */
export interface Deadline {
  readonly urgency: Urgency;
  readonly text: string;
}

/** How `dueAt` stands at `now`; both RFC 3339. */
export function deadline(dueAt: string | undefined | null, now: Date, messages: Messages): Deadline {
  const due = dueAt ? instant(dueAt) : undefined;
  if (!due || Number.isNaN(due.getTime())) return { urgency: "none", text: messages.due.none };
  const [today] = local(now);
  const [dueDate] = local(due);
  const workdays = workdaysBetween(today, dueDate);
  const days = daysBetween(today, dueDate);
  if (due <= now) return { urgency: "late", text: days === 0 ? messages.due.overToday : messages.due.over(-workdays) };
  return { urgency: workdays <= 2 ? "soon" : "ok", text: ahead(days, workdays, messages) };
}

function ahead(days: number, workdays: number, messages: Messages): string {
  if (days === 0) return messages.due.today;
  if (days === 1) return messages.due.tomorrow;
  if (days > 28) return messages.due.weeks(Math.round(days / 7));
  return workdays === 0 ? messages.due.days(days) : messages.due.workdays(workdays);
}

/** The UTC offset of Copenhagen at a local date and time: "+01:00" or "+02:00". */
export function offsetAt(date: string, time: string): string {
  const asUTC = new Date(`${date}T${time}:00Z`);
  if (Number.isNaN(asUTC.getTime())) return "+01:00";
  const guess = new Date(asUTC.getTime() - offsetMinutes(asUTC) * 60_000);
  return `+0${offsetMinutes(guess) / 60}:00`;
}

function offsetMinutes(at: Date): number {
  const [date, time] = local(at);
  return (Date.parse(`${date}T${time}:00Z`) - Math.floor(at.getTime() / 60_000) * 60_000) / 60_000;
}
