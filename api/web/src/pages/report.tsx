/** What a rehearsal found, to be read at a glance. */
import { links } from "../router.ts";
import type { Affected, Finding, MovedDeadline, Report } from "../types.ts";
import type { Messages } from "../messages.ts";
import { Explained, Section } from "../ui/parts.tsx";
import { Stack } from "../ui/stack.tsx";
import { useWorkbench } from "../workbench.tsx";

type NameOf = (id: string | undefined) => string;

export function ReportSections({ report: r, nameOf }: { report: Report; nameOf: NameOf }) {
  const { t } = useWorkbench();
  const [blocks, warnings] = [r.problems.filter((p) => p.blocks), r.problems.filter((p) => !p.blocks)];
  return (
    <>
      <Section title={t.moving.report} id="report">
        {r.instances === 0 ? <p>{t.moving.none}</p> : (
          <Stack parts={[
            { kind: "good", count: r.ready, label: t.moving.bars.ready }, { kind: "bad", count: r.stuck, label: t.moving.bars.stuck },
            { kind: "unknown", count: r.unread, label: t.moving.bars.unread },
          ]} />
        )}
        {r.instances > 0 && blocks.length === 0 && <p>{t.moving.clear}</p>}
      </Section>
      {blocks.length > 0 && <Section title={t.moving.blocks} id="blocks"><Problems problems={blocks} all={r.instances} nameOf={nameOf} bad /></Section>}
      {warnings.length > 0 && <Section title={t.moving.warnings} id="warnings"><Problems problems={warnings} all={r.instances} nameOf={nameOf} /></Section>}
      {r.ready > 0 && <Section title={t.moving.deadlines} id="moved-deadlines"><Deadlines deadlines={r.deadlines} nameOf={nameOf} /></Section>}
      {r.events.length > 0 && (
        <Section title={t.moving.events} id="events">
          <ul class="problems nobullet-list no-max-width">
            {r.events.map((e, i) => (
              <li key={i}><strong>{nameOf(e.element)}</strong> {t.moving.eventKinds[e.kind] ?? e.kind}<Cases affected={e} all={r.ready} /></li>
            ))}
          </ul>
        </Section>
      )}
      {r.ready > 0 && (
        <Section title={t.moving.ahead(r.ahead.days)} id="ahead">
          <p>{(r.ahead.incidents.length > 0 ? t.moving.aheadStuck : t.moving.aheadClear)(r.ahead.decided + r.ahead.undecided)}</p>
          {r.ahead.undecided > 0 && <p>{t.moving.undecided(r.ahead.undecided)}</p>}
          {r.ahead.incidents.length > 0 && <Problems problems={r.ahead.incidents} all={r.ready} nameOf={nameOf} bad incidents />}
        </Section>
      )}
    </>
  );
}

interface Listed {
  readonly problems: readonly (Finding & Affected)[];
  readonly all: number;
  readonly nameOf: NameOf;
  readonly bad?: boolean;
  /** Incidents that would come: their codes are other ones. */
  readonly incidents?: boolean;
}

function Problems({ problems, all, nameOf, bad = false, incidents = false }: Listed) {
  const { t } = useWorkbench();
  const table = incidents ? t.codes.incident : t.codes.finding;
  return (
    <ul class="problems nobullet-list no-max-width">
      {problems.map((p, i) => (
        <li key={i} class={bad ? "problem problem-bad" : "problem"}>
          <h3 class="h6">{nameOf(p.element ?? p.target)}</h3>
          <Explained table={table} code={p.code} message={[p.message, p.advice].filter(Boolean).join(" – ")} />
          <Cases affected={p} all={all} />
        </li>
      ))}
    </ul>
  );
}

const firstCases = 5;

/** How many cases something is about, as a bar with words, and the first of them. */
function Cases({ affected: { count, instances }, all }: { affected: Affected; all: number }) {
  const { t } = useWorkbench();
  const shown = instances.slice(0, firstCases);
  return (
    <div class="affected">
      <span class="share" aria-hidden="true"><span style={{ width: `${Math.min(100, (100 * count) / Math.max(all, 1))}%` }} /></span>
      <span>{t.moving.ofAll(count, all)}</span>
      {shown.length > 0 && (
        <span class="sub">
          {t.moving.first} {shown.map((i, n) => <>{n > 0 && ", "}<a key={i.id} href={links.instance(i.id)}>{i.caseNumber || t.moving.unnamed}</a></>)}
          {count > shown.length && ` ${t.moving.more(count - shown.length)}`}
        </span>
      )}
    </div>
  );
}

function Deadlines({ deadlines, nameOf }: { deadlines: readonly MovedDeadline[]; nameOf: NameOf }) {
  const { t } = useWorkbench();
  if (deadlines.length === 0) return <p>{t.moving.noDeadlines}</p>;
  const c = t.moving.deadlineColumns;
  return (
    <table class="table tasks">
      <thead><tr>{[c.deadline, c.earlier, c.later, c.by, c.overdue].map((name) => <th scope="col" key={name}>{name}</th>)}</tr></thead>
      <tbody>
        {deadlines.map((d) => (
          <tr key={`${d.kind} ${d.element}`}>
            <td><strong>{nameOf(d.element)}</strong></td>
            <td class="labelled" data-label={c.earlier}>{t.moving.cases(d.earlier)}</td>
            <td class="labelled" data-label={c.later}>{t.moving.cases(d.later)}</td>
            <td class="labelled" data-label={c.by}>{shift(d, t)}</td>
            <td class={d.overdue > 0 ? "labelled overdue" : "labelled"} data-label={c.overdue}>{t.moving.cases(d.overdue)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How much a deadline moves, from the least to the most. */
function shift({ shortestSeconds: least, longestSeconds: most }: MovedDeadline, { moving }: Messages): string {
  if (least < 0 && most > 0) return moving.range(moving.earlierBy(span(least, moving)), moving.laterBy(span(most, moving)));
  const [small, large] = most > 0 ? [span(least, moving), span(most, moving)] : [span(most, moving), span(least, moving)];
  return (most > 0 ? moving.laterBy : moving.earlierBy)(small === large ? small : moving.range(small, large));
}

/** A time, without its direction, in the greatest unit that fits. */
function span(seconds: number, words: Messages["moving"]): string {
  const size = Math.abs(seconds);
  if (size >= 86_400) return words.days(Math.round(size / 86_400));
  return size >= 3_600 ? words.hours(Math.round(size / 3_600)) : words.minutes(Math.max(1, Math.round(size / 60)));
}
