/**
 * Drafts of task forms, kept in this tab only (sessionStorage): they survive a reload and an expired session,
 * and are gone when the tab is closed or the user logs out. They may hold case data, so never localStorage.
 */
import type { Values } from "./resolve.ts";

const prefix = "fasthold.draft.";

/** The draft for a task, if there is one. */
export function loadDraft(taskId: string): Values | undefined {
  try {
    const text = sessionStorage.getItem(prefix + taskId);
    return text ? (JSON.parse(text) as Values) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a draft; a full or forbidden storage only means that there is none. */
export function saveDraft(taskId: string, values: Values): void {
  try {
    sessionStorage.setItem(prefix + taskId, JSON.stringify(values));
  } catch { /* No draft. */ }
}

/** Drops the draft of one task. */
export function forgetDraft(taskId: string): void {
  try {
    sessionStorage.removeItem(prefix + taskId);
  } catch { /* Nothing was kept. */ }
}

/** Drops every draft. */
export function forgetDrafts(): void {
  try {
    Object.keys(sessionStorage).filter((key) => key.startsWith(prefix)).forEach((key) => sessionStorage.removeItem(key));
  } catch { /* Nothing was kept. */ }
}
