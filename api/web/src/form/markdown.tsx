/**
 * Markdown-light for the text components of forms: headings, paragraphs, lists, emphasis and links.
 * It makes elements, never markup, so that nothing in a form or in a variable can become script.
 */
import type { ComponentChildren, VNode } from "preact";

/** The elements for a text. */
export function Markdown({ text }: { text: string }): VNode {
  return <>{text.replaceAll("\r\n", "\n").split(/\n{2,}/).flatMap(block)}</>;
}

function block(source: string): ComponentChildren[] {
  const lines = source.split("\n").filter((l) => l.trim() !== "");
  const [first] = lines;
  if (first === undefined) return [];
  const heading = /^(#{1,4})\s+(.*)$/.exec(first);
  if (heading) {
    // All are h2, whatever their size: texts come in any order, and a page must not skip levels.
    return [<h2 class={`h${heading[1]!.length + 2}`}>{spans(heading[2]!)}</h2>, ...block(lines.slice(1).join("\n"))];
  }
  if (lines.every((l) => /^\s*[-*]\s+/.test(l))) return [<ul>{lines.map((l) => <li>{spans(l.replace(/^\s*[-*]\s+/, ""))}</li>)}</ul>];
  if (lines.every((l) => /^\s*\d+[.)]\s+/.test(l))) return [<ol>{lines.map((l) => <li>{spans(l.replace(/^\s*\d+[.)]\s+/, ""))}</li>)}</ol>];
  return [<p>{lines.flatMap((l, i) => (i ? [<br />, ...spans(l)] : spans(l)))}</p>];
}

const span = /\*\*([^*]+)\*\*|__([^_]+)__|\*([^*]+)\*|(?<![\p{L}\p{N}])_([^_]+)_(?![\p{L}\p{N}])|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)/gu;

function spans(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const m of text.matchAll(span)) {
    parts.push(text.slice(end, m.index), element(m));
    end = m.index + m[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter((p) => p !== "");
}

function element([whole, strong, strong2, em, em2, code, label, href]: RegExpMatchArray): ComponentChildren {
  if (strong ?? strong2) return <strong>{strong ?? strong2}</strong>;
  if (em ?? em2) return <em>{em ?? em2}</em>;
  if (code) return <code>{code}</code>;
  return safe(href!) ? <a href={href} rel="noreferrer">{label}</a> : whole;
}

/** Web, mail and own pages; anything else (javascript:, data:) stays text. */
function safe(href: string): boolean {
  return /^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(href);
}
