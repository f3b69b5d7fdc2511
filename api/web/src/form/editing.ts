/** A form that is being filled in: its values, what is wrong with them, and where to begin mending. */
import { useMemo, useRef, useState } from "preact/hooks";
import type { Problem } from "./check.ts";
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

/** Problems that the server found in a body, at the fields of the form that it was made from. */
export function ofBody(problems: readonly Problem[]): Problem[] {
  return problems.map((p) => ({ ...p, pointer: "/variables" + p.pointer }));
}
