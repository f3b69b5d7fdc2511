/** Talking to the API: one way to ask, one way to act, one kind of error. */
import type { Problem } from "./form/check.ts";

const base = "/api/v1";

/** An answer that is no success, as RFC 9457 describes it. Status 0: no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly problems: readonly Problem[],
  ) {
    super(detail || title || `HTTP ${status}`);
  }
}

/** Parameters of a query; what is undefined, false or empty is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** An API path with its parameters. */
export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, v]) => v !== undefined && v !== "" && v !== false);
  const search = new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString();
  return search ? `${path}?${search}` : path;
}

/** A path with its parts escaped: path`/tasks/${id}/form`. */
export function path(parts: TemplateStringsArray, ...ids: string[]): string {
  return String.raw({ raw: parts }, ...ids.map(encodeURIComponent));
}

/** GET as JSON. */
export async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  return json<T>(await send("GET", url, undefined, {}, signal));
}

/** Something with the version of it that a change names, so that nobody overwrites what they have not seen. */
export interface Tagged<T> {
  readonly value: T;
  readonly tag: string;
}

/** GET as JSON, with the version. */
export async function getTagged<T>(url: string, signal?: AbortSignal): Promise<Tagged<T>> {
  return tagged(await send("GET", url, undefined, {}, signal));
}

/** PATCH as JSON, of the version that was seen; 412 when there is a later one. */
export async function patch<T>(url: string, body: unknown, tag: string): Promise<Tagged<T>> {
  return tagged(await send("PATCH", url, JSON.stringify(body), { "Content-Type": "application/json", "If-Match": tag }));
}

async function tagged<T>(response: Response): Promise<Tagged<T>> {
  return { value: await json<T>(response), tag: response.headers.get("ETag") ?? "*" };
}

/** GET as text, for BPMN. */
export async function getText(url: string, signal?: AbortSignal): Promise<string> {
  return (await send("GET", url, undefined, {}, signal)).text();
}

/** POST as JSON, once: a repetition after a lost answer carries the same Idempotency-Key. */
export async function post<T>(url: string, body: unknown = {}): Promise<T> {
  const intent = url + "\n" + JSON.stringify(body);
  const key = unanswered.get(intent) ?? uuid();
  unanswered.set(intent, key);
  const headers = { "Idempotency-Key": key, "Content-Type": "application/json" };
  try {
    const response = await send("POST", url, JSON.stringify(body), headers);
    unanswered.delete(intent);
    return await json<T>(response);
  } catch (error) {
    if (error instanceof ApiError && error.status > 0 && error.status < 500) unanswered.delete(intent);
    throw error;
  }
}

/** PUT as JSON, on a condition such as If-Match; `leaving` lets it arrive also when the page is gone before the answer, if it is small enough for that. */
export async function put<T>(url: string, body: unknown, condition: Record<string, string> = {}, leaving = false): Promise<T> {
  const text = JSON.stringify(body);
  return json<T>(await send("PUT", url, text, { "Content-Type": "application/json", ...condition }, undefined, leaving && text.length < mostKeptAlive));
}

const mostKeptAlive = 20_000; // browsers allow 64 KiB of all that is under way; a character is three bytes at most

/** DELETE. */
export async function remove(url: string): Promise<void> {
  await send("DELETE", url, undefined, {});
}

const unanswered = new Map<string, string>();

async function send(method: string, url: string, body: string | undefined, headers: Record<string, string>, signal?: AbortSignal, keepalive = false): Promise<Response> {
  const all = { Accept: "application/json, application/problem+json, application/xml", "X-Requested-With": "fasthold", ...headers };
  const response = await fetch(base + url, { method, body, headers: all, signal, keepalive, credentials: "same-origin" }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "", "", []);
  });
  if (response.ok) return response;
  throw await problem(response);
}

async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function problem(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { title?: string; detail?: string; errors?: Problem[] };
  return new ApiError(response.status, body.title ?? "", body.detail ?? "", Array.isArray(body.errors) ? body.errors : []);
}

/** A random UUID also where the page is not served over TLS and `crypto.randomUUID` is missing. */
function uuid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6]! & 0x0f) | 0x40;
  b[8] = (b[8]! & 0x3f) | 0x80;
  return [...b].map((x) => x.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
