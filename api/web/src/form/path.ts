/** Where a value lies in the form's values: variable names and row numbers. */
export type Path = readonly (string | number)[];

/** The value at a path, or undefined. */
export function get(values: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (v, step) => (typeof v === "object" && v !== null && Object.hasOwn(v, step) ? (v as Record<string | number, unknown>)[step] : undefined),
    values,
  );
}

/** A copy with the value at a path replaced; missing objects and lists on the way are made. */
export function set<T>(values: T, path: Path, value: unknown): T {
  const [step, ...rest] = path;
  if (step === undefined) return value as T;
  const copy: any = Array.isArray(values) ? [...values] : typeof values === "object" && values !== null ? { ...values } : typeof step === "number" ? [] : {};
  Object.defineProperty(copy, step, { value: set(copy[step], rest, value), enumerable: true, writable: true, configurable: true });
  return copy;
}

/** The steps of a form-js key or path: dots separate. */
export function steps(key: string | undefined): string[] {
  return key ? key.split(".").filter(Boolean) : [];
}

/** JSON pointer (RFC 6901) of a path in the body of `POST …/complete`. */
export function pointer(path: Path): string {
  return "/variables" + path.map((s) => "/" + String(s).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

/** Id of the element that edits the value at a path. */
export function elementId(path: Path): string {
  return "f-" + path.join("-");
}
