import assert from "node:assert/strict";
import { test } from "node:test";
import { overtaken, type Draft } from "../src/form/draft.ts";

const draft = (savedBy: string, savedAt: string): Draft => ({ data: {}, savedBy, savedAt });

test("only a draft that somebody else has saved since is in the way", () => {
  const seen = draft("karen", "2026-11-23T09:00:00Z");
  const jens = draft("jens", "2026-11-23T09:05:00Z");
  for (const [there, before, expected] of [
    [null, null, false], [null, seen, false], [seen, seen, false], [jens, seen, true], [jens, null, true], [jens, jens, false],
    [draft("karen", "2026-11-23T09:05:00Z"), seen, false], // one's own, saved from another machine
  ] as const) assert.equal(overtaken(there, before, "karen"), expected, JSON.stringify([there, before]));
});
