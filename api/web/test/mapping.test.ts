import assert from "node:assert/strict";
import { test } from "node:test";
import { movesOf, propose, withMoves, type Part } from "../src/ui/mapping.ts";

const part = (id: string, name: string, type = "userTask", more: Partial<Part> = {}): Part => ({ id, name, type, waits: true, timed: type === "userTask", content: type, ...more });
const timer = (id: string, name: string, host: string): Part => part(id, name, "boundaryEvent", { host, event: "timerEventDefinition", timed: true });
const told = (before: Part[], after: Part[]) => propose(before, after).map((l) => `${l.part.id} ${l.kind} → ${l.to}`);

test("what is there unchanged goes on by itself", () => {
  assert.deepEqual(told([part("a", "A")], [part("a", "Another name"), part("b", "B")]), []);
});

test("what has changed is told and goes on in the same place", () => {
  assert.deepEqual(told([part("a", "A", "userTask", { content: "P7D" })], [part("a", "A", "userTask", { content: "P9D" })]), ["a changed → a"]);
});

test("what is gone goes on in what is new and most alike, of the same kind", () => {
  const before = [part("call", "Ring til virksomheden"), part("talk", "Hold samtale"), part("letter", "Send brev", "serviceTask"), part("old", "Vurdér sagen")];
  const after = [part("ring", "Ring til arbejdspladsen"), part("speak", "Hold en samtale"), part("post", "Send brev")];
  assert.deepEqual(told(before, after), ["call gone → ring", "talk gone → speak", "letter gone → undefined", "old gone → undefined"]);
});

test("nothing new takes over from two", () => {
  assert.deepEqual(told([part("call1", "Ring"), part("call2", "Ring igen")], [part("call", "Ring")]), ["call1 gone → call", "call2 gone → undefined"]);
});

test("an element of the same id and another kind is gone", () => {
  assert.deepEqual(told([part("a", "A")], [part("a", "A", "serviceTask")]), ["a gone → undefined"]);
});

test("an event follows the activity that it is attached to", () => {
  const before = [part("call", "Ring til virksomheden"), timer("late", "Frist", "call"), timer("other", "Frist", "gone")];
  const after = [part("ring", "Ring til virksomheden igen"), timer("overdue", "For sent", "ring")];
  assert.deepEqual(told(before, after), ["call gone → ring", "late gone → overdue", "other gone → undefined"]);
});

test("a mapping names only what does not go on by itself, and can be taken up again", () => {
  const before = [part("a", "A", "userTask", { content: "P7D" }), part("b", "B", "userTask", { content: "1" }), part("call", "Ring"), timer("late", "Frist", "x")];
  const after = [part("a", "A", "userTask", { content: "P9D" }), part("b", "B", "userTask", { content: "2" }), part("ring", "Ring")];
  const lines = propose(before, after).map((l) => (l.part.id === "a" ? { ...l, times: "since" as const } : l));
  const moves = [{ from: "a", to: "a", times: "since" as const }, { from: "call", to: "ring" }];
  assert.deepEqual(movesOf(lines), moves);
  assert.deepEqual(withMoves(propose(before, after), moves), lines);
});
