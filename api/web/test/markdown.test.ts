import assert from "node:assert/strict";
import { test } from "node:test";
import type { VNode } from "preact";
import { Markdown } from "../src/form/markdown.tsx";

/** Elements as markup, enough to compare: nothing is escaped, because nothing may need it. */
function show(node: unknown): string {
  if (Array.isArray(node)) return node.map(show).join("");
  if (typeof node !== "object" || node === null) return String(node ?? "");
  const { type, props } = node as VNode<any>;
  const inner = show(props.children);
  return typeof type === "string" ? `<${type}${props.href ? ` ${props.href}` : ""}>${inner}</${type}>` : inner;
}

for (const [text, expected] of [
  ["Hej", "<p>Hej</p>"],
  ["a\nb", "<p>a<br></br>b</p>"],
  ["## Møde\ntekst", "<h2>Møde</h2><p>tekst</p>"],
  ["- a\n- **b**", "<ul><li>a</li><li><strong>b</strong></li></ul>"],
  ["1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"],
  ["*a* og _b_ men ikke c_d_e", "<p><em>a</em> og <em>b</em> men ikke c_d_e</p>"],
  ["[borger.dk](https://www.borger.dk)", "<p><a https://www.borger.dk>borger.dk</a></p>"],
  ["[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"],
  ["[x](//ond.dk)", "<p>[x](//ond.dk)</p>"],
  ["", ""],
] as const) {
  test(JSON.stringify(text), () => assert.equal(show(Markdown({ text })), expected));
}

test("markup is text", () => {
  const paragraph = show(Markdown({ text: "<script>alert(1)</script>" }));
  assert.equal(paragraph, "<p><script>alert(1)</script></p>"); // one text child of p, which the browser shows as written
  assert.equal(typeof (Markdown({ text: "<b>" }).props as any).children[0].props.children[0], "string");
});
