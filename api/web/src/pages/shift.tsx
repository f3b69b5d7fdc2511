/** Moving a case within its process by hand: what is active now, where it goes on, what that would do, and then doing it. */
import { useMemo, useState } from "preact/hooks";
import { post, type ApiError } from "../api.ts";
import { useForm, useSending } from "../form/editing.ts";
import { SmallForm } from "../form/form.tsx";
import { submission } from "../form/resolve.ts";
import type { Schema } from "../form/schema.ts";
import type { Messages } from "../messages.ts";
import { momentText } from "../time.ts";
import type { ElementState, Instance, Outlook, Planned } from "../types.ts";
import { Diagram, type Mark } from "../ui/diagram.tsx";
import { partsOf } from "../ui/elements.ts";
import { instructionsOf, targetsOf, type Place, type Shift } from "../ui/shift.ts";
import { Alert, Explained, Refusal, Technical, useOpener } from "../ui/parts.tsx";
import { asApiError, has, useWorkbench } from "../workbench.tsx";

interface Shiftable {
  readonly url: string;
  readonly instance: Instance;
  readonly xml: string;
  readonly nameOf: (id: string, given?: string) => string;
  /** Fetches the case anew. */
  readonly reload: () => Promise<void>;
}

/** For a supervisor, and a process that runs. */
export function ShiftControl(shiftable: Shiftable) {
  const { t, user } = useWorkbench();
  const [open, setOpen] = useState(false);
  const opener = useOpener(open);
  const { state } = shiftable.instance;
  if (!has(user, "supervisor") || (state !== "active" && state !== "incident")) return null;
  return (
    <>
      <div><button ref={opener} type="button" class="button button-secondary button-small" aria-expanded={open} onClick={() => setOpen(!open)}>{t.shift.title}</button></div>
      {open && <Choose {...shiftable} leave={() => setOpen(false)} />}
    </>
  );
}

function Choose({ url, instance, xml, nameOf, reload, leave }: Shiftable & { leave: () => void }) {
  const { t, expired } = useWorkbench();
  const parts = useMemo(() => partsOf(xml), [xml]);
  const targets = useMemo(() => targetsOf(parts), [parts]);
  const full = (id: string, given?: string) => parts.find((p) => p.id === id && p.host)?.name ?? nameOf(id, given);
  const here = instance.elements.filter((e) => e.state !== "scope" && e.key !== undefined);
  const [shift, setShift] = useState<Shift>({ from: here.length === 1 ? [here[0]!.key!] : [], place: "before" });
  const [outlook, setOutlook] = useState<Outlook>();
  const [refused, setRefused] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const instructions = instructionsOf(shift);
  const change = (more: Partial<Shift>) => {
    setShift({ ...shift, ...more });
    setOutlook(undefined);
    setRefused(undefined);
  };
  const toggle = (key: number) => change({ from: shift.from.includes(key) ? shift.from.filter((k) => k !== key) : [...shift.from, key] });
  const pick = (id: string) => {
    const active = here.filter((e) => e.elementId === id);
    if (active.length > 0) active.forEach((e) => toggle(e.key!));
    else if (targets.some((p) => p.id === id)) change({ to: id });
  };
  const look = async () => {
    if (busy || instructions.length === 0) return;
    setBusy(true);
    try {
      setOutlook((await post<{ outcome: Outlook }>(`${url}/modify?dryRun=true`, { instructions })).outcome);
      setRefused(undefined);
    } catch (error) {
      const problem = asApiError(error);
      if (problem.status === 401) return expired();
      setRefused(problem);
    } finally {
      setBusy(false);
    }
  };
  const marks: Mark[] = [...here.filter((e) => shift.from.includes(e.key!)).map((e): Mark => [e.elementId, "is-stuck"]), ...(shift.to ? [[shift.to, "is-added"] as const] : [])];
  return (
    <div class="shift" onKeyDown={(e) => { if (e.key === "Escape") leave(); }}>
      <p>{t.shift.intro}</p>
      <From here={here} from={shift.from} toggle={toggle} nameOf={nameOf} />
      <div class="form-group">
        <label class="form-label" for="shift-to">{t.shift.to}</label>
        <select id="shift-to" class="form-select" value={shift.to ?? ""} onChange={(e) => change({ to: e.currentTarget.value || undefined })}>
          <option value="">{t.shift.nowhere}</option>
          {[true, false].map((tasks) => (
            <optgroup key={String(tasks)} label={tasks ? t.shift.tasks : t.shift.others}>
              {targets.filter((p) => (p.type === "userTask") === tasks).map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}
            </optgroup>
          ))}
        </select>
      </div>
      {shift.to && <PlaceChoice place={shift.place} set={(place) => change({ place })} />}
      <p>{t.shift.pick}</p>
      <Diagram xml={xml} elements={instance.elements} marks={marks} pick={pick} name={instance.processName ?? instance.processId} />
      {refused && <Refused error={refused} />}
      {!outlook && (
        <div class="form-actions">
          <button type="button" class="button button-primary" aria-disabled={busy || instructions.length === 0} onClick={() => void look()}>{busy ? t.shift.looking : t.shift.look}</button>
          <button type="button" class="button button-secondary" onClick={leave}>{t.cancel}</button>
        </div>
      )}
      <div role="status">{outlook && <Would outlook={outlook} nameOf={full} />}</div>
      {outlook && <Confirm url={url} instructions={instructions} reload={reload} leave={leave} refused={(e) => { setOutlook(undefined); setRefused(e); }} />}
    </div>
  );
}

function From({ here, from, toggle, nameOf }: { here: readonly ElementState[]; from: readonly number[]; toggle: (key: number) => void; nameOf: Shiftable["nameOf"] }) {
  const { t, language } = useWorkbench();
  return (
    <fieldset class="form-group">
      <legend class="form-label">{t.shift.from}</legend>
      {here.map((e, i) => (
        <div class="form-group-checkbox" key={e.key}>
          <input ref={i === 0 ? focusOnce : undefined} id={`shift-${e.key}`} type="checkbox" class="form-checkbox" checked={from.includes(e.key!)} onChange={() => toggle(e.key!)} />
          <label for={`shift-${e.key}`}>{nameOf(e.elementId, e.name)} <span class="sub-inline">{[t.case.waits[e.state], t.case.since(momentText(e.since, language))].filter(Boolean).join(" ")}</span></label>
        </div>
      ))}
    </fieldset>
  );
}

/** Gives the focus to the first thing to choose when that appears. */
function focusOnce(element: HTMLInputElement | null): void {
  if (element && !element.dataset.seen) element.focus();
  if (element) element.dataset.seen = "1";
}

function PlaceChoice({ place, set }: { place: Place; set: (place: Place) => void }) {
  const { t } = useWorkbench();
  return (
    <fieldset class="form-group">
      <legend class="form-label">{t.shift.place}</legend>
      {(["before", "after"] as const).map((p) => (
        <div class="form-group-radio" key={p}>
          <input id={`shift-${p}`} type="radio" name="shift-place" class="form-radio" checked={place === p} onChange={() => set(p)} />
          <label for={`shift-${p}`}>{t.shift.places[p]}</label>
        </div>
      ))}
    </fieldset>
  );
}

/** Why it cannot be done, each reason by its code. */
function Refused({ error }: { error: ApiError }) {
  const { t } = useWorkbench();
  const coded = error.problems.filter((p) => p.code);
  if (coded.length === 0) return <Refusal error={error} what={t.shift.refused} />;
  return (
    <Alert kind="error" heading={t.shift.cannot}>
      {coded.map((p, i) => <Explained key={i} table={t.codes.instruction} code={p.code!} message={p.message} />)}
    </Alert>
  );
}

/** What it would do: where the case stands before and after, which tasks and deadlines come and go. */
function Would({ outlook: o, nameOf }: { outlook: Outlook; nameOf: Shiftable["nameOf"] }) {
  const { t, language } = useWorkbench();
  const timed = (list: readonly Planned[]) => list.map((i) => [nameOf(i.elementId, i.name), momentText(i.dueAt, language)].filter(Boolean).join(", "));
  const groups: [string, readonly string[]][] = [
    [t.shift.closed, timed(o.closedTasks)], [t.shift.opened, timed(o.openedTasks)],
    [t.shift.canceledTimers, timed(o.canceledTimers)], [t.shift.setTimers, timed(o.setTimers)],
    [t.shift.canceledCalls, o.canceledCalls.map((id) => nameOf(id))],
  ];
  const standing = (all: Outlook["before"]) => all.map((p) => <li key={p.elementId}>{nameOf(p.elementId)}{p.tokens > 1 && ` (${p.tokens})`}</li>);
  return (
    <div class="would">
      <h3 class="h5">{t.shift.would}</h3>
      <div class="before-after">
        <div><h4 class="h6">{t.shift.before}</h4><ul class="nobullet-list">{standing(o.before)}</ul></div>
        <span class="would-arrow" aria-hidden="true">→</span>
        <div><h4 class="h6">{t.shift.after}</h4><ul class="nobullet-list">{o.after.length > 0 ? standing(o.after) : <li>{t.case.states[o.state] ?? o.state}</li>}</ul></div>
      </div>
      <dl class="facts">
        {groups.filter(([, items]) => items.length > 0).map(([title, items]) => <div key={title}><dt>{title}</dt>{items.map((item, i) => <dd key={i}>{item}</dd>)}</div>)}
      </dl>
      {o.incidents.length > 0 && (
        <Alert kind="warning" heading={t.shift.stuck}>
          {o.incidents.map((i, n) => <div key={n}><strong>{nameOf(i.elementId)}</strong><Explained table={t.codes.incident} code={i.code} message={i.message} /></div>)}
        </Alert>
      )}
      {o.warnings.length > 0 && (
        <Alert kind="warning" heading={t.shift.stranded}>
          {o.warnings.map((w, n) => <div key={n}>{nameOf(w.elementId)}<Technical message={w.message} /></div>)}
        </Alert>
      )}
    </div>
  );
}

interface Confirmed {
  readonly url: string;
  readonly instructions: ReturnType<typeof instructionsOf>;
  readonly reload: () => Promise<void>;
  readonly leave: () => void;
  readonly refused: (error: ApiError) => void;
}

function Confirm({ url, instructions, reload, leave, refused }: Confirmed) {
  const { t, say } = useWorkbench();
  const form = useForm(useMemo(() => formOf(t), [t]), {});
  const sending = useSending({
    form,
    send: async () => {
      try {
        await post(`${url}/modify`, { instructions, ...submission(form.nodes, form.values) });
      } catch (caught) {
        const error = asApiError(caught);
        if (error.status !== 409 && !error.problems.some((p) => p.pointer.startsWith("/instructions"))) throw caught;
        return refused(error); // it has gone on meanwhile: look again
      }
      leave();
      await reload();
      say(t.shift.done);
    },
  });
  return <SmallForm form={form} sending={sending} button={t.shift.submit} working={t.hold.working} cancel={leave} />;
}

function formOf(t: Messages): Schema {
  return { components: [{ type: "textarea", key: "reason", label: t.shift.reason, description: t.hold.reasonHint, validate: { required: true, maxLength: 2000 } }] };
}
