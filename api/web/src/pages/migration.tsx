/** One migration: what its rehearsal found, or how far it has come and what became of each case. */
import { useMemo, useState } from "preact/hooks";
import { getText, path, post, withQuery } from "../api.ts";
import { useForm, useSending } from "../form/editing.ts";
import { SmallForm } from "../form/form.tsx";
import type { Schema } from "../form/schema.ts";
import { submission } from "../form/resolve.ts";
import type { Messages } from "../messages.ts";
import { go, links } from "../router.ts";
import { momentText } from "../time.ts";
import type { Definition, Migration } from "../types.ts";
import { partsOf } from "../ui/elements.ts";
import { Icon } from "../ui/icons.tsx";
import { Loaded, Section, Title, useOpener } from "../ui/parts.tsx";
import { has, useResource, useWorkbench } from "../workbench.tsx";
import { Became, Progress } from "./migrated.tsx";
import { ReportSections } from "./report.tsx";

const quickSeconds = 2; // while cases are being moved
const refreshSeconds = 20;

export function MigrationPage({ id }: { id: string }) {
  const { t } = useWorkbench();
  const [running, setRunning] = useState(false);
  const migration = useResource<Migration>(path`/migrations/${id}`, running ? quickSeconds : refreshSeconds);
  const now = migration.data?.state === "running";
  if (now !== running) setRunning(now);
  return <><a class="back-link" href={links.migrations}><Icon name="chevronLeft" />{t.moving.title}</a><Loaded from={migration}>{(m) => <Shown migration={m} reload={migration.reload} />}</Loaded></>;
}

/** The names of the elements of both versions, as far as these can be read. */
function useNames(m: Migration): (id: string | undefined) => string {
  const { t } = useWorkbench();
  const url = path`/process-definitions/${m.processId}`;
  const next = useResource<string>(withQuery(`${url}/xml`, { version: m.toVersion }), undefined, getText);
  const old = useResource<string>(m.fromVersion ? withQuery(`${url}/xml`, { version: m.fromVersion }) : undefined, undefined, getText);
  const names = useMemo(() => new Map([next.data, old.data].flatMap((xml) => (xml ? partsOf(xml) : [])).map((p) => [p.id, p.name])), [next.data, old.data]);
  return (id) => (!id || id === m.processId ? t.moving.whole : (names.get(id) ?? id));
}

function Shown({ migration: m, reload }: { migration: Migration; reload: () => Promise<void> }) {
  const { t, user, language } = useWorkbench();
  const nameOf = useNames(m);
  const process = useResource<Definition>(path`/process-definitions/${m.processId}`);
  const leads = has(user, "supervisor");
  return (
    <>
      <div class="case-head">
        <Title text={t.moving.fromTo(process.data?.name ?? m.processId, m.toVersion, m.fromVersion)} />
        <span class="badge badge-info">{t.moving.states[m.state]}</span>
      </div>
      <div class="migration">
        {m.report && m.state === "rehearsed"
          ? (
            <>
              <p>{t.moving.reportAt(momentText(m.report.at, language))} <a href={withQuery(links.migrations, { fra: m.id })}>{t.moving.change}</a></p>
              <ReportSections report={m.report} nameOf={nameOf} />
              {leads ? m.report.instances > 0 && <Move rehearsal={m} /> : <p>{t.moving.onlySupervisors}</p>}
            </>
          )
          : <Progress migration={m} reload={reload} />}
        {leads && m.state !== "rehearsed" && <Became migration={m} nameOf={nameOf} />}
      </div>
    </>
  );
}

/** Confirms what was rehearsed. */
function Move({ rehearsal }: { rehearsal: Migration }) {
  const { t } = useWorkbench();
  const [open, setOpen] = useState(false);
  const opener = useOpener(open);
  const { ready = 0, stuck = 0 } = rehearsal.report ?? {};
  return (
    <Section title={t.moving.move} id="move">
      <p>{t.moving.moveMeans(ready, stuck)}</p>
      {open
        ? <MoveForm rehearsal={rehearsal} cancel={() => setOpen(false)} />
        : <button ref={opener} type="button" class="button button-primary" onClick={() => setOpen(true)}>{t.moving.submit(ready)}</button>}
    </Section>
  );
}

function MoveForm({ rehearsal, cancel }: { rehearsal: Migration; cancel: () => void }) {
  const { t, say } = useWorkbench();
  const form = useForm(useMemo(() => formOf(t), [t]), {});
  const sending = useSending({
    form,
    send: async () => {
      const begun = await post<Migration>("/migrations", { rehearsal: rehearsal.id, ...submission(form.nodes, form.values) });
      say(t.moving.begun);
      go(links.migration(begun.id));
    },
    refused: (error) => (error.status === 409 ? t.moving.refused : undefined),
  });
  return <SmallForm form={form} sending={sending} button={t.moving.submit(rehearsal.report?.ready ?? 0)} working={t.moving.sending} cancel={cancel} />;
}

function formOf(t: Messages): Schema {
  return {
    components: [
      { type: "textarea", key: "reason", label: t.moving.reason, description: t.moving.reasonHint, validate: { required: true, maxLength: 2000 } },
      { type: "number", key: "perMinute", label: t.moving.pace, description: t.moving.paceHint, defaultValue: 600, decimalDigits: 0, validate: { required: true, min: 1, max: 6000 } },
    ],
  };
}
