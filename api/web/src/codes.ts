/** What the codes of incidents mean to whoever leads, in Danish. codes_test.go sees to it that the engine has no code without a sentence here. */

/** What has happened, and what one can do about it. */
export type Sentence = readonly [what: string, todo: string];

/** Sentences by code; `other` is for a code that is not known here. */
export interface Sentences {
  readonly other: Sentence;
}

const askDesigner = "Giv besked til dem, der har ansvar for processen. Prøv igen, når den er rettet.";
const fixData = "Ret sagens oplysninger, eller giv besked til dem, der har ansvar for processen. Prøv så igen.";

export const codes = {
  incident: {
    other: ["Trinnet kunne ikke gennemføres.", "Prøv igen. Sker det samme, så giv besked til driften."],
    job_failed: ["Et system, som trinnet skal bruge, svarede ikke eller meldte fejl.", "Prøv igen om lidt. Sker det samme, så giv besked til driften."],
    listener: ["En kontrol i processen ville ikke lade opgaven blive oprettet.", fixData],
    job_type: ["Det fremgår ikke, hvilket system der skal udføre trinnet.", askDesigner],
    evaluation: ["Noget, som processen skulle regne ud, kunne ikke regnes ud med sagens oplysninger.", fixData],
    condition_not_boolean: ["Et spørgsmål, som processen stiller, kunne ikke besvares med ja eller nej ud fra sagens oplysninger.", fixData],
    no_flow: ["Ingen af vejene videre passer til sagens oplysninger.", fixData],
    not_a_number: ["Et tal, som trinnet skal bruge, mangler eller er ikke et helt tal.", fixData],
    not_a_list: ["En liste, som trinnet skal bruge, mangler eller er ikke en liste.", fixData],
    not_a_time: ["En frist kunne ikke regnes ud, fordi en dato mangler eller ikke er en dato.", fixData],
    too_often: ["En frist kommer igen så tit, at processen ikke kan følge med.", askDesigner],
    too_many_instances: ["Trinnet skulle udføres flere gange, end processen tillader.", "Del det op i mindre portioner, og prøv igen."],
    endless_loop: ["Processen kører i ring uden at vente på noget.", fixData],
    deadlock: ["Processen venter på en gren, der ikke længere kan nå frem.", "Flyt sagen i forløbet, eller giv besked til dem, der har ansvar for processen."],
    no_decision: ["Reglerne, som trinnet skal følge, findes ikke.", askDesigner],
    no_process: ["Det fremgår ikke, hvilken proces der skal begynde her.", askDesigner],
    no_such_choice: ["Noget er valgt, som ikke kan begynde her.", fixData],
    message_name: ["Det fremgår ikke, hvilket svar processen skal vente på.", askDesigner],
    correlation_key: ["Processen mangler det kendetegn, som et svar skal genkendes på.", fixData],
    signal_name: ["Det fremgår ikke, hvilket signal processen skal bruge.", askDesigner],
    escalation_code: ["Det fremgår ikke, hvad der skal eskaleres.", askDesigner],
    unhandled_escalation: ["Noget er eskaleret, men processen siger ikke, hvem der tager sig af det.", askDesigner],
    unhandled_error: ["Der skete en fejl, som processen ikke siger, hvad der skal gøres ved.", "Ret årsagen, og prøv igen. Giv også besked til dem, der har ansvar for processen."],
    child_canceled: ["Underprocessen blev afbrudt.", "Prøv igen: Så begynder den forfra."],
    child_not_started: ["Underprocessen kunne ikke begynde.", "Prøv igen om lidt. Sker det samme, så giv besked til dem, der har ansvar for processen."],
    child_failed: ["Underprocessen gik i stykker.", "Prøv igen: Så begynder den forfra. Sker det samme, så giv besked til driften."],
  },
} as const satisfies Record<string, Sentences & Readonly<Record<string, Sentence>>>;

/** The same codes with texts of any language. */
export type Codes = { readonly [Kind in keyof typeof codes]: { readonly [Code in keyof (typeof codes)[Kind]]: Sentence } };

/** The sentence for a code, or that for all others. */
export function sentenceOf(table: Sentences, code: string): Sentence {
  return Object.hasOwn(table, code) ? (table as unknown as Record<string, Sentence>)[code]! : table.other;
}
