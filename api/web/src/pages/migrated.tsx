/** How far a migration has come, and what became of each case. */
import { useEffect, useState } from "preact/hooks";
import { get, path, post, withQuery } from "../api.ts";
import { links } from "../router.ts";
import type { MigratedInstance, Migration, Outcome, Page } from "../types.ts";
import { Explained, focusTitle, Loaded, Section, Technical } from "../ui/parts.tsx";
import { Stack, type StackPart } from "../ui/stack.tsx";
import { has, useAction, useLast, useResource, useWorkbench } from "../workbench.tsx";

const kinds: readonly (readonly [Outcome, StackPart["kind"]])[] = [["migrated", "good"], ["refused", "bad"], ["failed", "bad"], ["gone", "unknown"], ["waiting", "rest"]];

export function Progress({ migration: m, reload }: { migration: Migration; reload: () => Promise<void> }) {
  const { t, user } = useWorkbench();
  const all = Object.values(m.progress).reduce((sum, n) => sum + n, 0);
  const done = all - m.progress.waiting;
  const open = m.state === "running" || m.state === "paused";
  return (
    <Section title={t.moving.progress} id="progress">
      <p role="status">{t.moving.done(done, all)}</p>
      <progress class="sr-only" aria-label={t.moving.progress} max={Math.max(all, 1)} value={all === 0 ? 1 : done} />
      <Stack parts={kinds.map(([outcome, kind]) => ({ kind, count: m.progress[outcome], label: t.moving.outcomes[outcome] }))} />
      {m.reason && <p><strong>{t.moving.why}:</strong> {m.reason}</p>}
      {m.rehearsal && <p><a href={links.migration(m.rehearsal)}>{t.moving.rehearsalOf}</a></p>}
      {open && has(user, "supervisor") && <Turn migration={m} reload={reload} />}
    </Section>
  );
}

function Turn({ migration: m, reload }: { migration: Migration; reload: () => Promise<void> }) {
  const { t, say } = useWorkbench();
  const [busy, run] = useAction();
  const [asking, setAsking] = useState(false);
  const turn = (verb: "pause" | "resume" | "cancel", said: string) => run(async () => {
    await post(`${path`/migrations/${m.id}`}/${verb}`);
    setAsking(false);
    say(said);
    focusTitle();
    await reload();
  }, t.moving.refused);
  return (
    <>
      <div class="form-actions">
        {m.state === "running"
          ? <button type="button" class="button button-secondary" aria-disabled={busy} onClick={() => void turn("pause", t.moving.paused)}>{t.moving.pause}</button>
          : <button type="button" class="button button-primary" aria-disabled={busy} onClick={() => void turn("resume", t.moving.resumed)}>{t.moving.resume}</button>}
        <button type="button" class="button button-secondary" aria-expanded={asking} onClick={() => setAsking(!asking)}>{t.moving.cancel}</button>
      </div>
      {asking && (
        <div role="group" aria-label={t.moving.cancel} onKeyDown={(e) => e.key === "Escape" && setAsking(false)}>
          <p>{t.moving.cancelAsk}</p>
          <div class="form-actions">
            <button ref={(b) => b?.focus()} type="button" class="button button-primary" aria-disabled={busy} onClick={() => void turn("cancel", t.moving.canceled)}>{t.moving.cancelNow}</button>
            <button type="button" class="button button-secondary" onClick={() => setAsking(false)}>{t.cancel}</button>
          </div>
        </div>
      )}
    </>
  );
}

const pageSize = 50;

/** What became of each case; those that stand in the old version first, as long as nobody chooses otherwise. */
export function Became({ migration: m, nameOf }: { migration: Migration; nameOf: (id: string | undefined) => string }) {
  const { t } = useWorkbench();
  const [outcome, setOutcome] = useState<Outcome | "">(m.progress.refused > 0 ? "refused" : "");
  const [pages, setPages] = useState(1);
  const url = withQuery(path`/migrations/${m.id}/instances`, { outcome: outcome || undefined, limit: pageSize });
  const found = useLast(useResource<Page<MigratedInstance>>(`${url}#${pages}`, undefined, (_, signal) => upTo(url, pages, signal)));
  useEffect(() => void found.reload(), [Object.values(m.progress).join()]);
  const c = t.moving.becameColumns;
  return (
    <Section title={t.moving.became} id="became">
      <div class="filter">
        <div>
          <label class="form-label" for="outcome">{t.moving.show}</label>
          <select id="outcome" class="form-select" value={outcome} onChange={(e) => { setOutcome(e.currentTarget.value as Outcome | ""); setPages(1); }}>
            <option value="">{t.moving.all}</option>
            {kinds.map(([o]) => <option key={o} value={o}>{`${t.moving.outcomes[o]} (${m.progress[o]})`}</option>)}
          </select>
        </div>
      </div>
      <Loaded from={found}>
        {({ items, nextCursor }) => items.length === 0 ? <p>{t.moving.noneSuch}</p> : (
          <>
            <table class="table tasks">
              <thead><tr>{[c.case, c.outcome, c.why].map((name) => <th scope="col" key={name}>{name}</th>)}</tr></thead>
              <tbody>
                {items.map((i) => (
                  <tr key={i.instanceId}>
                    <td class="nowrap"><a href={links.instance(i.instanceId)}>{i.caseNumber || t.moving.unnamed}</a></td>
                    <td>{t.moving.outcomes[i.outcome]}</td>
                    <td>
                      {i.findings?.filter((f) => f.blocks).map((f, n) => <div key={n}><strong>{nameOf(f.element)}</strong><Explained table={t.codes.finding} code={f.code} message={f.message} /></div>)}
                      {i.message && <Technical message={i.message} />}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {nextCursor && <button type="button" class="button button-secondary" onClick={() => setPages(pages + 1)}>{t.tasks.more}</button>}
          </>
        )}
      </Loaded>
    </Section>
  );
}

/** The first pages as one. */
async function upTo(url: string, pages: number, signal: AbortSignal): Promise<Page<MigratedInstance>> {
  let page = await get<Page<MigratedInstance>>(url, signal);
  const items = [...page.items];
  for (let n = 1; n < pages && page.nextCursor; n++) {
    page = await get<Page<MigratedInstance>>(`${url}&cursor=${encodeURIComponent(page.nextCursor)}`, signal);
    items.push(...page.items);
  }
  return { items, nextCursor: page.nextCursor };
}
