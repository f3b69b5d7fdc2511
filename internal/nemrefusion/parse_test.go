package nemrefusion_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
	"fasthold/internal/workday"
)

const notification = `{
	"eventId": "6f0d9c1e-2f57-4a53-8a0a-2a8f0b1c0001", "source": "nemrefusion", "type": "sick_notification",
	"bundleUuid": "6F0D9C1E-2F57-4A53-8A0A-2A8F0B1C00B0", "messageId": "1", "sequence": 1,
	"occurredAt": "2026-11-23T08:30:00+01:00", "effectiveFrom": null, "token": "t-1", "municipality": "657",
	"citizen": {"cpr": "2512169996"},
	"employer": {"cvr": "24256790", "pNumber": "1003374621", "se": "", "contact": {"name": "Bo Lund", "phone": "+45 12 34 56 78", "email": "bo@firma.dk"}},
	"absence": {"firstDay": "2026-11-02", "lastDay": null, "employerPeriodEnd": "2026-12-01", "paidDuringSickness": true,
		"expectedOver8Weeks": null, "section56": false, "workInjury": true, "partialHoursPerWeek": 18.5},
	"fastTrack": null
}`

func TestParseNotification(t *testing.T) {
	t.Parallel()
	e, err := nemrefusion.Parse([]byte(notification))
	require.NoError(t, err)
	cpr, err := casework.ParseCPR("2512169996")
	require.NoError(t, err)
	yes, hours := true, 18.5
	require.Equal(t, nemrefusion.Event{
		EventID: "6f0d9c1e-2f57-4a53-8a0a-2a8f0b1c0001", Source: nemrefusion.FromNemRefusion, Type: nemrefusion.SickNotification,
		BundleUUID: "6f0d9c1e-2f57-4a53-8a0a-2a8f0b1c00b0", MessageID: "1", Sequence: 1,
		OccurredAt: time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC), Token: "t-1", Municipality: "0657",
		Citizen: &nemrefusion.Citizen{CPR: cpr},
		Employer: &nemrefusion.Employer{CVR: "24256790", PNumber: "1003374621",
			Contact: nemrefusion.Contact{Name: "Bo Lund", Phone: "+45 12 34 56 78", Email: "bo@firma.dk"}},
		Absence: &nemrefusion.Absence{FirstDay: date("2026-11-02"), EmployerPeriodEnd: date("2026-12-01"),
			PaidDuringSickness: &yes, WorkInjury: true, PartialHoursPerWeek: &hours},
	}, e)
}

// An event may be logged or shown: it never tells the CPR number.
func TestEventNeverShowsTheCPR(t *testing.T) {
	t.Parallel()
	e, err := nemrefusion.Parse([]byte(notification))
	require.NoError(t, err)
	encoded, err := json.Marshal(e)
	require.NoError(t, err)
	require.NotContains(t, string(encoded)+fmt.Sprintf("%v %+v %#v", e, e.Citizen, e.Citizen), "251216")
}

// One change to a valid event and what Parse says about it.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, pointer, code string }{
		{"unknown field", `"source"`, `"shoeSize": 43, "source"`, "/shoeSize", nemrefusion.UnknownField},
		{"unknown field deep down", `"cvr"`, `"name": "Firma", "cvr"`, "/employer/name", nemrefusion.UnknownField},
		{"known field in another case", `"source"`, `"Source"`, "/Source", nemrefusion.UnknownField},
		{"diagnosis", `"firstDay"`, `"diagnosis": "x", "firstDay"`, "/absence/diagnosis", nemrefusion.HealthDataRefused},
		{"diagnosekode", `"source"`, `"diagnose_kode": "x", "source"`, "/diagnose_kode", nemrefusion.HealthDataRefused},
		{"ICD-10", `"cpr"`, `"ICD-10": "F32", "cpr"`, "/citizen/ICD-10", nemrefusion.HealthDataRefused},
		{"sygdomsbeskrivelse", `"source"`, `"sygdomsBeskrivelse": null, "source"`, "/sygdomsBeskrivelse", nemrefusion.HealthDataRefused},
		{"helbred", `"source"`, `"HELBRED": {}, "source"`, "/HELBRED", nemrefusion.HealthDataRefused},
		{"symptomer", `"source"`, `"symptomer": [], "source"`, "/symptomer", nemrefusion.HealthDataRefused},
		{"lidelse", `"source"`, `"lidelse": "", "source"`, "/lidelse", nemrefusion.HealthDataRefused},
		{"journal", `"source"`, `"journalnotat": "", "source"`, "/journalnotat", nemrefusion.HealthDataRefused},
		{"lægeerklæring", `"source"`, `"lægeerklæring": "", "source"`, "/lægeerklæring", nemrefusion.HealthDataRefused},
		{"behandling is treatment", `"source"`, `"behandling": "", "source"`, "/behandling", nemrefusion.HealthDataRefused},
		{"sagsbehandling is casework", `"source"`, `"sagsbehandling": "", "source"`, "/sagsbehandling", nemrefusion.UnknownField},
		{"health data inside something unknown", `"source"`, `"extra": [{"diagnose": "x"}], "source"`, "/extra/0/diagnose", nemrefusion.HealthDataRefused},
		{"a field twice", `"source"`, `"type": "correction", "source"`, "/type", nemrefusion.DuplicateField},
		{"a field twice deep down", `{"cpr"`, `{"cpr": "2211771212", "cpr"`, "/citizen/cpr", nemrefusion.DuplicateField},
		{"too deep", `"source"`, `"x": [[[[[[[[[]]]]]]]]], "source"`, "/x/0/0/0/0/0/0/0", nemrefusion.TooDeep},
		{"no event id", `"eventId"`, `"token2"`, "/eventId", nemrefusion.Required},
		{"event id no UUID", "6f0d9c1e-2f57-4a53-8a0a-2a8f0b1c0001", "6f0d9c1e2f574a538a0a2a8f0b1c0001", "/eventId", nemrefusion.InvalidValue},
		{"nil UUID", "6f0d9c1e-2f57-4a53-8a0a-2a8f0b1c0001", "00000000-0000-0000-0000-000000000000", "/eventId", nemrefusion.InvalidValue},
		{"no bundle", `"6F0D9C1E-2F57-4A53-8A0A-2A8F0B1C00B0"`, `null`, "/bundleUuid", nemrefusion.Required},
		{"unknown source", `"source": "nemrefusion"`, `"source": "fax"`, "/source", nemrefusion.InvalidValue},
		{"unknown type", `"sick_notification"`, `"sick"`, "/type", nemrefusion.InvalidValue},
		{"empty type", `"sick_notification"`, `""`, "/type", nemrefusion.Required},
		{"type no text", `"sick_notification"`, `1`, "/type", nemrefusion.InvalidType},
		{"message id too long", `"messageId": "1"`, `"messageId": "` + strings.Repeat("1", 65) + `"`, "/messageId", nemrefusion.TooLong},
		{"message id with control character", `"messageId": "1"`, `"messageId": "1\u0000"`, "/messageId", nemrefusion.InvalidValue},
		{"sequence below zero", `"sequence": 1`, `"sequence": -1`, "/sequence", nemrefusion.OutOfRange},
		{"sequence no whole number", `"sequence": 1`, `"sequence": 1.5`, "/sequence", nemrefusion.OutOfRange},
		{"sequence too high", `"sequence": 1`, `"sequence": 99999999999999999999`, "/sequence", nemrefusion.OutOfRange},
		{"sequence as text", `"sequence": 1`, `"sequence": "1"`, "/sequence", nemrefusion.InvalidType},
		{"time without offset", "08:30:00+01:00", "08:30:00", "/occurredAt", nemrefusion.InvalidDate},
		{"time long ago", "2026-11-23T", "1926-11-23T", "/occurredAt", nemrefusion.OutOfRange},
		{"no such municipality", `"657"`, `"999"`, "/municipality", casework.InvalidMunicipality},
		{"no municipality", `"657"`, `""`, "/municipality", nemrefusion.Required},
		{"no citizen", `{"cpr": "2512169996"}`, `null`, "/citizen", nemrefusion.Required},
		{"citizen without CPR", `{"cpr": "2512169996"}`, `{}`, "/citizen/cpr", nemrefusion.Required},
		{"CPR as number", `"2512169996"`, `2512169996`, "/citizen/cpr", nemrefusion.InvalidType},
		{"CPR of nobody", `"2512169996"`, `"0000000000"`, "/citizen/cpr", casework.InvalidCPR},
		{"citizen no object", `{"cpr": "2512169996"}`, `"2512169996"`, "/citizen", nemrefusion.InvalidType},
		{"CVR check digit", `"24256790"`, `"24256791"`, "/employer/cvr", casework.InvalidCVR},
		{"no CVR", `"24256790"`, `""`, "/employer/cvr", nemrefusion.Required},
		{"P-number", `"1003374621"`, `"100337462"`, "/employer/pNumber", casework.InvalidPNumber},
		{"SE", `"se": ""`, `"se": "1"`, "/employer/se", casework.InvalidSE},
		{"phone", `+45 12 34 56 78`, `ring til Bo`, "/employer/contact/phone", nemrefusion.InvalidValue},
		{"two e-mail addresses", `bo@firma.dk`, `bo@firma.dk,ib@firma.dk`, "/employer/contact/email", nemrefusion.InvalidValue},
		{"name of two lines", `Bo Lund`, `Bo\nLund`, "/employer/contact/name", nemrefusion.InvalidValue},
		{"no first day", `"2026-11-02"`, `null`, "/absence/firstDay", nemrefusion.Required},
		{"no such day", `"2026-11-02"`, `"2026-11-31"`, "/absence/firstDay", nemrefusion.InvalidDate},
		{"day with time", `"2026-11-02"`, `"2026-11-02T00:00:00Z"`, "/absence/firstDay", nemrefusion.InvalidDate},
		{"day mistyped", `"2026-11-02"`, `"2206-11-02"`, "/absence/firstDay", nemrefusion.OutOfRange},
		{"last day before first", `"lastDay": null`, `"lastDay": "2026-11-01"`, "/absence/lastDay", nemrefusion.Contradiction},
		{"employer period before first day", `"2026-12-01"`, `"2026-10-01"`, "/absence/employerPeriodEnd", nemrefusion.Contradiction},
		{"answer as text", `"workInjury": true`, `"workInjury": "ja"`, "/absence/workInjury", nemrefusion.InvalidType},
		{"hours below zero", `18.5`, `-1`, "/absence/partialHoursPerWeek", nemrefusion.OutOfRange},
		{"hours no number", `18.5`, `1e999`, "/absence/partialHoursPerWeek", nemrefusion.OutOfRange},
		{"fast track without who asks", `"fastTrack": null`, `"fastTrack": {"affectedFunctions": "løft"}`, "/fastTrack/requestedBy", nemrefusion.Required},
		{"too much prose", `"fastTrack": null`, `"fastTrack": {"requestedBy": "employer", "affectedFunctions": "` + strings.Repeat("å", 2001) + `"}`, "/fastTrack/affectedFunctions", nemrefusion.TooLong},
		{"not an object", notification, `[]`, "", nemrefusion.InvalidJSON},
		{"nothing", notification, ``, "", nemrefusion.InvalidJSON},
		{"null", notification, `null`, "", nemrefusion.InvalidJSON},
		{"two events", notification, notification + notification, "", nemrefusion.InvalidJSON},
		{"broken", notification, notification[:100], "", nemrefusion.InvalidJSON},
		{"not UTF-8", `t-1`, "t-\xff", "", nemrefusion.InvalidJSON},
		{"too large", `t-1`, strings.Repeat("x", nemrefusion.MaxSize), "", nemrefusion.TooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, notification, c.old)
			_, err := nemrefusion.Parse([]byte(strings.Replace(notification, c.old, c.new, 1)))
			requireProblem(t, err, c.pointer, c.code)
		})
	}
}

// What each type must have, and that nothing more is asked for.
func TestPartsByType(t *testing.T) {
	t.Parallel()
	const head = `{"eventId":"6f0d9c1e-2f57-4a53-8a0a-2a8f0b1c0001","source":"ksd","bundleUuid":"6f0d9c1e-2f57-4a53-8a0a-2a8f0b1c00b0","occurredAt":"2026-11-23T08:30:00Z",`
	const parties = `"municipality":"0657","citizen":{"cpr":"251216-9996"},"employer":{"cvr":"24256790"},`
	for _, c := range []struct {
		body    string
		pointer string // of the missing part; "" when the event is whole
		starts  bool
	}{
		{`"type":"sick_notification",` + parties + `"absence":{"firstDay":"2026-11-02"}}`, "", true},
		{`"type":"sick_notification","municipality":"0657","absence":{"firstDay":"2026-11-02"}}`, "/citizen", false},
		{`"type":"correction",` + parties + `"absence":{"firstDay":"2026-11-02"}}`, "", true},
		{`"type":"correction",` + parties + `"absence":{}}`, "/absence/firstDay", false},
		{`"type":"fast_track_request",` + parties + `"fastTrack":{"requestedBy":"citizen"},"absence":{"firstDay":"2026-11-02"}}`, "", true},
		{`"type":"fast_track_request",` + parties + `"fastTrack":{"requestedBy":"citizen"}}`, "", false},
		{`"type":"fast_track_request",` + parties + `"fastTrack":null}`, "/fastTrack", false},
		{`"type":"partial_recovery","effectiveFrom":"2026-12-01"}`, "", false},
		{`"type":"partial_recovery","absence":{"lastDay":"2026-12-01","partialHoursPerWeek":12}}`, "", false},
		{`"type":"partial_recovery"}`, "/effectiveFrom", false},
		{`"type":"partial_recovery","effectiveFrom":"2026-12-01","absence":{"partialHoursPerWeek":0}}`, "/absence/partialHoursPerWeek", false},
		{`"type":"full_recovery","effectiveFrom":"2026-12-01"}`, "", false},
		{`"type":"full_recovery","absence":{"lastDay":"2026-12-01"}}`, "", false},
		{`"type":"full_recovery","absence":{"firstDay":"2026-12-01"}}`, "/effectiveFrom", false},
		{`"type":"full_recovery","effectiveFrom":"2026-12-01","absence":{"firstDay":"2026-12-02"}}`, "/effectiveFrom", false},
		{`"type":"full_recovery","effectiveFrom":"2026-12-01","absence":{"lastDay":"2026-12-01"}}`, "/effectiveFrom", false},
		{`"type":"annulment"}`, "", false},
		{`"type":"annulment","employer":{"pNumber":"1003374621"}}`, "/employer/cvr", false},
		{`"type":"refund_request"}`, "", false},
		{`"type":"extension_query"}`, "", false},
	} {
		e, err := nemrefusion.Parse([]byte(head + c.body))
		require.Equal(t, c.starts, e.StartsCase(), c.body)
		if c.pointer == "" {
			require.NoError(t, err, c.body)
			continue
		}
		var refused *nemrefusion.Error
		require.ErrorAs(t, err, &refused, c.body)
		require.Equal(t, c.pointer, pointers(refused)[0], c.body)
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := nemrefusion.Parse([]byte(`{"type":"sick_notification","eventId":"x","diagnose":"F32","citizen":{"cpr":"0000000000"},"absence":{"firstDay":"i går"}}`))
	var refused *nemrefusion.Error
	require.ErrorAs(t, err, &refused)
	require.ElementsMatch(t, []string{"/eventId", "/diagnose", "/citizen/cpr", "/absence/firstDay", "/source", "/bundleUuid", "/occurredAt", "/municipality", "/employer"}, pointers(refused))
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	members := make([]string, 2000)
	for i := range members {
		members[i] = fmt.Sprintf(`"x%d":1`, i)
	}
	_, err := nemrefusion.Parse([]byte("{" + strings.Join(members, ",") + "}"))
	var refused *nemrefusion.Error
	require.ErrorAs(t, err, &refused)
	require.Len(t, refused.Fields, nemrefusion.MaxProblems)
}

// A stranger chooses the names of unknown fields: what looks like a person's number is blotted out, the rest is cut.
func TestErrorsRepeatNoNumbers(t *testing.T) {
	t.Parallel()
	_, err := nemrefusion.Parse([]byte(`{"2512169996":{"x":1},"251216-9996":1,"a/b~c":1,"` + strings.Repeat("y", 500) + `":1,"new\nline":1}`))
	var refused *nemrefusion.Error
	require.ErrorAs(t, err, &refused)
	require.Subset(t, pointers(refused), []string{"/##########", "/######-####", "/a~1b~0c", "/" + strings.Repeat("y", 64) + "…", "/new�line"})
}

// The published schema is generated from the types: every field says what it is and has a JSON name.
func TestEveryFieldIsDocumented(t *testing.T) {
	t.Parallel()
	for _, part := range []any{nemrefusion.Event{}, nemrefusion.Citizen{}, nemrefusion.Employer{}, nemrefusion.Contact{},
		nemrefusion.Absence{}, nemrefusion.FastTrack{}, nemrefusion.FieldError{}} {
		for field := range reflect.TypeOf(part).Fields() {
			require.NotEmpty(t, field.Tag.Get("doc"), "%T.%s", part, field.Name)
			require.NotEmpty(t, field.Tag.Get("json"), "%T.%s", part, field.Name)
		}
	}
}

var wholeNumber = regexp.MustCompile(`[0-9]{6}-?[0-9]{4}`)

func FuzzParse(f *testing.F) {
	f.Add([]byte(notification))
	f.Add([]byte(`{"type":"full_recovery","effectiveFrom":"2026-12-01"}`))
	f.Add([]byte(`{"a":{"a":{"a":[1,2,{"diagnose":null}]}},"a":1}`))
	f.Add([]byte(`{"citizen":[],"employer":"x","absence":1}`))
	f.Add([]byte("[[[[[[[[[[[[[[[["))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := nemrefusion.Parse(data)
		if err != nil {
			var refused *nemrefusion.Error
			if !errors.As(err, &refused) || len(refused.Fields) == 0 || len(refused.Fields) > nemrefusion.MaxProblems {
				t.Fatalf("not a refusal: %v", err)
			}
			if wholeNumber.MatchString(err.Error()) {
				t.Fatalf("the refusal repeats a number: %v", err)
			}
			return
		}
		if e.EventID == "" || e.BundleUUID == "" || !slices.Contains(nemrefusion.Types(), e.Type) || e.OccurredAt.IsZero() {
			t.Fatalf("accepted without its parts: %+v", e)
		}
		facts := nemrefusion.Fold([]nemrefusion.Event{e, e})
		if facts.Started != e.StartsCase() {
			t.Fatalf("started %v, starts %v", facts.Started, e.StartsCase())
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := nemrefusion.Parse([]byte(notification)); err != nil {
			b.Fatal(err)
		}
	}
}

func requireProblem(t *testing.T, err error, pointer, code string) {
	t.Helper()
	var refused *nemrefusion.Error
	require.ErrorAs(t, err, &refused)
	require.NotContains(t, err.Error(), "251216")
	for _, f := range refused.Fields {
		require.NotEmpty(t, f.Message)
		if f.Pointer == pointer && f.Code == code {
			return
		}
	}
	t.Fatalf("want %s at %s, got %+v", code, pointer, refused.Fields)
}

func pointers(e *nemrefusion.Error) []string {
	all := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		all[i] = f.Pointer
	}
	return all
}

func date(text string) workday.Date {
	d, err := workday.ParseDate(text)
	if err != nil {
		panic(text)
	}
	return d
}
