import assert from "node:assert/strict";
import { test } from "node:test";
import type { Part } from "../src/ui/mapping.ts";
import { instructionsOf, targetsOf } from "../src/ui/shift.ts";

test("what is chosen becomes instructions: one for one is a move", () => {
  assert.deepEqual(instructionsOf({ from: [], place: "before" }), []);
  assert.deepEqual(instructionsOf({ from: [3, 4], place: "before" }), [{ type: "terminate", key: 3 }, { type: "terminate", key: 4 }]);
  assert.deepEqual(instructionsOf({ from: [3], to: "plan", place: "after" }), [{ type: "move", key: 3, elementId: "plan", place: "after" }]);
  assert.deepEqual(instructionsOf({ from: [], to: "plan", place: "before" }), [{ type: "activate", elementId: "plan", place: "before" }]);
  assert.deepEqual(instructionsOf({ from: [3, 4], to: "plan", place: "before" }), [
    { type: "activate", elementId: "plan", place: "before" }, { type: "terminate", key: 3 }, { type: "terminate", key: 4 },
  ]);
});

test("no token is put at an event that only something else begins", () => {
  const part = (id: string, type: string, content = ""): Part => ({ id, name: id, type, waits: true, timed: false, content });
  const parts = [part("s", "startEvent"), part("a", "userTask"), part("late", "boundaryEvent"), part("x", "subProcess", '<subProcess triggeredByEvent="true">'), part("g", "parallelGateway")];
  assert.deepEqual(targetsOf(parts).map((p) => p.id), ["a", "g"]);
});
