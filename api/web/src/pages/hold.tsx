/** Holding a process still and letting it go on: deadlines stand still meanwhile, and nobody can do its tasks. */
import { useMemo, useState } from "preact/hooks";
import { post } from "../api.ts";
import { useForm, useSending } from "../form/editing.ts";
import { SmallForm } from "../form/form.tsx";
import { submission } from "../form/resolve.ts";
import type { Schema } from "../form/schema.ts";
import type { Messages } from "../messages.ts";
import type { Instance } from "../types.ts";
import { Alert, useOpener } from "../ui/parts.tsx";
import { has, roles, useWorkbench } from "../workbench.tsx";

interface Hold {
  readonly url: string;
  readonly instance: Instance;
  /** Fetches the case anew. */
  readonly reload: () => Promise<void>;
}

/** Says that a process is held still, and lets those who lead change that. */
export function HoldControl({ url, instance, reload }: Hold) {
  const { t, user } = useWorkbench();
  const [asking, setAsking] = useState(false);
  const opener = useOpener(asking);
  const held = instance.state === "suspended";
  const open = instance.state !== "completed" && instance.state !== "canceled";
  const words = held ? t.hold.resume : t.hold.suspend;
  return (
    <>
      {held && <Alert kind="info" heading={t.hold.heldTitle}><p>{t.hold.held}</p></Alert>}
      {open && has(user, ...roles.incidents) && (
        <div><button ref={opener} type="button" class="button button-secondary button-small" aria-expanded={asking} onClick={() => setAsking(!asking)}>{words.title}</button></div>
      )}
      {asking && open && <HoldForm key={words.title} url={url} verb={held ? "resume" : "suspend"} words={words} reload={reload} leave={() => setAsking(false)} />}
    </>
  );
}

function HoldForm({ url, verb, words, reload, leave }: { url: string; verb: string; words: Messages["hold"]["resume"]; reload: () => Promise<void>; leave: () => void }) {
  const { t, say } = useWorkbench();
  const form = useForm(useMemo(() => formOf(t), [t]), {});
  const over = async () => {
    leave();
    await reload();
  };
  const sending = useSending({
    form,
    send: async () => {
      await post(`${url}/${verb}`, submission(form.nodes, form.values));
      await over();
      say(words.done);
    },
    refused: (error) => {
      if (error.status !== 409) return undefined;
      void over().then(() => say(t.hold.refused, "error")); // somebody else was first
      return true;
    },
  });
  return (
    <div>
      <p>{words.means}</p>
      <SmallForm form={form} sending={sending} button={words.submit} working={t.hold.working} cancel={leave} />
    </div>
  );
}

function formOf(t: Messages): Schema {
  return { components: [{ type: "textarea", key: "reason", label: t.hold.reason, description: t.hold.reasonHint, validate: { required: true, maxLength: 2000 } }] };
}
