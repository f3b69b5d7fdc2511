/** A server for looking at the workbench without Fasthold: the built pages, and canned answers with just enough memory to click through. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Draft } from "../src/form/draft.ts";
import type { Case, Migration } from "../src/types.ts";
import * as data from "./data.ts";
import { nextRetention, retention } from "./diagram.ts";
import * as forms from "./forms.ts";

type Answer = [status: number, body?: unknown];

const types: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8" };

/** Starts the server on any free port (or the one given); `root` is the folder of the workbench. */
export async function start(root: string, port = 0): Promise<{ url: string; server: Server }> {
  const policy = (await readFile(join(root, "csp.txt"), "utf8")).trim();
  const api = story();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://stories");
    response.setHeader("Content-Security-Policy", policy);
    if (url.pathname.startsWith("/api/v1/")) return answer(response, await api(request, url));
    await page(root, url.pathname, response);
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}` };
}

async function page(root: string, path: string, response: ServerResponse): Promise<void> {
  const file = /^\/(assets\/[\w.-]+|licenses\.txt)$/.test(path) ? path.slice(1) : "index.html";
  response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
  await readFile(join(root, "dist", file)).then((body) => response.end(body), () => response.writeHead(404).end());
}

function answer(response: ServerResponse, [status, body]: Answer): void {
  const xml = typeof body === "string";
  const type = xml ? "application/xml" : status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, { "Content-Type": type }).end(body === undefined ? "" : xml ? body : JSON.stringify(body));
}

const problem = (status: number, title: string, errors?: unknown): Answer => [status, { type: "about:blank", title, status, errors }];
const page1 = <T>(items: readonly T[]): Answer => [200, { items }];

/** The memory of one run. */
function story(): (request: IncomingMessage, url: URL) => Promise<Answer> {
  let user: (typeof data.users)[number] | undefined;
  const tasks = data.freshTasks();
  const notes = data.freshNotes();
  const incidents = data.freshIncidents();
  const alerts = data.freshAlerts();
  const migrations: Migration[] = [];
  const drafts = new Map<string, Draft>();
  const parties = data.freshParties();
  const closed: Record<string, Partial<Case>> = {};
  let shift = 0; // hours that fast-forward has moved
  let held = false; // whether the process is suspended

  const listTasks = (query: URLSearchParams): Answer => {
    const text = query.get("text")?.toLowerCase();
    let found = tasks.filter((t) => t.state === "open");
    if (query.get("assignee") === "me") found = found.filter((t) => t.assignee === user?.id);
    if (query.has("case")) found = found.filter((t) => t.caseId === query.get("case"));
    if (query.has("overdue")) found = found.filter((t) => t.dueAt && new Date(t.dueAt) < new Date());
    if (text) found = found.filter((t) => `${t.name} ${t.caseNumber} ${t.companyName}`.toLowerCase().includes(text));
    if (query.get("sort") === "dueAt") found = found.toSorted((a, b) => (a.dueAt ?? "9").localeCompare(b.dueAt ?? "9"));
    else found = found.toSorted((a, b) => (b.priority ?? 50) - (a.priority ?? 50));
    const [from, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit") ?? 50)];
    return [200, { items: found.slice(from, from + limit), nextCursor: from + limit < found.length ? String(from + limit) : undefined }];
  };

  const draftCall = (id: string, { method, headers }: IncomingMessage, body: any): Answer => {
    const there = drafts.get(id);
    if (method === "DELETE") drafts.delete(id);
    if (method === "PUT") {
      const unseen = headers["if-none-match"] ? there : headers["if-match"] && headers["if-match"] !== `"${there?.version}"`;
      if (unseen) return problem(412, "Kladden er ændret, siden du hentede den. Hent den igen.");
      const mine = { data: body.data, savedAt: new Date().toISOString(), savedBy: user!.id, savedByName: user!.name, version: (there?.version ?? 0) + 1 };
      drafts.set(id, mine);
      if (/Jens/.test(body.data.note)) {
        queueMicrotask(() => drafts.set(id, { data: { ...body.data, note: "Jens var her." }, savedAt: data.at(0), savedBy: "consultant2", savedByName: "Jens Mølgaard", version: mine.version + 1 }));
      }
    }
    return drafts.has(id) ? [200, drafts.get(id)] : method === "DELETE" ? [204] : problem(404, "Opgaven har ingen kladde.");
  };

  const taskCall = (id: string, verb: string, request: IncomingMessage, body: any): Answer => {
    const task = tasks.find((t) => t.id === id);
    if (!task) return problem(404, "Opgaven findes ikke");
    const form = task.elementId === "meeting" ? forms.meeting : forms.call;
    if (verb === "form") return [200, { schema: form, data: { companyName: task.companyName } }];
    if (verb === "draft") return draftCall(id, request, body);
    if (verb === "claim") Object.assign(task, { assignee: user!.id });
    if (verb === "release") Object.assign(task, { assignee: null });
    if (verb === "complete") {
      if (task.state !== "open") return problem(409, "Opgaven er allerede løst");
      if (/diagnose/i.test(body.variables.note ?? "")) return problem(422, "Ret felterne", [{ pointer: "/variables/note", message: "Skriv ikke diagnoser i notatet" }]);
      Object.assign(task, { state: "completed" });
      drafts.delete(id);
    }
    return [200, task];
  };

  const definitionCall = (id: string, verb: string, version: string | null): Answer => {
    if (!id) return page1(data.definitions);
    if (verb === "versions") return page1(id === "retention" ? data.versions : data.definitions.filter((d) => d.processId === id));
    if (verb === "xml") return [200, version === "4" ? nextRetention : retention];
    if (verb === "statistics") return page1([{ elementId: "call", tokens: 31, incidents: 0 }, { elementId: "escalate", tokens: 14, incidents: 1 }, { elementId: "meeting", tokens: 12, incidents: 0 }]);
    return [200, data.definitions.find((d) => d.processId === id)];
  };

  const migrationCall = (id: string, verb: string, body: any, url: URL): Answer => {
    if (!id && body.processId) migrations.unshift(data.rehearsal(`m${migrations.length + 1}`, body.mapping));
    else if (!id && body.rehearsal && !body.reason) return problem(422, "Ret felterne", [{ pointer: "/reason", message: "Skriv hvorfor." }]);
    else if (!id && body.rehearsal) migrations.unshift(data.migration(`m${migrations.length + 1}`, migrations.find((m) => m.id === body.rehearsal)!, body.reason));
    else if (!id) return page1(migrations);
    if (!id) return [201, migrations[0]];
    const at = migrations.findIndex((m) => m.id === id);
    const m = migrations[at];
    if (!m) return problem(404, "Findes ikke");
    if (verb === "instances") return page1(data.migrated.filter((i) => !url.searchParams.has("outcome") || i.outcome === url.searchParams.get("outcome")));
    if (verb === "pause") migrations[at] = { ...m, state: "paused", progress: { ...m.progress, waiting: 60, migrated: 60, refused: 8 } };
    if (verb === "resume") migrations[at] = { ...m, state: "completed", endedAt: data.at(0), progress: { waiting: 0, migrated: 110, refused: 15, gone: 2, failed: 1 } };
    if (verb === "cancel") migrations[at] = { ...m, state: "canceled" };
    return [200, migrations[at]];
  };

  return async (request, url) => {
    const body = await read(request);
    const call = `${request.method} ${url.pathname.slice("/api/v1".length)}`;
    if (request.method !== "GET" && request.headers["x-requested-with"] !== "fasthold") return problem(403, "X-Requested-With mangler");
    if (request.method === "POST" && !request.headers["idempotency-key"]) return problem(400, "Idempotency-Key mangler");
    if (call === "GET /session/options") return [200, data.users];
    if (call === "POST /session") user = data.users.find((u) => u.id === body.user);
    if (call === "DELETE /session") user = undefined;
    if (!user) return problem(401, "Ikke logget ind");
    if (call.endsWith(" /session")) return [200, { user }];

    const [, resource, id = "", verb = ""] = url.pathname.slice("/api/v1".length).split("/");
    if (resource === "tasks") return id ? taskCall(id, verb, request, body) : listTasks(url.searchParams);
    if (call === "POST /cases") return body.citizen.name === "Fejl" ? problem(422, "Ret felterne", [{ pointer: "/company/cvr", message: "Virksomheden er ophørt" }]) : [201, { ...data.theCase, id: "c1" }];
    if (resource === "cases") {
      if (verb === "timeline") return page1(data.timeline);
      if (verb === "plan") return page1(data.plan);
      if (verb === "letters") return page1(data.letters);
      if (verb === "close") {
        if (closed[id]) return problem(409, "Sagen er allerede ved at blive lukket.");
        closed[id] = body.outcome === "transferred" ? { state: "closed", outcome: body.outcome, closedAt: data.at(0) } : { closing: body.outcome };
        if (body.outcome === "annulled") return problem(409, "Sagen er allerede ved at blive lukket.");
      }
      if (verb === "notes" && request.method === "POST") notes.push({ id: `n${notes.length + 1}`, text: body.text, at: data.at(0), author: user.name });
      if (verb === "notes") return page1(notes);
      if (verb === "parties" && request.method === "PATCH") {
        if (body.company.contactPhone === "0") return problem(422, "Ret felterne", [{ pointer: "/company/contactPhone", message: "Skriv et telefonnummer som 12 34 56 78." }]);
        Object.assign(parties.citizen, body.citizen);
        Object.assign(parties.company, body.company);
      }
      if (verb === "parties") return [200, parties];
      return /^c[1-5]$/.test(id) ? [200, { ...data.theCase, id, ...closed[id], virtualNow: data.at(shift) }] : problem(404, "Sagen findes ikke");
    }
    if (resource === "process-instances") {
      if (verb === "diagram") return [200, retention];
      if (verb === "timers") return page1(data.timers);
      if (verb === "history") return page1(data.steps);
      if (verb === "fast-forward") return [200, { now: data.at((shift += 24 * 21)) }];
      if (verb === "suspend" || verb === "resume") {
        if (!body.reason) return problem(422, "Ret felterne", [{ pointer: "/reason", message: "Skriv hvorfor." }]);
        held = verb === "suspend";
      }
      if (verb === "modify") {
        const to = body.instructions[0].elementId;
        if (!to && body.instructions.length === data.elements.length) return problem(422, "Ret felterne", [{ pointer: "/instructions", code: "nothing_left", message: "no token would be left: to end the instance, terminate the process retention itself" }]);
        if (url.searchParams.has("dryRun")) return [200, { dryRun: true, outcome: data.outlook }];
        if (!body.reason) return problem(422, "Ret felterne", [{ pointer: "/reason", message: "Skriv hvorfor." }]);
        return [200, { dryRun: false }];
      }
      const elements = id === "p1" ? data.elements : data.elements.slice(0, 1);
      return [200, { id, processId: "retention", processName: "Fastholdelse", caseId: "c1", state: held ? "suspended" : "active", elements, incidents: [{ ...incidents[0], id: `${id}.7`, elementId: "escalate" }] }];
    }
    if (resource === "process-definitions") return definitionCall(id, verb, url.searchParams.get("version"));
    if (resource === "migrations") {
      const answer = migrationCall(id, verb, body, url);
      return user.roles.includes("designer") ? [answer[0], JSON.parse(JSON.stringify(answer[1], (k, v) => (k === "instances" && Array.isArray(v) ? [] : k === "reason" ? undefined : v)))] : answer;
    }
    if (resource === "alerts") {
      if (verb === "see") alerts.splice(alerts.findIndex((a) => a.id === id), 1);
      return verb === "see" ? [204] : page1(alerts);
    }
    if (resource === "incidents") {
      if (verb === "resolve" && !body.reason) return problem(422, "Ret felterne", [{ pointer: "/reason", message: "Skriv, hvad der er gjort ved fejlen." }]);
      if (verb && !/svarer stadig ikke/.test(body.reason)) incidents.splice(incidents.findIndex((i) => i.id === id), 1);
      return page1(incidents);
    }
    return problem(404, "Findes ikke");
  };
}

async function read(request: IncomingMessage): Promise<any> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length ? JSON.parse(Buffer.concat(chunks).toString("utf8")) : {};
}
