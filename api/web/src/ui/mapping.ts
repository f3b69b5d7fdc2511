/** Where what waits in one version of a process goes on in another: what to propose. Pure, so that it can be tested. */
import type { Move, Times } from "../types.ts";

/** An element at which something can wait. */
export interface Part {
  readonly id: string;
  readonly name: string;
  /** BPMN element name. */
  readonly type: string;
  /** What it is attached to. */
  readonly host?: string;
  /** Kind of its event definition. */
  readonly event?: string;
  /** Whether tokens wait at it, or it is waited for, in an instance that is not stuck. */
  readonly waits: boolean;
  /** Whether it has a due time. */
  readonly timed: boolean;
  /** All that can differ between versions, as text. */
  readonly content: string;
}

/** An element that does not simply go on: it is gone, or it has changed. Without `to` nothing takes over. */
export interface Line {
  readonly part: Part;
  readonly kind: "gone" | "changed";
  readonly to?: string;
  readonly times: Times;
}

const alike = 0.4; // from here on names are taken for the same

/** The elements of a version that do not go on as they are, with what they are proposed to go on in. */
export function propose(before: readonly Part[], after: readonly Part[]): Line[] {
  const there = new Map(after.map((p) => [p.id, p]));
  const same = (p: Part) => there.get(p.id)?.type === p.type;
  const found = matches(before.filter((p) => !same(p)), after.filter((p) => !before.some((b) => b.id === p.id && b.type === p.type)));
  return before.flatMap((part): Line[] => {
    if (!same(part)) return [{ part, kind: "gone", to: found.get(part.id), times: "keep" }];
    return there.get(part.id)!.content === part.content ? [] : [{ part, kind: "changed", to: part.id, times: "keep" }];
  });
}

/** Whether an event belongs to something that a token is in: when nothing takes over from it, it is waited for no longer. */
export function attached(part: Part): boolean {
  return part.host !== undefined || part.type === "startEvent";
}

/** Pairs what is gone with what is new, the most alike first; an event follows the activity that it is attached to. */
function matches(gone: readonly Part[], added: readonly Part[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const attached of [false, true]) {
    const pairs = gone.filter((p) => Boolean(p.host) === attached).flatMap((from) => added.filter((to) => fits(from, to, found)).map((to) => ({ from, to, score: likeness(from, to) })));
    for (const { from, to, score } of pairs.sort((a, b) => b.score - a.score)) {
      if (score >= alike && !found.has(from.id) && ![...found.values()].includes(to.id)) found.set(from.id, to.id);
    }
  }
  return found;
}

function fits(from: Part, to: Part, found: ReadonlyMap<string, string>): boolean {
  if (from.type !== to.type || from.event !== to.event) return false;
  return !from.host || to.host === (found.get(from.host) ?? from.host);
}

function likeness(from: Part, to: Part): number {
  const hosted = from.host ? alike : 0; // of the same activity and kind: very likely the same event
  return Math.max(dice(from.name, to.name), dice(from.id, to.id)) + hosted;
}

/** How alike two texts are, from 0 to 1: the share of pairs of letters that they have in common (Dice). */
function dice(a: string, b: string): number {
  const pairs = (text: string) => Array.from({ length: Math.max(text.length - 1, 0) }, (_, i) => text.toLowerCase().slice(i, i + 2));
  const [left, right] = [pairs(a), pairs(b)];
  const rest = [...right];
  const common = left.filter((p) => { const at = rest.indexOf(p); if (at >= 0) rest.splice(at, 1); return at >= 0; }).length;
  return left.length + right.length === 0 ? 0 : (2 * common) / (left.length + right.length);
}

/** The mapping that lines stand for: what goes on by itself is not named. */
export function movesOf(lines: readonly Line[]): Move[] {
  return lines.flatMap(({ part, to, times }): Move[] => {
    if (to === undefined || (to === part.id && times === "keep")) return [];
    return [times === "keep" ? { from: part.id, to } : { from: part.id, to, times }];
  });
}

/** Lines as a mapping has them that was tried before. */
export function withMoves(lines: readonly Line[], moves: readonly Move[]): Line[] {
  return lines.map((line) => {
    const move = moves.find((m) => m.from === line.part.id);
    return move?.to ? { ...line, to: move.to, times: move.times ?? "keep" } : { ...line, to: line.kind === "changed" ? line.part.id : undefined, times: "keep" };
  });
}
