/** Closing a case by hand: how it ends, what that means, and a way back. */
import { useMemo } from "preact/hooks";
import { post } from "../api.ts";
import { useForm, useSending } from "../form/editing.ts";
import { SmallForm } from "../form/form.tsx";
import { submission } from "../form/resolve.ts";
import type { Schema } from "../form/schema.ts";
import type { Messages } from "../messages.ts";
import type { Case } from "../types.ts";
import { focusTitle, Section } from "../ui/parts.tsx";
import { errorText, useWorkbench } from "../workbench.tsx";

interface Closing {
  readonly caseUrl: string;
  /** Fetches the case anew. */
  readonly reload: () => Promise<void>;
  readonly leave: () => void;
}

/** The form that closes an open case. */
export function CloseSection({ caseUrl, reload, leave }: Closing) {
  const { t, say } = useWorkbench();
  const form = useForm(useMemo(() => formOf(t), [t]), {});
  const over = async () => {
    await reload();
    leave();
    focusTitle();
  };
  const sending = useSending({
    form,
    send: async () => {
      const after = await post<Case>(`${caseUrl}/close`, submission(form.nodes, form.values));
      await over();
      say(after.state === "closed" ? t.closeCase.done : t.closeCase.later);
    },
    refused: (error) => {
      if (error.status !== 409) return undefined;
      void over().then(() => say(errorText(error, t), "error")); // somebody else was first: the page now shows how it ends
      return true;
    },
  });
  return (
    <Section title={t.closeCase.title} id="close-case" class="close-case">
      <p>{t.closeCase.means}</p>
      <SmallForm form={form} sending={sending} button={t.closeCase.submit} working={t.closeCase.sending} cancel={leave} />
    </Section>
  );
}

function formOf(t: Messages): Schema {
  const values = Object.entries(t.case.outcomes).map(([value, label]) => ({ value, label }));
  return { components: [{ type: "select", key: "outcome", label: t.closeCase.outcome, values, validate: { required: true } }] };
}
