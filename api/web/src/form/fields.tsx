/** The fields of a form, marked up as Det Fælles Designsystem has them: label, hint, error, control. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { local, offsetAt } from "../time.ts";
import { useWorkbench } from "../workbench.tsx";
import { Icon } from "../ui/icons.tsx";
import { readNumber } from "./check.ts";
import { elementId } from "./path.ts";
import type { Field } from "./resolve.ts";
import type { Choice } from "./schema.ts";

/** What every field gets: itself, its value, its error, and where to tell of a change. */
export interface FieldProps {
  readonly field: Field;
  readonly value: unknown;
  readonly error?: string;
  readonly locked: boolean;
  readonly change: (value: unknown) => void;
}

/** The control for a field's type. */
export function FieldControl(props: FieldProps) {
  switch (props.field.component.type) {
    case "textarea": return <TextArea {...props} />;
    case "number": return <NumberInput {...props} />;
    case "checkbox": return <Checkbox {...props} />;
    case "select": return <Select {...props} />;
    case "radio": return <Radios {...props} />;
    case "checklist": return <Checklist {...props} />;
    case "taglist": return <Taglist {...props} />;
    case "datetime": return <DateTime {...props} />;
    default: return <TextInput {...props} />;
  }
}

/** Attributes that tie a control to its label, hint and error. */
function described({ field, error, locked }: FieldProps) {
  const id = elementId(field.path);
  const { component } = field;
  const by = [field.description && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return {
    id,
    name: id,
    "aria-describedby": by || undefined,
    "aria-invalid": error ? true : undefined,
    "aria-required": component.validate?.required || undefined,
    disabled: component.disabled || locked || undefined,
  };
}

function Optional({ field }: { field: Field }) {
  const { t } = useWorkbench();
  const { validate, disabled, readonly } = field.component;
  return validate?.required || disabled || readonly ? null : <span class="optional"> {t.form.optional}</span>;
}

function HintAndError({ field, error }: { field: Field; error?: string }) {
  const { t } = useWorkbench();
  const id = elementId(field.path);
  return (
    <>
      {field.description && <span class="form-hint" id={`${id}-hint`}>{field.description}</span>}
      {error && <span class="form-error-message" id={`${id}-error`}><span class="sr-only">{t.form.errorPrefix}</span>{error}</span>}
    </>
  );
}

function Labelled({ field, error, children }: FieldProps & { children: ComponentChildren }) {
  return (
    <div class={`form-group ${error ? "form-error" : ""}`}>
      <label class="form-label" for={elementId(field.path)}>{field.label || field.component.key}<Optional field={field} /></label>
      <HintAndError field={field} error={error} />
      {children}
    </div>
  );
}

/** A group of controls under one legend. The group itself can take the focus, for the links of an error summary. */
function Grouped(props: FieldProps & { label?: string; children: ComponentChildren }) {
  const { field, error, label, children } = props;
  const { id, "aria-describedby": by } = described(props);
  return (
    <div class={`form-group ${error ? "form-error" : ""}`}>
      <fieldset id={id} tabIndex={-1} aria-describedby={by} role={field.component.type === "radio" ? "radiogroup" : undefined}
        aria-required={field.component.type === "radio" ? field.component.validate?.required || undefined : undefined}
        aria-invalid={field.component.type === "radio" && error ? true : undefined}>
        <legend class="form-label">{label ?? (field.label || field.component.key)}<Optional field={field} /></legend>
        <HintAndError field={field} error={error} />
        {children}
      </fieldset>
    </div>
  );
}

function Adorned({ field, children }: { field: Field; children: ComponentChildren }) {
  const { prefixAdorner: prefix, suffixAdorner: suffix } = field.component.appearance ?? {};
  if (!prefix && !suffix) return <>{children}</>;
  return (
    <div class={`form-input-wrapper ${prefix ? "form-input-wrapper--prefix" : ""} ${suffix ? "form-input-wrapper--suffix" : ""}`}>
      {prefix && <div class="form-input-prefix" aria-hidden="true">{prefix}</div>}
      {children}
      {suffix && <div class="form-input-suffix" aria-hidden="true">{suffix}</div>}
    </div>
  );
}

const inputTypes = { email: "email", phone: "tel", custom: "text" } as const;

function TextInput(props: FieldProps) {
  const { field, value, change } = props;
  const type = inputTypes[field.component.validate?.validationType ?? "custom"];
  return (
    <Labelled {...props}>
      <Adorned field={field}>
        <input {...described(props)} class="form-input" type={type} autocomplete="off" readOnly={field.component.readonly}
          value={text(value)} onInput={(e) => change(e.currentTarget.value)} />
      </Adorned>
    </Labelled>
  );
}

function TextArea(props: FieldProps) {
  const { field, value, change } = props;
  const { t } = useWorkbench();
  const max = field.component.validate?.maxLength;
  const left = max === undefined || props.locked ? undefined : max - [...text(value)].length;
  return (
    <Labelled {...props}>
      <textarea {...described(props)} class="form-input" rows={4} readOnly={field.component.readonly} value={text(value)} onInput={(e) => change(e.currentTarget.value)} />
      {left !== undefined && <span class={`form-hint ${left < 0 ? "too-many" : ""}`}>{t.form.charactersLeft(left)}</span>}
    </Labelled>
  );
}

/** A number is typed as Danes write it. What is no number stays as typed, so that nothing a person wrote is lost. */
function NumberInput(props: FieldProps) {
  const { field, value, change } = props;
  const asText = field.component.serializeToString === true;
  const [typed, setTyped] = useState(numberText(value));
  useEffect(() => {
    if (readNumber(typed) !== readNumber(numberText(value))) setTyped(numberText(value));
  }, [value]);
  const input = (text: string) => {
    setTyped(text);
    const number = readNumber(text);
    change(text.trim() === "" ? null : number === undefined ? text : asText ? String(number) : number);
  };
  return (
    <Labelled {...props}>
      <Adorned field={field}>
        <input {...described(props)} class="form-input input-width-s" type="text" inputMode="decimal" autocomplete="off" readOnly={field.component.readonly}
          value={typed} onInput={(e) => input(e.currentTarget.value)} />
      </Adorned>
    </Labelled>
  );
}

function numberText(value: unknown): string {
  return typeof value === "number" ? String(value).replace(".", ",") : text(value);
}

function Checkbox(props: FieldProps) {
  const { field, value, error, change } = props;
  const own = described(props);
  return (
    <div class={`form-group ${error ? "form-error" : ""}`}>
      <div class="form-group-checkbox">
        <input {...own} type="checkbox" class="form-checkbox" checked={value === true} disabled={own.disabled || field.component.readonly}
          onChange={(e) => change(e.currentTarget.checked)} />
        <label for={own.id}>{field.label || field.component.key}</label>
      </div>
      <HintAndError field={field} error={error} />
    </div>
  );
}

function Select(props: FieldProps) {
  const { field, value, change } = props;
  const { t } = useWorkbench();
  const own = described(props);
  return (
    <Labelled {...props}>
      <select {...own} class="form-select" disabled={own.disabled || field.component.readonly} value={indexOf(field.choices, value)}
        onChange={(e) => change(field.choices[Number(e.currentTarget.value)]?.value ?? null)}>
        <option value="-1">{t.form.pick}</option>
        {field.choices.map((choice, i) => <option key={i} value={i}>{choice.label}</option>)}
      </select>
    </Labelled>
  );
}

function Radios(props: FieldProps) {
  const { field, value, change } = props;
  const { id, disabled } = described(props);
  const chosen = indexOf(field.choices, value);
  return (
    <Grouped {...props}>
      {field.choices.map((choice, i) => (
        <div class="form-group-radio" key={i}>
          <input type="radio" class="form-radio" id={`${id}-${i}`} name={id} checked={i === chosen} disabled={disabled || field.component.readonly} onChange={() => change(choice.value)} />
          <label for={`${id}-${i}`}>{choice.label}</label>
        </div>
      ))}
      {field.choices.length === 0 && <NoChoices />}
    </Grouped>
  );
}

function Checklist(props: FieldProps) {
  const { field, value, change } = props;
  const { id, disabled } = described(props);
  const chosen = chosenOf(field.choices, value);
  return (
    <Grouped {...props}>
      {field.choices.map((choice, i) => (
        <div class="form-group-checkbox" key={i}>
          <input type="checkbox" class="form-checkbox" id={`${id}-${i}`} checked={chosen.includes(i)} disabled={disabled || field.component.readonly}
            onChange={(e) => change(toggled(field.choices, chosen, i, e.currentTarget.checked))} />
          <label for={`${id}-${i}`}>{choice.label}</label>
        </div>
      ))}
      {field.choices.length === 0 && <NoChoices />}
    </Grouped>
  );
}

/** Chosen things as tags that a click removes, and a list of the others to add. */
function Taglist(props: FieldProps) {
  const { field, value, change } = props;
  const { t } = useWorkbench();
  const { id, ...own } = described(props);
  const chosen = chosenOf(field.choices, value);
  const locked = own.disabled || field.component.readonly;
  return (
    <Grouped {...props}>
      <div class="tag-container">
        {chosen.map((i) => (
          <button type="button" class="tag" key={i} disabled={locked} aria-label={t.form.removeTag(field.choices[i]!.label)}
            onClick={() => (change(toggled(field.choices, chosen, i, false)), document.getElementById(`${id}-add`)?.focus())}>
            {field.choices[i]!.label}<Icon name="close" />
          </button>
        ))}
      </div>
      <select id={`${id}-add`} class="form-select" disabled={locked} aria-label={`${t.form.addTag}: ${field.label}`} value="-1"
        onChange={(e) => { change(toggled(field.choices, chosen, Number(e.currentTarget.value), true)); e.currentTarget.value = "-1"; }}>
        <option value="-1">{t.form.addTag}</option>
        {field.choices.map((choice, i) => (chosen.includes(i) ? null : <option key={i} value={i}>{choice.label}</option>))}
      </select>
    </Grouped>
  );
}

function NoChoices() {
  const { t } = useWorkbench();
  return <p class="form-hint">{t.form.noChoices}</p>;
}

function indexOf(choices: readonly Choice[], value: unknown): number {
  return choices.findIndex((c) => c.value === value);
}

function chosenOf(choices: readonly Choice[], value: unknown): number[] {
  return Array.isArray(value) ? choices.flatMap((c, i) => (value.includes(c.value) ? [i] : [])) : [];
}

/** The chosen values with one more or one less, in the order of the choices. */
function toggled(choices: readonly Choice[], chosen: readonly number[], index: number, on: boolean): unknown[] {
  return choices.filter((_, i) => (i === index ? on : chosen.includes(i))).map((c) => c.value);
}

/** Date, time of day, or both. The browser's own pickers are keyboard-operable and speak the user's language. */
function DateTime(props: FieldProps) {
  const { field, value, change } = props;
  const { t } = useWorkbench();
  const { component } = field;
  const subtype = component.subtype ?? "date";
  const [dateLabel, timeLabel] = [component.dateLabel || field.label || t.form.date, component.timeLabel || field.label || t.form.time];
  if (subtype === "date") return <TimePart {...props} kind="date" label={dateLabel} part={text(value)} changePart={(v) => change(v || null)} />;
  if (subtype === "time") return <TimePart {...props} kind="time" label={timeLabel} part={text(value).slice(0, 5)} changePart={(v) => change(v ? v + zoneOf(component.timeSerializingFormat, local(new Date())[0], v) : null)} />;
  const [date = "", time = ""] = wallClock(text(value));
  const put = (d: string, c: string) => change(d && c ? moment(d, c, component.timeSerializingFormat) : d || c ? `${d}T${c}` : null);
  return (
    <Grouped {...props} label={field.label || component.dateLabel || t.form.date}>
      <div class="date-and-time">
        <BarePart {...props} kind="date" label={component.dateLabel || t.form.date} part={date} changePart={(d) => put(d, time)} />
        <BarePart {...props} kind="time" label={component.timeLabel || t.form.time} part={time} changePart={(c) => put(date, c)} />
      </div>
    </Grouped>
  );
}

type PartProps = FieldProps & { kind: "date" | "time"; label: string; part: string; changePart: (v: string) => void };

function TimePart(props: PartProps) {
  const field = { ...props.field, label: props.label };
  return <Labelled {...props} field={field}><TimeInput {...props} own={described(props)} /></Labelled>;
}

function BarePart(props: PartProps) {
  const own = described(props);
  const id = `${own.id}-${props.kind}`;
  return (
    <div>
      <label class="form-label part-label" for={id}>{props.label}</label>
      <TimeInput {...props} own={{ ...own, id, name: id }} />
    </div>
  );
}

function TimeInput({ field: { component }, kind, part, changePart, own }: PartProps & { own: ReturnType<typeof described> }) {
  return (
    <input {...own} class="form-input input-width-s" type={kind} value={part} readOnly={component.readonly} max={kind === "date" ? "9999-12-31" : undefined}
      min={kind === "date" && component.disallowPassedDates ? local(new Date())[0] : undefined}
      step={kind === "time" && component.timeInterval ? component.timeInterval * 60 : undefined}
      onInput={(e) => changePart(e.currentTarget.value)} />
  );
}

type ZoneFormat = "utc_offset" | "utc_normalized" | "no_timezone" | undefined;

function zoneOf(format: ZoneFormat, date: string, time: string): string {
  return format === "utc_offset" || format === "utc_normalized" ? offsetAt(date, time) : "";
}

function moment(date: string, time: string, format: ZoneFormat): string {
  const withOffset = `${date}T${time}${zoneOf(format, date, time)}`;
  return format === "utc_normalized" ? new Date(withOffset).toISOString().replace(":00.000Z", "Z") : withOffset;
}

/** Date and time as shown: a moment with a zone in the clock of Copenhagen, any other as it stands. */
function wallClock(value: string): string[] {
  const complete = /T\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2})$/.test(value) ? new Date(value) : undefined;
  return complete && !Number.isNaN(complete.getTime()) ? local(complete) : [value.slice(0, 10).replace(/T.*/, ""), value.split("T")[1]?.slice(0, 5) ?? ""];
}

function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
