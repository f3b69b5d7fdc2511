package workday_test

import (
	"testing"
	"time"
	_ "time/tzdata" // to compare with, where the machine has no zone files

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/internal/workday"
)

// A04: a meeting at the company within at most five working days.
func TestA04MeetingWithinFiveWorkdays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, from, due string }{
		{"an ordinary week", "2026-11-23", "2026-11-30"},
		{"asked for on a Saturday", "2026-11-21", "2026-11-27"},
		{"over Easter 2026", "2026-03-30", "2026-04-09"},
		{"asked for on Langfredag", "2026-04-03", "2026-04-13"},
		{"over Christmas and New Year 2026", "2026-12-21", "2026-12-30"},
		{"from Christmas Eve into January", "2026-12-24", "2027-01-05"},
		{"Store Bededag, still a holiday in 2023", "2023-05-01", "2023-05-09"},
		{"the same Friday in 2024, a working day", "2024-04-22", "2024-04-29"},
		{"Ascension and the Friday after it", "2026-05-11", "2026-05-20"},
		{"Grundlovsdag, closed by default", "2026-06-01", "2026-06-09"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			due, err := newCalendar(t, workday.Default()).AddWorkdays(date(c.from), 5)
			require.NoError(t, err)
			require.Equal(t, c.due, due.String())
		})
	}
}

// T5d: the citizen returns the form of a fast track within two bankdage (BEK 1710/2024 § 4).
func TestFastTrackFormWithinTwoBankDays(t *testing.T) {
	t.Parallel()
	s := workday.Default()
	s.ClosedDays = []workday.Date{date("2026-11-24"), date("2026-11-25")}
	c := newCalendar(t, s)
	for from, due := range map[string]string{
		"2026-11-23": "2026-11-25", // the municipality is closed on both days; the banks are not
		"2026-11-27": "2026-12-01",
		"2026-04-01": "2026-04-08",
		"2026-05-13": "2026-05-19",
		"2026-12-23": "2026-12-29",
	} {
		got, err := c.AddBankDays(date(from), 2)
		require.NoError(t, err)
		require.Equal(t, due, got.String(), from)
	}
}

// A statutory period that ends on a day of rest: the citizen and the company get the next weekday, the municipality
// must be done on the last working day before.
func TestStatutoryEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, end, citizen, municipality string }{
		{"a Tuesday", "2026-11-24", "2026-11-24", "2026-11-24"},
		{"a Saturday", "2026-11-21", "2026-11-23", "2026-11-20"},
		{"Langfredag", "2026-04-03", "2026-04-07", "2026-04-01"},
		{"Grundlovsdag, a Friday", "2026-06-05", "2026-06-08", "2026-06-04"},
		{"Christmas Eve, a Thursday", "2026-12-24", "2026-12-28", "2026-12-23"},
		{"New Year's Eve, a Thursday", "2026-12-31", "2027-01-04", "2026-12-30"},
		{"the Friday after Ascension, closed but no day of rest", "2026-05-15", "2026-05-15", "2026-05-13"},
		{"Store Bededag 2023", "2023-05-05", "2023-05-08", "2023-05-04"},
		{"the same Friday in 2024", "2024-04-26", "2024-04-26", "2024-04-26"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			calendar := newCalendar(t, workday.Default())
			require.Equal(t, c.citizen, calendar.EndForCitizen(date(c.end)).String())
			require.Equal(t, c.municipality, calendar.EndForMunicipality(date(c.end)).String())
		})
	}
}

func TestCountingUndoesAdding(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, workday.Default())
	rapid.Check(t, func(t *rapid.T) {
		from := date("2020-01-01").AddDays(rapid.IntRange(0, 20*365).Draw(t, "from"))
		n := rapid.IntRange(-400, 400).Draw(t, "n")
		to, err := c.AddWorkdays(from, n)
		require.NoError(t, err)
		back, err := c.WorkdaysBetween(from, to)
		require.NoError(t, err)
		require.Equal(t, n, back, "%s → %s", from, to)
		if n != 0 {
			require.True(t, c.Workday(to.Year, to.Month, to.Day))
		}
		bank, err := c.AddBankDays(from, n)
		require.NoError(t, err)
		back, err = c.BankDaysBetween(from, bank)
		require.NoError(t, err)
		require.Equal(t, n, back)
	})
}

// A day past the end of its month is the day time.Date means, also as an end.
func TestCountToDayThatDoesNotExist(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, workday.Default())
	n, err := c.WorkdaysBetween(date("2026-02-27"), workday.Date{Year: 2026, Month: time.February, Day: 30})
	require.NoError(t, err)
	require.Equal(t, 1, n, "Monday 2 March")
}

func TestCountsAreBounded(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, workday.Default())
	d := date("2026-11-23")
	for _, n := range []int{workday.MaxCount + 1, -workday.MaxCount - 1} {
		_, err := c.AddWorkdays(d, n)
		requireTooFar(t, err)
		_, err = c.AddBankDays(d, n)
		requireTooFar(t, err)
	}
	_, err := c.WorkdaysBetween(d, d.AddDays(workday.MaxSpan+1))
	requireTooFar(t, err)
	_, err = c.BankDaysBetween(d, d.AddDays(-workday.MaxSpan-1))
	requireTooFar(t, err)
	for _, wrong := range []time.Duration{-1, workday.MaxOpeningHours + 1} {
		_, err = c.AddOpeningHours(d.At(0, time.UTC), wrong)
		requireTooFar(t, err)
	}
}

// A02: feedback the same working day.
func TestA02SameWorkingDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, contact, due string }{
		{"Friday 14:00", "2026-11-27T14:00:00+01:00", "2026-11-27T15:00:00+01:00"},
		{"before opening", "2026-11-23T06:00:00+01:00", "2026-11-23T15:30:00+01:00"},
		{"at closing time", "2026-11-27T15:00:00+01:00", "2026-11-30T15:30:00+01:00"},
		{"Saturday", "2026-11-28T11:00:00+01:00", "2026-11-30T15:30:00+01:00"},
		{"Wednesday evening before Easter", "2026-04-01T20:00:00+02:00", "2026-04-07T15:30:00+02:00"},
		{"Christmas Eve", "2026-12-24T09:00:00+01:00", "2026-12-28T15:30:00+01:00"},
		{"late evening in another zone is next day here", "2026-11-23T23:30:00Z", "2026-11-24T15:30:00+01:00"},
		{"Friday before clocks go forward", "2026-03-27T16:00:00+01:00", "2026-03-30T15:30:00+02:00"},
		{"Friday before clocks go back", "2026-10-23T16:00:00+02:00", "2026-10-26T15:30:00+01:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			due := newCalendar(t, workday.Default()).EndOfWorkday(moment(c.contact))
			require.Equal(t, c.due, due.Format(time.RFC3339))
		})
	}
}

func TestAddOpeningHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from string
		add        time.Duration
		due        string
	}{
		{"within the day", "2026-11-23T09:00:00+01:00", 4 * time.Hour, "2026-11-23T13:00:00+01:00"},
		{"nothing", "2026-11-22T09:00:00+01:00", 0, "2026-11-22T09:00:00+01:00"},
		{"to the minute of closing", "2026-11-23T14:30:00+01:00", time.Hour, "2026-11-23T15:30:00+01:00"},
		{"over night", "2026-11-23T14:30:00+01:00", 2 * time.Hour, "2026-11-24T09:00:00+01:00"},
		{"over a weekend", "2026-11-27T14:00:00+01:00", 2 * time.Hour, "2026-11-30T09:00:00+01:00"},
		{"from a Sunday", "2026-11-29T14:00:00+01:00", time.Hour, "2026-11-30T09:00:00+01:00"},
		{"one week of 37 hours", "2026-11-23T08:00:00+01:00", 37 * time.Hour, "2026-11-27T15:00:00+01:00"},
		{"over the night clocks go forward", "2026-03-27T14:00:00+01:00", 2 * time.Hour, "2026-03-30T09:00:00+02:00"},
		{"over the night clocks go back", "2026-10-23T14:00:00+02:00", 2 * time.Hour, "2026-10-26T09:00:00+01:00"},
		{"over Easter", "2026-04-01T15:00:00+02:00", time.Hour, "2026-04-07T08:30:00+02:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			due, err := newCalendar(t, workday.Default()).AddOpeningHours(moment(c.from), c.add)
			require.NoError(t, err)
			require.Equal(t, c.due, due.Format(time.RFC3339))
		})
	}
}

// Adding in two goes is adding at once.
func TestOpeningHoursAddUp(t *testing.T) {
	t.Parallel()
	c := newCalendar(t, workday.Default())
	rapid.Check(t, func(t *rapid.T) {
		from := moment("2020-01-01T00:00:00Z").Add(time.Duration(rapid.IntRange(0, 15*365*24*60).Draw(t, "minute")) * time.Minute)
		a := time.Duration(rapid.IntRange(0, 100*60).Draw(t, "a")) * time.Minute
		b := time.Duration(rapid.IntRange(0, 100*60).Draw(t, "b")) * time.Minute
		once, err := c.AddOpeningHours(from, a+b)
		require.NoError(t, err)
		twice, err := c.AddOpeningHours(from, a)
		require.NoError(t, err)
		twice, err = c.AddOpeningHours(twice, b)
		require.NoError(t, err)
		require.True(t, once.Equal(twice), "%s %s", once, twice)
	})
}

// The embedded zone is Denmark's: it agrees with the Go distribution's, hour by hour, and knows both clock changes.
func TestZone(t *testing.T) {
	t.Parallel()
	want, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	changes := map[int][]string{}
	_, last := moment("2020-01-01T00:00:00Z").In(workday.Zone()).Zone()
	for at := moment("2020-01-01T00:00:00Z"); at.Year() <= 2035; at = at.Add(time.Hour) {
		require.Equal(t, at.In(want).Format(time.RFC3339), at.In(workday.Zone()).Format(time.RFC3339))
		if _, offset := at.In(workday.Zone()).Zone(); offset != last {
			last = offset
			changes[at.Year()] = append(changes[at.Year()], at.Format(time.RFC3339))
		}
	}
	require.Equal(t, []string{"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"}, changes[2026])
	for year, both := range changes {
		require.Len(t, both, 2, year)
	}
	require.Equal(t, 23*time.Hour, length("2026-03-29"))
	require.Equal(t, 25*time.Hour, length("2026-10-25"))
}

func length(day string) time.Duration {
	d := date(day)
	return d.AddDays(1).At(0, workday.Zone()).Sub(d.At(0, workday.Zone()))
}

func BenchmarkWorkday(b *testing.B) {
	c := newCalendar(b, workday.Default())
	b.ReportAllocs()
	for b.Loop() {
		c.Workday(2026, time.November, 23)
	}
}

func BenchmarkAddFiveWorkdays(b *testing.B) {
	c, from := newCalendar(b, workday.Default()), date("2026-03-30")
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.AddWorkdays(from, 5)
	}
}

func requireTooFar(t *testing.T, err error) {
	t.Helper()
	var refused *workday.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, workday.TooFar, refused.Code)
}

func moment(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(text)
	}
	return t
}
