import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "../src/form/condition.ts";
import { initial, resolve } from "../src/form/resolve.ts";
import { fieldTypes, type Component, type Schema } from "../src/form/schema.ts";

// The tests are run from api/web; the definitions lie two rooms away.
const definitions = join(process.cwd(), "../../definitions");
const files = readdirSync(definitions, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".form") && !f.includes("testdata")).sort();

const all = (components: readonly Component[]): Component[] => components.flatMap((c) => [c, ...all(c.components ?? [])]);

/** Templates of a text, and the expressions a component is governed by. */
function expressions(c: Component): string[] {
  const templates = [c.label, c.description, c.text].flatMap((t) => [...(t ?? "").matchAll(/\{\{([^{}]*)\}\}/g)].map((m) => m[1]!));
  return [c.conditional?.hide, c.valuesExpression, ...templates].filter((e): e is string => Boolean(e));
}

test("there are forms to look at", () => assert.ok(files.length > 0));

for (const file of files) {
  const schema = JSON.parse(readFileSync(join(definitions, file), "utf8")) as Schema;
  test(`${file}: every component is drawn and every expression understood`, () => {
    for (const c of all(schema.components)) {
      for (const e of expressions(c)) assert.ok(parse(e), `${c.key ?? c.id}: ${e}`);
      if (["select", "radio", "checklist", "taglist"].includes(c.type)) assert.ok(c.values || c.valuesKey || c.valuesExpression, `${c.key} has nothing to choose from`);
      if (fieldTypes.has(c.type)) assert.ok(c.key, `${c.id} has no key`);
    }
    const nodes = resolve({ components: all(schema.components).map(({ conditional, ...c }) => c) }, initial(schema, {}), {});
    assert.deepEqual(nodes.filter((n) => n.kind === "unknown"), []);
  });
}
