package workday

import "time"

// Holiday is a public holiday with its Danish name.
type Holiday struct {
	Date Date   `json:"date"`
	Name string `json:"name"`
}

// Days counted from Easter Sunday.
const (
	skaertorsdag   = -3
	langfredag     = -2
	easterMonday   = 1
	storeBededag   = 26
	ascension      = 39
	afterAscension = ascension + 1
	whitSunday     = 49
	whitMonday     = 50
)

// Store Bededag was abolished by Act 214 of 7 March 2023 with effect from 2024.
const lastStoreBededag = 2023

// Easter returns Easter Sunday of a year in the Gregorian calendar.
func Easter(year int) Date {
	// Anonymous Gregorian computus (Nature, 20 April 1876).
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Date{year, time.Month(n / 31), n%31 + 1}
}

// Holidays returns the public holidays of a year in order of date, with their Danish names. Grundlovsdag, 1 May,
// Christmas Eve and New Year's Eve are not public holidays; [Settings] closes them where a municipality does.
func (c *Calendar) Holidays(year int) []Holiday {
	easter := Easter(year)
	holidays := []Holiday{
		{Date{year, time.January, 1}, "Nytårsdag"},
		{easter.AddDays(skaertorsdag), "Skærtorsdag"},
		{easter.AddDays(langfredag), "Langfredag"},
		{easter, "Påskedag"},
		{easter.AddDays(easterMonday), "2. påskedag"},
	}
	if year <= lastStoreBededag {
		holidays = append(holidays, Holiday{easter.AddDays(storeBededag), "Store bededag"})
	}
	return append(holidays,
		Holiday{easter.AddDays(ascension), "Kristi himmelfartsdag"},
		Holiday{easter.AddDays(whitSunday), "Pinsedag"},
		Holiday{easter.AddDays(whitMonday), "2. pinsedag"},
		Holiday{Date{year, time.December, 25}, "Juledag"},
		Holiday{Date{year, time.December, 26}, "2. juledag"},
	)
}

// day is a date with what the rules ask of it, computed once.
type day struct {
	Date
	weekday    time.Weekday
	fromEaster int // days after Easter Sunday of the same year
}

func dayOf(d Date) day {
	t := d.utc()
	return day{DateOf(t), t.Weekday(), t.YearDay() - Easter(t.Year()).utc().YearDay()}
}

func (d day) weekend() bool { return d.weekday == time.Saturday || d.weekday == time.Sunday }

func (d day) publicHoliday() bool {
	switch d.fromEaster {
	case skaertorsdag, langfredag, 0, easterMonday, ascension, whitSunday, whitMonday:
		return true
	case storeBededag:
		return d.Year <= lastStoreBededag
	}
	return d.on(time.January, 1) || d.on(time.December, 25) || d.on(time.December, 26)
}

// statutoryRest is a day on which nobody outside the authority must act: weekends, public holidays, Grundlovsdag,
// Christmas Eve and New Year's Eve (by analogy with forældelsesloven § 27).
func (d day) statutoryRest() bool {
	return d.weekend() || d.publicHoliday() ||
		d.on(time.June, 5) || d.on(time.December, 24) || d.on(time.December, 31)
}

func (d day) bankDay() bool { return !d.statutoryRest() && d.fromEaster != afterAscension }

func (d day) on(month time.Month, dayOfMonth int) bool {
	return d.Month == month && d.Day == dayOfMonth
}
