/** Invented people, cases and tasks for the stories. Times hang on the moment of the run, so that "i dag" stays today. */
import type { Case, CaseAlert, Definition, ElementState, Incident, Letter, MigratedInstance, Migration, Note, Outlook, Parties, PlanLine, Report, Step, Task, TimelineEntry, Timer, User } from "../src/types.ts";

const hour = 3_600_000;
const now = Date.now();
export const at = (hours: number) => new Date(now + hours * hour).toISOString();
const day = (days: number) => at(days * 24).slice(0, 10);

export const users: User[] = [
  { id: "consultant", name: "Karen Holm", roles: ["consultant"] },
  { id: "consultant2", name: "Jens Mølgaard", roles: ["consultant"] },
  { id: "supervisor", name: "Birgit Skov", roles: ["supervisor", "consultant"] },
  { id: "integrator", name: "NemRefusion-adapter", roles: ["integrator"] },
  { id: "designer", name: "Søren Æbelø", roles: ["designer"] },
];

const companies = ["Nordjysk Maskinfabrik A/S", "Plejecenter Åhaven", "Sønderå Tømrer & Snedker ApS", "Bageriet på Torvet", "Vestegnens Transport A/S"];
const names = ["Delvis raskmelding: aftal timer", "Ring til virksomheden", "Hold møde på virksomheden", "Følg op inden 8 uger", "Vurdér sagen ved 22 uger"];

const task = (i: number, more: Partial<Task>): Task => ({
  id: `t${i}`, elementId: ["call", "meeting"][i % 2]!, name: names[i % names.length]!, caseId: `c${(i % 5) + 1}`, processInstanceId: "p1", state: "open",
  assignee: null, candidateGroups: ["consultants"], priority: 50, dueAt: at(72 + i * 24), createdAt: at(-48),
  caseNumber: `2026-0001${20 + (i % 5)}`, companyName: companies[i % 5], processName: "Fastholdelse", ...more,
});

export const freshTasks = (): Task[] => [
  task(0, { assignee: "consultant", priority: 100, dueAt: at(2) }),
  task(1, { assignee: "consultant", priority: 80, dueAt: at(-80) }),
  task(2, { assignee: "consultant", dueAt: at(20), caseId: "c1", caseNumber: "2026-000120", companyName: companies[0] }),
  task(3, { assignee: "consultant", dueAt: at(24 * 12) }),
  task(4, { assignee: "consultant", dueAt: null }),
  task(5, { name: "Aftal opfølgning med virksomheden" }),
  task(6, { assignee: "consultant2", assigneeName: "Jens Mølgaard", dueAt: at(-5) }),
  ...Array.from({ length: 60 }, (_, i) => task(i + 7, { dueAt: at(24 * (i + 3)), caseId: `c${(i % 4) + 2}` })),
];

export const theCase: Case = {
  id: "c1", caseNumber: "2026-000120", state: "open", municipality: { code: "0710", name: "Favrskov" },
  citizen: { name: "Mette Lind Andersen", cprMasked: "••••••-••••" }, company: { name: companies[0]!, cvr: "24256790", pNumber: "1003456789" },
  consultant: { id: "consultant", name: "Karen Holm" }, firstAbsenceDay: day(-24), track: "ordinary", expectedOver8Weeks: true, partialHoursPerWeek: 15,
  processInstanceId: "p1", openedAt: at(-24 * 20), virtualNow: at(0),
};

export const freshParties = (): Parties => ({
  citizen: { name: "Mette Lind Andersen", cprMasked: "••••••-••••" },
  company: { name: companies[0]!, cvr: "24256790", contactName: "Anders Kjær", contactPhone: "+45 96 28 10 00", contactEmail: "anders@nordjysk-maskinfabrik.dk" },
});

export const elements: ElementState[] = [
  { key: 5, elementId: "meeting", name: "Hold møde på virksomheden", state: "task", since: at(-50) },
  { key: 7, elementId: "escalate", name: "Leder følger op", state: "incident", since: at(-3) },
  { key: 9, elementId: "flexjob", name: "Afklar fleksjob", state: "child", child: "p2", since: at(-1) },
];

const step = (days: number, kind: string, elementId: string, type: string, key: number, more: Partial<Step> = {}): Step => ({ at: at(-24 * days), kind, elementId, type, key, ...more });
const flow = (days: number, elementId: string): Step => ({ at: at(-24 * days), kind: "flow", elementId, type: "sequenceFlow" });

export const steps: Step[] = [
  step(20, "started", "retention", "process", 1),
  step(20, "entered", "start", "startEvent", 2),
  step(20, "completed", "start", "startEvent", 2),
  flow(20, "flow_start_assign"),
  step(20, "entered", "assign", "serviceTask", 3),
  step(19, "completed", "assign", "serviceTask", 3),
  flow(19, "flow_assign_call"),
  step(19, "entered", "call", "userTask", 4, { name: "Ring til virksomheden" }),
  step(18, "variables", "retention", "process", 1, { actor: "karen", actorName: "Karen Holm", detail: { variables: { reached: true, note: "Aftalt møde" } } }),
  step(18, "completed", "call", "userTask", 4, { name: "Ring til virksomheden", actor: "karen", actorName: "Karen Holm" }),
  flow(18, "flow_call_meeting"),
  step(18, "entered", "meeting", "userTask", 5, { name: "Hold møde på virksomheden" }),
];

export const timers: Timer[] = [
  { id: "1", elementId: "overdue", name: "Påmind om mødet", dueAt: at(26) },
  { id: "4", elementId: "meeting-soon", name: "Snart frist", dueAt: at(20) },
  { id: "2", elementId: "eight", name: "Opfølgning inden 8 uger", dueAt: at(24 * 31) },
  { id: "3", elementId: "late", name: "Svar fra virksomheden", dueAt: at(-30) },
];

export const timeline: TimelineEntry[] = [
  { at: at(-24 * 20), kind: "event", title: "Sygemelding modtaget", detail: "Fra NemRefusion", actor: "NemRefusion-adapter" },
  { at: at(-24 * 20 + 1), kind: "letter", title: "Informationsbrev sendt til borger og virksomhed" },
  { at: at(-24 * 19), kind: "task", title: "Ring til virksomheden er løst", actor: "Karen Holm" },
  ...Array.from({ length: 9 }, (_, i): TimelineEntry => ({ at: at(-24 * (10 - i)), kind: "note", title: "Notat skrevet", actor: "Karen Holm" })),
];

export const plan: PlanLine[] = [
  { id: "1", owner: "company", action: "Skaf hæve-sænke-bord til pakkestationen", due: day(7) },
  { id: "2", owner: "employee", action: "Prøv fire timer om dagen på lageret", due: day(14), milestone: true },
];

export const freshNotes = (): Note[] => [
  { id: "n1", text: "Aftalt møde på virksomheden. Medarbejderen kan arbejde siddende og uden tunge løft.", at: at(-70), author: "Karen Holm", elementName: "Ring til virksomheden" },
];

export const letters: Letter[] = [
  { id: "b2", receiver: "company", subject: "Sagen om jeres medarbejder (sag 2026-000120)", body: "<p>Til Nordjysk Maskinfabrik A/S</p>\n<p>Vi ringer til jer inden for en uge.</p>\n<p>Venlig hilsen<br>Karen Holm</p>", at: at(-24 * 20 + 1) },
  { id: "b1", receiver: "citizen", subject: "Din sygemelding: vi hjælper dig med at beholde dit arbejde", body: "<p>Kære Mette</p><p>Vi har <script></script>fået besked.</p>", at: at(-24 * 20 + 1) },
];

export const freshAlerts = (): CaseAlert[] => [
  { id: "a1", caseId: "c1", caseNumber: "2026-000120", reason: "annulled", at: at(-1) },
  ...[2, 3, 4].map((n) => ({ id: `a${n}`, caseId: `c${n}`, caseNumber: `2026-00012${n}`, reason: "follow-up", at: at(-n) })),
];

export const freshIncidents = (): Incident[] => [
  { id: "i1", processInstanceId: "p1", caseId: "c1", caseNumber: "2026-000120", elementId: "letter", elementName: "Send brev til virksomheden", code: "job_failed", message: "the job failed and is tried again; the log of the worker has the cause", raisedAt: at(-5) },
  { id: "i2", processInstanceId: "p9", elementId: "x", elementName: "Er der svaret?", code: "no_flow", message: "no outgoing flow of x has a condition that holds, and there is no default flow; variables used: answered = null", raisedAt: at(-4) },
];

export const definitions: Definition[] = [
  { processId: "fleksjob", name: "Afklar fleksjob", version: 1, deployedAt: at(-2000) },
  { processId: "retention", name: "Fastholdelse", version: 4, versionTag: "1.1.0", deployedAt: at(-20) },
];
export const versions: Definition[] = [definitions[1]!, { ...definitions[1]!, version: 3, versionTag: "1.0.0", deployedAt: at(-24 * 90) }];

const affected = (count: number, first: number) => ({ count, instances: Array.from({ length: Math.min(count, 20) }, (_, i) => ({ id: `p${first + i}`, caseNumber: `2026-000${first + i}` })) });

export const report: Report = {
  at: at(0), instances: 128, ready: 109, stuck: 17, unread: 2,
  problems: [
    { code: "unmapped", element: "escalate", message: "escalate waits, and nothing in the new version takes over from it", advice: "map it to the element that takes over, or let it end first", blocks: true, ...affected(14, 120) },
    { code: "suspended", element: "retention", message: "the process instance is suspended", advice: "resume it first", blocks: true, ...affected(3, 180) },
    { code: "call_changed", element: "flexjob", message: "the process that flexjob has called goes on as it is", blocks: false, ...affected(21, 300) },
  ],
  deadlines: [
    { kind: "task", element: "ring", earlier: 0, later: 31, shortestSeconds: 86_400 * 2, longestSeconds: 86_400 * 4, overdue: 0, ...affected(31, 400) },
    { kind: "task", element: "meeting", earlier: 12, later: 0, shortestSeconds: -86_400 * 7, longestSeconds: -3600 * 5, overdue: 2, ...affected(12, 500) },
  ],
  events: [{ kind: "closed", element: "overdue", ...affected(12, 500) }],
  ahead: { days: 30, decided: 109, undecided: 0, incidents: [{ code: "no_flow", element: "back", message: "no outgoing flow of back has a condition that holds", ...affected(1, 610) }] },
};

const nobody = { waiting: 0, migrated: 0, refused: 0, gone: 0, failed: 0 };
export const rehearsal = (id: string, mapping: Migration["mapping"]): Migration => ({ id, processId: "retention", fromVersion: 3, toVersion: 4, state: "rehearsed", at: at(0), mapping, progress: { ...nobody, waiting: 111, refused: 17 }, report });
export const migration = (id: string, of: Migration, reason: string): Migration => ({ ...of, id, state: "running", report: undefined, rehearsal: of.id, reason, perMinute: 600, progress: { ...nobody, waiting: 128 } });
export const migrated: MigratedInstance[] = [
  { instanceId: "p1", caseNumber: "2026-000120", outcome: "refused", findings: [{ code: "unmapped", element: "escalate", message: "escalate waits, and nothing in the new version takes over from it", blocks: true }], at: at(0) },
  { instanceId: "p2", caseNumber: "2026-000121", outcome: "migrated", at: at(0) },
];

export const outlook: Outlook = {
  state: "incident", before: [{ elementId: "escalate", tokens: 1 }, { elementId: "flexjob", tokens: 1 }, { elementId: "meeting", tokens: 1 }],
  after: [{ elementId: "escalate", tokens: 1 }, { elementId: "flexjob", tokens: 1 }, { elementId: "plan", tokens: 1 }],
  closedTasks: [{ elementId: "meeting", name: "Hold møde på virksomheden" }], openedTasks: [{ elementId: "plan", name: "Lav fastholdelsesplan", dueAt: at(24 * 7) }],
  canceledTimers: [{ elementId: "overdue", name: "5 arbejdsdage", dueAt: at(26) }], setTimers: [], canceledCalls: [], incidents: [],
  warnings: [{ elementId: "back", message: "back waits for a token along flow_plan_back, and no token is left that could come there" }],
};
