package bpmn_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions/bpmn"
)

func copenhagen(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// The times of a cron expression as Spring reads it, in the municipality's zone.
func TestCron(t *testing.T) {
	t.Parallel()
	zone := copenhagen(t)
	for _, c := range []struct{ cron, after, want string }{
		{"0 0 8 * * *", "2026-03-02 08:00", "03-03 08:00 03-04 08:00"},
		{"@daily", "2026-03-02 08:00", "03-03 00:00 03-04 00:00"},
		{"@Weekly", "2026-03-02 08:00", "03-08 00:00 03-15 00:00"},
		{"@hourly", "2026-03-02 08:00", "03-02 09:00"},
		{"@monthly", "2026-03-02 08:00", "04-01 00:00"},
		{"@yearly", "2026-03-02 08:00", "01-01 00:00"},
		{"0 */20 9-10 * * MON-FRI", "2026-03-06 10:30", "03-06 10:40 03-09 09:00 03-09 09:20"},
		{"0 5/25 9 ? * *", "2026-03-06 08:30", "03-06 09:05 03-06 09:30 03-06 09:55 03-07 09:05"},
		{"0 0 9 * * 7", "2026-03-06 10:30", "03-08 09:00 03-15 09:00"},
		{"0 0 9 * * 5-7", "2026-03-05 10:30", "03-06 09:00 03-07 09:00 03-08 09:00 03-13 09:00"},
		{"0 0 9 13 * FRI", "2026-03-05 10:30", "03-13 09:00 11-13 09:00"}, // both must fit
		{"0 0 9 L * *", "2026-01-31 10:00", "02-28 09:00 03-31 09:00"},
		{"0 0 9 L-2 * *", "2026-02-01 10:00", "02-26 09:00 03-29 09:00"},
		{"0 0 9 15W * *", "2026-02-01 10:00", "02-16 09:00 03-16 09:00 04-15 09:00"},
		{"0 0 9 1W * *", "2026-08-01 00:00", "08-03 09:00 09-01 09:00"},
		{"0 0 9 LW * *", "2026-01-01 10:00", "01-30 09:00 02-27 09:00"},
		{"0 0 9 31 * *", "2026-01-31 10:00", "03-31 09:00 05-31 09:00"},
		{"0 0 9 29 2 *", "2026-01-31 10:00", "02-29 09:00"},
		{"0 0 9 * * FRIL", "2026-01-01 10:00", "01-30 09:00 02-27 09:00"},
		{"0 0 9 * * MON#1,WED#3", "2026-03-01 10:00", "03-02 09:00 03-18 09:00 04-06 09:00"},
		{"0 0 9 * JAN,jul *", "2026-07-31 10:00", "01-01 09:00"},
		// The clock goes from 2 to 3 on 29 March and from 3 to 2 on 25 October.
		{"0 30 2 * * *", "2026-03-28 00:00", "03-28 02:30 03-29 03:30 03-30 02:30"},
		{"0 30 2,3 * * *", "2026-03-29 00:00", "03-29 03:30 03-30 02:30"},
		{"0 0 * * * *", "2026-03-29 00:30", "03-29 01:00 03-29 03:00 03-29 04:00"},
		{"0 30 2 * * *", "2026-10-24 12:00", "10-25 02:30 10-26 02:30"},
		{"0 30 * * * *", "2026-10-25 01:00", "10-25 01:30 10-25 02:30 10-25 02:30 10-25 03:30"},
	} {
		cron, ok, err := bpmn.ParseCron(c.cron)
		if err != nil || !ok {
			t.Errorf("%s: %v", c.cron, err)
			continue
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", c.after, zone)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for range strings.Count(c.want, " ")/2 + 1 {
			at, _ = cron.Next(at)
			got = append(got, at.Format("01-02 15:04"))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s after %s: %s, want %s", c.cron, c.after, strings.Join(got, " "), c.want)
		}
	}
}

func TestNoCron(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"* * * * *", "@reboot", "60 * * * * *", "* * 24 * * *", "* * * 0 * *", "* * * 32 * *", "* * * * 13 *", "* * * * * 8", "* * * * * FOO", "a * * * * *",
		"5-1 * * * * *", "*/0 * * * * *", "1//2 * * * * *", "? * * * * *", "* * * * * MON#6", "* * * * * #1", "* * * L-31 * *", "* * * 0W * *", ", * * * * *",
		"0 0 0 30 2 *", "0 0 0 31 4,6,9,11 *", strings.Repeat("1,", 300) + "1 * * * * *", "-1 * * * * *", "* * * * * L",
	} {
		if _, ok, err := bpmn.ParseCron(text); !ok || err == nil {
			t.Errorf("%s was read", text)
		}
	}
	for _, text := range []string{"R/P1D", "", "P1D"} {
		if _, ok, _ := bpmn.ParseCron(text); ok {
			t.Errorf("%q is no cron expression", text)
		}
	}
}

// Every time lies after the one before, at most a day apart when every day fits.
func TestCronMovesOn(t *testing.T) {
	t.Parallel()
	zone := copenhagen(t)
	rapid.Check(t, func(t *rapid.T) {
		part := func() string {
			return rapid.SampledFrom([]string{"*", "0", "*/7", "3,5", "1-4", "2/5"}).Draw(t, "part")
		}
		cron, _, err := bpmn.ParseCron(strings.Join([]string{part(), part(), part(), "*", "*", "*"}, " "))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).In(zone)
		for range 50 {
			next, ok := cron.Next(at)
			if !ok || !next.After(at) || next.Sub(at) > 26*time.Hour {
				t.Fatalf("%s after %s", next, at)
			}
			at = next
		}
	})
}

func FuzzCron(f *testing.F) {
	for _, s := range []string{"0 0 8 * * *", "@daily", "0 0 9 LW * MON#1", "*/10 5/3 1-2 15W JAN-MAR FRIL", "0 0 0 29 2 MON"} {
		f.Add(s, int64(1_780_000_000))
	}
	zone := copenhagen(f)
	f.Fuzz(func(t *testing.T, s string, at int64) {
		cron, ok, err := bpmn.ParseCron(s)
		if !ok || err != nil {
			return
		}
		from := time.Unix(at%200_000_000_000, 0).In(zone)
		if next, ok := cron.Next(from); ok && !next.After(from) {
			t.Errorf("%q: %s after %s", s, next, from)
		}
	})
}
