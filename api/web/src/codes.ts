/** What the codes of incidents mean to whoever leads, in Danish. codes_test.go sees to it that the engine has no code without a sentence here. */

/** What has happened, and what one can do about it. */
export type Sentence = readonly [what: string, todo: string];

/** Sentences by code; `other` is for a code that is not known here. */
export interface Sentences {
  readonly other: Sentence;
}

const askDesigner = "Giv besked til dem, der har ansvar for processen. Prøv igen, når den er rettet.";
const waitDone = "Vent, til trinnet er gjort færdigt.";
const nothing = "Der skal ikke gøres noget.";
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
    variables_too_large: ["Processen har samlet flere oplysninger, end en sag kan bære.", "Den, der har lavet processen, skal gemme færre oplysninger i den. Prøv så igen."],
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
  finding: {
    other: ["Noget står i vejen.", "Se den tekniske besked."],
    suspended: ["Forløbet er sat i bero.", "Lad det fortsætte, før sagen flyttes."],
    bad_mapping: ["Der er peget på et trin, som ikke findes, eller på det samme trin to gange.", "Ret, hvor trinnene fortsætter."],
    unmapped: ["Sager venter på et trin, som ikke findes i den nye version.", "Vælg det trin, der tager over – eller vent, til trinnet er gjort færdigt."],
    call_gone: ["En underproces er i gang, og den nye version har ikke det trin, der venter på den.", "Vælg det trin, der tager over – eller vent, til underprocessen er slut."],
    kind_changed: ["Trinnet er af en anden slags i den nye version.", "Vælg et trin af samme slags."],
    event_changed: ["Trinnet venter på noget andet i den nye version.", "Vælg et andet trin – eller vent, til det, der ventes på, er sket."],
    scope_changed: ["Trinnet ligger i en anden del af processen i den nye version.", "Vælg et trin i den samme del af processen."],
    work_changed: ["Trinnet udføres af en anden i den nye version: en person, et system eller processen selv.", waitDone],
    loop_changed: ["Trinnet gentages på en anden måde i den nye version.", waitDone],
    flow_gone: ["Sager er nået til en samling ad en vej, som ikke findes i den nye version.", "Vent, til samlingen er passeret, eller giv besked til dem, der har ansvar for processen."],
    join_merged: ["To samlinger, hvor sager venter, ville blive til én.", "Vælg hver sin samling i den nye version."],
    event_elsewhere: ["Fristen eller hændelsen hører til et andet trin i den nye version.", "Vælg en tilsvarende på det samme trin, eller luk den."],
    compensating: ["Processen er ved at føre trin tilbage, og den nye version kan ikke gøre det færdigt.", "Vent, til trinene er ført tilbage."],
    expression_fails: ["Det, som den nye version skal vente på, kan ikke regnes ud fra sagens oplysninger.", "Ret sagens oplysninger eller den nye version."],
    subscription_changed: ["Der ventes fremover på et svar under et andet navn.", "Sørg for, at afsenderen bruger det nye navn."],
    inputs_changed: ["Det, som trinnet begynder med, er ændret. Sager, der venter her, beholder det, de har.", "Ret sagens oplysninger, hvis noget mangler."],
    job_changed: ["Et system er allerede i gang med trinnet og gør det færdigt på den gamle måde.", nothing],
    call_changed: ["Underprocessen, der er i gang, fortsætter, som den er.", nothing],
    results_missing: ["Resultater, der allerede er afleveret, er ikke gemt og mangler i den nye version.", "Ret sagens oplysninger bagefter."],
    handler_gone: ["Noget, der er gjort, kan ikke føres tilbage i den nye version.", "Før det tilbage først, hvis det skal gøres om."],
    join_starved: ["En samling i den nye version venter på en gren, hvor intet længere kan komme.", "Vælg et trin før samlingen, eller flyt sagen i forløbet bagefter."],
    variable_missing: ["Trinnet læser en oplysning, som sagen ikke har, og som intet på vejen giver den.", "Ret sagens oplysninger eller den nye version."],
    condition_fails: ["Et spørgsmål længere fremme kan ikke besvares med sagens oplysninger.", "Ret sagens oplysninger eller den nye version."],
  },
  instruction: {
    other: ["Sagen kan ikke flyttes på den måde.", "Se den tekniske besked."],
    too_many: ["Det er for meget på én gang.", "Flyt i flere omgange."],
    unknown_instruction: ["Det kan man ikke gøre ved en sag.", "Vælg forfra."],
    not_active: ["Det, der skulle flyttes, er ikke i gang længere.", "Indlæs siden igen, og se, hvor sagen er."],
    unknown_element: ["Trinnet findes ikke i den version, som sagen kører i.", "Vælg et andet trin."],
    not_a_target: ["En sag kan ikke begynde på det trin.", "Vælg et andet trin, for eksempel det næste."],
    ambiguous_scope: ["Trinnet ligger i en del af processen, der er i gang flere gange, og det er ikke til at vide hvilken.", "Vælg præcis ét trin, der skal slutte, i den del, der er tale om."],
    repeated_scope: ["Trinnet ligger i en del, der gentages, og den er ikke i gang.", "Vælg det trin, hvor gentagelsen begynder."],
    wrong_scope: ["Trinnet ligger i en del af processen, der ville slutte samtidig.", "Lad den del fortsætte, eller vælg et trin uden for den."],
    taken_twice: ["Det samme er valgt to gange.", "Vælg det kun én gang."],
    nothing_left: ["Så ville der ikke være noget tilbage i sagen.", "Vælg, hvor sagen skal fortsætte – eller luk sagen i stedet."],
    cannot_begin: ["Det, der sker på vejen, kan ikke regnes ud med sagens oplysninger.", "Vælg et andet trin, eller ret sagens oplysninger."],
  },
} as const satisfies Record<string, Sentences & Readonly<Record<string, Sentence>>>;

/** The same codes with texts of any language. */
export type Codes = { readonly [Kind in keyof typeof codes]: { readonly [Code in keyof (typeof codes)[Kind]]: Sentence } };

/** The sentence for a code, or that for all others. */
export function sentenceOf(table: Sentences, code: string): Sentence {
  return Object.hasOwn(table, code) ? (table as unknown as Record<string, Sentence>)[code]! : table.other;
}
