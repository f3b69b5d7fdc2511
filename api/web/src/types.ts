/** The shapes of the API that the pages read (design: resources under /api/v1). Times are RFC 3339, dates ISO 8601. */
import type { Schema } from "./form/schema.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
}

export type Role = "consultant" | "supervisor" | "integrator" | "designer";

export interface User extends Person {
  readonly roles: readonly Role[];
}

/** A page of a list; no cursor at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export interface Task {
  readonly id: string;
  readonly elementId: string;
  readonly name: string;
  /** Empty when the process belongs to no case. */
  readonly caseId: string;
  readonly processInstanceId: string;
  readonly state: "open" | "completed" | "canceled";
  /** Its process is held still: nobody can do it now. */
  readonly suspended?: boolean;
  readonly assignee?: string | null;
  readonly assigneeName?: string;
  readonly candidateGroups?: readonly string[];
  /** 0 to 100; 50 is ordinary. */
  readonly priority?: number;
  readonly dueAt?: string | null;
  readonly followUpAt?: string | null;
  readonly createdAt: string;
  readonly caseNumber?: string;
  readonly companyName?: string;
  readonly processName?: string;
  /** The case's own time, only in dev, where it can run ahead. */
  readonly virtualNow?: string;
}

export interface TaskForm {
  readonly schema: Schema;
  /** Variables that the form has fields for; null when nothing is known yet. */
  readonly data: Readonly<Record<string, unknown>> | null;
}

export interface Case {
  readonly id: string;
  readonly caseNumber: string;
  readonly state: "open" | "closed";
  readonly outcome?: string | null;
  /** How somebody has closed it, while its process has yet to end. */
  readonly closing?: string;
  readonly municipality?: { readonly code: string; readonly name: string };
  readonly citizen?: { readonly name: string; readonly cprMasked: string };
  readonly company?: { readonly name: string; readonly cvr?: string; readonly pNumber?: string };
  readonly consultant?: Person | null;
  readonly firstAbsenceDay?: string;
  readonly track?: string;
  readonly expectedOver8Weeks?: boolean | null;
  readonly partialHoursPerWeek?: number | null;
  readonly processInstanceId?: string;
  readonly openedAt: string;
  readonly closedAt?: string | null;
  /** Only in dev: time that `fast-forward` has moved. */
  readonly virtualNow?: string;
}

/** Those a case is about, and whom to talk to. */
export interface Parties {
  readonly citizen: { readonly name: string; readonly cprMasked: string };
  readonly company: {
    readonly name: string;
    readonly cvr?: string;
    readonly contactName?: string;
    readonly contactPhone?: string;
    readonly contactEmail?: string;
  };
}

/** An element that holds a token, and what it waits for. */
export interface ElementState {
  /** Of the element instance. */
  readonly key?: number;
  readonly elementId: string;
  readonly name?: string;
  /** task, job, timer, message, child, join, scope, event or incident. */
  readonly state: string;
  /** The instance that a call activity waits for. */
  readonly child?: string;
  readonly since: string;
}

export interface Instance {
  readonly id: string;
  readonly processId: string;
  readonly processName?: string;
  readonly state: "active" | "suspended" | "completed" | "canceled" | "incident";
  readonly elements: readonly ElementState[];
  readonly incidents?: readonly Incident[];
  readonly parentId?: string;
}

/** One step of an instance's history, in the order it happened. */
export interface Step {
  readonly at: string;
  readonly kind: string;
  readonly elementId?: string;
  readonly name?: string;
  /** BPMN type of the element. */
  readonly type?: string;
  /** Of the element instance: the same from its beginning to its end. */
  readonly key?: number;
  readonly actor?: string;
  readonly actorName?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface Timer {
  readonly id: string;
  readonly elementId: string;
  readonly name?: string;
  readonly dueAt: string;
}

export interface TimelineEntry {
  readonly at: string;
  readonly kind: string;
  readonly title: string;
  readonly detail?: string;
  readonly actor?: string;
}

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly at: string;
  readonly author?: string;
  /** The task it was written in, for a note that is no free one. */
  readonly elementName?: string;
}

/** A letter that was sent. */
export interface Letter {
  readonly id: string;
  /** citizen or company. */
  readonly receiver: string;
  readonly subject: string;
  /** HTML. */
  readonly body: string;
  readonly at: string;
}

/** One agreement of the retention plan: who does what, by when. */
export interface PlanLine {
  readonly id: string;
  /** company, employee, municipality or other. */
  readonly owner: string;
  readonly action: string;
  readonly due?: string;
  readonly milestone?: boolean;
}

/** Something in a case that somebody should know of. */
export interface CaseAlert {
  readonly id: string;
  readonly caseId: string;
  readonly caseNumber: string;
  /** What has happened, or the element id of the task whose deadline is near or over. */
  readonly reason: string;
  /** The name of that task. */
  readonly task?: string;
  readonly at: string;
}

export interface Incident {
  readonly id: string;
  readonly processInstanceId: string;
  readonly caseId?: string;
  readonly caseNumber?: string;
  readonly elementId: string;
  readonly elementName?: string;
  readonly code: string;
  readonly message: string;
  readonly raisedAt: string;
}
