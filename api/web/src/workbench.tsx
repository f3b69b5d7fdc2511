/** What every page can ask for: who is logged in, the language, the texts, and a way to tell the user something. */
import { createContext } from "preact";
import { useContext, useEffect, useRef, useState, type MutableRef } from "preact/hooks";
import { ApiError, get } from "./api.ts";
import type { Language, Messages } from "./messages.ts";
import type { Role, User } from "./types.ts";

export interface Workbench {
  readonly user: User;
  readonly language: Language;
  readonly t: Messages;
  /** Says something politely: visible for a while and read aloud. */
  readonly say: (text: string, kind?: "success" | "error") => void;
  /** Tells that the server no longer knows the session. */
  readonly expired: () => void;
}

export const WorkbenchContext = createContext<Workbench | undefined>(undefined);

export function useWorkbench(): Workbench {
  const workbench = useContext(WorkbenchContext);
  if (!workbench) throw new Error("outside of the workbench");
  return workbench;
}

/** Whether a user has one of the roles. */
export function has(user: User, ...roles: readonly Role[]): boolean {
  return roles.some((role) => user.roles.includes(role));
}

/** Which roles a part of the workbench is for; the server draws the same lines. Designers try their processes, but see no cases. */
export const roles = {
  tasks: ["consultant", "supervisor", "designer"],
  cases: ["consultant", "supervisor"],
  incidents: ["supervisor", "designer"],
} as const satisfies Record<string, readonly Role[]>;

/** The list that a user begins with: who only leads has no tasks of their own. What is new in the cases stands there. */
export function firstList(user: User): "mine" | "team" {
  return has(user, "supervisor") && !has(user, "consultant") ? "team" : "mine";
}

/** Something fetched from the API. Old data stay while newer are on their way, so that nothing jumps. */
export interface Resource<T> {
  readonly data?: T;
  readonly error?: ApiError;
  readonly loading: boolean;
  readonly reload: () => Promise<void>;
}

/** Fetches `url` and again every `every` seconds while the page can be seen; undefined fetches nothing. */
export function useResource<T>(url: string | undefined, every?: number, fetcher: (url: string, signal: AbortSignal) => Promise<T> = get): Resource<T> {
  const { expired } = useWorkbench();
  const [state, setState] = useState<{ url?: string; data?: T; error?: ApiError; loading: boolean }>({ loading: url !== undefined });
  const running = useRef<AbortController>();
  const load = async () => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    if (!url) return setState({ loading: false });
    setState((s) => (s.url === url ? { ...s, loading: true } : { url, loading: true }));
    try {
      const data = await fetcher(url, signal);
      if (!signal.aborted) setState({ url, data, loading: false });
    } catch (error) {
      if (signal.aborted) return;
      const problem = asApiError(error);
      if (problem.status === 401) expired();
      setState((s) => ({ url, data: s.url === url ? s.data : undefined, error: problem, loading: false }));
    }
  };
  useEffect(() => {
    void load();
    return () => running.current?.abort();
  }, [url]);
  useInterval(every, load);
  const current = state.url === url;
  return { data: current ? state.data : undefined, error: current ? state.error : undefined, loading: current ? state.loading : url !== undefined, reload: load };
}

/** The last there was, shown until what was asked for instead has come. */
export function useLast<T>(resource: Resource<T>): Resource<T> {
  const last = useRef<T>();
  if (resource.data !== undefined) last.current = resource.data;
  return resource.error ? resource : { ...resource, data: resource.data ?? last.current };
}

function useInterval(seconds: number | undefined, action: () => Promise<void>): void {
  const latest: MutableRef<() => Promise<void>> = useRef(action);
  latest.current = action;
  useEffect(() => {
    if (!seconds) return;
    const id = setInterval(() => document.visibilityState === "visible" && void latest.current(), seconds * 1000);
    return () => clearInterval(id);
  }, [seconds]);
}

/** Whatever was thrown as an error of the API; a fault of our own shows as status 0 with its text in the console. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  console.error(error);
  return new ApiError(0, "", "", []);
}

/** An error in words a caseworker can use: the server's own where it has some. */
export function errorText(error: ApiError, t: Messages): string {
  if (error.status === 0) return t.noConnection;
  if (error.status >= 500) return t.serverFailed;
  if (error.status === 404) return t.notFound;
  if (error.status === 403) return t.forbidden;
  return error.detail || error.title || t.failed;
}

/** Runs one action at a time and tells when it failed; `conflict` is what a refusal (409) means, where the server's own words are technical. */
export function useAction(): [busy: boolean, run: (action: () => Promise<void>, conflict?: string) => Promise<void>] {
  const { say, t, expired } = useWorkbench();
  const [busy, setBusy] = useState(false);
  const run = async (action: () => Promise<void>, conflict?: string) => {
    if (busy) return;
    setBusy(true);
    try {
      await action();
    } catch (error) {
      const problem = asApiError(error);
      if (problem.status === 401) expired();
      else say(problem.status === 409 && conflict ? conflict : errorText(problem, t), "error");
    } finally {
      setBusy(false);
    }
  };
  return [busy, run];
}
