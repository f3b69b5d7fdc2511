/** Forms as Camunda Modeler would save them: one that uses every component, one short one, and one without fields. */
import type { Schema } from "../src/form/schema.ts";

const yesNo = [{ label: "Ja", value: "yes" }, { label: "Nej", value: "no" }];

export const meeting: Schema = {
  components: [
    { type: "text", text: "## Før mødet\nGå mødet igennem med **virksomheden** og medarbejderen. Se [vejledningen](/licenses.txt).\n\n- Hvad kan medarbejderen?\n- Hvad kan tilpasses?" },
    { type: "radio", key: "held", label: "Blev mødet holdt?", values: yesNo, validate: { required: true } },
    { type: "textarea", key: "whyNot", label: "Hvorfor blev mødet ikke holdt?", validate: { required: true, maxLength: 300 }, conditional: { hide: '=held != "no"' } },
    { type: "group", label: "Mødet", conditional: { hide: '=held != "yes"' }, components: [
      { type: "datetime", subtype: "datetime", key: "heldAt", label: "Hvornår?", validate: { required: true }, timeSerializingFormat: "utc_offset" },
      { type: "select", key: "place", label: "Hvor?", values: [{ label: "På virksomheden", value: "company" }, { label: "I jobcentret", value: "office" }, { label: "Digitalt", value: "online" }], validate: { required: true }, layout: { row: "1" } },
      { type: "number", key: "partialHours", label: "Timer om ugen", description: "Når medarbejderen er delvist rask", appearance: { suffixAdorner: "timer" }, validate: { min: 0, max: 37 }, decimalDigits: 1, layout: { row: "1" } },
      { type: "checklist", key: "topics", label: "Hvad blev aftalt?", values: [{ label: "Ændrede opgaver", value: "tasks" }, { label: "Færre timer", value: "hours" }, { label: "Hjælpemidler", value: "aids" }, { label: "Mentor", value: "mentor" }] },
      { type: "taglist", key: "participants", label: "Hvem deltog?", values: [{ label: "Medarbejderen", value: "employee" }, { label: "Nærmeste leder", value: "manager" }, { label: "Tillidsrepræsentant", value: "union" }] },
    ] },
    { type: "dynamiclist", path: "lines", label: "Fastholdelsesplan: hvem gør hvad hvornår", defaultRepetitions: 1, conditional: { hide: '=held != "yes"' }, components: [
      { type: "select", key: "owner", label: "Hvem", values: [{ label: "Virksomheden", value: "company" }, { label: "Medarbejderen", value: "employee" }, { label: "Kommunen", value: "municipality" }], validate: { required: true }, layout: { row: "a" } },
      { type: "datetime", subtype: "date", key: "due", dateLabel: "Hvornår", layout: { row: "a" } },
      { type: "textfield", key: "action", label: "Hvad", validate: { required: true, maxLength: 200 } },
    ] },
    { type: "separator" },
    { type: "textarea", key: "note", label: "Notat fra mødet", description: "Skriv ikke diagnoser eller andre helbredsoplysninger.", validate: { required: true, minLength: 10, maxLength: 2000 } },
    { type: "checkbox", key: "informed", label: "Medarbejderen har fået planen", validate: { required: true } },
    { type: "html", text: "<script>alert(1)</script>" },
  ],
};

export const call: Schema = {
  components: [
    { type: "text", text: "Ring til {{companyName}} om opgaver og skånehensyn." },
    { type: "radio", key: "reached", label: "Fik du kontakt?", values: yesNo, validate: { required: true } },
    { type: "textarea", key: "note", label: "Notat fra samtalen", validate: { required: true } },
  ],
};

export const none: Schema = { components: [] };
