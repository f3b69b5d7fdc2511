/** Plays on the diagram what has happened in a process instance, moment by moment: who did what, when, with which data. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "../api.ts";
import { momentText } from "../time.ts";
import { sentenceOf } from "../codes.ts";
import type { Page, Step } from "../types.ts";
import { Diagram } from "../ui/diagram.tsx";
import { Loaded } from "../ui/parts.tsx";
import { momentsOf, standingAfter, type Moment } from "../ui/replay.ts";
import { useResource, useWorkbench } from "../workbench.tsx";

const pace = 1200; // milliseconds a moment is shown
const mostSteps = 20_000;

/** The whole history, in parts of the size that the API gives at most. */
async function getSteps(url: string, signal: AbortSignal): Promise<readonly Step[]> {
  const steps: Step[] = [];
  let cursor: string | undefined;
  do {
    const part: Page<Step> = await get(cursor ? `${url}&cursor=${encodeURIComponent(cursor)}` : url, signal);
    steps.push(...part.items);
    cursor = part.nextCursor;
  } while (cursor && steps.length < mostSteps);
  return steps;
}

export function Replay({ url, xml, name, nameOf }: { url: string; xml: string; name: string; nameOf: (id: string, given?: string) => string }) {
  const history = useResource<readonly Step[]>(`${url}/history?limit=1000`, undefined, getSteps);
  return <Loaded from={history}>{(steps) => <Player steps={steps} xml={xml} name={name} nameOf={nameOf} />}</Loaded>;
}

function Player({ steps, xml, name, nameOf }: { steps: readonly Step[]; xml: string; name: string; nameOf: (id: string, given?: string) => string }) {
  const { t, language } = useWorkbench();
  const moments = useMemo(() => momentsOf(steps), [steps]);
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const last = moments.length - 1;
  const go = (to: number) => { setPlaying(false); setAt(Math.min(Math.max(to, 0), last)); };
  useEffect(() => {
    if (!playing) return;
    if (at >= last) return setPlaying(false);
    const timer = setTimeout(() => setAt(at + 1), pace);
    return () => clearTimeout(timer);
  }, [playing, at, last]);
  const moment = moments[at];
  const standing = useMemo(() => moment && standingAfter(steps, moment), [steps, moment]);
  if (!moment || !standing) return <p>{t.replay.nothing}</p>;
  const when = momentText(moment.at, language);
  return (
    <div class="replay">
      <div class="replay-controls" role="group" aria-label={t.replay.title}>
        <button type="button" class="button button-secondary button-small" disabled={at === 0} onClick={() => go(at - 1)}>{t.replay.previous}</button>
        <button type="button" class="button button-primary button-small" onClick={() => { if (at >= last) setAt(0); setPlaying(!playing); }}>{playing ? t.replay.pause : t.replay.play}</button>
        <button type="button" class="button button-secondary button-small" disabled={at === last} onClick={() => go(at + 1)}>{t.replay.next}</button>
        <input type="range" min={0} max={last} value={at} aria-label={t.replay.position} aria-valuetext={when} onInput={(e) => go(Number(e.currentTarget.value))} />
        <span class="sub">{t.replay.of(at + 1, moments.length)}</span>
      </div>
      {steps.length >= mostSteps && <p>{t.replay.cut(mostSteps)}</p>}
      <div class="replay-moment" aria-live="polite">
        <h3 class="h6">{when}</h3>
        <Told moment={moment} nameOf={nameOf} />
      </div>
      <Diagram xml={xml} elements={standing.elements} done={standing.done} flows={standing.flows} name={name} />
    </div>
  );
}

function Told({ moment, nameOf }: { moment: Moment; nameOf: (id: string, given?: string) => string }) {
  const { t } = useWorkbench();
  if (moment.told.length === 0) return <p>{t.replay.onlyMoves}</p>;
  return (
    <ul class="nobullet-list no-max-width">
      {moment.told.map((step, i) => (
        <li key={i}>
          {t.replay.kinds[step.kind] ?? step.kind}{step.kind === "variables" ? "" : `: ${nameOf(step.elementId ?? "", step.name)}`}
          {step.actor && <span class="sub"> {t.replay.by(step.actorName ?? step.actor)}</span>}
          {step.kind === "incident" ? <span class="sub">{sentenceOf(t.codes.incident, String(step.detail?.text))[0]}</span> : <Data detail={step.detail} />}
        </li>
      ))}
    </ul>
  );
}

/** What a step was done with. Values are shown as they are stored: whoever looks here wants to see exactly that. */
function Data({ detail }: { detail: Step["detail"] }) {
  const { t } = useWorkbench();
  const values = Object.entries((detail?.variables ?? detail ?? {}) as Readonly<Record<string, unknown>>);
  if (values.length === 0) return null;
  return (
    <details>
      <summary>{t.replay.data}</summary>
      <dl class="data">
        {values.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{typeof value === "string" ? value : JSON.stringify(value)}</dd>])}
      </dl>
    </details>
  );
}
