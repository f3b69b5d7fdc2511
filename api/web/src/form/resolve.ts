/**
 * What a form shows for given values: hidden parts are gone, labels are filled, lists have their rows.
 * Drawing, checking and sending all walk this one tree, so they cannot disagree about what is there.
 */
import { fill, holds, parse, type Scope } from "./condition.ts";
import { get, set, steps, type Path } from "./path.ts";
import { fieldTypes, ignoredTypes, type Choice, type Component, type Schema } from "./schema.ts";

/** The values of a form, shaped as the variables it sends. */
export type Values = Readonly<Record<string, unknown>>;

/** A component as it is shown now. */
export type Node =
  | { kind: "field"; component: Component & { readonly?: boolean }; path: Path; label: string; description: string; choices: readonly Choice[] }
  | { kind: "group"; component: Component; label: string; nodes: readonly Node[] }
  | { kind: "list"; component: Component; path: Path; label: string; rows: readonly (readonly Node[])[] }
  | { kind: "text"; text: string }
  | { kind: "separator" }
  | { kind: "spacer"; height: number }
  | { kind: "unknown"; component: Component; label: string };

export type Field = Extract<Node, { kind: "field" }>;
export type List = Extract<Node, { kind: "list" }>;

/** Rows a dynamic list can have, so that a mistaken default cannot freeze the page. */
export const maxRows = 100;

/** Rounds until hiding one field has hidden all that hangs on it; a form that never settles is shown as the last round left it. */
const maxRounds = 10;

/**
 * The form as shown for `values`; `data` are the variables it was opened with, visible to conditions.
 * A hidden field counts as unanswered in every condition, as it does for the server, which never receives it.
 */
export function resolve(schema: Schema, values: Values, data: Values): readonly Node[] {
  const outside = Object.fromEntries(Object.entries(data).filter(([name]) => !Object.hasOwn(values, name)));
  let shown = values;
  for (let round = 1; ; round++) {
    const nodes = resolveAll(schema.components, [], shown, [shown, outside]);
    const answered = answers(nodes, shown, () => true);
    if (round === maxRounds || JSON.stringify(answered) === JSON.stringify(shown)) return nodes;
    shown = answered;
  }
}

function resolveAll(components: readonly Component[], base: Path, values: Values, scope: Scope): Node[] {
  return components.flatMap((component) =>
    holds(component.conditional?.hide, scope) ? [] : resolveOne(component, base, values, scope),
  );
}

function resolveOne(component: Component, base: Path, values: Values, scope: Scope): Node[] {
  const label = fill(component.label ?? "", scope);
  if (fieldTypes.has(component.type)) {
    if (!component.key) return [];
    const description = fill(component.description ?? "", scope);
    const readonly = typeof component.readonly === "string" ? holds(component.readonly, scope) : component.readonly;
    return [{ kind: "field", component: { ...component, readonly }, path: [...base, ...steps(component.key)], label, description, choices: choices(component, scope) }];
  }
  switch (component.type) {
    case "group": {
      const path = [...base, ...steps(component.path)];
      return [{ kind: "group", component, label, nodes: resolveAll(component.components ?? [], path, values, inner(values, base, path, scope)) }];
    }
    case "dynamiclist":
      return [resolveList(component, [...base, ...steps(component.path)], label, values, scope)];
    case "text":
      return [{ kind: "text", text: fill(component.text ?? "", scope) }];
    case "separator":
      return [{ kind: "separator" }];
    case "spacer":
      return [{ kind: "spacer", height: Math.min(Math.max(component.height ?? 24, 0), 200) }];
    default:
      return ignoredTypes.has(component.type) ? [] : [{ kind: "unknown", component, label }];
  }
}

function resolveList(component: Component, path: Path, label: string, values: Values, scope: Scope): Node {
  const rows = asRows(get(values, path)).map((row, i) =>
    resolveAll(component.components ?? [], [...path, i], values, [row, ...scope]),
  );
  return { kind: "list", component, path, label, rows };
}

function inner(values: Values, base: Path, path: Path, scope: Scope): Scope {
  const frame = get(values, path);
  return path.length > base.length && isObject(frame) ? [frame, ...scope] : scope;
}

function choices(component: Component, scope: Scope): readonly Choice[] {
  const given = component.valuesExpression ? parse(component.valuesExpression)?.(scope)
    : component.valuesKey ? parse(component.valuesKey)?.(scope)
    : component.values;
  return Array.isArray(given) ? given.map(asChoice) : [];
}

function asChoice(item: unknown): Choice {
  if (!isObject(item)) return { label: String(item), value: item };
  const value = item.value ?? item.label;
  return { label: String(item.label ?? value), value };
}

function asRows(value: unknown): Values[] {
  return Array.isArray(value) ? value.slice(0, maxRows).map((row) => (isObject(row) ? row : {})) : [];
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every field that is shown, in order, those of lists and groups among them. */
export function fields(nodes: readonly Node[]): Field[] {
  return nodes.flatMap((node) => {
    switch (node.kind) {
      case "field": return [node];
      case "group": return fields(node.nodes);
      case "list": return node.rows.flatMap(fields);
      default: return [];
    }
  });
}

/** Every list that is shown, nested ones among them. */
export function lists(nodes: readonly Node[]): List[] {
  return nodes.flatMap((node) => {
    switch (node.kind) {
      case "group": return lists(node.nodes);
      case "list": return [node, ...node.rows.flatMap(lists)];
      default: return [];
    }
  });
}

/** The values a form opens with: the given data where there are any, else defaults, else empty. */
export function initial(schema: Schema, data: Values): Values {
  return schema.components.reduce((values, c) => withInitial(values, c, [], data), {} as Values);
}

function withInitial(values: Values, component: Component, base: Path, data: Values): Values {
  if (fieldTypes.has(component.type) && component.key) {
    const path = [...base, ...steps(component.key)];
    return set(values, path, get(data, path) ?? component.defaultValue ?? empty(component));
  }
  const path = [...base, ...steps(component.path)];
  const parts = component.components ?? [];
  if (component.type === "group") return parts.reduce((v, c) => withInitial(v, c, path, data), values);
  if (component.type !== "dynamiclist") return values;
  const given = get(data, path);
  const count = Math.min(Array.isArray(given) ? given.length : (component.defaultRepetitions ?? 1), maxRows);
  return Array.from({ length: count }, (_, i) => [...path, i]).reduce(
    (v, row) => parts.reduce((w, c) => withInitial(w, c, row, data), set(v, row, get(data, row) ?? {})),
    set(values, path, []),
  );
}

/** A new row of a list, with the defaults of its fields. */
export function newRow(component: Component): Values {
  return initial({ components: component.components ?? [] }, {});
}

/** What a field holds before anybody has answered: the same as form-js. */
export function empty(component: Component): unknown {
  switch (component.type) {
    case "textfield": case "textarea": return "";
    case "checkbox": return false;
    case "checklist": case "taglist": return [];
    default: return null;
  }
}

/** The variables to send: what is shown and can be answered, nothing else. An empty list is sent as such. */
export function submission(nodes: readonly Node[], values: Values): Values {
  return answers(nodes, values, (field) => !field.component.disabled);
}

function answers(nodes: readonly Node[], values: Values, counts: (field: Field) => boolean): Values {
  const start = lists(nodes).reduce((sent, list) => set(sent, list.path, list.rows.map(() => ({}))), {} as Values);
  return fields(nodes).filter(counts)
    .reduce((sent, field) => set(sent, field.path, get(values, field.path) ?? empty(field.component)), start);
}
