/** Checks a form before it is sent. It mirrors the server's rules to save a round trip; the server decides. */
import { get, pointer } from "./path.ts";
import { fields, type Field, type Node, type Values } from "./resolve.ts";
import type { Messages } from "../messages.ts";

/** Something to correct, at the value a JSON pointer names. The same shape as the server's `errors[]`. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
  /** The server's, where there is one. */
  readonly code?: string;
}

type Texts = Messages["form"];

/** Every problem of the shown fields, in the order of the form. */
export function check(nodes: readonly Node[], values: Values, texts: Texts): Problem[] {
  return fields(nodes).flatMap((field) => {
    const message = problemOf(field, get(values, field.path), texts);
    return message ? [{ pointer: pointer(field.path), message }] : [];
  });
}

function problemOf(field: Field, value: unknown, texts: Texts): string | undefined {
  const { validate = {}, disabled, readonly } = field.component;
  if (disabled || readonly) return undefined;
  if (isEmpty(value, field)) return validate.required ? missing(field, texts) : undefined;
  switch (field.component.type) {
    case "textfield": case "textarea": return textProblem(field, String(value), texts);
    case "number": return numberProblem(field, value, texts);
    case "datetime": return timeProblem(field, value, texts);
    default: return undefined;
  }
}

function isEmpty(value: unknown, field: Field): boolean {
  if (field.component.type === "checkbox") return value !== true;
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)
    || (typeof value === "string" && value.trim() === "");
}

function missing(field: Field, texts: Texts): string {
  switch (field.component.type) {
    case "select": case "radio": return texts.choose(field.label);
    case "checklist": case "taglist": return texts.chooseSome(field.label);
    case "checkbox": return texts.tick(field.label);
    default: return texts.fillIn(fieldName(field));
  }
}

/** The name of a field for error texts; a date field may have its label in another place. */
export function fieldName({ label, component }: Field): string {
  return label || component.dateLabel || component.timeLabel || component.key || "";
}

const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const phone = /^(\+|00)?[0-9][0-9 ()-]{4,22}$/;

function textProblem({ component: { validate = {} } }: Field, value: string, texts: Texts): string | undefined {
  const length = [...value.trim()].length;
  if (validate.minLength !== undefined && length < validate.minLength) return texts.tooShort(validate.minLength, length);
  if (validate.maxLength !== undefined && length > validate.maxLength) return texts.tooLong(validate.maxLength, length);
  if (validate.validationType === "email" && !email.test(value.trim())) return texts.notEmail;
  if (validate.validationType === "phone" && !phone.test(value.trim())) return texts.notPhone;
  if (validate.pattern && !matches(validate.pattern, value)) return validate.patternErrorMessage || texts.notPattern;
  return undefined;
}

/** A pattern that the browser cannot read is left to the server. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

function numberProblem({ component }: Field, value: unknown, texts: Texts): string | undefined {
  const number = component.serializeToString && typeof value === "string" ? readNumber(value) : value;
  if (typeof number !== "number") return texts.notNumber;
  const { min, max } = component.validate ?? {};
  if (component.decimalDigits !== undefined && decimals(number) > component.decimalDigits) return texts.tooManyDecimals(component.decimalDigits);
  if (min !== undefined && min !== "" && number < Number(min)) return texts.tooSmall(Number(min));
  if (max !== undefined && max !== "" && number > Number(max)) return texts.tooLarge(Number(max));
  return undefined;
}

function decimals(number: number): number {
  return (/\.(\d+)$/.exec(number.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 20 }))?.[1] ?? "").length;
}

/** The number a person wrote, with comma or point; undefined when it is none. Grouping is not guessed at. */
export function readNumber(text: string): number | undefined {
  const plain = text.trim().replace(",", ".").replace(/^[−–]/, "-");
  return /^-?\d{1,15}(\.\d{1,10})?$/.test(plain) ? Number(plain) : undefined;
}

const shapes = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}/,
  datetime: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/,
};

function timeProblem({ component }: Field, value: unknown, texts: Texts): string | undefined {
  const subtype = component.subtype ?? "date";
  if (typeof value === "string" && shapes[subtype].test(value)) return undefined;
  return { date: texts.notDate, time: texts.notTime, datetime: texts.dateAndTime }[subtype];
}
