/** The lists of tasks: one's own and the team's. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get, path, post, withQuery } from "../api.ts";
import { go, links } from "../router.ts";
import type { Page, Task } from "../types.ts";
import { Alerts } from "./alerts.tsx";
import { Icon } from "../ui/icons.tsx";
import { Due, Loaded, Priority, Title, useAssigneeName } from "../ui/parts.tsx";
import { firstList, has, roles, useAction, useLast, useResource, useWorkbench } from "../workbench.tsx";

const refreshSeconds = 20;
const pageSize = 50;
const typingPause = 300; // milliseconds

interface Filter {
  readonly text: string;
  readonly sort: "-priority" | "dueAt" | "-createdAt";
  readonly overdue: boolean;
}

const sorts = ["-priority", "dueAt", "-createdAt"] as const;

/** Sorting and the overdue filter stand in the address, so that they can be kept as a bookmark. Search text does not: it may name people. */
function useFilter(query: URLSearchParams): [Filter, (change: Partial<Filter>) => void] {
  const [text, setText] = useState("");
  const sort = sorts.find((s) => s === query.get("sort")) ?? "-priority";
  const filter = { text, sort, overdue: query.has("overdue") };
  return [filter, (change) => {
    if (change.text !== undefined) setText(change.text);
    const next = { ...filter, ...change };
    go(withQuery(location.pathname, { sort: next.sort === "-priority" ? undefined : next.sort, overdue: next.overdue }), "replace");
  }];
}

const cprLike = /\b\d{6}[- ]?\d{4}\b/;

export function TasksPage({ list, query }: { list: "mine" | "team"; query: URLSearchParams }) {
  const { t, user } = useWorkbench();
  const [filter, change] = useFilter(query);
  const [limit, setLimit] = useState(pageSize);
  const forbidden = cprLike.test(filter.text);
  const url = withQuery("/tasks", {
    assignee: list === "mine" ? "me" : undefined, state: "open", sort: filter.sort, overdue: filter.overdue,
    text: forbidden ? undefined : filter.text.trim(), limit,
  });
  const tasks = useResource<Page<Task>>(url, refreshSeconds, (u, signal) => upTo(u, limit, signal));
  const shown = useLast(tasks);
  const section = useRef<HTMLElement>(null);
  return (
    <section ref={section} onKeyDown={(e) => walk(e, section.current)}>
      <div class="title-row">
        <Title text={list === "mine" ? t.nav.mine : t.nav.team} />
        {shown.data && <p class="count">{t.tasks.count(shown.data.items.length, shown.data.nextCursor !== undefined)}</p>}
      </div>
      {list === firstList(user) && has(user, ...roles.cases) && <Alerts />}
      <FilterBar filter={filter} change={change} forbidden={forbidden} />
      <Loaded from={shown}>
        {(page) => page.items.length === 0
          ? <Empty list={list} filtered={filter.text !== "" || filter.overdue} reset={() => change({ text: "", overdue: false })} />
          : (
            <>
              <TaskTable tasks={page.items} reload={tasks.reload} />
              {page.nextCursor && <button type="button" class="button button-secondary" onClick={() => setLimit(limit + pageSize)}>{t.tasks.more}</button>}
              <p class="keys">{t.tasks.keys}</p>
            </>
          )}
      </Loaded>
    </section>
  );
}

/** The first `limit` items, page after page, as one page: a refresh then shows all that was shown before. */
async function upTo(url: string, limit: number, signal: AbortSignal): Promise<Page<Task>> {
  const first = url.replace(/([?&])limit=\d+/, `$1limit=${pageSize}`);
  let page = await get<Page<Task>>(first, signal);
  const items = [...page.items];
  while (page.nextCursor && items.length < limit) {
    page = await get<Page<Task>>(`${first}&cursor=${encodeURIComponent(page.nextCursor)}`, signal);
    items.push(...page.items);
  }
  return { items, nextCursor: page.nextCursor };
}

/** j and k move between tasks while the focus is within the list's section; Enter is the link's own. */
function walk(event: KeyboardEvent, section: HTMLElement | null): void {
  const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
  const typing = (event.target as Element).matches("input[type=search], input[type=text], select, textarea");
  if (!step || typing || event.ctrlKey || event.metaKey || event.altKey || !section) return;
  const rows = [...section.querySelectorAll<HTMLElement>("a[data-task]")];
  const at = rows.findIndex((row) => row.closest("tr")?.contains(document.activeElement));
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
  event.preventDefault();
}

function FilterBar({ filter, change, forbidden }: { filter: Filter; change: (c: Partial<Filter>) => void; forbidden: boolean }) {
  const { t } = useWorkbench();
  const [typed, setTyped] = useState(filter.text);
  useEffect(() => setTyped(filter.text), [filter.text]);
  useEffect(() => {
    if (typed === filter.text) return;
    const id = setTimeout(() => change({ text: typed }), typingPause);
    return () => clearTimeout(id);
  }, [typed]);
  return (
    <form class="filter" role="search" aria-label={t.tasks.search} onSubmit={(e) => { e.preventDefault(); change({ text: typed }); }}>
      <div class={`filter-text ${forbidden ? "form-error" : ""}`}>
        <label class="form-label" for="filter-text">{t.tasks.search}</label>
        <input id="filter-text" class="form-input" type="search" autocomplete="off" placeholder={t.tasks.searchHint} maxLength={100} value={typed}
          aria-describedby={forbidden ? "filter-error" : undefined} aria-invalid={forbidden || undefined} onInput={(e) => setTyped(e.currentTarget.value)} />
        {forbidden && <span class="form-error-message" id="filter-error" role="alert">{t.tasks.noCpr}</span>}
      </div>
      <div>
        <label class="form-label" for="filter-sort">{t.tasks.sort}</label>
        <select id="filter-sort" class="form-select" value={filter.sort} onChange={(e) => change({ sort: e.currentTarget.value as Filter["sort"] })}>
          {sorts.map((s) => <option key={s} value={s}>{t.tasks.sorts[s]}</option>)}
        </select>
      </div>
      <div class="form-group-checkbox filter-overdue">
        <input id="filter-overdue" type="checkbox" class="form-checkbox" checked={filter.overdue} onChange={(e) => change({ overdue: e.currentTarget.checked })} />
        <label for="filter-overdue">{t.tasks.overdueOnly}</label>
      </div>
    </form>
  );
}

function Empty({ list, filtered, reset }: { list: "mine" | "team"; filtered: boolean; reset: () => void }) {
  const { t } = useWorkbench();
  if (filtered) {
    return <div class="empty"><h2 class="h4">{t.tasks.emptyFilter.title}</h2><button type="button" class="button button-secondary" onClick={reset}>{t.tasks.emptyFilter.button}</button></div>;
  }
  const words = list === "mine" ? t.tasks.emptyMine : t.tasks.emptyTeam;
  return (
    <div class="empty">
      <h2 class="h4">{words.title}</h2>
      <p>{words.text}</p>
      {list === "mine" && <p><a href={links.team}>{t.tasks.emptyMine.link}</a></p>}
    </div>
  );
}

/** Tasks as a table; on a narrow screen each row becomes a card. `inCase` leaves out what the case page already says. */
export function TaskTable({ tasks, reload, inCase = false }: { tasks: readonly Task[]; reload: () => Promise<void>; inCase?: boolean }) {
  const { t } = useWorkbench();
  const c = t.tasks.columns;
  return (
    <table class="table tasks">
      <thead>
        <tr>
          <th scope="col"><span class="sr-only">{c.priority}</span></th>
          <th scope="col">{c.task}</th>
          {!inCase && <th scope="col">{c.case}</th>}
          <th scope="col">{c.due}</th>
          <th scope="col">{c.assignee}</th>
          <th scope="col"><span class="sr-only">{c.actions}</span></th>
        </tr>
      </thead>
      <tbody>{tasks.map((task) => <TaskRow key={task.id} task={task} reload={reload} inCase={inCase} />)}</tbody>
    </table>
  );
}

function CaseLink({ task }: { task: Task }) {
  return (
    <>
      <a class="quiet" href={links.case(task.caseId)}>{task.caseNumber || task.caseId}</a>
      {task.companyName && <span class="sub">{task.companyName}</span>}
    </>
  );
}

function TaskRow({ task, reload, inCase }: { task: Task; reload: () => Promise<void>; inCase: boolean }) {
  const { t, say } = useWorkbench();
  const name = useAssigneeName();
  const [busy, run] = useAction();
  const claim = () => run(async () => {
    await post(path`/tasks/${task.id}/claim`);
    say(t.tasks.claimed(task.name));
    document.querySelector<HTMLElement>(`a[data-task="${CSS.escape(task.id)}"]`)?.focus();
    await reload();
  });
  return (
    <tr class={(task.priority ?? 50) >= 90 ? "row-first" : undefined}>
      <td class="cell-flag"><Priority value={task.priority} /></td>
      <td class="cell-task">
        <a data-task={task.id} href={links.task(task.id)}>{task.name}</a>
        {!inCase && task.processName && <span class="sub">{task.processName}</span>}
      </td>
      {!inCase && <td>{task.caseId && <CaseLink task={task} />}</td>}
      <td><Due at={task.dueAt} now={task.virtualNow} /></td>
      <td class={task.assignee ? "cell-assignee" : "cell-assignee free"} data-label={t.tasks.columns.assignee}>{name(task)}</td>
      <td class="cell-action">
        {!task.assignee && (
          <button type="button" class="button button-secondary button-small" aria-label={`${t.tasks.claim}: ${task.name}`} aria-disabled={busy} onClick={() => void claim()}>
            {t.tasks.claim}
          </button>
        )}
        {task.assignee && <Icon name="arrowForward" class="row-arrow" />}
      </td>
    </tr>
  );
}
