/** Opening a case by hand. It is an ordinary form of ours, drawn and checked like those of tasks. */
import { useMemo } from "preact/hooks";
import { post } from "../api.ts";
import { check, type Problem } from "../form/check.ts";
import { useForm, useSending } from "../form/editing.ts";
import { ErrorSummary, FormBody } from "../form/form.tsx";
import { get, pointer, type Path } from "../form/path.ts";
import { submission, type Node, type Values } from "../form/resolve.ts";
import type { Schema } from "../form/schema.ts";
import type { Messages } from "../messages.ts";
import { municipalities } from "../municipalities.ts";
import { go, links } from "../router.ts";
import { local } from "../time.ts";
import { Alert, Title } from "../ui/parts.tsx";
import { useWorkbench } from "../workbench.tsx";

export function NewCasePage() {
  const { t, say } = useWorkbench();
  const schema = useMemo(() => formOf(t), [t]);
  const form = useForm(schema, {});
  const { nodes, values, problems, summary, change } = form;
  const { busy, failure, submit } = useSending({
    form,
    problems: () => problemsOf(nodes, values, t),
    send: async () => {
      const created = await post<{ id: string; caseNumber: string }>("/cases", body(submission(nodes, values)));
      say(t.newCase.created(created.caseNumber));
      go(links.case(created.id));
    },
  });
  return (
    <div class="task-page">
      <Title text={t.newCase.title} />
      <p>{t.newCase.intro}</p>
      <form class="task-form" noValidate autocomplete="off" onSubmit={(e) => { e.preventDefault(); void submit(); }}>
        <ErrorSummary problems={problems} nodes={nodes} summary={summary} />
        <FormBody nodes={nodes} values={values} problems={problems} locked={busy} change={change} />
        {failure && <Alert kind="error"><p>{failure}</p></Alert>}
        <button type="submit" class="button button-primary" aria-disabled={busy}>{busy ? t.newCase.creating : t.newCase.submit}</button>
      </form>
    </div>
  );
}

function formOf({ newCase: n, case: c }: Messages): Schema {
  const required = { required: true };
  const row = (name: string) => ({ layout: { row: name } });
  return {
    components: [
      { type: "group", label: n.citizen, path: "citizen", components: [
        { type: "textfield", key: "cpr", label: n.cpr, description: n.cprHint, validate: required, ...row("citizen") },
        { type: "textfield", key: "name", label: n.citizenName, validate: { ...required, maxLength: 200 }, ...row("citizen") },
      ] },
      { type: "group", label: n.company, path: "company", components: [
        { type: "textfield", key: "name", label: n.companyName, validate: { ...required, maxLength: 200 } },
        { type: "textfield", key: "cvr", label: n.cvr, description: n.cvrHint, validate: required, ...row("company") },
        { type: "textfield", key: "pNumber", label: n.pNumber, description: n.pNumberHint, ...row("company") },
      ] },
      { type: "group", label: n.absence, components: [
        { type: "datetime", subtype: "date", key: "firstAbsenceDay", label: n.firstDay, validate: required, ...row("absence") },
        { type: "select", key: "municipality", label: n.municipality, validate: required, values: municipalityChoices, ...row("absence") },
        { type: "radio", key: "expectedOver8Weeks", label: n.expected, validate: required,
          values: [{ label: c.yes, value: true }, { label: c.no, value: false }, { label: c.unknown, value: "unknown" }] },
      ] },
    ],
  };
}

const municipalityChoices = Object.entries(municipalities)
  .map(([value, label]) => ({ value, label }))
  .sort((a, b) => a.label.localeCompare(b.label, "da"));

/** What the form's rules cannot say: numbers with their own arithmetic, and a day that has not been. */
function problemsOf(nodes: readonly Node[], values: Values, t: Messages): Problem[] {
  const found = check(nodes, values, t.form);
  const rules: [Path, (text: string) => boolean, string][] = [
    [["citizen", "cpr"], isCpr, t.newCase.badCpr],
    [["company", "cvr"], isCvr, t.newCase.badCvr],
    [["company", "pNumber"], (text) => /^\d{10}$/.test(text), t.newCase.badPNumber],
    [["firstAbsenceDay"], (date) => date <= local(new Date())[0], t.newCase.futureDay],
  ];
  for (const [at, valid, message] of rules) {
    const text = digits(get(values, at));
    if (text !== "" && !valid(text) && !found.some((p) => p.pointer === pointer(at))) found.push({ pointer: pointer(at), message });
  }
  return found;
}

/** A number as people group it, without the spaces; a CPR number without its hyphen too. */
function digits(value: unknown): string {
  return String(value ?? "").replace(/\s/g, "").replace(/^(\d{6})-(\d{4})$/, "$1$2");
}

/** Ten digits that begin with a day and a month. Modulus 11 is not required since 2007; administrative numbers add 60 to the day. */
export function isCpr(text: string): boolean {
  return /^(0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(0[1-9]|1[0-2])\d{6}$/.test(text);
}

const cvrWeights = [2, 7, 6, 5, 4, 3, 2, 1];

/** Eight digits whose weighted sum is divisible by 11. */
export function isCvr(text: string): boolean {
  return /^\d{8}$/.test(text) && text !== "00000000" && [...text].reduce((sum, d, i) => sum + Number(d) * cvrWeights[i]!, 0) % 11 === 0;
}

function body(sent: Values): unknown {
  const text = (at: Path) => digits(get(sent, at)) || undefined;
  const expected = sent.expectedOver8Weeks;
  return {
    ...sent,
    citizen: { ...(sent.citizen as Values), cpr: text(["citizen", "cpr"]) },
    company: { ...(sent.company as Values), cvr: text(["company", "cvr"]), pNumber: text(["company", "pNumber"]) },
    expectedOver8Weeks: typeof expected === "boolean" ? expected : null,
  };
}
