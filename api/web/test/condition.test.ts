import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, holds, parse } from "../src/form/condition.ts";

const values = { held: "yes", hours: 12.5, done: true, topics: ["tasks", "hours"], nothing: null, day: "2026-11-23", person: { role: "manager" }, "æble": 1 };
const evaluate = (source: string) => parse(source)?.([values]);

for (const [source, expected] of [
  ['="yes" = held', true],
  ['held != "yes"', false],
  ["hours > 12 and hours <= 12.5", true],
  ["hours > 20 or done", true],
  ["not(done)", false],
  ["done = false or not(held = \"no\")", true],
  ["(hours < 1 or hours > 12) and done", true],
  ["hours = -12.5", false],
  ['day >= "2026-11-01"', true],
  ["person.role = \"manager\"", true],
  ["person.missing.deeper", null],
  ['list contains(topics, "hours")', true],
  ['held in ["no", "maybe"]', false],
  ["topics = [\"tasks\", \"hours\"]", true],
  ["topics = []", false],
  ["æble = 1", true],
  // Null: what is missing is null, comparing it is null, and null decides nothing.
  ["missing", null],
  ["missing = null", true],
  ["nothing != null", false],
  ["missing > 3", null],
  ["not(missing)", null],
  ["missing and false", false],
  ["missing and true", null],
  ["missing or true", true],
  ["missing or false", null],
  // Values of different types are not equal and not unequal.
  ['hours = "12.5"', null],
  ["held > 3", null],
  ['"a\\"b" = "a\\"b"', true],
  ['"and" = "and"', true],
] as [string, unknown][]) {
  test(`${source} is ${expected}`, () => assert.deepEqual(evaluate(source), expected));
}

for (const source of ["", "=", "held =", "= = 1", "count(topics) > 1", "if done then 1 else 2", "held ~ 1", "(done", "1 2", '"open', "not done", "x".repeat(5) + "(", "1 and ".repeat(1000) + "1"]) {
  test(`${source.slice(0, 30)} is not of the subset, and hides nothing`, () => {
    assert.equal(parse(source), undefined);
    assert.equal(holds(source, [values]), false);
  });
}

test("only true hides", () => {
  assert.equal(holds('=held = "yes"', [values]), true);
  assert.equal(holds("=hours", [values]), false);
  assert.equal(holds("=missing", [values]), false);
  assert.equal(holds(undefined, [values]), false);
});

test("inner scopes hide outer ones", () => {
  assert.equal(parse("held")!([{ held: "inner" }, values]), "inner");
  assert.equal(parse("hours")!([{ held: "inner" }, values]), 12.5);
});

test("inherited members are no variables", () => {
  assert.equal(evaluate("constructor"), null);
  assert.equal(evaluate("held.length"), null);
  assert.equal(evaluate("topics.length"), 2);
});

test("templates show values and nothing for what is missing", () => {
  assert.equal(fill("Ring til {{person.role}} ({{hours}}){{missing}}", [values]), "Ring til manager (12.5)");
  assert.equal(fill('=held', [values]), "yes");
  assert.equal(fill("{{topics}}", [values]), "tasks, hours");
  assert.equal(fill("{{broken(}} { } {{", [values]), " { } {{");
});
