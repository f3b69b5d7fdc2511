package workday_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/dk"
	"github.com/stretchr/testify/require"

	"fasthold/internal/workday"
)

// The kept library and we agree on every day of sixteen years, but for one: it counts Grundlovsdag (5 June) as a
// public holiday, which it is not; municipalities close by agreement. Easter Sunday and Whit Sunday are missing in
// its list, but fall on weekends. Both end Store Bededag with 2023.
func TestWorkdayAgainstRickarCal(t *testing.T) {
	t.Parallel()
	theirs := cal.NewBusinessCalendar()
	theirs.AddHoliday(dk.Holidays...)
	noClosedDays := workday.Default()
	noClosedDays.ClosedYearly = nil
	ours := newCalendar(t, noClosedDays)
	grundlovsdage := 0
	for d := date("2020-01-01"); d.Year <= 2035; d = d.AddDays(1) {
		want := theirs.IsWorkday(d.At(12*time.Hour, time.UTC))
		if d.Month == time.June && d.Day == 5 && weekday(d) && d != date("2028-06-05") { // 2. pinsedag that year
			require.False(t, want, d)
			want = true
			grundlovsdage++
		}
		require.Equal(t, want, ours.Workday(d.Year, d.Month, d.Day), d)
	}
	require.Equal(t, 10, grundlovsdage)
}

func TestStoreBededagEndedWith2023(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, workday.Default())
	for day, holiday := range map[string]bool{
		"2020-05-08": true, "2021-04-30": true, "2022-05-13": true, "2023-05-05": true,
		"2024-04-26": false, "2025-05-16": false, "2026-05-01": false,
	} {
		d := date(day)
		require.Equal(t, time.Friday, d.Weekday())
		require.Equal(t, !holiday, c.Workday(d.Year, d.Month, d.Day), day)
		require.Equal(t, !holiday, c.BankDay(d.Year, d.Month, d.Day), day)
	}
}

func TestHolidays(t *testing.T) {
	t.Parallel()
	for year, want := range map[int][]workday.Holiday{
		2023: {
			{date("2023-01-01"), "Nytårsdag"}, {date("2023-04-06"), "Skærtorsdag"}, {date("2023-04-07"), "Langfredag"},
			{date("2023-04-09"), "Påskedag"}, {date("2023-04-10"), "2. påskedag"}, {date("2023-05-05"), "Store bededag"},
			{date("2023-05-18"), "Kristi himmelfartsdag"}, {date("2023-05-28"), "Pinsedag"}, {date("2023-05-29"), "2. pinsedag"},
			{date("2023-12-25"), "Juledag"}, {date("2023-12-26"), "2. juledag"},
		},
		2026: {
			{date("2026-01-01"), "Nytårsdag"}, {date("2026-04-02"), "Skærtorsdag"}, {date("2026-04-03"), "Langfredag"},
			{date("2026-04-05"), "Påskedag"}, {date("2026-04-06"), "2. påskedag"}, {date("2026-05-14"), "Kristi himmelfartsdag"},
			{date("2026-05-24"), "Pinsedag"}, {date("2026-05-25"), "2. pinsedag"}, {date("2026-12-25"), "Juledag"},
			{date("2026-12-26"), "2. juledag"},
		},
	} {
		require.Equal(t, want, newCalendar(t, workday.Default()).Holidays(year))
	}
}

func TestEasterTable(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ easter, skaertorsdag, langfredag, monday, ascension, whitMonday string }{
		{"2025-04-20", "2025-04-17", "2025-04-18", "2025-04-21", "2025-05-29", "2025-06-09"},
		{"2026-04-05", "2026-04-02", "2026-04-03", "2026-04-06", "2026-05-14", "2026-05-25"},
		{"2027-03-28", "2027-03-25", "2027-03-26", "2027-03-29", "2027-05-06", "2027-05-17"},
		{"2028-04-16", "2028-04-13", "2028-04-14", "2028-04-17", "2028-05-25", "2028-06-05"},
		{"2029-04-01", "2029-03-29", "2029-03-30", "2029-04-02", "2029-05-10", "2029-05-21"},
		{"2030-04-21", "2030-04-18", "2030-04-19", "2030-04-22", "2030-05-30", "2030-06-10"},
	} {
		easter := date(row.easter)
		require.Equal(t, easter, workday.Easter(easter.Year))
		named := map[string]workday.Date{}
		for _, h := range newCalendar(t, workday.Default()).Holidays(easter.Year) {
			named[h.Name] = h.Date
		}
		require.Equal(t, date(row.skaertorsdag), named["Skærtorsdag"])
		require.Equal(t, date(row.langfredag), named["Langfredag"])
		require.Equal(t, date(row.monday), named["2. påskedag"])
		require.Equal(t, date(row.ascension), named["Kristi himmelfartsdag"])
		require.Equal(t, date(row.whitMonday), named["2. pinsedag"])
	}
	require.Equal(t, date("1818-03-22"), workday.Easter(1818), "the earliest Easter there is")
	require.Equal(t, date("2038-04-25"), workday.Easter(2038), "the latest Easter there is")
}

// Nationalbanken's lists of bank-closed days that fall on a weekday.
func TestBankDaysOfNationalbanken(t *testing.T) {
	t.Parallel()
	closed := map[workday.Date]bool{}
	for _, day := range []string{
		"2026-01-01", "2026-04-02", "2026-04-03", "2026-04-06", "2026-05-14", "2026-05-15", "2026-05-25", "2026-06-05",
		"2026-12-24", "2026-12-25", "2026-12-31",
		"2027-01-01", "2027-03-25", "2027-03-26", "2027-03-29", "2027-05-06", "2027-05-07", "2027-05-17",
		"2027-12-24", "2027-12-31",
	} {
		closed[date(day)] = true
	}
	closedByMunicipality := workday.Default()
	closedByMunicipality.ClosedDays = []workday.Date{date("2026-11-23")}
	c := newCalendar(t, closedByMunicipality)
	for d := date("2026-01-01"); d.Year <= 2027; d = d.AddDays(1) {
		require.Equal(t, weekday(d) && !closed[d], c.BankDay(d.Year, d.Month, d.Day), d)
	}
}

// Without decisions of its own, a municipality works on the days on which banks are open.
func TestDefaultWorkdaysAreBankDays(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, workday.Default())
	for d := date("2020-01-01"); d.Year <= 2035; d = d.AddDays(1) {
		require.Equal(t, c.BankDay(d.Year, d.Month, d.Day), c.Workday(d.Year, d.Month, d.Day), d)
	}
}

func TestMunicipalClosedDays(t *testing.T) {
	t.Parallel()
	s := workday.Default()
	s.ClosedDays = []workday.Date{date("2026-11-23")}
	s.ClosedYearly = []string{"05-01", "ascension+1", "easter-4", "whitsunday+2", "02-29"}
	c := newCalendar(t, s)
	for day, want := range map[string]bool{
		"2026-11-23": false, "2026-11-24": true, "2026-11-22": false,
		"2026-05-01": false, "2026-05-15": false, "2026-04-01": false, "2026-05-26": false,
		"2026-06-05": true, "2026-12-24": true, "2026-12-31": true,
		"2028-02-29": false, "2027-03-01": true,
	} {
		d := date(day)
		require.Equal(t, want, c.Workday(d.Year, d.Month, d.Day), day)
		_, _, open := c.Hours(d.Year, d.Month, d.Day)
		require.Equal(t, want, open, day)
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	s := workday.Default()
	s.OpeningHours.Wednesday = nil
	c := newCalendar(t, s)
	open, closing, ok := c.Hours(2026, time.November, 23)
	require.True(t, ok)
	require.Equal(t, 8*time.Hour, open)
	require.Equal(t, 15*time.Hour+30*time.Minute, closing)
	_, closing, _ = c.Hours(2026, time.November, 27)
	require.Equal(t, 15*time.Hour, closing)
	_, _, ok = c.Hours(2026, time.November, 25)
	require.False(t, ok, "no hours on Wednesdays")
	require.True(t, c.Workday(2026, time.November, 25), "but still a working day")
}

// Whoever sends no settings at all gets a calendar that works.
func TestZeroSettings(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, workday.Settings{})
	open, closing, ok := c.Hours(2026, time.November, 27)
	require.True(t, ok)
	require.Equal(t, 8*time.Hour, open)
	require.Equal(t, 15*time.Hour, closing)
	require.True(t, c.Workday(2026, time.June, 5), "Grundlovsdag is no public holiday")
	require.False(t, c.Workday(2026, time.December, 25))
}

// Days carried over a month's end are the days time.Date means.
func TestDaysAreNormalised(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, workday.Default())
	require.False(t, c.Workday(2026, time.November, 55), "25 December")
	require.False(t, c.Workday(2026, 13, 1), "1 January")
	require.True(t, c.Workday(2026, time.December, 0), "30 November")
}

func TestSettingsSurviveJSON(t *testing.T) {
	t.Parallel()
	s := workday.Default()
	s.ClosedDays = []workday.Date{date("2026-12-28")}
	s.OpeningHours.Thursday.Close = 24 * 60
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.JSONEq(t, `{"closedDays":["2026-12-28"],"closedYearly":["06-05","12-24","12-31","ascension+1"],"openingHours":{
		"monday":{"open":"08:00","close":"15:30"},"tuesday":{"open":"08:00","close":"15:30"},"wednesday":{"open":"08:00","close":"15:30"},
		"thursday":{"open":"08:00","close":"24:00"},"friday":{"open":"08:00","close":"15:00"}}}`, string(text))
	var again workday.Settings
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, s, again)
}

func TestSettingsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, field, code string
		change            func(*workday.Settings)
	}{
		{"too many days", "/closedDays", workday.TooMany, func(s *workday.Settings) { s.ClosedDays = make([]workday.Date, workday.MaxClosedDays+1) }},
		{"no such day", "/closedDays/1", workday.InvalidDate, func(s *workday.Settings) {
			s.ClosedDays = []workday.Date{date("2026-01-02"), {2026, time.February, 30}}
		}},
		{"too many rules", "/closedYearly", workday.TooMany, func(s *workday.Settings) { s.ClosedYearly = make([]string, workday.MaxClosedYearly+1) }},
		{"no such day of the year", "/closedYearly/0", workday.InvalidRule, func(s *workday.Settings) { s.ClosedYearly = []string{"02-30"} }},
		{"unknown feast", "/closedYearly/0", workday.InvalidRule, func(s *workday.Settings) { s.ClosedYearly = []string{"christmas+1"} }},
		{"no offset", "/closedYearly/0", workday.InvalidRule, func(s *workday.Settings) { s.ClosedYearly = []string{"easter+"} }},
		{"offset out of bounds", "/closedYearly/0", workday.InvalidRule, func(s *workday.Settings) { s.ClosedYearly = []string{"easter+61"} }},
		{"closes before it opens", "/openingHours/monday", workday.InvalidHours, func(s *workday.Settings) { s.OpeningHours.Monday.Close = 7 * 60 }},
		{"later than midnight", "/openingHours/friday", workday.InvalidHours, func(s *workday.Settings) { s.OpeningHours.Friday.Close = 24*60 + 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := workday.Default()
			c.change(&s)
			_, err := workday.New(s)
			var refused *workday.Error
			require.ErrorAs(t, err, &refused)
			require.Equal(t, c.field, refused.Field)
			require.Equal(t, c.code, refused.Code)
		})
	}
	for _, wrong := range []string{`"8:00"`, `"08:60"`, `"24:01"`, `"25:00"`, `"08:00:00"`, `8`, `""`} {
		require.Error(t, json.Unmarshal([]byte(`{"open":`+wrong+`}`), new(workday.Span)), wrong)
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for text, valid := range map[string]bool{
		"2026-11-23": true, "2028-02-29": true, "0001-01-01": true, "9999-12-31": true,
		"2027-02-29": false, "2026-1-1": false, "23-11-2026": false, "2026-11-23T00:00:00Z": false, "0000-01-01": false, "": false,
	} {
		d, err := workday.ParseDate(text)
		require.Equal(t, valid, err == nil, text)
		if valid {
			require.Equal(t, text, d.String())
		}
	}
	require.Empty(t, workday.Date{}.String())
	require.True(t, workday.Date{}.IsZero())
}

// Whatever settings say, they are refused or make a calendar on which every count ends.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"closedDays":["2026-12-28"],"closedYearly":["06-05","easter-60"],"openingHours":{"friday":{"open":"23:59","close":"24:00"}}}`,
		`{"closedYearly":["ascension","02-29","whitsunday+60"]}`, `{"closedDays":["0001-01-01","9999-12-31"]}`,
	} {
		f.Add([]byte(seed), int64(1_795_000_000))
	}
	f.Fuzz(func(t *testing.T, data []byte, unix int64) {
		var s workday.Settings
		if json.Unmarshal(data, &s) != nil {
			return
		}
		c, err := workday.New(s)
		if err != nil {
			return
		}
		from := time.Unix(unix%(1<<34), 0)
		if end := c.EndOfWorkday(from); !end.After(from) {
			t.Fatalf("the working day of %s ends at %s", from, end)
		}
		if due, err := c.AddOpeningHours(from, 100*time.Hour); err != nil || due.Sub(from) < 100*time.Hour {
			t.Fatalf("100 opening hours after %s: %s, %v", from, due, err)
		}
		day := workday.DateOf(from)
		if due, err := c.AddWorkdays(day, 20); err != nil || due.DaysSince(day) < 26 {
			t.Fatalf("20 workdays after %s: %s, %v", day, due, err)
		}
	})
}

func newCalendar(t testing.TB, s workday.Settings) *workday.Calendar {
	t.Helper()
	c, err := workday.New(s)
	require.NoError(t, err)
	return c
}

func date(text string) workday.Date {
	d, err := workday.ParseDate(text)
	if err != nil {
		panic(text)
	}
	return d
}

func weekday(d workday.Date) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }
