package form_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/feel"
	"fasthold/definitions/form"
	"fasthold/definitions/problem"
)

// contact is a form with one field of each kind, as form-js writes it.
const contact = `{
  "id": "contact", "type": "default", "schemaVersion": 16,
  "components": [
    {"type": "text", "text": "## Samtale med virksomheden"},
    {"type": "textfield", "key": "spokeWith", "label": "Talte med", "validate": {"required": true, "minLength": 2, "maxLength": 40}},
    {"type": "textfield", "key": "mail", "label": "E-mail", "validate": {"validationType": "email"}},
    {"type": "textfield", "key": "phone", "label": "Telefon", "validate": {"validationType": "phone"}},
    {"type": "textfield", "key": "caseNumber", "label": "Sagsnummer", "validate": {"pattern": "^F-[0-9]{4}$"}},
    {"type": "textarea", "key": "note", "label": "Notat"},
    {"type": "number", "key": "hours", "label": "Timer om ugen", "decimalDigits": 1, "validate": {"min": 0, "max": 37}},
    {"type": "checkbox", "key": "agreed", "label": "Aftalt med den sygemeldte", "validate": {"required": true}},
    {"type": "radio", "key": "outlook", "label": "Kan medarbejderen vende tilbage?", "values": [
      {"label": "Helt", "value": "full"}, {"label": "Delvist", "value": "partial"}, {"label": "Nej", "value": "no"}]},
    {"type": "number", "key": "partialHours", "label": "Timer ved delvis tilbagevenden", "validate": {"required": true},
      "conditional": {"hide": "=outlook != \"partial\""}},
    {"type": "select", "key": "consultant", "label": "Konsulent", "valuesKey": "consultants"},
    {"type": "taglist", "key": "measures", "label": "Tiltag", "values": [{"label": "Mentor", "value": "mentor"}, {"label": "Hjælpemidler", "value": "aids"}]},
    {"type": "datetime", "key": "meetingOn", "subtype": "date", "dateLabel": "Mødedato", "disallowPassedDates": true},
    {"type": "datetime", "key": "meetingAt", "subtype": "time", "timeLabel": "Klokkeslæt"},
    {"type": "textfield", "key": "caseworker", "label": "Sagsbehandler", "readonly": true, "validate": {"required": true}},
    {"type": "expression", "key": "weekly", "expression": "=hours * 2"},
    {"type": "group", "path": "address", "components": [{"type": "textfield", "key": "street", "label": "Vej"}]},
    {"type": "dynamiclist", "path": "lines", "label": "Aftaler", "components": [
      {"type": "textfield", "key": "who", "label": "Hvem", "validate": {"required": true}},
      {"type": "textfield", "key": "what", "label": "Hvad"}]},
    {"type": "button", "label": "Send", "action": "submit"}
  ]
}`

func parsed(t testing.TB, source string) *form.Form {
	t.Helper()
	f, problems := form.Parse("contact.form", []byte(source))
	require.Empty(t, problems)
	return f
}

func env() *feel.Env {
	return &feel.Env{
		Now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC),
		Vars: feel.Variables{"consultants": feel.ListOf(
			feel.ContextOf(feel.Entry{Name: "label", Value: feel.Text("Anne")}, feel.Entry{Name: "value", Value: feel.Text("u1")}), feel.Text("u2"))},
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	f := parsed(t, contact)
	for _, c := range []struct {
		name, sent string
		want       string // the variables, or the errors as "pointer code: message" by line
	}{
		{"the required fields are enough", `{"spokeWith":"Bo","agreed":true}`, `{"spokeWith":"Bo","agreed":true,"weekly":null,"address":{},"lines":[]}`},
		{"nothing is sent", `{}`, "/variables/spokeWith required: »Talte med« skal udfyldes.\n/variables/agreed required: »Aftalt med den sygemeldte« skal være afkrydset."},
		{"empty is not filled in", `{"spokeWith":"","agreed":false}`, "/variables/spokeWith required: »Talte med« skal udfyldes.\n/variables/agreed required: »Aftalt med den sygemeldte« skal være afkrydset."},
		{"an unknown key is named", `{"spokeWith":"Bo","agreed":true,"a/b~c":1}`, `/variables/a~1b~0c unknown-field: Formularen har ikke noget felt, der hedder "a/b~c".`},
		{"an unknown key in a row is named", `{"spokeWith":"Bo","agreed":true,"lines":[{"who":"Bo","x":1}]}`, `/variables/lines/0/x unknown-field: Formularen har ikke noget felt, der hedder "x".`},
		{"hidden is dropped and not required", `{"spokeWith":"Bo","agreed":true,"outlook":"full","partialHours":3}`, `{"spokeWith":"Bo","agreed":true,"outlook":"full","weekly":null,"address":{},"lines":[]}`},
		{"shown is required", `{"spokeWith":"Bo","agreed":true,"outlook":"partial"}`, `/variables/partialHours required: »Timer ved delvis tilbagevenden« skal udfyldes.`},
		{"read-only is ignored", `{"spokeWith":"Bo","agreed":true,"caseworker":"Mallory"}`, `{"spokeWith":"Bo","agreed":true,"weekly":null,"address":{},"lines":[]}`},
		{"what is computed is ours", `{"spokeWith":"Bo","agreed":true,"hours":3.5,"weekly":99}`, `{"spokeWith":"Bo","agreed":true,"hours":3.5,"weekly":7.0,"address":{},"lines":[]}`},
		{"groups and lists", `{"spokeWith":"Bo","agreed":true,"address":{"street":"Vej 1"},"lines":[{"who":"A","what":"B"},{"who":"C"}]}`,
			`{"spokeWith":"Bo","agreed":true,"weekly":null,"address":{"street":"Vej 1"},"lines":[{"who":"A","what":"B"},{"who":"C"}]}`},
		{"a row lacks its field", `{"spokeWith":"Bo","agreed":true,"lines":[{"who":"A"},{}]}`, `/variables/lines/1/who required: »Hvem« skal udfyldes.`},
		{"lengths", `{"spokeWith":"B","agreed":true,"caseNumber":"F-12345"}`, "/variables/spokeWith too-short: »Talte med« skal fylde mindst 2 tegn.\n/variables/caseNumber pattern: »Sagsnummer« er ikke skrevet på den rigtige måde."},
		{"too long", `{"spokeWith":"` + strings.Repeat("æ", 41) + `","agreed":true}`, `/variables/spokeWith too-long: »Talte med« må højst fylde 40 tegn.`},
		{"formats", `{"spokeWith":"Bo","agreed":true,"mail":"bo@","phone":"12"}`, "/variables/mail format: »E-mail« skal være en e-mailadresse, fx navn@kommune.dk.\n/variables/phone format: »Telefon« skal være et telefonnummer, fx 12 34 56 78."},
		{"numbers", `{"spokeWith":"Bo","agreed":true,"hours":37.5}`, `/variables/hours too-large: »Timer om ugen« må højst være 37.`},
		{"decimals", `{"spokeWith":"Bo","agreed":true,"hours":1.25}`, `/variables/hours decimals: »Timer om ugen« må højst have 1 decimal.`},
		{"a text is no number", `{"spokeWith":"Bo","agreed":true,"hours":"5"}`, `/variables/hours type: »Timer om ugen« skal være et tal.`},
		{"a number is no text", `{"spokeWith":7,"agreed":"ja"}`, "/variables/spokeWith type: »Talte med« skal være tekst.\n/variables/agreed type: »Aftalt med den sygemeldte« skal være ja eller nej."},
		{"one of the options", `{"spokeWith":"Bo","agreed":true,"outlook":"maybe"}`, `/variables/outlook option: Vælg en af mulighederne i »Kan medarbejderen vende tilbage?«.`},
		{"options from a variable", `{"spokeWith":"Bo","agreed":true,"consultant":"u3"}`, `/variables/consultant option: Vælg en af mulighederne i »Konsulent«.`},
		{"options with and without labels", `{"spokeWith":"Bo","agreed":true,"consultant":"u1"}`, `{"spokeWith":"Bo","agreed":true,"weekly":null,"consultant":"u1","address":{},"lines":[]}`},
		{"some of the options", `{"spokeWith":"Bo","agreed":true,"measures":["mentor","x"]}`, `/variables/measures option: Vælg kun blandt mulighederne i »Tiltag«.`},
		{"dates that are", `{"spokeWith":"Bo","agreed":true,"meetingOn":"2026-02-30"}`, `/variables/meetingOn type: »Mødedato« skal være en dato, fx 2026-11-23.`},
		{"dates that have passed", `{"spokeWith":"Bo","agreed":true,"meetingOn":"2026-11-22"}`, `/variables/meetingOn past: »Mødedato« må ikke ligge før i dag.`},
		{"today and a time", `{"spokeWith":"Bo","agreed":true,"meetingOn":"2026-11-23","meetingAt":"13:30+01:00"}`,
			`{"spokeWith":"Bo","agreed":true,"meetingOn":"2026-11-23","meetingAt":"13:30+01:00","weekly":null,"address":{},"lines":[]}`},
		{"not an object", `[]`, `/variables type: De indsendte oplysninger skal være et objekt med et navn for hvert felt.`},
		{"not JSON", `{`, `/variables bad-json: De indsendte oplysninger kan ikke læses.`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			variables, errors, err := f.ValidateJSON([]byte(c.sent), env())
			require.NoError(t, err)
			if strings.HasPrefix(c.want, "{") {
				require.Empty(t, errors)
				require.JSONEq(t, c.want, string(feel.AppendJSON(nil, variables)))
				return
			}
			require.Equal(t, c.want, lines(errors))
		})
	}
}

func lines(errors []form.FieldError) string {
	var b strings.Builder
	for _, e := range errors {
		b.WriteString(e.Pointer + " " + e.Code + ": " + e.Message + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestParseTellsEveryProblemWithItsPlace(t *testing.T) {
	t.Parallel()
	_, problems := form.Parse("bad.form", []byte(`{
  "components": [
    {"type": "filepicker", "key": "file"},
    {"type": "textfield", "key": "diagnosis", "label": "Hvad fejler du?"},
    {"type": "textfield", "label": "Uden nøgle"},
    {"type": "textfield", "key": "a", "validate": {"pattern": "(?=x)"}},
    {"type": "select", "key": "b"},
    {"type": "textfield", "key": "c", "conditional": {"hide": "=1 +"}},
    {"type": "textfield", "key": "a", "label": "a igen"},
    {"type": "number", "key": "d", "validate": {"min": 5, "max": 4}},
    {"type": "textfield", "key": "d.e", "label": "Inde i et tal"},
    {"type": "text", "id": "hint", "text": "Husk", "conditional": {"hide": "=)"}},
    7
  ]
}`))
	var got []string
	for _, p := range problems {
		got = append(got, strings.TrimPrefix(p.Code+" "+p.Element, " "))
		if p.Code != "missing-id" {
			require.Positive(t, p.Line)
		}
	}
	require.Equal(t, []string{
		"missing-id ", "bad-component ", "unknown-component file", "diagnosis diagnosis", "missing-key textfield", "bad-pattern a", "no-options b", "syntax c",
		"duplicate-key a", "impossible d", "key-clash d.e", "syntax hint",
	}, got)
}

func TestNoFieldAsksForADiagnosis(t *testing.T) {
	t.Parallel()
	for label, refused := range map[string]bool{
		"Diagnose": true, "patientDiagnosis": true, "ICD-10": true, "Beskriv dine symptomer": true, "Hvilken sygdom": true, "Sygdomsbeskrivelse": true,
		"Første sygedag": false, "Sygemeldt siden": false, "Sygdomsperiode": false, "Funktionsnedsættelse i arbejdet": false, "Hvad kan du ikke på arbejdet?": false,
	} {
		_, problems := form.Parse("f.form", []byte(`{"id":"f","components":[{"type":"textfield","key":"k","label":"`+label+`"}]}`))
		require.Equal(t, refused, problem.HasErrors(problems), label)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, field := range parsed(t, contact).Fields() {
		keys = append(keys, field.Key)
	}
	require.Equal(t, "spokeWith mail phone caseNumber note hours agreed outlook partialHours consultant measures meetingOn meetingAt caseworker weekly address.street lines lines[].who lines[].what", strings.Join(keys, " "))
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(contact), []byte(`{"spokeWith":"Bo","lines":[{"who":1}]}`))
	f.Add([]byte(`{"id":"x","components":[{"type":"group","path":"a.b","components":[{"type":"number","key":"c.d","validate":{"min":"=1"}}]}]}`), []byte(`{"a":{"b":{"c":{"d":5}}}}`))
	f.Add([]byte(`{"id":"x","components":[{"type":"dynamiclist","path":"a","components":[{"type":"checkbox","key":"b","conditional":{"hide":"=c"}}]}]}`), []byte(`{"a":[{"b":true},7]}`))
	f.Fuzz(func(t *testing.T, source, sent []byte) {
		form, problems := form.Parse("f.form", source)
		require.Equal(t, problem.HasErrors(problems), form == nil)
		if form != nil {
			form.Fields()
			_, _, _ = form.ValidateJSON(sent, env())
		}
	})
}

func asJSON(v feel.Value) string { return string(feel.AppendJSON(nil, v)) }

func TestAHiddenGroupHidesWhatIsInIt(t *testing.T) {
	t.Parallel()
	f := parsed(t, `{"id": "f", "components": [
	  {"type": "checkbox", "key": "meeting", "label": "Møde aftalt"},
	  {"type": "group", "label": "Møde", "conditional": {"hide": "=meeting != true"}, "components": [
	    {"type": "textfield", "key": "place", "label": "Sted", "validate": {"required": true}}]},
	  {"type": "textfield", "key": "route", "label": "Vej dertil", "conditional": {"hide": "=place = null"}, "validate": {"required": true}}]}`)
	for sent, want := range map[string]string{
		`{"meeting":false,"place":"Rådhuset"}`:                   `{"meeting":false}`,
		`{"meeting":true}`:                                       "/variables/place required: »Sted« skal udfyldes.",
		`{"meeting":true,"place":"Rådhuset"}`:                    "/variables/route required: »Vej dertil« skal udfyldes.",
		`{"meeting":true,"place":"Rådhuset","route":"til fods"}`: `{"meeting":true,"place":"Rådhuset","route":"til fods"}`,
	} {
		variables, errors, err := f.ValidateJSON([]byte(sent), env())
		require.NoError(t, err)
		if len(errors) > 0 {
			require.Equal(t, want, lines(errors))
			continue
		}
		require.Equal(t, want, asJSON(variables))
	}
}

func BenchmarkValidate(b *testing.B) {
	f := parsed(b, contact)
	sent := []byte(`{"spokeWith":"Bo","agreed":true,"hours":30,"outlook":"full","lines":[{"who":"A","what":"B"},{"who":"C"}]}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, errors, err := f.ValidateJSON(sent, env()); err != nil || len(errors) > 0 {
			b.Fatal(errors, err)
		}
	}
}
