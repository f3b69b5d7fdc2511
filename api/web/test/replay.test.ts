import assert from "node:assert/strict";
import { test } from "node:test";
import { momentsOf, standingAfter } from "../src/ui/replay.ts";
import type { Step } from "../src/types.ts";

const steps: Step[] = [
  { at: "2026-11-02T08:00:00Z", kind: "started", elementId: "p", type: "process", key: 1 },
  { at: "2026-11-02T08:00:00Z", kind: "entered", elementId: "start", type: "startEvent", key: 2 },
  { at: "2026-11-02T08:00:00Z", kind: "completed", elementId: "start", type: "startEvent", key: 2 },
  { at: "2026-11-02T08:00:00Z", kind: "flow", elementId: "f1", type: "sequenceFlow" },
  { at: "2026-11-02T08:00:00Z", kind: "entered", elementId: "sub", type: "subProcess", key: 3 },
  { at: "2026-11-02T08:00:00Z", kind: "entered", elementId: "call", name: "Ring", type: "userTask", key: 4 },
  { at: "2026-11-03T09:00:00Z", kind: "completed", elementId: "call", name: "Ring", type: "userTask", key: 4, actor: "karen" },
  { at: "2026-11-03T09:00:00Z", kind: "flow", elementId: "f2", type: "sequenceFlow" },
  { at: "2026-11-03T09:00:00Z", kind: "entered", elementId: "pay", type: "serviceTask", key: 5 },
  { at: "2026-11-03T09:01:00Z", kind: "incident", elementId: "pay", type: "serviceTask", key: 5 },
  { at: "2026-11-04T09:01:00Z", kind: "resolved", elementId: "pay", type: "serviceTask", key: 5 },
  { at: "2026-11-04T10:00:00Z", kind: "completed", elementId: "pay", type: "serviceTask", key: 5 },
  { at: "2026-11-04T10:00:00Z", kind: "completed", elementId: "sub", type: "subProcess", key: 3 },
  { at: "2026-11-04T10:00:00Z", kind: "ended", elementId: "p", type: "process", key: 1 },
];

test("what happened at once is one moment, told without the moves of tokens", () => {
  assert.deepEqual(momentsOf(steps).map((m) => m.told.map((s) => `${s.kind} ${s.elementId}`)), [
    ["started p", "entered call"],
    ["completed call"],
    ["incident pay"],
    ["resolved pay"],
    ["completed pay", "ended p"],
  ]);
});

test("the diagram shows each moment as it was", () => {
  const shown = momentsOf(steps).map((m) => {
    const s = standingAfter(steps, m);
    return { here: s.elements.map((e) => `${e.elementId} ${e.state}`), done: s.done, flows: s.flows };
  });
  assert.deepEqual(shown, [
    { here: ["sub scope", "call here"], done: ["start"], flows: ["f1"] },
    { here: ["sub scope", "pay here"], done: ["start", "call"], flows: ["f2"] },
    { here: ["sub scope", "pay incident"], done: ["start", "call"], flows: [] },
    { here: ["sub scope", "pay here"], done: ["start", "call"], flows: [] },
    { here: [], done: ["start", "call", "pay", "sub"], flows: [] },
  ]);
});

test("an element that is entered again shows as open, not as done", () => {
  const again: Step[] = [...steps.slice(0, 7), { at: "2026-11-05T08:00:00Z", kind: "entered", elementId: "call", type: "userTask", key: 9 }];
  const last = standingAfter(again, momentsOf(again).at(-1)!);
  assert.deepEqual([last.elements.map((e) => e.elementId), last.done], [["sub", "call"], ["start"]]);
});

test("nothing to play", () => assert.deepEqual(momentsOf([]), []));
