/** Small parts that several pages are made of. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, type MutableRef } from "preact/hooks";
import { deadline, momentText } from "../time.ts";
import { sentenceOf, type Sentences } from "../codes.ts";
import type { ApiError } from "../api.ts";
import type { Messages } from "../messages.ts";
import type { Case } from "../types.ts";
import { errorText, useWorkbench, type Resource } from "../workbench.tsx";
import { Icon } from "./icons.tsx";

/** The page's heading. It takes the focus when the page is entered, so that reading begins there. */
export function Title({ children, text }: { children?: ComponentChildren; text: string }) {
  const { t } = useWorkbench();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${text} – ${t.product}`;
  }, [text, t]);
  return <h1 ref={heading} tabIndex={-1} class="page-title">{children ?? text}</h1>;
}

/** Gives the focus to the page's heading, when what had it is gone. */
export function focusTitle(): void {
  document.querySelector<HTMLElement>("h1")?.focus();
}

/** A message in a coloured box. Errors are announced at once. */
export function Alert({ kind, heading, children }: { kind: "info" | "success" | "warning" | "error"; heading?: string; children?: ComponentChildren }) {
  return (
    <div class={`alert alert-${kind}`} role={kind === "error" ? "alert" : undefined}>
      <Icon name={kind} class="alert-icon" />
      <div class="alert-body">
        {heading && <h2 class="alert-heading h5">{heading}</h2>}
        <div class="alert-text">{children}</div>
      </div>
    </div>
  );
}

/** For the button that opens something: it has the focus again when that closes with the focus inside. */
export function useOpener(open: boolean): MutableRef<HTMLButtonElement | null> {
  const opener = useRef<HTMLButtonElement | null>(null);
  const was = useRef(false);
  useLayoutEffect(() => {
    if (was.current && !open && document.activeElement === document.body) opener.current?.focus();
    was.current = open;
  }, [open]);
  return opener;
}

/** What is loading, missing or failed; otherwise the children with the data. */
export function Loaded<T>({ from, children }: { from: Resource<T>; children: (data: T) => ComponentChildren }) {
  const { t } = useWorkbench();
  if (from.data !== undefined) return <>{children(from.data)}</>;
  if (!from.error) return <Spinner text={t.loading} />;
  return (
    <Alert kind="error" heading={t.failed}>
      <p>{errorText(from.error, t)}</p>
      <button type="button" class="button button-secondary" onClick={() => void from.reload()}>{t.retry}</button>
    </Alert>
  );
}

export function Spinner({ text }: { text: string }) {
  return (
    <div class="loading" role="status">
      <div class="spinner spinner-small" aria-hidden="true" />
      <span>{text}</span>
    </div>
  );
}

/** A deadline as coloured mark, words and date. Colour alone never says it. */
export function Due({ at, now }: { at?: string | null; now?: string }) {
  const { t, language } = useWorkbench();
  const { urgency, text } = deadline(at, now ? new Date(now) : new Date(), t);
  return (
    <span class={`due due-${urgency}`}>
      <span class="due-light" aria-hidden="true" />
      <span>
        <span class="sr-only">{t.due.light[urgency]}</span>
        <span class="due-words">{text}</span>
        {at && <time class="due-date" dateTime={at}>{momentText(at, language)}</time>}
      </span>
    </span>
  );
}

/** A priority above the ordinary, as flag with words; the ordinary shows nothing. */
export function Priority({ value = 50 }: { value?: number }) {
  const { t } = useWorkbench();
  if (value <= 50) return <span class="sr-only">{t.tasks.normal}</span>;
  const first = value >= 90;
  const words = first ? t.tasks.first : t.tasks.high;
  return (
    <span class={first ? "flag flag-first" : "flag"} title={words}>
      <Icon name={first ? "flagFill" : "flag"} />
      <span class="sr-only">{words}</span>
    </span>
  );
}

/** Whom a case is about: names, or numbers while nobody has told the names, as in a notification. */
export function partiesText({ citizen, company }: Case, t: Messages): string {
  const person = citizen?.name || (citizen?.cprMasked && `${t.case.cpr} ${citizen.cprMasked}`);
  const firm = company?.name || (company?.cvr && `${t.case.cvr} ${company.cvr}`);
  return [person, firm].filter(Boolean).join(" · ");
}

/** Name of whoever has a task. */
export function useAssigneeName(): (task: { assignee?: string | null; assigneeName?: string }) => string {
  const { user, t } = useWorkbench();
  return ({ assignee, assigneeName }) => (!assignee ? t.tasks.nobody : assignee === user.id ? t.tasks.me : (assigneeName ?? assignee));
}

/** A section with a heading of its own. */
export function Section({ title, id, class: classes = "", children, aside }: { title: string; id: string; class?: string; children: ComponentChildren; aside?: ComponentChildren }) {
  return (
    <section class={`panel ${classes}`} aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id} class="h4">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What a code means and what one can do; the engine's own words are folded away. `code` and `message` are theirs. */
export function Explained({ table, code, message }: { table: Sentences; code: string; message?: string }) {
  const [what, todo] = sentenceOf(table, code);
  return <div class="explained"><p>{what}</p><p class="sub">{todo}</p><Technical code={code} message={message} /></div>;
}

/** A technical message, for whoever mends the cause. */
export function Technical({ code, message }: { code?: string; message?: string }) {
  const { t } = useWorkbench();
  return <details class="technical"><summary>{t.technical}</summary>{message && <p lang="en">{message}</p>}{code && <code>{code}</code>}</details>;
}

/** A refusal whose own words are technical: what it means, and those words folded away. */
export function Refusal({ error, what }: { error: ApiError; what: string }) {
  const { t } = useWorkbench();
  const technical = error.status === 409 || error.status === 422;
  return <Alert kind="error"><p>{technical ? what : errorText(error, t)}</p>{technical && <Technical message={[error.detail, ...error.problems.map((p) => p.message)].join(" – ")} />}</Alert>;
}
