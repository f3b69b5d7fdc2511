/** For the supervisor: where a process cannot go on by itself. */
import { path, post } from "../api.ts";
import { links } from "../router.ts";
import { momentText } from "../time.ts";
import type { Incident, Page } from "../types.ts";
import { Icon } from "../ui/icons.tsx";
import { Loaded, Title } from "../ui/parts.tsx";
import { useAction, useResource, useWorkbench } from "../workbench.tsx";

const refreshSeconds = 20;

export function IncidentsPage() {
  const { t } = useWorkbench();
  const incidents = useResource<Page<Incident>>("/incidents?limit=100", refreshSeconds);
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
                <tbody>{items.map((incident) => <Row key={incident.id} incident={incident} reload={incidents.reload} />)}</tbody>
              </table>
            </>
          )}
      </Loaded>
    </>
  );
}

function Row({ incident: i, reload }: { incident: Incident; reload: () => Promise<void> }) {
  const { t, language, say } = useWorkbench();
  const [busy, run] = useAction();
  const retry = () => run(async () => {
    await post(path`/incidents/${i.id}/retry`);
    say(t.incidents.retried);
    document.querySelector<HTMLElement>("h1")?.focus();
    await reload();
  });
  return (
    <tr>
      <td>{i.caseId ? <a href={links.case(i.caseId)}>{i.caseNumber ?? i.caseId}</a> : "–"}</td>
      <td>{i.elementName ?? i.elementId}</td>
      <td><span class="problem-text">{i.message}</span><span class="sub"><code>{i.code}</code></span></td>
      <td>{momentText(i.raisedAt, language)}</td>
      <td class="cell-action"><button type="button" class="button button-secondary button-small" aria-disabled={busy} onClick={() => void retry()}><Icon name="refresh" />{t.incidents.retry}</button></td>
    </tr>
  );
}
