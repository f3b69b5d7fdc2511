/** The history of a process instance as something that can be played: pure, so that it can be tested. */
import type { ElementState, Step } from "../types.ts";

/** What happened at once: the steps from `from` up to `to`, of which `told` are worth a line. */
export interface Moment {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  readonly told: readonly Step[];
}

/** Where an instance stood: elements that held a token, elements that were completed, flows taken in the moment itself. */
export interface Standing {
  readonly elements: readonly ElementState[];
  readonly done: readonly string[];
  readonly flows: readonly string[];
}

const scopes = new Set(["process", "subProcess", "eventSubProcess", "transaction", "adHocSubProcess"]);
const always = new Set([
  "started", "ended", "timer", "message", "signal", "error", "escalation", "condition", "incident", "resolved", "assigned", "decision", "deadline", "variables",
]);
const ofWork = new Set(["entered", "completed", "canceled"]);
const work = new Set(["userTask", "serviceTask", "sendTask", "businessRuleTask", "scriptTask", "callActivity"]);

/** Steps that somebody who looks at a case wants to read; the others only move tokens. */
export function told(step: Step): boolean {
  if (always.has(step.kind)) return true;
  if (!ofWork.has(step.kind) || !work.has(step.type ?? "")) return false;
  return step.kind === "completed" || step.type === "userTask";
}

/** The moments of a history, in order. */
export function momentsOf(steps: readonly Step[]): Moment[] {
  const moments: Moment[] = [];
  let from = 0;
  for (let i = 1; i <= steps.length; i++) {
    if (i < steps.length && steps[i]!.at === steps[from]!.at) continue;
    moments.push({ at: steps[from]!.at, from, to: i, told: steps.slice(from, i).filter(told) });
    from = i;
  }
  return moments;
}

/** Where the instance stood after a moment. */
export function standingAfter(steps: readonly Step[], moment: Moment): Standing {
  const open = new Map<number, ElementState>();
  const done = new Set<string>();
  for (const step of steps.slice(0, moment.to)) {
    const { kind, key = 0, elementId = "" } = step;
    if (kind === "entered" || kind === "repeating") open.set(key, { elementId, name: step.name, state: scopes.has(step.type ?? "") ? "scope" : "here", since: step.at });
    if (kind === "completed" || kind === "repeated") done.add(elementId);
    if (kind === "completed" || kind === "repeated" || kind === "canceled") open.delete(key);
    if (kind === "incident" || kind === "resolved") restate(open, key, kind === "incident" ? "incident" : "here");
    if (kind === "ended") open.clear();
  }
  const elements = [...open.values()];
  const here = new Set(elements.map((e) => e.elementId));
  const flows = steps.slice(moment.from, moment.to).filter((s) => s.kind === "flow").map((s) => s.elementId ?? "");
  return { elements, done: [...done].filter((id) => !here.has(id)), flows: [...new Set(flows)] };
}

function restate(open: Map<number, ElementState>, key: number, state: string): void {
  const element = open.get(key);
  if (element) open.set(key, { ...element, state });
}
