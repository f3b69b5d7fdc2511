import assert from "node:assert/strict";
import { test } from "node:test";
import { messagesOf } from "../src/messages.ts";
import { deadline, local, offsetAt } from "../src/time.ts";
import { easter, isWorkday, workdaysBetween } from "../src/workdays.ts";

const t = messagesOf("da");

test("Easter", () => {
  assert.deepEqual([2025, 2026, 2027, 2028, 2029, 2030].map(easter), ["2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21"]);
});

test("public holidays are no working days; Store Bededag ended with 2023", () => {
  for (const day of ["2026-01-01", "2026-04-02", "2026-04-03", "2026-04-06", "2026-05-14", "2026-05-25", "2026-12-25", "2023-05-05", "2026-11-22"]) assert.ok(!isWorkday(day), day);
  for (const day of ["2024-04-26", "2026-06-05", "2026-12-24", "2026-05-15", "2026-11-23"]) assert.ok(isWorkday(day), day);
});

test("working days are counted both ways", () => {
  assert.equal(workdaysBetween("2026-11-20", "2026-11-23"), 1);
  assert.equal(workdaysBetween("2026-11-23", "2026-11-20"), -1);
  assert.equal(workdaysBetween("2026-04-01", "2026-04-07"), 1);
  assert.equal(workdaysBetween("2026-11-21", "2026-11-22"), 0);
});

const now = new Date("2026-11-23T08:00:00+01:00"); // a Monday
for (const [due, urgency, text] of [
  [null, "none", "Ingen frist"],
  ["2026-11-23T16:00:00+01:00", "soon", "i dag"],
  ["2026-11-24T16:00:00+01:00", "soon", "i morgen"],
  ["2026-11-25T16:00:00+01:00", "soon", "om 2 arbejdsdage"],
  ["2026-11-30T16:00:00+01:00", "ok", "om 5 arbejdsdage"],
  ["2027-01-18T12:00:00+01:00", "ok", "om 8 uger"],
  ["2026-11-23T07:00:00+01:00", "late", "over frist i dag"],
  ["2026-11-20T16:00:00+01:00", "late", "1 arbejdsdag over"],
  ["2026-11-19T16:00:00+01:00", "late", "2 arbejdsdage over"],
  ["2026-11-22T23:30:00Z", "late", "over frist i dag"],
  ["not a date", "none", "Ingen frist"],
] as const) {
  test(`a deadline at ${due} is ${text}`, () => assert.deepEqual(deadline(due, now, t), { urgency, text }));
}

test("a deadline that passed in the weekend has passed by no working day on the Sunday", () => {
  assert.equal(deadline("2026-11-21T10:00:00+01:00", new Date("2026-11-22T10:00:00+01:00"), t).text, "over frist");
});

test("the clock is Copenhagen's", () => {
  assert.deepEqual(local(new Date("2026-06-30T22:30:00Z")), ["2026-07-01", "00:30"]);
  assert.equal(offsetAt("2026-07-01", "10:30"), "+02:00");
  assert.equal(offsetAt("2026-11-23", "10:30"), "+01:00");
  assert.equal(offsetAt("2026-03-29", "01:59"), "+01:00");
  assert.equal(offsetAt("2026-03-29", "03:00"), "+02:00");
  assert.equal(offsetAt("2026-10-25", "01:59"), "+02:00");
  assert.equal(offsetAt("2026-10-25", "03:00"), "+01:00");
});
