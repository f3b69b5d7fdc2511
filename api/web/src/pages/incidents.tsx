/** For the supervisor: where a process cannot go on by itself. */
import { useMemo, useState } from "preact/hooks";
import { path, post } from "../api.ts";
import { useForm, useSending } from "../form/editing.ts";
import { SmallForm } from "../form/form.tsx";
import { submission } from "../form/resolve.ts";
import { links } from "../router.ts";
import { momentText } from "../time.ts";
import type { Incident, Page } from "../types.ts";
import { Icon } from "../ui/icons.tsx";
import { Explained, focusTitle, Loaded, Title, useOpener } from "../ui/parts.tsx";
import { useAction, useResource, useWorkbench } from "../workbench.tsx";

const refreshSeconds = 20;

export function IncidentsPage() {
  const { t } = useWorkbench();
  const incidents = useResource<Page<Incident>>("/incidents?limit=100", refreshSeconds);
  const [resolving, setResolving] = useState<string>();
  const c = t.incidents.columns;
  return (
    <>
      <Title text={t.incidents.title} />
      <Loaded from={incidents}>
        {({ items }) => items.length === 0
          ? <div class="empty"><h2 class="h4">{t.incidents.none.title}</h2><p>{t.incidents.none.text}</p></div>
          : (
            <>
              <p>{t.incidents.intro}</p>
              <table class="table tasks">
                <thead>
                  <tr>{[c.case, c.step, c.problem, c.since].map((name) => <th scope="col" key={name}>{name}</th>)}<th scope="col"><span class="sr-only">{c.action}</span></th></tr>
                </thead>
                <tbody>
                  {items.map((incident) => (
                    <Row key={incident.id} incident={incident} reload={incidents.reload} resolving={resolving === incident.id} setResolving={(open) => setResolving(open ? incident.id : undefined)} />
                  ))}
                </tbody>
              </table>
            </>
          )}
      </Loaded>
    </>
  );
}

interface Line {
  readonly incident: Incident;
  readonly reload: () => Promise<void>;
  /** Whether somebody is telling what they have done about it. */
  readonly resolving: boolean;
  readonly setResolving: (open: boolean) => void;
}

function Row({ incident: i, reload, resolving, setResolving }: Line) {
  const { t, language, say } = useWorkbench();
  const [busy, run] = useAction();
  const opener = useOpener(resolving);
  const done = async (said: string) => {
    setResolving(false); // what fails again stays in its row
    say(said);
    focusTitle();
    await reload();
  };
  const retry = () => run(async () => {
    await post(path`/incidents/${i.id}/retry`);
    await done(t.incidents.retried);
  }, t.incidents.refused);
  const row = (
    <tr class={resolving ? "row-open" : undefined}>
      <td class="nowrap">{i.caseId ? <a href={links.case(i.caseId)}>{i.caseNumber ?? i.caseId}</a> : "–"}</td>
      <td>{i.elementName ?? i.elementId}</td>
      <td class="cell-problem"><Explained table={t.codes.incident} code={i.code} message={i.message} /></td>
      <td>{momentText(i.raisedAt, language)}</td>
      <td class="cell-action">
        <button type="button" class="button button-secondary button-small" aria-disabled={busy} onClick={() => void retry()}><Icon name="refresh" />{t.incidents.retry}</button>
        {i.caseId && <button ref={opener} type="button" class="button button-secondary button-small" aria-expanded={resolving} onClick={() => setResolving(!resolving)}>{t.incidents.resolve}</button>}
      </td>
    </tr>
  );
  return (
    <>
      {row}
      {resolving && <tr class="row-more"><td colSpan={5}><Resolve incident={i} done={() => done(t.incidents.resolved)} cancel={() => setResolving(false)} /></td></tr>}
    </>
  );
}

/** Says what has been done about an incident of a case, where the reason is kept, and has the step tried again. */
function Resolve({ incident, done, cancel }: { incident: Incident; done: () => Promise<void>; cancel: () => void }) {
  const { t } = useWorkbench();
  const c = t.incidents;
  const form = useForm(useMemo(() => ({
    components: [{ type: "textarea", key: "reason", label: c.reason, description: c.reasonHint, validate: { required: true, maxLength: 2000 } }],
  }), [t]), {});
  const sending = useSending({
    form,
    send: async () => {
      await post(path`/incidents/${incident.id}/resolve`, submission(form.nodes, form.values));
      await done();
    },
    refused: (error) => (error.status === 409 ? c.refused : undefined),
  });
  return <SmallForm form={form} sending={sending} button={c.resolveNow} working={c.resolving} cancel={cancel} />;
}
