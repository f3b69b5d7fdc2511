/**
 * Conditions and templates of forms: an honest subset of FEEL over field values.
 *
 * Understood: null, booleans, numbers, strings, names with dots, `=` `!=` `<` `<=` `>` `>=`, `and`, `or`, `not(…)`,
 * `list contains(…, …)`, `x in […]`, list literals and parentheses, with FEEL's null logic (DMN 1.5 §10.3.2).
 * Anything else is refused by `parse`, and the caller then shows the field: a person can leave a field empty,
 * but cannot fill one that is not there.
 */

/** Where a name is looked up: innermost first. */
export type Scope = readonly Readonly<Record<string, unknown>>[];

/** A parsed expression. */
export type Expression = (scope: Scope) => unknown;

/** Reads an expression; undefined when it is not of the subset. A leading `=` is form-js' mark and is dropped. */
export function parse(source: string): Expression | undefined {
  const tokens = scan(source.trimStart().replace(/^=/, ""));
  if (!tokens) return undefined;
  try {
    const parser = new Parser(tokens);
    const expression = parser.disjunction();
    return parser.done ? expression : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a `conditional.hide` holds. What cannot be read, is null, or is no boolean does not hide. */
export function holds(source: string | undefined, scope: Scope): boolean {
  return source !== undefined && source !== "" && parse(source)?.(scope) === true;
}

/** Text with each `{{expression}}` replaced by its value; a whole text that begins with `=` is one expression. */
export function fill(text: string, scope: Scope): string {
  if (text.startsWith("=")) return show(parse(text)?.(scope));
  return text.replace(/\{\{([^{}]*)\}\}/g, (_, source: string) => show(parse(source)?.(scope)));
}

function show(value: unknown): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map(show).join(", ") : String(value);
}

const tokenPattern = /\s*(?:(list contains)\b|("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?|\.\d+)|([\p{L}_][\p{L}\p{N}_]*)|(<=|>=|!=|[=<>()[\],.-]))/uy;
const maxTokens = 500;

type Token = { kind: "string" | "number" | "name" | "mark"; text: string };

function scan(source: string): Token[] | undefined {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const match = tokenPattern.exec(text);
    if (!match || tokens.length === maxTokens) return undefined;
    const [, contains, string, number, name, mark] = match;
    if (string !== undefined) tokens.push({ kind: "string", text: string });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else tokens.push({ kind: "mark", text: contains ?? mark ?? "" });
  }
  return tokens;
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (o) => o < 0, "<=": (o) => o <= 0, ">": (o) => o > 0, ">=": (o) => o >= 0,
};

/** Recursive descent, one method per level of precedence. Throws on what it does not know; `parse` catches. */
class Parser {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  get done(): boolean {
    return this.at === this.tokens.length;
  }

  disjunction(): Expression {
    let left = this.conjunction();
    while (this.take("or")) {
      const [a, b] = [left, this.conjunction()];
      left = (s) => decide(a(s), b(s), true);
    }
    return left;
  }

  private conjunction(): Expression {
    let left = this.comparison();
    while (this.take("and")) {
      const [a, b] = [left, this.comparison()];
      left = (s) => decide(a(s), b(s), false);
    }
    return left;
  }

  private comparison(): Expression {
    const left = this.primary();
    if (this.take("in")) {
      const list = this.primary();
      return (s) => contains(list(s), left(s));
    }
    const operator = this.peek?.text ?? "";
    if (operator !== "=" && operator !== "!=" && !comparisons[operator]) return left;
    this.at++;
    const right = this.primary();
    if (operator === "=") return (s) => equal(left(s), right(s));
    if (operator === "!=") return (s) => negate(equal(left(s), right(s)));
    const test = comparisons[operator]!;
    return (s) => {
      const order = compare(left(s), right(s));
      return order === null ? null : test(order);
    };
  }

  private primary(): Expression {
    const token = this.next();
    if (token.kind === "string") return constant(JSON.parse(token.text));
    if (token.kind === "number") return constant(Number(token.text));
    if (token.text === "-") return constant(-Number(this.expectNumber()));
    if (token.text === "(") return this.closed(() => this.disjunction(), ")");
    if (token.text === "[") return this.closed(() => this.items(), "]");
    if (token.text === "list contains") return this.listContains();
    if (token.kind !== "name") throw new Error("unexpected " + token.text);
    return this.named(token.text);
  }

  private named(name: string): Expression {
    if (name === "true" || name === "false") return constant(name === "true");
    if (name === "null") return constant(null);
    if (name === "not" && this.take("(")) {
      const inner = this.closed(() => this.disjunction(), ")");
      return (s) => negate(inner(s));
    }
    if (this.peek?.text === "(") throw new Error("unknown function " + name);
    const path = [name];
    while (this.take(".")) path.push(this.expectName());
    return (s) => lookUp(s, path);
  }

  private listContains(): Expression {
    this.expect("(");
    const list = this.primary();
    this.expect(",");
    const item = this.closed(() => this.primary(), ")");
    return (s) => contains(list(s), item(s));
  }

  private items(): Expression {
    const items: Expression[] = [];
    if (this.peek?.text !== "]") do items.push(this.disjunction()); while (this.take(","));
    return (s) => items.map((item) => item(s));
  }

  private closed(inner: () => Expression, end: string): Expression {
    const expression = inner();
    this.expect(end);
    return expression;
  }

  private get peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private next(): Token {
    const token = this.tokens[this.at++];
    if (!token) throw new Error("unexpected end");
    return token;
  }

  private take(text: string): boolean {
    if (this.peek?.text !== text || this.peek.kind === "string") return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new Error("expected " + text);
  }

  private expectName(): string {
    const token = this.next();
    if (token.kind !== "name") throw new Error("expected a name");
    return token.text;
  }

  private expectNumber(): string {
    const token = this.next();
    if (token.kind !== "number") throw new Error("expected a number");
    return token.text;
  }
}

function constant(value: unknown): Expression {
  return () => value;
}

function lookUp(scope: Scope, path: readonly string[]): unknown {
  const [first, ...rest] = path as [string, ...string[]];
  const frame = scope.find((f) => Object.hasOwn(f, first));
  return rest.reduce<unknown>(member, frame?.[first]) ?? null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : null;
}

/** `or` (dominant true) and `and` (dominant false) with three values: what is not boolean counts as null. */
function decide(a: unknown, b: unknown, dominant: boolean): boolean | null {
  if (a === dominant || b === dominant) return dominant;
  return a === !dominant && b === !dominant ? !dominant : null;
}

function negate(value: unknown): boolean | null {
  return typeof value === "boolean" ? !value : null;
}

function equal(a: unknown, b: unknown): boolean | null {
  if (a === null || b === null) return a === b;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => equal(v, b[i]) === true);
  return typeof a === typeof b ? a === b : null;
}

/** Order of two numbers or two strings (ISO dates order as strings); null for anything else. */
function compare(a: unknown, b: unknown): number | null {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return null;
}

function contains(list: unknown, item: unknown): boolean | null {
  return Array.isArray(list) ? list.some((v) => equal(v, item) === true) : null;
}
