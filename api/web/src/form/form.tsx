/** Draws a form: its nodes, an error summary that links to each field, and the lists whose rows come and go. */
import type { RefObject } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useWorkbench } from "../workbench.tsx";
import { Alert } from "../ui/parts.tsx";
import { Icon } from "../ui/icons.tsx";
import type { Problem } from "./check.ts";
import { fieldName } from "./check.ts";
import type { useForm, useSending } from "./editing.ts";
import { FieldControl } from "./fields.tsx";
import { Markdown } from "./markdown.tsx";
import { elementId, get, pointer, type Path } from "./path.ts";
import { fields, lists, maxRows, newRow, type List, type Node, type Values } from "./resolve.ts";

/** What the parts of a form share. */
interface Editing {
  readonly values: Values;
  readonly problems: readonly Problem[];
  readonly locked: boolean;
  /** Replaces the value at a path. */
  readonly change: (path: Path, value: unknown) => void;
}

/** The nodes of a form, editable unless `locked`. */
export function FormBody({ nodes, ...editing }: { nodes: readonly Node[] } & Editing) {
  return <>{rowsOf(nodes).map((row, i) => <Row key={i} nodes={row} editing={editing} />)}</>;
}

/** form-js lays components of the same `layout.row` side by side. */
function rowsOf(nodes: readonly Node[]): Node[][] {
  const rows: Node[][] = [];
  let last: string | undefined;
  for (const node of nodes) {
    const row = "component" in node ? node.component.layout?.row : undefined;
    if (row !== undefined && row === last) rows.at(-1)!.push(node);
    else rows.push([node]);
    last = row;
  }
  return rows;
}

function Row({ nodes, editing }: { nodes: readonly Node[]; editing: Editing }) {
  if (nodes.length === 1) return <Part node={nodes[0]!} editing={editing} />;
  return <div class="side-by-side">{nodes.map((node, i) => <div key={i}><Part node={node} editing={editing} /></div>)}</div>;
}

function Part({ node, editing }: { node: Node; editing: Editing }) {
  const { t } = useWorkbench();
  switch (node.kind) {
    case "field": {
      const error = editing.problems.find((p) => p.pointer === pointer(node.path))?.message;
      return <FieldControl field={node} value={get(editing.values, node.path)} error={error} locked={editing.locked} change={(value) => editing.change(node.path, value)} />;
    }
    case "group":
      return (
        <fieldset class="group">
          {node.label && <legend class="h4">{node.label}</legend>}
          <FormBody nodes={node.nodes} {...editing} />
        </fieldset>
      );
    case "list": return <Rows list={node} editing={editing} />;
    case "text": return <div class="form-text"><Markdown text={node.text} /></div>;
    case "separator": return <hr />;
    case "spacer": return <div style={{ height: node.height }} />;
    case "unknown": return <Alert kind="warning"><p>{t.form.unknown(node.label || node.component.type)}</p></Alert>;
  }
}

function Rows({ list, editing }: { list: List; editing: Editing }) {
  const { t, say } = useWorkbench();
  const [moved, setMoved] = useState(0);
  const id = elementId(list.path);
  const fixed = list.component.allowAddRemove === false || editing.locked;
  const rows = (get(editing.values, list.path) as Values[] | undefined) ?? [];
  const error = editing.problems.find((p) => p.pointer === pointer(list.path))?.message;
  const add = () => {
    editing.change([...list.path, rows.length], newRow(list.component));
    say(t.form.rowAdded(rows.length + 1));
    focusSoon(`${id}-row-${rows.length}`);
  };
  const drop = (index: number) => {
    editing.change(list.path, rows.filter((_, i) => i !== index));
    setMoved(moved + 1); // Fields of the rows after it must not keep what was typed in their predecessors.
    say(t.form.rowRemoved(index + 1));
    focusSoon(rows.length > 1 ? `${id}-row-${Math.min(index, rows.length - 2)}` : `${id}-add`);
  };
  return (
    <fieldset class={`list ${error ? "form-error" : ""}`} id={id} tabIndex={-1}>
      <legend class="h4">{list.label}</legend>
      {error && <span class="form-error-message">{error}</span>}
      {list.rows.map((nodes, i) => (
        <div class="list-row" key={`${moved}-${i}`} id={`${id}-row-${i}`} role="group" aria-label={t.form.row(i + 1)} tabIndex={-1}>
          <div class="list-fields"><FormBody nodes={nodes} {...editing} /></div>
          {!fixed && (
            <button type="button" class="function-link list-remove" onClick={() => drop(i)}>
              <Icon name="remove" />{t.form.removeRow(i + 1)}
            </button>
          )}
        </div>
      ))}
      {!fixed && rows.length < maxRows && (
        <button type="button" class="button button-secondary" id={`${id}-add`} onClick={add}><Icon name="plus" />{t.form.addRow}</button>
      )}
    </fieldset>
  );
}

function focusSoon(id: string): void {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}

interface Small {
  readonly form: ReturnType<typeof useForm>;
  readonly sending: ReturnType<typeof useSending>;
  /** What sends it, and what that button says while it does. */
  readonly button: string;
  readonly working: string;
  readonly cancel: () => void;
}

/** A form within a page, to be sent or given up. It takes the focus when it opens; Escape gives it up. */
export function SmallForm({ form: { nodes, values, problems, summary, change }, sending: { busy, failure, submit }, button, working, cancel }: Small) {
  const { t } = useWorkbench();
  const element = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => element.current?.querySelector<HTMLElement>("input, select, textarea")?.focus(), []);
  const giveUp = () => busy || cancel();
  return (
    <form ref={element} class="task-form small-form" noValidate autocomplete="off" onSubmit={(e) => { e.preventDefault(); void submit(); }}
      onKeyDown={(e) => { if (e.key === "Escape") giveUp(); }}>
      <ErrorSummary problems={problems} nodes={nodes} summary={summary} />
      <FormBody nodes={nodes} values={values} problems={problems} locked={busy} change={change} />
      {failure && <Alert kind="error"><p>{failure}</p></Alert>}
      <div class="form-actions">
        <button type="submit" class="button button-primary" aria-disabled={busy}>{busy ? working : button}</button>
        <button type="button" class="button button-secondary" aria-disabled={busy} onClick={giveUp}>{t.cancel}</button>
      </div>
    </form>
  );
}

/** What must be corrected, each with a link to its field; it takes the focus when it appears. */
export function ErrorSummary({ problems, nodes, summary }: { problems: readonly Problem[]; nodes: readonly Node[]; summary: RefObject<HTMLDivElement> }) {
  const { t } = useWorkbench();
  const heading = useId();
  if (problems.length === 0) return null;
  return (
    <div class="alert alert-error error-summary" ref={summary} tabIndex={-1} role="alert" aria-labelledby={heading}>
      <Icon name="error" class="alert-icon" />
      <div class="alert-body">
        <h2 class="alert-heading h5" id={heading}>{t.form.summary(problems.length)}</h2>
        <ul class="alert-text nobullet-list no-max-width">
          {problems.map((problem) => {
            const target = targetOf(problem, nodes);
            return (
              <li key={problem.pointer + problem.message}>
                {target ? <a href={`#${target.id}`} onClick={(e) => follow(e, target.id)}>{target.name && !problem.message.includes(target.name) ? `${target.name}: ` : ""}{problem.message}</a> : problem.message}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

/** The element and name for a problem: its field, or the list that holds the place it points at. */
function targetOf({ pointer: at }: Problem, nodes: readonly Node[]): { id: string; name: string } | undefined {
  const field = fields(nodes).find((f) => pointer(f.path) === at || at.startsWith(pointer(f.path) + "/"));
  if (field) return { id: focusable(elementId(field.path)), name: fieldName(field) };
  const list = lists(nodes).filter((l) => (at + "/").startsWith(pointer(l.path) + "/")).at(-1);
  return list && { id: elementId(list.path), name: list.label };
}

/** A date with a time is two inputs: the first of them is where to go. */
function focusable(id: string): string {
  return document.getElementById(`${id}-date`) ? `${id}-date` : id;
}

function follow(event: MouseEvent, id: string): void {
  event.preventDefault();
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: "center" });
  const first = element?.matches("fieldset") ? element.querySelector<HTMLElement>("input:not(:disabled), select:not(:disabled)") : element;
  (first ?? element)?.focus();
}
