/** Addresses of the pages, and going from one to the other without loading anew. */
import { useEffect, useState } from "preact/hooks";

/** The page an address stands for. */
export type Route =
  | { page: "tasks"; list?: "mine" | "team" }
  | { page: "task"; id: string }
  | { page: "case"; id: string }
  | { page: "newCase" }
  | { page: "incidents" }
  | { page: "migrations" }
  | { page: "migration"; id: string }
  | { page: "instance"; id: string }
  | { page: "unknown" };

/** Addresses that more than one page links to. */
export const links = {
  mine: "/opgaver",
  team: "/opgaver/hold",
  newCase: "/sager/ny",
  incidents: "/fastlaaste",
  migrations: "/flyt",
  migration: (id: string) => `/flyt/${encodeURIComponent(id)}`,
  instance: (id: string) => `/forloeb/${encodeURIComponent(id)}`,
  task: (id: string) => `/opgave/${encodeURIComponent(id)}`,
  case: (id: string) => `/sag/${encodeURIComponent(id)}`,
};

/** The page of a path. */
export function match(path: string): Route {
  switch (path.replace(/\/$/, "")) {
    case "": return { page: "tasks" };
    case links.mine: return { page: "tasks", list: "mine" };
    case links.team: return { page: "tasks", list: "team" };
    case links.newCase: return { page: "newCase" };
    case links.incidents: return { page: "incidents" };
    case links.migrations: return { page: "migrations" };
  }
  const [, kind, id] = /^\/(\w+)\/([^/]+)\/?$/.exec(path) ?? [];
  const page = kind && pagesOfOne[kind];
  return page && id ? { page, id: unescape(id) } : { page: "unknown" };
}

const pagesOfOne: Readonly<Record<string, "task" | "case" | "migration" | "instance">> = { opgave: "task", sag: "case", flyt: "migration", forloeb: "instance" };

function unescape(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Goes to an address within the workbench. */
export function go(to: string, how: "push" | "replace" = "push"): void {
  history[how === "push" ? "pushState" : "replaceState"](null, "", to);
  window.dispatchEvent(new PopStateEvent("popstate"));
  if (how === "push") window.scrollTo(0, 0);
}

/** The current path and query, kept up to date; plain clicks on inner links are answered here. */
export function useAddress(): { path: string; query: URLSearchParams } {
  const [address, setAddress] = useState(location.pathname + location.search);
  useEffect(() => {
    const moved = () => setAddress(location.pathname + location.search);
    window.addEventListener("popstate", moved);
    document.addEventListener("click", followLink);
    return () => {
      window.removeEventListener("popstate", moved);
      document.removeEventListener("click", followLink);
    };
  }, []);
  const url = new URL(address, location.origin);
  return { path: url.pathname, query: url.searchParams };
}

const outside = /^\/(api\/|licenses\.txt)/;

function followLink(event: MouseEvent): void {
  const link = (event.target as Element).closest?.("a");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
  if (outside.test(link.pathname) || link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
