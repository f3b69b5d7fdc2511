import assert from "node:assert/strict";
import { test } from "node:test";
import { unchanged } from "../src/form/draft.ts";

test("a draft is saved in place of the one that was seen, or of none", () => {
  assert.deepEqual(unchanged(null), { "If-None-Match": "*" });
  assert.deepEqual(unchanged({ data: {}, savedBy: "karen", savedAt: "2026-11-23T09:00:00Z", version: 1764 }), { "If-Match": '"1764"' });
});
