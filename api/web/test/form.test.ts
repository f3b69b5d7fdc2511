import assert from "node:assert/strict";
import { test } from "node:test";
import { check, readNumber } from "../src/form/check.ts";
import { get, pointer, set } from "../src/form/path.ts";
import { fields, initial, maxRows, resolve, submission, type Values } from "../src/form/resolve.ts";
import type { Component, Schema } from "../src/form/schema.ts";
import { messagesOf } from "../src/messages.ts";
import { isCpr, isCvr } from "../src/pages/newcase.tsx";
import * as forms from "../stories/forms.ts";

const texts = messagesOf("da").form;
const form = (...components: Component[]): Schema => ({ components });
const shownKeys = (schema: Schema, values: Values, data: Values = {}) => fields(resolve(schema, values, data)).map((f) => pointer(f.path).slice("/variables/".length));
const sent = (schema: Schema, values: Values) => submission(resolve(schema, values, {}), values);
const problems = (component: Partial<Component>, value: unknown) => {
  const schema = form({ type: "textfield", key: "x", label: "X", ...component });
  return check(resolve(schema, { x: value }, {}), { x: value }, texts).map((p) => p.message);
};

test("a form opens with data before defaults before nothing", () => {
  const schema = form(
    { type: "textfield", key: "a" }, { type: "number", key: "b", defaultValue: 3 }, { type: "checkbox", key: "c" }, { type: "checklist", key: "d" },
    { type: "group", path: "g", components: [{ type: "radio", key: "e.f", defaultValue: "yes" }] },
  );
  assert.deepEqual(initial(schema, { b: 7 }), { a: "", b: 7, c: false, d: [], g: { e: { f: "yes" } } });
});

test("a list opens with the given rows, or with empty ones", () => {
  const schema = form({ type: "dynamiclist", path: "lines", defaultRepetitions: 2, components: [{ type: "textfield", key: "what" }] });
  assert.deepEqual(initial(schema, {}), { lines: [{ what: "" }, { what: "" }] });
  assert.deepEqual(initial(schema, { lines: [{ what: "bord", id: 1 }] }), { lines: [{ what: "bord", id: 1 }] });
  assert.equal((initial(schema, { lines: Array(500).fill({}) }).lines as unknown[]).length, maxRows);
});

test("hidden fields are neither checked nor sent", () => {
  const none = initial(forms.meeting, {});
  assert.deepEqual(shownKeys(forms.meeting, none), ["held", "whyNot", "note", "informed"].filter((k) => k !== "whyNot"));
  const no = set(none, ["held"], "no");
  assert.deepEqual(shownKeys(forms.meeting, no), ["held", "whyNot", "note", "informed"]);
  assert.deepEqual(Object.keys(sent(forms.meeting, no)), ["held", "whyNot", "note", "informed"]);
  const yes = set(none, ["held"], "yes");
  assert.ok(shownKeys(forms.meeting, yes).includes("lines/0/action"));
  assert.deepEqual(sent(forms.meeting, yes).lines, [{ owner: null, due: null, action: "" }]);
});

test("what hangs on a hidden answer is hidden too, as the server sees it", () => {
  const schema = form(
    { type: "checkbox", key: "a" },
    { type: "textfield", key: "b", conditional: { hide: "=not(a)" } },
    { type: "textfield", key: "c", conditional: { hide: '=b != "x" or b = null' } },
  );
  assert.deepEqual(shownKeys(schema, { a: true, b: "x", c: "" }), ["a", "b", "c"]);
  assert.deepEqual(shownKeys(schema, { a: false, b: "x", c: "" }), ["a"]);
});

test("a form whose conditions never settle is still shown", () => {
  const schema = form({ type: "checkbox", key: "a", conditional: { hide: "=a" } });
  assert.ok(resolve(schema, { a: true }, {}).length <= 1);
});

test("conditions of rows see their row first, then the form, then the data", () => {
  const schema = form({ type: "textfield", key: "who" }, { type: "dynamiclist", path: "lines", components: [
    { type: "textfield", key: "who" }, { type: "textfield", key: "more", conditional: { hide: '=who != "us" or track != "fast"' } },
  ] });
  const values = { who: "them", lines: [{ who: "us", more: "" }, { who: "them", more: "" }] };
  assert.deepEqual(shownKeys(schema, values, { track: "fast" }), ["who", "lines/0/who", "lines/0/more", "lines/1/who"]);
});

test("disabled fields are not sent; an empty list is", () => {
  const schema = form({ type: "textfield", key: "a", disabled: true }, { type: "textfield", key: "b", readonly: true }, { type: "dynamiclist", path: "l", components: [{ type: "textfield", key: "x" }] });
  assert.deepEqual(sent(schema, { a: "1", b: "2", l: [] }), { l: [], b: "2" });
});

test("an expression decides whether a field can be written", () => {
  const schema = form({ type: "checkbox", key: "a" }, { type: "textfield", key: "b", readonly: "=a", validate: { required: true } });
  for (const [a, found] of [[true, 0], [false, 1]] as const) assert.equal(check(resolve(schema, { a, b: "" }, {}), { a, b: "" }, texts).length, found);
});

test("unknown components are shown as such, unwanted ones not at all", () => {
  assert.deepEqual(resolve(form({ type: "html" }, { type: "button" }, { type: "filepicker", key: "x", label: "Bilag" }), {}, {}).map((n) => n.kind), ["unknown"]);
});

for (const [what, component, value, expected] of [
  ["an empty required field", { validate: { required: true } }, "", "Udfyld »X«"],
  ["only spaces", { validate: { required: true } }, "  ", "Udfyld »X«"],
  ["an unticked required checkbox", { type: "checkbox", validate: { required: true } }, false, "Sæt kryds ved »X«"],
  ["no choice", { type: "radio", validate: { required: true } }, null, "Vælg et svar under »X«"],
  ["no choices", { type: "checklist", validate: { required: true } }, [], "Vælg mindst ét svar under »X«"],
  ["too short", { validate: { minLength: 5 } }, "fire", "Skriv mindst 5 tegn; du har skrevet 4"],
  ["too long", { validate: { maxLength: 3 } }, "æøåé", "Skriv højst 3 tegn; du har skrevet 4"],
  ["a wrong e-mail address", { validate: { validationType: "email" } }, "a@b", texts.notEmail],
  ["a wrong telephone number", { validate: { validationType: "phone" } }, "ring", texts.notPhone],
  ["a pattern with its own message", { validate: { pattern: "^\\d+$", patternErrorMessage: "Kun cifre" } }, "x", "Kun cifre"],
  ["words for a number", { type: "number" }, "tolv", texts.notNumber],
  ["too small", { type: "number", validate: { min: 4 } }, 3.5, "Tallet må ikke være mindre end 4"],
  ["too large", { type: "number", validate: { max: 37 } }, 37.5, "Tallet må ikke være større end 37"],
  ["too many decimals", { type: "number", decimalDigits: 0 }, 1.5, "Skriv et helt tal"],
  ["a number as text", { type: "number", serializeToString: true, validate: { min: 4 } }, "3", "Tallet må ikke være mindre end 4"],
  ["half a moment", { type: "datetime", subtype: "datetime" }, "2026-11-23T", texts.dateAndTime],
] as [string, Partial<Component>, unknown, string][]) {
  test(`${what} is a problem`, () => assert.deepEqual(problems(component, value), [expected]));
}

for (const [what, component, value] of [
  ["an empty optional field", { validate: { minLength: 5, pattern: "x" } }, ""],
  ["a telephone number", { validate: { validationType: "phone" } }, "12 34 56 78"],
  ["a foreign telephone number", { validate: { validationType: "phone" } }, "+46 8 123 456"],
  ["an e-mail address", { validate: { validationType: "email" } }, "bo.ø@firma.dk"],
  ["zero", { type: "number", validate: { required: true } }, 0],
  ["the answer no", { type: "radio", validate: { required: true } }, false],
  ["a number with as many decimals as allowed", { type: "number", decimalDigits: 1 }, 7.5],
  ["a moment with its zone", { type: "datetime", subtype: "datetime" }, "2026-11-23T10:30+01:00"],
  ["a pattern that only the server can read", { validate: { pattern: "(?P<x>a" } }, "b"],
  ["a disabled field", { disabled: true, validate: { required: true } }, ""],
] as [string, Partial<Component>, unknown][]) {
  test(`${what} is no problem`, () => assert.deepEqual(problems(component, value), []));
}

test("numbers are read as Danes write them", () => {
  assert.deepEqual(["7,5", " 12 ", "-3", "−3", "0,25", "1.5"].map(readNumber), [7.5, 12, -3, -3, 0.25, 1.5]);
  assert.deepEqual(["", "1.000,5", "12x", "1e3", "--1", ","].map(readNumber), Array(6).fill(undefined));
});

test("paths are read and set without touching what was", () => {
  const before = { a: [{ b: 1 }] };
  const after = set(before, ["a", 0, "b"], 2);
  assert.equal(get(after, ["a", 0, "b"]), 2);
  assert.equal(get(before, ["a", 0, "b"]), 1);
  assert.deepEqual(set({}, ["x", 0, "y"], 1), { x: [{ y: 1 }] });
  assert.equal(pointer(["a/b", 0, "c~d"]), "/variables/a~1b/0/c~0d");
});

test("no key can reach the prototype", () => {
  set({}, ["__proto__", "polluted"], true);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.equal(get({}, ["constructor"]), undefined);
});

test("CPR and CVR numbers", () => {
  for (const good of ["2512169996", "2211771212", "0101010000", "6101011234"]) assert.ok(isCpr(good), good);
  for (const bad of ["3213991234", "0013991234", "010101123", "0000000000"]) assert.ok(!isCpr(bad), bad);
  for (const good of ["24256790", "27355021", "13585628", "29189846"]) assert.ok(isCvr(good), good);
  for (const bad of ["12345678", "00000000", "2425679"]) assert.ok(!isCvr(bad), bad);
});
