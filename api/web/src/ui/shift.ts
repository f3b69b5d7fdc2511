/** What somebody chose to change by hand in where a case stands, as instructions for the API. Pure, so that it can be tested. */
import type { Part } from "./mapping.ts";

/** At an element: it begins, or what comes after it. */
export type Place = "before" | "after";

export interface Shift {
  /** Keys of the element instances that end. */
  readonly from: readonly number[];
  /** Element at which the case goes on; nowhere when not there. */
  readonly to?: string;
  readonly place: Place;
}

export interface Instruction {
  readonly type: "activate" | "terminate" | "move";
  readonly key?: number;
  readonly elementId?: string;
  readonly place?: Place;
}

/** One thing that ends and another that begins is a move, which stays in the scope it was in; else each ends and begins for itself. */
export function instructionsOf({ from, to, place }: Shift): Instruction[] {
  if (!to) return from.map((key) => ({ type: "terminate", key }));
  if (from.length === 1) return [{ type: "move", key: from[0]!, elementId: to, place }];
  return [{ type: "activate", elementId: to, place }, ...from.map((key): Instruction => ({ type: "terminate", key }))];
}

/** The elements that a token can be put at. */
export function targetsOf(parts: readonly Part[]): readonly Part[] {
  return parts.filter((p) => p.type !== "startEvent" && p.type !== "boundaryEvent" && !p.content.includes('triggeredByEvent="true"'));
}
