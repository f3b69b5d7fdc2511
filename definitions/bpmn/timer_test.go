package bpmn_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/problem"
)

func TestParseSpan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bpmn.Span{
		"P3D": {Days: 3}, "P2W": {Days: 14}, "P1W2D": {Days: 9}, "PT90M": {Clock: 90 * time.Minute}, "PT0S": {},
		"P1Y2M3DT4H5M6.5S": {Years: 1, Months: 2, Days: 3, Clock: 4*time.Hour + 5*time.Minute + 6500*time.Millisecond},
		"-P1DT1H":          {Days: -1, Clock: -time.Hour},
	} {
		got, err := bpmn.ParseSpan(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "P", "PT", "P1DT", "3D", "P1H", "PT1D", "P1.5D", "P1D ", "p1d", "P9999999D", "P-1D", "PT1M1H"} {
		_, err := bpmn.ParseSpan(text)
		require.EqualError(t, err, `"`+text+`" is not an ISO 8601 duration`)
	}
}

// A day is a day of the calendar: at the change of clocks in Denmark the time of day stays.
func TestSpanAcrossAClockChange(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	before := time.Date(2026, 10, 24, 9, 0, 0, 0, zone)
	day, _ := bpmn.ParseSpan("P1D")
	hours, _ := bpmn.ParseSpan("PT24H")
	require.Equal(t, "2026-10-25T09:00:00+01:00", day.After(before).Format(time.RFC3339))
	require.Equal(t, "2026-10-25T08:00:00+01:00", hours.After(before).Format(time.RFC3339))
}

// A month after the last day of a month is the last day of the next, as FEEL has it (DMN 1.5 §10.3.2.3.4).
func TestSpanEndsWithTheMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, span, to string }{
		{"2026-01-31", "P1M", "2026-02-28"}, {"2028-01-31", "P1M", "2028-02-29"}, {"2028-02-29", "P1Y", "2029-02-28"}, {"2026-08-31", "P1M", "2026-09-30"},
		{"2026-01-30", "P1M1D", "2026-03-01"}, {"2026-12-31", "P2M", "2027-02-28"}, {"2026-03-31", "-P1M", "2026-02-28"}, {"2026-03-15", "P1M", "2026-04-15"},
	} {
		from, err := time.Parse(time.DateOnly, c.from)
		require.NoError(t, err)
		span, err := bpmn.ParseSpan(c.span)
		require.NoError(t, err)
		require.Equal(t, c.to, span.After(from).Format(time.DateOnly), "%s + %s", c.from, c.span)
	}
}

func TestParseRepeat(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bpmn.Repeat{
		"R/P1D":                            {Times: -1, Every: bpmn.Span{Days: 1}},
		"R/PT1S":                           {Times: -1, Every: bpmn.Span{Clock: time.Second}},
		"R3/PT1H":                          {Times: 3, Every: bpmn.Span{Clock: time.Hour}},
		"R5/2026-11-23T08:00:00+01:00/P1W": {Times: 5, Start: "2026-11-23T08:00:00+01:00", Every: bpmn.Span{Days: 7}},
	} {
		got, err := bpmn.ParseRepeat(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "R", "R3", "3/P1D", "R0/P1D", "R-1/P1D", "R3/P0D", "R/-P1D", "R3/x/P1D", "R3/2026-11-23/P1D/P1D", "R99999999999/P1D", "0 9 * * *"} {
		_, err := bpmn.ParseRepeat(text)
		require.Error(t, err, text)
	}
	for _, text := range []string{"R/PT0S", "R/-P1D", "R3/PT0.001S", "R/2026-11-23/PT0.999999999S"} {
		_, err := bpmn.ParseRepeat(text)
		require.ErrorIs(t, err, bpmn.ErrTooOften, text)
	}
}

// What can be told of a time without running: of the text itself, and of FEEL that always has the same value.
func TestConstantTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ option, ok, wrong string }{
		{"date", `2026-11-23`, `2026-02-29`},
		{"date", `2026-11-23T08:00:00+01:00`, `2026-11-23T25:00:00Z`},
		{"date", `2026-11-23T08:00:00@Europe/Copenhagen`, `08:00:00`},
		{"date", `=date("2026-11-23")`, `=5`},
		{"date", `="2026-11-23"`, `="tomorrow"`},
		{"date", `=now()`, `=duration("P1D")`},
		{"duration", `P2W`, `2 weeks`},
		{"duration", `=duration("P1M")`, `=date("2026-11-23")`},
		{"duration", `=deadline`, `=null`},
		{"cycle", `R/P1D`, `0 9 * * *`},
		{"cycle", `="R2/" + interval`, `=duration("P1D")`},
		{"due", `2026-11-23`, `23-11-2026`},
		{"followup", `=due`, `=1 + 1`},
	} {
		for text, wrong := range map[string]bool{c.ok: false, c.wrong: true} {
			host := "boundary b on=a noninterrupting "
			if c.option == "due" || c.option == "followup" {
				host = "boundary b on=a duration=P1D; user u "
			}
			_, problems := compile("p.bpmn", []byte(bpmntest.XML("p", `start s; task a; end e; s -> a; b -> e; `+host+c.option+"=`"+text+"`")))
			require.Equal(t, wrong, problem.HasErrors(problems), "%s=%s: %v", c.option, text, problems)
		}
	}
}

// Any span of whole units is read back from its text.
func TestSpanText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?P[1-9][0-9]{0,3}Y[0-9]{1,3}M[0-9]{1,4}DT[0-9]{1,4}H[0-9]{1,4}M[0-9]{1,4}(\.[0-9]{1,9})?S`).Draw(t, "text")
		if _, err := bpmn.ParseSpan(text); err != nil {
			t.Fatal(err)
		}
	})
}
