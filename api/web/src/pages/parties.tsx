/** Whom to talk to in a case, and a form to tell the names that a notification does not bring. */
import { useMemo, useRef, useState } from "preact/hooks";
import { getTagged, patch, type ApiError, type Tagged } from "../api.ts";
import { useForm, useSending } from "../form/editing.ts";
import { SmallForm } from "../form/form.tsx";
import { submission, type Values } from "../form/resolve.ts";
import type { Schema } from "../form/schema.ts";
import type { Messages } from "../messages.ts";
import type { Parties } from "../types.ts";
import { Loaded, Section, useOpener } from "../ui/parts.tsx";
import { useResource, useWorkbench } from "../workbench.tsx";

export function PartiesSection({ caseUrl, saved }: { caseUrl: string; saved: () => Promise<void> }) {
  const { t, say } = useWorkbench();
  const url = `${caseUrl}/parties`;
  const parties = useResource<Tagged<Parties>>(url, undefined, getTagged);
  const [editing, setEditing] = useState(false);
  const opener = useOpener(editing);
  const open = async () => {
    await parties.reload();
    setEditing(true);
  };
  const done = async () => {
    await Promise.all([parties.reload(), saved()]);
    setEditing(false);
    say(t.case.partiesSaved);
  };
  return (
    <Section title={t.case.contact} id="contact">
      <Loaded from={parties}>
        {(known) => editing
          ? <PartiesForm url={url} known={known} saved={done} cancel={() => setEditing(false)} />
          : (
            <>
              <Contact company={known.value.company} />
              <button ref={opener} type="button" class="button button-secondary" onClick={() => void open()}>{t.case.changeParties}</button>
            </>
          )}
      </Loaded>
    </Section>
  );
}

function Contact({ company: c }: { company: Parties["company"] }) {
  const { t } = useWorkbench();
  const rows = [
    [t.case.contactName, c.contactName],
    [t.case.contactPhone, c.contactPhone && <a href={`tel:${c.contactPhone.replace(/[^+\d]/g, "")}`}>{c.contactPhone}</a>],
    [t.case.contactEmail, c.contactEmail && <a href={`mailto:${c.contactEmail}`}>{c.contactEmail}</a>],
  ] as const;
  const told = rows.filter(([, value]) => value);
  if (told.length === 0) return <p>{t.case.noContact}</p>;
  return <dl class="facts">{told.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

interface Editing {
  readonly url: string;
  readonly known: Tagged<Parties>;
  readonly saved: () => Promise<void>;
  readonly cancel: () => void;
}

function PartiesForm({ url, known, saved, cancel }: Editing) {
  const { t } = useWorkbench();
  const schema = useMemo(() => formOf(t), [t]);
  const seen = useRef(known); // what the form was opened with
  const form = useForm(schema, namesOf(seen.current.value));
  const sending = useSending({
    form,
    send: async () => {
      await save(url, submission(form.nodes, form.values), seen.current);
      await saved();
    },
    refused: (error) => (error.status === 412 ? t.case.partiesStale : undefined),
  });
  return <SmallForm form={form} sending={sending} button={t.case.partiesSave} working={t.case.partiesSaving} cancel={cancel} />;
}

/** Saves what was written. A case changes in many ways: as long as the parties are as they were seen, a later version is no hindrance. */
async function save(url: string, body: Values, seen: Tagged<Parties>): Promise<void> {
  try {
    await patch(url, body, seen.tag);
  } catch (error) {
    if ((error as ApiError).status !== 412) throw error;
    const now = await getTagged<Parties>(url);
    if (JSON.stringify(namesOf(now.value)) !== JSON.stringify(namesOf(seen.value))) throw error;
    await patch(url, body, now.tag);
  }
}

/** What of the parties can be changed here. */
function namesOf({ citizen, company }: Parties): Values {
  const { name, contactName = "", contactPhone = "", contactEmail = "" } = company;
  return { citizen: { name: citizen.name }, company: { name, contactName, contactPhone, contactEmail } };
}

function formOf({ case: c }: Messages): Schema {
  const text = (key: string, label: string, validate: object) => ({ type: "textfield", key, label, validate });
  return {
    components: [
      { type: "group", path: "citizen", components: [text("name", c.citizenName, { maxLength: 200 })] },
      { type: "group", path: "company", components: [
        text("name", c.companyName, { maxLength: 200 }),
        text("contactName", c.contactName, { maxLength: 200 }),
        text("contactPhone", c.contactPhone, { maxLength: 50, validationType: "phone" }),
        text("contactEmail", c.contactEmail, { maxLength: 200, validationType: "email" }),
      ] },
    ],
  };
}
