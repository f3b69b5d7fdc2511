/**
 * Half-filled forms: the server keeps them until their task ends, so that they can be gone on with anywhere. Nothing of them is stored in the
 * browser; what has been typed and not been saved yet is in memory alone, for whoever typed it.
 */
import { useEffect, useReducer, useRef } from "preact/hooks";
import { ApiError, get, put, remove } from "../api.ts";
import { asApiError, useWorkbench } from "../workbench.tsx";
import type { Values } from "./resolve.ts";

/** A draft as the server has it. */
export interface Draft {
  readonly data: Values;
  readonly savedAt: string;
  /** User id. */
  readonly savedBy: string;
  readonly savedByName?: string;
  readonly version: number;
}

/** How the draft of an open form stands. `other`: somebody else has saved one meanwhile, and nothing is saved until it is clear whose counts. */
export type Kept =
  | { readonly state: "none" | "failed" }
  | { readonly state: "saved"; readonly at: string }
  | { readonly state: "other"; readonly draft: Draft };

const typingPause = 1500; // milliseconds after which what was typed is saved
const longestUnsaved = 8000; // milliseconds after which it is saved though the typing goes on

/** The draft at an address; null when there is none, or none that this user may have. */
export async function getDraft(url: string, signal?: AbortSignal): Promise<Draft | null> {
  try {
    return await get<Draft>(url, signal);
  } catch (error) {
    if (error instanceof ApiError && [403, 404, 409].includes(error.status)) return null;
    throw error;
  }
}

/** The condition that a draft is still the one that was seen. */
export function unchanged(seen: Draft | null): Record<string, string> {
  return seen ? { "If-Match": `"${seen.version}"` } : { "If-None-Match": "*" };
}

/** What has been typed and not been saved, by user and address. It outlives a page that is left because the session has expired. */
const unsaved = new Map<string, Values>();
const open = new Set<Keeper>();

const keyOf = (userId: string, url: string) => `${userId} ${url}`;

/** What the user has typed into a form and could not be saved. */
export function unsavedOf(userId: string, url: string): Values | undefined {
  return unsaved.get(keyOf(userId, url));
}

/** Forgets what others have typed: called when somebody has logged in, and without a user when they have logged out. */
export function forgetUnsaved(userId?: string): void {
  [...unsaved.keys()].filter((key) => userId === undefined || !key.startsWith(keyOf(userId, ""))).forEach((key) => unsaved.delete(key));
}

/** Saves what is typed in the open form, before the session ends. */
export async function saveDrafts(): Promise<void> {
  await Promise.all([...open].map((keeper) => keeper.save()));
}

/** Saves what is typed into one form, a pause after the typing, one request at a time. */
class Keeper {
  kept: Kept;
  private paused?: ReturnType<typeof setTimeout>;
  private since = 0;
  private running?: Promise<void>;
  private over = false;

  constructor(
    private readonly url: string,
    private readonly userId: string,
    private seen: Draft | null,
    private readonly changed: () => void,
    private readonly expired: () => void,
  ) {
    this.kept = seen ? { state: "saved", at: seen.savedAt } : { state: "none" };
  }

  private get key(): string {
    return keyOf(this.userId, this.url);
  }

  /** Takes what the form holds now. */
  readonly take = (values: Values): void => {
    this.over = false;
    this.since ||= Date.now();
    unsaved.set(this.key, values);
    clearTimeout(this.paused);
    this.paused = setTimeout(() => void this.save(), Math.min(typingPause, Math.max(this.since + longestUnsaved - Date.now(), 0)));
  };

  /** Saves what has not been saved; `mine` in place of what somebody else has saved meanwhile. */
  readonly save = async (mine = false): Promise<void> => {
    await this.running;
    clearTimeout(this.paused);
    const values = unsaved.get(this.key);
    if (!values || this.over || (this.kept.state === "other" && !mine)) return;
    this.running = this.send(values, mine).catch((error: unknown) => {
      const problem = asApiError(error);
      if (this.over) return;
      if (problem.status === 401) this.expired();
      this.tell({ state: "failed" });
    });
    await this.running;
    this.running = undefined;
  };

  private async send(values: Values, mine: boolean): Promise<void> {
    this.since = 0;
    try {
      this.seen = await put<Draft>(this.url, { data: values }, mine ? {} : unchanged(this.seen));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      const there = await getDraft(this.url);
      if (there && there.savedBy !== this.userId) return this.tell({ state: "other", draft: there });
      this.seen = there; // one's own, saved from another machine, or deleted there
      this.seen = await put<Draft>(this.url, { data: values }, unchanged(there));
    }
    this.saved(values);
    this.tell({ state: "saved", at: this.seen.savedAt });
  }

  private saved(values: Values): void {
    if (unsaved.get(this.key) === values) unsaved.delete(this.key);
  }

  /** Sends what has not been saved on its way, when the page may be gone at once. */
  readonly leave = (): void => {
    const values = unsaved.get(this.key);
    if (!values || this.over || this.kept.state === "other") return;
    clearTimeout(this.paused);
    const condition = this.running ? {} : unchanged(this.seen); // what is being saved is one's own
    put<Draft>(this.url, { data: values }, condition, true).then((draft) => { this.seen = draft; this.saved(values); }, () => undefined);
  };

  /** Takes over what somebody else has saved. */
  readonly yield = (draft: Draft): void => {
    unsaved.delete(this.key);
    this.seen = draft;
    this.tell({ state: "saved", at: draft.savedAt });
  };

  /** Forgets the draft: it has been sent, or `url` is asked to forget it too. */
  readonly forget = async (there: boolean): Promise<void> => {
    clearTimeout(this.paused);
    this.over = true;
    unsaved.delete(this.key);
    await this.running;
    if (there) await remove(this.url);
    this.seen = null;
    this.tell({ state: "none" });
  };

  private tell(kept: Kept): void {
    this.kept = kept;
    this.changed();
  }
}

/** Keeps the draft of a form that is open; `found` is the one that it was opened with. */
export function useDraft(url: string, found: Draft | null): Keeper {
  const { user, expired, say, t } = useWorkbench();
  const [, changed] = useReducer<number, void>((n) => n + 1, 0);
  const keeper = useRef<Keeper>();
  const k = (keeper.current ??= new Keeper(url, user.id, found, () => changed(), expired));
  useEffect(() => {
    open.add(k);
    const hidden = () => document.visibilityState === "hidden" && k.leave();
    document.addEventListener("visibilitychange", hidden);
    window.addEventListener("pagehide", k.leave);
    return () => {
      open.delete(k);
      document.removeEventListener("visibilitychange", hidden);
      window.removeEventListener("pagehide", k.leave);
      void k.save().then(() => k.kept.state === "other" && say(t.task.draftLost(k.kept.draft.savedByName ?? ""), "error"));
    };
  }, []);
  return k;
}
