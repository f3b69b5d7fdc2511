/** A form that is being filled in: its values, what is wrong with them, and where to begin mending. */
import { useMemo, useRef, useState } from "preact/hooks";
import type { ApiError } from "../api.ts";
import { asApiError, errorText, useWorkbench } from "../workbench.tsx";
import { check, type Problem } from "./check.ts";
import { pointer, set, type Path } from "./path.ts";
import { initial, resolve, type Values } from "./resolve.ts";
import type { Schema } from "./schema.ts";

/** Opens a form with what is known. A value that changes takes its own problem away. */
export function useForm(schema: Schema, known: Values) {
  const [values, setValues] = useState<Values>(() => initial(schema, known));
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const summary = useRef<HTMLDivElement>(null);
  const nodes = useMemo(() => resolve(schema, values, known), [schema, values]);
  const refuse = (found: readonly Problem[]) => {
    setProblems(found);
    requestAnimationFrame(() => summary.current?.focus());
  };
  const change = (at: Path, value: unknown) => {
    setValues((before) => set(before, at, value));
    setProblems((before) => before.filter((p) => p.pointer !== pointer(at)));
  };
  return { nodes, values, problems, summary, refuse, change };
}

interface Sending {
  readonly form: ReturnType<typeof useForm>;
  /** Sends the form, and does what comes of it. */
  readonly send: () => Promise<void>;
  /** What is wrong with the form before it is sent; its schema's rules when not given. */
  readonly problems?: () => readonly Problem[];
  /** What to do about a refusal; true when there is nothing left to say about it. */
  readonly refused?: (error: ApiError) => string | true | undefined;
}

/** Sends a form that has no problems, one at a time. What the server objects to shows at its fields, anything else as `failure`. */
export function useSending({ form, send, problems, refused }: Sending) {
  const { t, expired } = useWorkbench();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (busy) return;
    setFailure(undefined);
    const found = problems ? problems() : check(form.nodes, form.values, t.form);
    if (found.length > 0) return form.refuse(found);
    setBusy(true);
    try {
      await send();
    } catch (caught) {
      const error = asApiError(caught);
      setBusy(false);
      if (error.status === 401) return expired();
      if (error.problems.length > 0) return form.refuse(ofBody(error.problems));
      const said = refused?.(error) ?? errorText(error, t);
      if (said !== true) setFailure(said);
    }
  };
  return { busy, failure, submit };
}

/** Problems that the server found in a body, at the fields of the form that it was made from. */
function ofBody(problems: readonly Problem[]): Problem[] {
  return problems.map((p) => ({ ...p, pointer: "/variables" + p.pointer }));
}
