/** What somebody's attention is called to: reminders and news in one's own cases; to a supervisor, what has become late. */
import { useState } from "preact/hooks";
import { path, post } from "../api.ts";
import { links } from "../router.ts";
import { momentText } from "../time.ts";
import type { CaseAlert, Page } from "../types.ts";
import { focusTitle, Section } from "../ui/parts.tsx";
import { has, useAction, useResource, useWorkbench } from "../workbench.tsx";

const refreshSeconds = 20;
const firstAlerts = 3;

/** The alerts nobody has marked as seen; nothing at all when there are none. */
export function Alerts() {
  const { t } = useWorkbench();
  const alerts = useResource<Page<CaseAlert>>("/alerts?limit=50", refreshSeconds);
  const [all, setAll] = useState(false);
  const items = alerts.data?.items ?? [];
  if (items.length === 0) return null;
  const shown = all ? items : items.slice(0, firstAlerts);
  return (
    <Section title={t.alerts.title} id="alerts" class="alerts">
      <ul class="nobullet-list no-max-width">{shown.map((alert) => <Row key={alert.id} alert={alert} reload={alerts.reload} />)}</ul>
      {shown.length < items.length && <button type="button" class="function-link" onClick={() => setAll(true)}>{t.case.showAll(items.length)}</button>}
    </Section>
  );
}

function Row({ alert, reload }: { alert: CaseAlert; reload: () => Promise<void> }) {
  const { t, user, language, say } = useWorkbench();
  const [busy, run] = useAction();
  const see = () => run(async () => {
    await post(path`/alerts/${alert.id}/see`);
    say(t.alerts.seen);
    focusTitle();
    await reload();
  });
  const text = t.alerts.reasons[alert.reason] ?? (has(user, "supervisor") ? t.alerts.late : t.alerts.soon)(alert.task);
  return (
    <li>
      <span><a href={links.case(alert.caseId)}>{alert.caseNumber}</a> {text}<span class="sub">{momentText(alert.at, language)}</span></span>
      <button type="button" class="function-link" aria-label={`${t.alerts.see}: ${alert.caseNumber}, ${text}`} aria-disabled={busy} onClick={() => void see()}>{t.alerts.see}</button>
    </li>
  );
}
