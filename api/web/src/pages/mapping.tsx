/** Where what waits in the old version goes on in the new one: a table to choose in, and both diagrams with what is chosen brought out. */
import { useState } from "preact/hooks";
import type { Times } from "../types.ts";
import { Diagram, type Mark } from "../ui/diagram.tsx";
import { attached, type Line, type Part } from "../ui/mapping.ts";
import { useWorkbench } from "../workbench.tsx";

interface Choices {
  readonly old: readonly Part[];
  readonly next: readonly Part[];
  readonly lines: readonly Line[];
  readonly setLines: (lines: readonly Line[]) => void;
  /** Tokens at each element. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly xml: readonly [string, string];
  readonly versions: readonly [number, number];
}

export function MappingTable({ old, next, lines, setLines, waiting, xml, versions }: Choices) {
  const { t } = useWorkbench();
  const [shown, setShown] = useState(false);
  const c = t.moving.columns;
  const tokens = (line: Line) => waiting.get(line.part.id) ?? 0;
  const first = [...lines].sort((a, b) => tokens(b) - tokens(a));
  const change = (line: Line, more: Partial<Line>) => setLines(lines.map((l) => (l === line ? { ...l, ...more } : l)));
  return (
    <>
      <h3 class="h5">{t.moving.mapping}</h3>
      <p>{lines.length === 0 ? t.moving.allSame : t.moving.goesOn(old.length - lines.length)}</p>
      {lines.length > 0 && (
        <table class="table tasks mapping">
          <thead><tr>{[c.step, c.waiting, c.to, c.times].map((name) => <th scope="col" key={name}>{name}</th>)}</tr></thead>
          <tbody>
            {first.map((line) => (
              <tr key={line.part.id}>
                <td>{line.part.name}<span class="sub">{line.kind === "gone" ? t.moving.gone : t.moving.changed}</span></td>
                <td class="labelled" data-label={c.waiting}>{tokens(line)}</td>
                <td>{line.kind === "gone" ? <Target line={line} next={next} set={(to) => change(line, { to })} /> : nameOf(next, line.to)}</td>
                <td>{line.part.timed && line.to ? <TimesChoice line={line} set={(times) => change(line, { times })} /> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div><button type="button" class="button button-secondary button-small" aria-pressed={shown} onClick={() => setShown(!shown)}>{t.moving.diagrams}</button></div>
      {shown && <Diagrams old={old} next={next} lines={lines} xml={xml} versions={versions} />}
    </>
  );
}

function nameOf(parts: readonly Part[], id: string | undefined): string | undefined {
  return parts.find((p) => p.id === id)?.name ?? id;
}

function Target({ line: { part, to }, next, set }: { line: Line; next: readonly Part[]; set: (to: string | undefined) => void }) {
  const { t } = useWorkbench();
  const same = next.filter((p) => p.type === part.type && p.event === part.event).sort((a, b) => a.name.localeCompare(b.name, "da"));
  return (
    <select class="form-select" aria-label={t.moving.toOf(part.name)} value={to ?? ""} onChange={(e) => set(e.currentTarget.value || undefined)}>
      <option value="">{attached(part) ? t.moving.closeEvent : t.moving.nowhere}</option>
      {same.map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}
    </select>
  );
}

function TimesChoice({ line, set }: { line: Line; set: (times: Times) => void }) {
  const { t } = useWorkbench();
  return (
    <select class="form-select" aria-label={t.moving.timesOf(line.part.name)} value={line.times} onChange={(e) => set(e.currentTarget.value as Times)}>
      {(["keep", "since", "renew"] as const).map((times) => <option key={times} value={times}>{t.moving.times[times]}</option>)}
    </select>
  );
}

function Diagrams({ old, next, lines, xml, versions: [from, to] }: Omit<Choices, "setLines" | "waiting">) {
  const { t } = useWorkbench();
  const goesOn = lines.filter((l) => l.to);
  const before: Mark[] = lines.map((l) => [l.part.id, l.to ? "is-moved" : "is-stuck"]);
  const added = next.filter((p) => !old.some((o) => o.id === p.id) && !goesOn.some((l) => l.to === p.id));
  const after: Mark[] = [...goesOn.map((l): Mark => [l.to!, "is-moved"]), ...added.map((p): Mark => [p.id, "is-added"])];
  return (
    <>
      <div class="two-diagrams">
        <figure><figcaption>{t.moving.before(from)}</figcaption><Diagram xml={xml[0]} marks={before} name={t.moving.before(from)} /></figure>
        <figure><figcaption>{t.moving.after(to)}</figcaption><Diagram xml={xml[1]} marks={after} name={t.moving.after(to)} /></figure>
      </div>
      <ul class="legend nobullet-list no-max-width">
        {(["moved", "gone", "added"] as const).map((kind) => <li key={kind}><span class={`swatch swatch-${kind}`} aria-hidden="true" />{t.moving.legend[kind]}</li>)}
      </ul>
    </>
  );
}
