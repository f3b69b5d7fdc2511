/** One case on one page: what it is, where it stands, what is to be done, what has happened. */
import { useEffect, useState } from "preact/hooks";
import { path, post, withQuery } from "../api.ts";
import { local, momentText, dateText } from "../time.ts";
import type { Case, Letter, Page, PlanLine, Task, TimelineEntry, Timer } from "../types.ts";
import { Due, Loaded, partiesText, Section, Title, useOpener } from "../ui/parts.tsx";
import { Icon } from "../ui/icons.tsx";
import { useAction, useResource, useWorkbench } from "../workbench.tsx";
import { daysBetween } from "../workdays.ts";
import { CloseSection } from "./close.tsx";
import { Letters } from "./letters.tsx";
import { Notes } from "./notes.tsx";
import { PartiesSection } from "./parties.tsx";
import { ProcessSection } from "./process.tsx";
import { TaskTable } from "./tasks.tsx";

const refreshSeconds = 20;

export function CasePage({ id }: { id: string }) {
  const url = path`/cases/${id}`;
  const facts = useResource<Case>(url, refreshSeconds);
  const tasks = useResource<Page<Task>>(withQuery("/tasks", { case: id, state: "open", sort: "-priority", limit: 50 }), refreshSeconds);
  const timeline = useResource<Page<TimelineEntry>>(`${url}/timeline`, refreshSeconds);
  const plan = useResource<Page<PlanLine>>(`${url}/plan`);
  const letters = useResource<Page<Letter>>(`${url}/letters`, refreshSeconds);
  const [moved, setMoved] = useState(0);
  const reload = async () => {
    await Promise.all([facts.reload(), tasks.reload(), timeline.reload(), plan.reload(), letters.reload()]);
    setMoved((n) => n + 1);
  };
  return (
    <Loaded from={facts}>
      {(c) => (
        <>
          <Head facts={c} reload={reload} />
          <div class="case">
            <div class="case-main">
              <OpenTasks facts={c} tasks={tasks} reload={reload} />
              {c.processInstanceId && <ProcessSection key={c.processInstanceId} id={c.processInstanceId} moved={moved} reload={reload} />}
              <Plan lines={plan.data?.items ?? []} />
              <Letters from={letters} />
              <Timeline entries={timeline} />
            </div>
            <div class="case-side">
              {c.virtualNow && <Demo facts={c} reload={reload} />}
              <Facts facts={c} />
              <PartiesSection key={id} caseUrl={url} saved={reload} />
              {c.processInstanceId && c.state === "open" && <Deadlines id={c.processInstanceId} moved={moved} now={c.virtualNow} />}
              <Notes caseUrl={url} />
            </div>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Head({ facts: c, reload }: { facts: Case; reload: () => Promise<void> }) {
  const { t } = useWorkbench();
  const title = t.case.title(c.caseNumber);
  const [closing, setClosing] = useState(false);
  const opener = useOpener(closing);
  const closable = c.state === "open" && !c.closing;
  return (
    <div class="case-head">
      <Title text={title} />
      <span class={`badge ${c.state === "open" ? "badge-info" : ""}`}>{c.state === "closed" ? t.case.closed : c.closing ? t.case.closing : t.case.open}</span>
      {c.partialHoursPerWeek != null && <span class="badge badge-warning">{t.case.partial}</span>}
      {closable && <button ref={opener} type="button" class="button button-secondary button-small" aria-expanded={closing} onClick={() => setClosing(!closing)}>{t.closeCase.title}</button>}
      <p class="lead">{partiesText(c, t)}</p>
      {closing && closable && <CloseSection caseUrl={path`/cases/${c.id}`} reload={reload} leave={() => setClosing(false)} />}
    </div>
  );
}

function Facts({ facts: c }: { facts: Case }) {
  const { t, language } = useWorkbench();
  const yesNo = (value?: boolean | null) => (value == null ? t.case.unknown : value ? t.case.yes : t.case.no);
  const rows: Row[] = [
    named(c.citizen?.name, t.case.citizen, [c.citizen?.cprMasked && `${t.case.cpr} ${c.citizen.cprMasked}`]),
    named(c.company?.name, t.case.company, [c.company?.cvr && `${t.case.cvr} ${c.company.cvr}`, c.company?.pNumber && `${t.case.pNumber} ${c.company.pNumber}`]),
    [t.case.consultant, c.consultant?.name],
    [t.case.municipality, c.municipality?.name],
    [t.case.firstAbsenceDay, dateText(c.firstAbsenceDay, language), c.state === "open" ? week(c, t.case.weekOf) : undefined],
    [t.case.track, c.track && (t.case.tracks[c.track] ?? c.track)],
    [t.case.expected, yesNo(c.expectedOver8Weeks)],
    [t.case.partial, c.partialHoursPerWeek != null ? t.case.hours(c.partialHoursPerWeek) : undefined],
    [t.case.outcome, c.outcome && (t.case.outcomes[c.outcome] ?? c.outcome)],
    [t.case.openedAt, momentText(c.openedAt, language)],
    [t.case.closedAt, momentText(c.closedAt, language)],
  ];
  return (
    <Section title={t.case.facts} id="facts">
      <dl class="facts">
        {rows.filter(([, value]) => value).map(([name, value, more]) => (
          <div key={name}><dt>{name}</dt><dd>{value}{more && <span class="sub">{more}</span>}</dd></div>
        ))}
      </dl>
    </Section>
  );
}

/** A line of the facts: what it is, its value, more about it. */
type Row = readonly [title: string, value?: string | null, more?: string];

/** Name and numbers; the numbers alone while nobody has told the name, as in a notification. */
function named(name: string | undefined, title: string, numbers: readonly (string | undefined)[]): Row {
  const known = numbers.filter(Boolean).join(" · ");
  return name ? [title, name, known] : [title, known];
}

/** Which week of the absence it is, the first being week 1: statutory deadlines count in these. */
function week(c: Case, words: (n: number) => string): string | undefined {
  if (!c.firstAbsenceDay) return undefined;
  const [today] = local(c.virtualNow ? new Date(c.virtualNow) : new Date());
  const days = daysBetween(c.firstAbsenceDay, today);
  return days < 0 ? undefined : words(Math.floor(days / 7) + 1);
}

function OpenTasks({ facts, tasks, reload }: { facts: Case; tasks: ReturnType<typeof useResource<Page<Task>>>; reload: () => Promise<void> }) {
  const { t } = useWorkbench();
  const now = facts.virtualNow;
  return (
    <Section title={t.case.tasks} id="tasks">
      <Loaded from={tasks}>
        {({ items }) => items.length > 0
          ? <TaskTable tasks={items.map((task) => ({ virtualNow: now, ...task }))} reload={reload} inCase />
          : <p>{facts.state === "open" ? t.case.noTasks : t.case.noTasksClosed}</p>}
      </Loaded>
    </Section>
  );
}

function Deadlines({ id, moved, now }: { id: string; moved: number; now?: string }) {
  const { t } = useWorkbench();
  const timers = useResource<Page<Timer>>(path`/process-instances/${id}/timers`, refreshSeconds);
  useEffect(() => {
    if (moved) void timers.reload();
  }, [moved]);
  return (
    <Section title={t.case.deadlines} id="deadlines">
      <Loaded from={timers}>
        {({ items }) => {
          const deadlines = items.filter((timer) => !isReminder(timer)).sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
          if (deadlines.length === 0) return <p>{t.case.noDeadlines}</p>;
          return (
            <ul class="deadlines nobullet-list no-max-width">
              {deadlines.map((timer) => (
                <li key={timer.id}><span class="deadline-name">{nameOf(timer)}</span><Due at={timer.dueAt} now={now} /></li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Section>
  );
}

/** Whether a timer only reminds of a deadline that is shown itself: the definitions call such ones …-soon. */
function isReminder({ elementId }: Timer): boolean {
  return elementId.endsWith("-soon");
}

/** The name of a deadline, without saying that it is one: the definitions call a task's own "…: Frist". */
function nameOf({ name, elementId }: Timer): string {
  return name?.replace(/: Frist$/, "") || elementId;
}

function Plan({ lines }: { lines: readonly PlanLine[] }) {
  const { t, language } = useWorkbench();
  if (lines.length === 0) return null;
  const c = t.case.planColumns;
  return (
    <Section title={t.case.plan} id="plan">
      <table class="table plan">
        <thead><tr><th scope="col">{c.who}</th><th scope="col">{c.what}</th><th scope="col">{c.due}</th></tr></thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <td>{t.case.owners[line.owner] ?? line.owner}</td>
              <td>{line.action}{line.milestone && <span class="badge badge-info">{t.case.milestone}</span>}</td>
              <td class="nowrap">{dateText(line.due, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const firstEntries = 8;

function Timeline({ entries }: { entries: ReturnType<typeof useResource<Page<TimelineEntry>>> }) {
  const { t, language } = useWorkbench();
  const [all, setAll] = useState(false);
  return (
    <Section title={t.case.timeline} id="timeline">
      <Loaded from={entries}>
        {({ items }) => {
          const newest = [...items].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
          const shown = all ? newest : newest.slice(0, firstEntries);
          if (shown.length === 0) return <p>{t.case.noTimeline}</p>;
          return (
            <>
              <ol class="timeline nobullet-list no-max-width">
                {shown.map((entry, i) => (
                  <li key={`${entry.at}-${i}`} class={`timeline-${entry.kind.replace(/[^\w-]/g, "")}`}>
                    <time dateTime={entry.at}>{momentText(entry.at, language)}</time>
                    <span><strong>{entry.title}</strong>{entry.detail && <span class="sub">{entry.detail}</span>}</span>
                    {entry.actor && <span class="timeline-actor">{entry.actor}</span>}
                  </li>
                ))}
              </ol>
              {shown.length < newest.length && <button type="button" class="button button-secondary" onClick={() => setAll(true)}>{t.case.showAll(newest.length)}</button>}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

/** Only in dev: the case's own clock, and a way to move it. */
function Demo({ facts: c, reload }: { facts: Case; reload: () => Promise<void> }) {
  const { t, language, say } = useWorkbench();
  const [busy, run] = useAction();
  const forward = () => run(async () => {
    const { now } = await post<{ now: string }>(path`/process-instances/${c.processInstanceId ?? ""}/fast-forward`, { duration: "P3W" });
    await reload();
    say(t.case.forwarded(momentText(now, language)));
  });
  return (
    <Section title={t.case.demo} id="demo" class="panel-demo">
      <p>{t.case.virtualNow}: <strong>{momentText(c.virtualNow, language)}</strong></p>
      {c.state === "open" && (
        <button type="button" class="button button-secondary" aria-disabled={busy} onClick={() => void forward()}>
          <Icon name="arrowForward" />{busy ? t.case.forwarding : t.case.forward}
        </button>
      )}
    </Section>
  );
}
