/**
 * The part of the form-js JSON schema that Fasthold's forms use (https://github.com/bpmn-io/form-js, schema version 18).
 * A form is written in Camunda Modeler, checked when it is deployed, and validated by the server; here it is only drawn.
 */

/** A form as the server sends it. */
export interface Schema {
  readonly components: readonly Component[];
}

/** One component of a form. Which members count depends on `type`; the rest is ignored. */
export interface Component {
  readonly type: string;
  readonly id?: string;
  /** Variable that a field fills; dots make a path. */
  readonly key?: string;
  /** Where the components of a group or of a list's rows keep their values. */
  readonly path?: string;
  readonly label?: string;
  readonly description?: string;
  readonly text?: string;
  readonly components?: readonly Component[];
  readonly validate?: Rules;
  readonly conditional?: { readonly hide?: string };
  readonly values?: readonly Choice[];
  readonly valuesKey?: string;
  readonly valuesExpression?: string;
  readonly defaultValue?: unknown;
  readonly disabled?: boolean;
  /** A text is an expression. */
  readonly readonly?: boolean | string;
  readonly appearance?: { readonly prefixAdorner?: string; readonly suffixAdorner?: string };
  readonly layout?: { readonly row?: string; readonly columns?: number | null };
  /** number */
  readonly decimalDigits?: number;
  readonly serializeToString?: boolean;
  /** datetime */
  readonly subtype?: "date" | "time" | "datetime";
  readonly dateLabel?: string;
  readonly timeLabel?: string;
  readonly timeInterval?: number;
  readonly timeSerializingFormat?: "utc_offset" | "utc_normalized" | "no_timezone";
  readonly disallowPassedDates?: boolean;
  /** dynamiclist */
  readonly defaultRepetitions?: number;
  readonly allowAddRemove?: boolean;
  /** spacer, in pixels */
  readonly height?: number;
}

/** What a value must satisfy. The server has the same rules and the last word. */
export interface Rules {
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly validationType?: "email" | "phone" | "custom";
}

/** One thing to choose in a select, radio, checklist or taglist. */
export interface Choice {
  readonly label: string;
  readonly value: unknown;
}

/** Components that hold a value of their own. */
export const fieldTypes: ReadonlySet<string> = new Set([
  "textfield", "textarea", "number", "checkbox", "select", "radio", "checklist", "taglist", "datetime",
]);

/** Components that show nothing here on purpose: the page has its own buttons, foreign markup is never run, and the server computes expressions. */
export const ignoredTypes: ReadonlySet<string> = new Set(["button", "expression", "html", "iframe", "image"]);
