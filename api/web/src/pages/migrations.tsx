/** Moving cases to another version of their process: what to move, where it goes on, and what was moved before. */
import { useMemo, useState } from "preact/hooks";
import { getText, path, post, withQuery, type ApiError } from "../api.ts";
import { go, links } from "../router.ts";
import { dateText, momentText } from "../time.ts";
import type { Definition, Migration, Page } from "../types.ts";
import { partsOf } from "../ui/elements.ts";
import { movesOf, propose, withMoves, type Line } from "../ui/mapping.ts";
import { Loaded, Refusal, Section, Title } from "../ui/parts.tsx";
import { asApiError, useLast, useResource, useWorkbench } from "../workbench.tsx";
import { MappingTable } from "./mapping.tsx";

const refreshSeconds = 20;

/** `?fra=` in the address names a migration whose choices to begin with. */
export function MigrationsPage({ query }: { query: URLSearchParams }) {
  const { t } = useWorkbench();
  const definitions = useResource<Page<Definition>>("/process-definitions");
  const template = query.get("fra");
  const before = useResource<Migration>(template ? path`/migrations/${template}` : undefined);
  const ready = !template || before.data !== undefined || before.error !== undefined;
  return (
    <>
      <Title text={t.moving.title} />
      <p>{t.moving.intro}</p>
      <Loaded from={definitions}>
        {({ items }) => items.length === 0 ? <p>{t.moving.noProcesses}</p> : ready ? <Choose key={template ?? ""} definitions={items} before={before.data} /> : null}
      </Loaded>
      <Earlier names={new Map(definitions.data?.items.map((d) => [d.processId, d.name ?? d.processId]))} />
    </>
  );
}

function Choose({ definitions, before }: { definitions: readonly Definition[]; before?: Migration }) {
  const { t } = useWorkbench();
  const first = definitions.find((d) => d.version > 1) ?? definitions[0]!;
  const [process, setProcess] = useState(before?.processId ?? first.processId);
  const versions = useResource<Page<Definition>>(path`/process-definitions/${process}/versions`);
  return (
    <Section title={t.moving.choose} id="choose" class="moving">
      <div class="filter">
        <div>
          <label class="form-label" for="process">{t.moving.process}</label>
          <select id="process" class="form-select" value={process} onChange={(e) => setProcess(e.currentTarget.value)}>
            {definitions.map((d) => <option key={d.processId} value={d.processId}>{d.name ?? d.processId}</option>)}
          </select>
        </div>
      </div>
      <Loaded from={versions}>
        {({ items }) => items.length < 2 ? <p>{t.moving.oneVersion}</p> : <Versions key={process} versions={items} before={before?.processId === process ? before : undefined} />}
      </Loaded>
    </Section>
  );
}

function Versions({ versions, before }: { versions: readonly Definition[]; before?: Migration }) {
  const { t, language } = useWorkbench();
  const [from, setFrom] = useState(before?.fromVersion || versions[1]!.version);
  const [to, setTo] = useState(before?.toVersion ?? versions[0]!.version);
  const names = new Map(versions.map((v) => [v.version, t.moving.version(v.version, dateText(v.deployedAt, language), v.versionTag)]));
  const choice = (id: string, label: string, value: number, other: number, set: (v: number) => void) => (
    <div>
      <label class="form-label" for={id}>{label}</label>
      <select id={id} class="form-select" value={value} onChange={(e) => set(Number(e.currentTarget.value))}>
        {versions.filter((v) => v.version !== other).map((v) => <option key={v.version} value={v.version}>{names.get(v.version)}</option>)}
      </select>
    </div>
  );
  return (
    <>
      <div class="filter">{choice("from", t.moving.from, from, to, setFrom)}{choice("to", t.moving.to, to, from, setTo)}</div>
      <Plan key={`${from}-${to}`} processId={versions[0]!.processId} from={from} to={to} before={before && before.toVersion === to && before.fromVersion === from ? before : undefined} />
    </>
  );
}

interface Waiting {
  readonly elementId: string;
  readonly tokens: number;
}

function Plan({ processId, from, to, before }: { processId: string; from: number; to: number; before?: Migration }) {
  const url = path`/process-definitions/${processId}`;
  const old = useResource<string>(withQuery(`${url}/xml`, { version: from }), undefined, getText);
  const next = useResource<string>(withQuery(`${url}/xml`, { version: to }), undefined, getText);
  const waiting = useResource<Page<Waiting>>(withQuery(`${url}/statistics`, { version: from }));
  return (
    <Loaded from={old}>
      {(x) => <Loaded from={next}>{(y) => <Loaded from={waiting}>{(w) => <Mapping processId={processId} versions={[from, to]} xml={[x, y]} waiting={new Map(w.items.map((i) => [i.elementId, i.tokens]))} before={before} />}</Loaded>}</Loaded>}
    </Loaded>
  );
}

interface Chosen {
  readonly processId: string;
  readonly versions: readonly [from: number, to: number];
  readonly xml: readonly [from: string, to: string];
  /** Tokens at each element. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly before?: Migration;
}

function Mapping({ processId, versions, xml, waiting, before }: Chosen) {
  const { t, expired } = useWorkbench();
  const [old, next] = useMemo(() => [partsOf(xml[0]).filter((p) => p.waits || waiting.has(p.id)), partsOf(xml[1])], [xml[0], xml[1]]);
  const [lines, setLines] = useState<readonly Line[]>(() => {
    const proposed = propose(old, next);
    return before ? withMoves(proposed, before.mapping) : proposed;
  });
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ApiError>();
  const rehearse = async () => {
    if (busy) return;
    setBusy(true);
    setRefused(undefined);
    try {
      const body = { processId, fromVersion: versions[0], toVersion: versions[1], mapping: movesOf(lines) };
      go(links.migration((await post<Migration>("/migrations?dryRun=true", body)).id));
    } catch (error) {
      const problem = asApiError(error);
      if (problem.status === 401) return expired();
      setRefused(problem);
      setBusy(false);
    }
  };
  return (
    <>
      <MappingTable old={old} next={next} lines={lines} setLines={setLines} waiting={waiting} xml={xml} versions={versions} />
      {refused && <Refusal error={refused} what={t.moving.refused} />}
      <button type="button" class="button button-primary" aria-disabled={busy} onClick={() => void rehearse()}>{busy ? t.moving.rehearsing : t.moving.rehearse}</button>
      <span class="sr-only" role="status">{busy ? t.moving.rehearsing : ""}</span>
    </>
  );
}

const firstEarlier = 20;

function Earlier({ names }: { names: ReadonlyMap<string, string> }) {
  const { t, language } = useWorkbench();
  const [limit, setLimit] = useState(firstEarlier);
  const found = useLast(useResource<Page<Migration>>(withQuery("/migrations", { limit }), refreshSeconds));
  const c = t.moving.earlierColumns;
  return (
    <Section title={t.moving.earlier} id="earlier" class="earlier">
      <Loaded from={found}>
        {({ items, nextCursor }) => items.length === 0 ? <p>{t.moving.noEarlier}</p> : (
          <>
            <table class="table tasks">
              <thead><tr>{[c.when, c.what, c.state, c.result].map((name) => <th scope="col" key={name}>{name}</th>)}</tr></thead>
              <tbody>
                {items.map((m) => (
                  <tr key={m.id}>
                    <td class="nowrap"><a href={links.migration(m.id)}>{momentText(m.at, language)}</a></td>
                    <td>{t.moving.fromTo(names.get(m.processId) ?? m.processId, m.toVersion, m.fromVersion)}{m.reason && <span class="sub">{m.reason}</span>}</td>
                    <td>{t.moving.states[m.state]}</td>
                    <td>{resultOf(m, t.moving)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {nextCursor && <button type="button" class="button button-secondary" onClick={() => setLimit(limit + firstEarlier)}>{t.tasks.more}</button>}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function resultOf({ state, report, progress }: Migration, words: ReturnType<typeof useWorkbench>["t"]["moving"]): string {
  const counts: readonly (readonly [number, string])[] = state === "rehearsed"
    ? [[report?.ready ?? 0, words.bars.ready], [report?.stuck ?? 0, words.bars.stuck], [report?.unread ?? 0, words.bars.unread]]
    : [[progress.migrated, words.outcomes.migrated], [progress.refused, words.outcomes.refused], [progress.gone, words.outcomes.gone], [progress.failed, words.outcomes.failed], [progress.waiting, words.outcomes.waiting]];
  return counts.filter(([n]) => n > 0).map(([n, text]) => `${n} ${text}`).join(", ") || "–";
}
