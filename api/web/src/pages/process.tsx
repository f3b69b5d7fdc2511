/** Where a case stands: the BPMN diagram with its tokens, and the same in words beside it. */
import { useEffect, useState } from "preact/hooks";
import { getText, path } from "../api.ts";
import { links } from "../router.ts";
import { momentText } from "../time.ts";
import type { ElementState, Instance, Page, Step } from "../types.ts";
import { Diagram } from "../ui/diagram.tsx";
import { namesIn } from "../ui/elements.ts";
import { Explained, Loaded, Section } from "../ui/parts.tsx";
import { HoldControl } from "./hold.tsx";
import { Replay } from "./replay.tsx";
import { ShiftControl } from "./shift.tsx";
import { has, roles, useResource, useWorkbench } from "../workbench.tsx";

const refreshSeconds = 20;

/** The process of a case, and those that it has called. `moved` rises when something has happened that makes it fetch anew. */
export function ProcessSection({ id, moved, reload }: { id: string; moved: number; reload: () => Promise<void> }) {
  const { t } = useWorkbench();
  const [trail, setTrail] = useState<readonly { id: string; name: string }[]>([]);
  const current = trail.at(-1)?.id ?? id;
  return (
    <Section title={t.case.process} id="process">
      {trail.length > 0 && (
        <nav aria-label={t.case.processes} class="trail">
          <button type="button" class="function-link" onClick={() => setTrail([])}>{t.case.diagram}</button>
          {trail.map((step, i) => (
            <span key={step.id}> › <button type="button" class="function-link" aria-current={i === trail.length - 1 ? "true" : undefined} onClick={() => setTrail(trail.slice(0, i + 1))}>{step.name}</button></span>
          ))}
        </nav>
      )}
      <InstanceView key={current} id={current} moved={moved} open={(child, name) => setTrail([...trail, { id: child, name }])} reload={trail.length === 0 ? reload : undefined} />
    </Section>
  );
}

/** `reload` is there for the process of the case itself: what it calls is held still with it. */
function InstanceView({ id, moved, open, reload }: { id: string; moved: number; open: (id: string, name: string) => void; reload?: () => Promise<void> }) {
  const { t } = useWorkbench();
  const url = path`/process-instances/${id}`;
  const instance = useResource<Instance>(url, refreshSeconds);
  const history = useResource<Page<Step>>(`${url}/history?limit=500`, refreshSeconds);
  const xml = useResource<string>(`${url}/diagram`, undefined, getText);
  const [replaying, setReplaying] = useState(false);
  useEffect(() => {
    if (moved) void Promise.all([instance.reload(), history.reload()]);
  }, [moved]);
  return (
    <Loaded from={instance}>
      {(data) => {
        const names = namesIn(xml.data);
        const done = doneIn(history.data?.items ?? [], data.elements);
        const nameOf = (id: string, given?: string) => given || names.get(id) || id;
        const name = data.processName ?? data.processId;
        return (
          <div class="process">
            {reload && <HoldControl url={url} instance={data} reload={reload} />}
            {reload && xml.data && <ShiftControl url={url} instance={data} xml={xml.data} nameOf={nameOf} reload={reload} />}
            <Status instance={data} nameOf={nameOf} done={done} open={open} />
            {xml.data && <div><button type="button" class="button button-secondary button-small" aria-pressed={replaying} onClick={() => setReplaying(!replaying)}>{replaying ? t.replay.stop : t.replay.title}</button></div>}
            {xml.data ? (replaying ? <Replay url={url} xml={xml.data} name={name} nameOf={nameOf} /> : <Diagram xml={xml.data} elements={data.elements} done={done} name={name} />) : xml.error ? <p>{t.case.noDiagram}</p> : null}
          </div>
        );
      }}
    </Loaded>
  );
}

/** Elements that were completed and hold no token now, in the order they were first completed. */
function doneIn(steps: readonly Step[], elements: readonly ElementState[]): string[] {
  const here = new Set(elements.map((e) => e.elementId));
  const completed = steps.filter((s) => s.kind === "completed" && s.elementId && !here.has(s.elementId)).map((s) => s.elementId!);
  return [...new Set(completed)];
}

/** What is stuck comes first, then what a person must do. */
function urgency({ state }: ElementState): number {
  return state === "incident" ? 2 : state === "task" ? 1 : 0;
}

/** The diagram's status in words: for screen readers, and quicker to read for everybody. */
function Status({ instance, nameOf, done, open }: { instance: Instance; nameOf: (id: string, given?: string) => string; done: readonly string[]; open: (id: string, name: string) => void }) {
  const { t, language, user } = useWorkbench();
  const incidents = (e: ElementState) => (has(user, ...roles.incidents) ? (instance.incidents ?? []).filter((i) => i.id === `${instance.id}.${e.key}`) : []);
  const waiting = instance.elements.filter((e) => e.state !== "scope").sort((a, b) => urgency(b) - urgency(a));
  return (
    <div class="status">
      <h3 class="h6">{waiting.length > 0 ? t.case.now : t.case.states[instance.state] ?? instance.state}</h3>
      {waiting.length === 0 && instance.state === "active" && <p>{t.case.nowhere}</p>}
      <ul class="tokens nobullet-list no-max-width">
        {waiting.map((e, i) => (
          <li key={`${e.elementId}-${i}`} class={e.state === "incident" ? "token token-incident" : "token"}>
            <strong>{nameOf(e.elementId, e.name)}</strong>
            <span class="sub">{[t.case.waits[e.state], t.case.since(momentText(e.since, language))].filter(Boolean).join(" ")}</span>
            {incidents(e).map((i) => <Explained key={i.id} table={t.codes.incident} code={i.code} message={i.message} />)}
            {e.state === "incident" && has(user, ...roles.incidents) && <a href={links.incidents}>{t.case.toIncidents}</a>}
            {e.child && <button type="button" class="function-link" aria-label={`${t.case.diagram}: ${nameOf(e.elementId, e.name)}`} onClick={() => open(e.child!, nameOf(e.elementId, e.name))}>{t.case.diagram}</button>}
          </li>
        ))}
      </ul>
      {done.length > 0 && (
        <details>
          <summary>{t.case.done(done.length)}</summary>
          <ol class="done">{done.map((id) => <li key={id}>{nameOf(id)}</li>)}</ol>
        </details>
      )}
    </div>
  );
}
