/** One task: what it is about, its form, and the way on to the next. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, path, post, withQuery } from "../api.ts";
import { check, type Problem } from "../form/check.ts";
import { getDraft, unsavedOf, useDraft, type Draft } from "../form/draft.ts";
import { ErrorSummary, FormBody } from "../form/form.tsx";
import { pointer, set, type Path } from "../form/path.ts";
import { initial, resolve, submission, type Values } from "../form/resolve.ts";
import { go, links } from "../router.ts";
import { clockText, momentText } from "../time.ts";
import type { Case, Page, Task, TaskForm } from "../types.ts";
import { Icon } from "../ui/icons.tsx";
import { Alert, Due, focusTitle, Loaded, partiesText, Priority, Title, useAssigneeName, useOpener } from "../ui/parts.tsx";
import { asApiError, errorText, has, useAction, useResource, useWorkbench } from "../workbench.tsx";

export function TaskPage({ id }: { id: string }) {
  const task = useResource<Task>(path`/tasks/${id}`);
  return <Loaded from={task}>{(data) => <OpenOrClosed task={data} reload={task.reload} />}</Loaded>;
}

function OpenOrClosed({ task, reload }: { task: Task; reload: () => Promise<void> }) {
  const { t } = useWorkbench();
  const facts = useResource<Case>(task.caseId ? path`/cases/${task.caseId}` : undefined);
  return (
    <div class="task-page">
      <a class="back-link" href={task.caseId ? links.case(task.caseId) : links.mine}><Icon name="chevronLeft" />{task.caseId ? t.task.backToCase : t.toTasks}</a>
      <Title text={task.name}>{task.name} <Priority value={task.priority} /></Title>
      <Context task={task} facts={facts.data} reload={reload} />
      {task.state === "open" ? <Answer key={task.id} task={task} reload={reload} /> : <Alert kind="info" heading={t.task.closedTitle}><p>{t.task.closed}</p></Alert>}
    </div>
  );
}

/** What a person must know to answer, without opening the case. */
function Context({ task, facts, reload }: { task: Task; facts?: Case; reload: () => Promise<void> }) {
  const { t, user, say } = useWorkbench();
  const name = useAssigneeName();
  const [busy, run] = useAction();
  const act = (verb: "claim" | "release", said: (name: string) => string) => run(async () => {
    await post(`${path`/tasks/${task.id}`}/${verb}`);
    say(said(task.name));
    await reload();
  });
  return (
    <dl class="context">
      {task.caseId && (
        <div>
          <dt>{t.task.inCase}</dt>
          <dd>
            <a href={links.case(task.caseId)}>{task.caseNumber || facts?.caseNumber || task.caseId}</a>
            <span class="sub">{facts ? partiesText(facts, t) : task.companyName}</span>
          </dd>
        </div>
      )}
      <div><dt>{t.task.due}</dt><dd><Due at={task.dueAt} now={task.virtualNow ?? facts?.virtualNow} /></dd></div>
      <div>
        <dt>{t.task.assignee}</dt>
        <dd>
          {name(task)}
          {task.state === "open" && !task.assignee && <button type="button" class="function-link" disabled={busy} onClick={() => void act("claim", t.tasks.claimed)}>{t.tasks.claim}</button>}
          {task.state === "open" && task.assignee === user.id && <button type="button" class="function-link" disabled={busy} onClick={() => void act("release", t.tasks.released)}>{t.tasks.release}</button>}
        </dd>
      </div>
    </dl>
  );
}

function Answer({ task, reload }: { task: Task; reload: () => Promise<void> }) {
  const { t, user } = useWorkbench();
  const form = useResource<TaskForm>(path`/tasks/${task.id}/form`);
  const name = useAssigneeName();
  const draftUrl = path`/tasks/${task.id}/draft`;
  const draft = useResource<Draft | null>(draftUrl, undefined, getDraft);
  const others = Boolean(task.assignee) && task.assignee !== user.id;
  const allowed = !task.suspended && (!others || has(user, "supervisor"));
  return (
    <>
      {task.suspended && <Alert kind="info" heading={t.hold.heldTitle}><p>{t.hold.held}</p></Alert>}
      {others && !task.suspended && <Alert kind="info"><p>{(allowed ? t.task.otherHasYouMay : t.task.otherHas)(name(task))}</p></Alert>}
      <Loaded from={form}>{(f) => <Loaded from={draft}>{(d) => <Form task={task} form={f} draft={d} draftUrl={draftUrl} locked={!allowed} reload={reload} />}</Loaded>}</Loaded>
    </>
  );
}

interface Opened {
  readonly task: Task;
  readonly form: TaskForm;
  /** What somebody had filled in before. */
  readonly draft: Draft | null;
  readonly draftUrl: string;
}

function Form({ locked, reload, ...opened }: Opened & { locked: boolean; reload: () => Promise<void> }) {
  const { t } = useWorkbench();
  const editing = useEditing(opened);
  const { nodes, problems, busy, failure, taken } = editing;
  if (taken) {
    return (
      <Alert kind="error" heading={t.task.takenTitle}>
        <p>{t.task.taken}</p>
        <button type="button" class="button button-secondary" onClick={() => void reload()}><Icon name="refresh" />{t.task.reload}</button>
      </Alert>
    );
  }
  return (
    <form class="task-form" noValidate onSubmit={(e) => { e.preventDefault(); void editing.submit(); }}>
      <ErrorSummary problems={problems} nodes={nodes} summary={editing.summary} />
      {editing.restored && <p class="draft"><Icon name="info" />{editing.restored}</p>}
      {nodes.length === 0 && <p>{t.task.emptyForm}</p>}
      <FormBody key={editing.generation} nodes={nodes} values={editing.values} problems={problems} locked={locked || busy} change={editing.change} />
      {failure && <Alert kind="error"><p>{failure}</p></Alert>}
      {!locked && <DraftLine editing={editing} />}
      {!locked && (
        <button type="submit" class="button button-primary" aria-disabled={busy}>{busy ? t.task.completing : t.task.complete}</button>
      )}
    </form>
  );
}

/** How the draft stands; what changes is read aloud politely. */
function DraftLine({ editing: { keeper, takeOther, startOver, busy } }: { editing: ReturnType<typeof useEditing> }) {
  const { t, language } = useWorkbench();
  const [asking, setAsking] = useState(false);
  const opener = useOpener(asking);
  const line = useRef<HTMLDivElement>(null);
  const { kept } = keeper;
  return (
    <>
      <div ref={line} tabIndex={-1} aria-live="polite" class="draft-line">
        {kept.state === "saved" && <p class="draft"><Icon name="check" />{t.task.draftSaved(clockText(kept.at, language, t))}</p>}
        {kept.state === "failed" && <p class="draft"><Icon name="warning" />{t.task.draftFailed}</p>}
        {kept.state === "other" && (
          <Alert kind="warning" heading={t.task.draftOtherTitle(kept.draft.savedByName ?? kept.draft.savedBy)}>
            <p>{t.task.draftOther(clockText(kept.draft.savedAt, language, t))}</p>
            <div class="form-actions">
              <button type="button" class="button button-secondary" onClick={() => takeOther(kept.draft)}>{t.task.draftTake}</button>
              <button type="button" class="button button-secondary" onClick={() => { line.current?.focus({ preventScroll: true }); void keeper.save(true); }}>{t.task.draftMine}</button>
            </div>
          </Alert>
        )}
      </div>
      {kept.state === "saved" && !busy && (asking
        ? (
          <p class="draft" role="group" aria-label={t.task.draftDelete} onKeyDown={(e) => e.key === "Escape" && setAsking(false)}>
            {t.task.draftDeleteAsk}
            <button ref={(b) => b?.focus()} type="button" class="function-link" onClick={() => { setAsking(false); void startOver(); }}>{t.task.draftDeleteNow}</button>
            <button type="button" class="function-link" onClick={() => setAsking(false)}>{t.cancel}</button>
          </p>
        )
        : <p class="draft"><button ref={opener} type="button" class="function-link" onClick={() => setAsking(true)}><Icon name="remove" />{t.task.draftDelete}</button></p>)}
    </>
  );
}

/** The state of a form that is being filled in: values, what is wrong, and what sending it does. */
function useEditing({ task, form, draft, draftUrl }: Opened) {
  const { t, user, language, say, expired } = useWorkbench();
  const keeper = useDraft(draftUrl, draft);
  const start = useMemo(() => initial(form.schema, form.data ?? {}), [form]);
  const [typed] = useState(() => unsavedOf(user.id, draftUrl));
  const [values, setValues] = useState<Values>(() => typed ?? { ...start, ...draft?.data });
  const [restored, setRestored] = useState(() => (typed ? t.task.draftUnsaved : draft ? restoredText(draft) : ""));
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [taken, setTaken] = useState(false);
  const [generation, setGeneration] = useState(0);
  const latest = useRef(values);
  const summary = useRef<HTMLDivElement>(null);
  const nodes = useMemo(() => resolve(form.schema, values, form.data ?? {}), [form, values]);

  function restoredText({ savedAt, savedBy, savedByName }: Draft): string {
    const when = momentText(savedAt, language);
    return savedBy === user.id ? t.task.draft(when) : t.task.draftOf(savedByName ?? savedBy, when);
  }
  const change = (at: Path, value: unknown) => {
    const after = set(latest.current, at, value);
    latest.current = after;
    setValues(after);
    keeper.take(after);
    setProblems((before) => before.filter((p) => !(p.pointer + "/").startsWith(pointer(at) + "/")));
  };
  const begin = (from: Values, said: string) => {
    latest.current = from;
    setValues(from);
    setRestored(said);
    setProblems([]);
    setGeneration((n) => n + 1);
    focusTitle();
  };
  const startOver = async () => {
    try {
      await keeper.forget(true);
      begin(start, "");
      say(t.task.draftDeleted);
    } catch (error) {
      const problem = asApiError(error);
      if (problem.status === 401) expired();
      else say(errorText(problem, t), "error");
    }
  };
  const takeOther = (other: Draft) => {
    keeper.yield(other);
    begin({ ...start, ...other.data }, restoredText(other));
  };
  const refuse = (found: readonly Problem[]) => {
    setProblems(found);
    requestAnimationFrame(() => {
      summary.current?.scrollIntoView({ block: "start" });
      summary.current?.focus({ preventScroll: true });
    });
  };
  const submit = async () => {
    if (busy) return;
    setFailure(undefined);
    const found = check(nodes, values, t.form);
    if (found.length > 0) return refuse(found);
    setBusy(true);
    try {
      if (!task.assignee) await post(path`/tasks/${task.id}/claim`);
      await post(path`/tasks/${task.id}/complete`, { variables: submission(nodes, values) });
      await keeper.forget(false);
      await goOn(task, user.id, (next) => say(next ? `${t.task.done(task.name)} ${t.task.next(next.name)}` : t.task.done(task.name)));
    } catch (error) {
      const problem = asApiError(error);
      setBusy(false);
      if (problem.status === 401) expired();
      else if (problem.status === 409) setTaken(true);
      else if (problem.problems.length > 0) refuse(problem.problems);
      else setFailure(errorText(problem, t));
    }
  };
  useEffect(() => {
    if (taken) void keeper.forget(false);
  }, [taken]);
  useEffect(() => {
    if (typed) keeper.take(typed);
  }, []);
  return { values, nodes, problems, failure, busy, taken, restored, generation, summary, keeper, change, takeOther, startOver, submit };
}

/** To the next task of the same case that this user has or can take; else to the list, or to the case when it was somebody else's task. */
async function goOn(done: Task, userId: string, say: (next?: Task) => void): Promise<void> {
  const query = { case: done.caseId, state: "open", sort: "-priority", limit: 20 };
  const open = done.caseId ? await get<Page<Task>>(withQuery("/tasks", query)).catch(() => undefined) : undefined;
  const own = (open?.items ?? []).filter((task) => task.id !== done.id && (!task.assignee || task.assignee === userId));
  const next = own.find((task) => task.assignee) ?? own[0];
  say(next);
  const others = done.caseId && done.assignee && done.assignee !== userId;
  go(next ? links.task(next.id) : others ? links.case(done.caseId) : links.mine);
}
