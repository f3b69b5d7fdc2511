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
  readonly caseId?: string;
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

/** One version of a process. */
export interface Definition {
  readonly processId: string;
  readonly name?: string;
  readonly version: number;
  readonly versionTag?: string;
  readonly deployedAt: string;
}

/** What waits at the element `from` goes on at `to` of the new version; "" closes an event. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly times?: Times;
}

/** What becomes of the due time of a deadline: it stays, is worked out anew from now, or as if the new version had been there all along. */
export type Times = "keep" | "renew" | "since";

/** The instances that something is about; the first of them by name, none for who sees no cases. */
export interface Affected {
  readonly count: number;
  readonly instances: readonly { readonly id: string; readonly caseNumber?: string }[];
}

export interface Finding {
  readonly code: string;
  readonly element?: string;
  readonly target?: string;
  readonly message?: string;
  readonly advice?: string;
  /** Whether it stands in the way. */
  readonly blocks?: boolean;
}

export interface MovedDeadline extends Affected {
  /** task or timer */
  readonly kind: string;
  readonly element: string;
  readonly earlier: number;
  readonly later: number;
  readonly shortestSeconds: number;
  readonly longestSeconds: number;
  readonly overdue: number;
}

/** What a rehearsal found. */
export interface Report {
  readonly at: string;
  readonly instances: number;
  readonly ready: number;
  readonly stuck: number;
  readonly unread: number;
  readonly problems: readonly (Finding & Affected)[];
  readonly deadlines: readonly MovedDeadline[];
  readonly events: readonly (Affected & { readonly kind: string; readonly element: string })[];
  readonly ahead: { readonly days: number; readonly decided: number; readonly undecided: number; readonly incidents: readonly (Finding & Affected)[] };
}

export type MigrationState = "rehearsed" | "running" | "paused" | "canceled" | "completed";
export type Outcome = "waiting" | "migrated" | "refused" | "gone" | "failed";

/** A migration of instances to another version, or a rehearsal of one. */
export interface Migration {
  readonly id: string;
  readonly processId: string;
  /** Any other than `toVersion` when not there. */
  readonly fromVersion?: number;
  readonly toVersion: number;
  readonly state: MigrationState;
  readonly reason?: string;
  readonly rehearsal?: string;
  readonly perMinute?: number;
  readonly at: string;
  readonly endedAt?: string;
  readonly mapping: readonly Move[];
  readonly progress: Readonly<Record<Outcome, number>>;
  readonly report?: Report;
}

/** What became of one instance. */
export interface MigratedInstance {
  readonly instanceId: string;
  readonly caseNumber?: string;
  readonly outcome: Outcome;
  readonly findings?: readonly Finding[];
  readonly message?: string;
  readonly at?: string;
}

/** What moving a case within its process would lead to at once. */
export interface Outlook {
  readonly state: string;
  readonly before: readonly { readonly elementId: string; readonly tokens: number }[];
  readonly after: readonly { readonly elementId: string; readonly tokens: number }[];
  readonly openedTasks: readonly Planned[];
  readonly closedTasks: readonly Planned[];
  readonly setTimers: readonly Planned[];
  readonly canceledTimers: readonly Planned[];
  readonly canceledCalls: readonly string[];
  readonly incidents: readonly { readonly elementId: string; readonly code: string; readonly message: string }[];
  readonly warnings: readonly { readonly elementId: string; readonly message: string }[];
}

/** A task or a deadline that would come or go. */
export interface Planned {
  readonly elementId: string;
  readonly name?: string;
  readonly dueAt?: string;
}
