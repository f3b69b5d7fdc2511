package nemrefusion_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/internal/nemrefusion"
)

// A story of one bundle: what is reported, in this order, and what is known then. Each event occurs one hour after the
// one before, unless it says otherwise.
func TestFold(t *testing.T) {
	t.Parallel()
	yes, no, hours := true, false, 12.0
	for _, c := range []struct {
		name   string
		events []nemrefusion.Event
		want   nemrefusion.Facts
	}{
		{"nothing", nil, nemrefusion.Facts{}},
		{"a notification", story(notified("2026-11-02")), nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-11-02"), Municipality: "0657", Employer: company}},
		{
			"a correction is the whole notification again",
			story(notified("2026-11-02", func(e *nemrefusion.Event) {
				e.Absence.Section56, e.Absence.PaidDuringSickness = true, &no
			}), corrected("2026-10-26", func(e *nemrefusion.Event) { e.Absence.ExpectedOver8Weeks = &yes })),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-10-26"), Municipality: "0657", Employer: company, ExpectedOver8Weeks: &yes},
		},
		{
			"a notification that arrives after its correction",
			story(corrected("2026-10-26", sequence(2), at("2026-11-03T08:00:00Z")), notified("2026-11-02", sequence(1), at("2026-11-03T09:00:00Z"))),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-10-26"), Municipality: "0657", Employer: company},
		},
		{
			"numeric message ids order as numbers",
			story(corrected("2026-10-26", message("10")), notified("2026-11-02", message("9"))),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-10-26"), Municipality: "0657", Employer: company},
		},
		{
			"opaque message ids do not order",
			story(notified("2026-11-02", message("z")), corrected("2026-10-26", message("a"))),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-10-26"), Municipality: "0657", Employer: company},
		},
		{
			"at one moment a notification comes before its correction",
			story(corrected("2026-10-26", at("2026-11-03T08:00:00Z")), notified("2026-11-02", at("2026-11-03T08:00:00Z"))),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-10-26"), Municipality: "0657", Employer: company},
		},
		{
			"a correction without sequence, made later than a notification with one",
			story(notified("2026-11-02", sequence(7)), corrected("2026-10-26")),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-10-26"), Municipality: "0657", Employer: company},
		},
		{
			"one message sent under two event ids counts once",
			story(refund(message("5")), refund(message("5")), refund(message("6"))),
			nemrefusion.Facts{RefundRequests: 2},
		},
		{
			"a recovery waits for its notification",
			story(recovered("2026-12-01")),
			nemrefusion.Facts{RecoveredOn: date("2026-12-01"), LastDay: date("2026-11-30")},
		},
		{
			"recovery told by the last day",
			story(notified("2026-11-02"), recovered("", lastDay("2026-11-30"))),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-11-02"), Municipality: "0657", Employer: company, RecoveredOn: date("2026-12-01"), LastDay: date("2026-11-30")},
		},
		{
			"in part, then in full",
			story(notified("2026-11-02"), partly("2026-11-16", &hours), recovered("2026-12-01")),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-11-02"), Municipality: "0657", Employer: company,
				PartialFrom: date("2026-11-16"), PartialHoursPerWeek: &hours, RecoveredOn: date("2026-12-01"), LastDay: date("2026-11-30")},
		},
		{
			"fast track, asked for late in the evening in Denmark, opens the case when it tells the first day",
			story(fastTrack("løft", at("2026-11-10T23:30:00Z"), opening("2026-11-02"))),
			nemrefusion.Facts{Started: true, FirstDay: date("2026-11-02"), Municipality: "0657", Employer: company, FastTrack: asked("2026-11-11", "løft")},
		},
		{
			"fast track without first day waits",
			story(fastTrack("løft", at("2026-11-10T08:00:00Z"))),
			nemrefusion.Facts{FastTrack: asked("2026-11-10", "løft")},
		},
		{
			"the two weeks count from the first request, the answers are the last",
			story(notified("2026-11-02"), fastTrack("løft", at("2026-11-10T08:00:00Z")), fastTrack("løft og gang", at("2026-11-12T08:00:00Z"))),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-11-02"), Municipality: "0657", Employer: company, FastTrack: asked("2026-11-10", "løft og gang")},
		},
		{
			"an annulment withdraws the notification, whatever comes after",
			story(notified("2026-11-02"), annulled("other"), corrected("2026-11-03")),
			nemrefusion.Facts{Started: true, Notified: true, Annulled: true, FirstDay: date("2026-11-03"), Municipality: "0657", Employer: company},
		},
		{
			"an annulment with the token of the recovery withdraws the recovery",
			story(notified("2026-11-02", token("t1")), recovered("2026-12-01", token("t2")), annulled("t2")),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-11-02"), Municipality: "0657", Employer: company},
		},
		{
			"an annulment with a token that the notification carries too withdraws the notification",
			story(notified("2026-11-02", token("t1")), recovered("2026-12-01", token("t1")), annulled("t1")),
			nemrefusion.Facts{Started: true, Notified: true, Annulled: true, FirstDay: date("2026-11-02"), Municipality: "0657", Employer: company, RecoveredOn: date("2026-12-01"), LastDay: date("2026-11-30")},
		},
		{
			"refund requests and questions about extension are counted",
			story(notified("2026-11-02"), refund(), refund(), event(nemrefusion.ExtensionQuery)),
			nemrefusion.Facts{Started: true, Notified: true, FirstDay: date("2026-11-02"), Municipality: "0657", Employer: company, RefundRequests: 2, ExtensionQueries: 1},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, nemrefusion.Fold(c.events))
		})
	}
}

// What becomes different with each event of a story.
func TestDiff(t *testing.T) {
	t.Parallel()
	hours, fewer := 12.0, 6.0
	type step struct {
		event nemrefusion.Event
		want  string
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"a course of events", []step{
			{notified("2026-11-02"), `[{"kind":"started"}]`},
			{corrected("2026-10-26"), `[{"kind":"first_day_corrected"}]`},
			{corrected("2026-10-26"), `null`},
			{corrected("2026-10-26", func(e *nemrefusion.Event) {
				e.Absence.Section56 = true
				e.Employer.Contact.Phone = "87654321"
				e.Absence.PartialHoursPerWeek = &hours
			}), `[{"kind":"facts_corrected","fields":["employer","section56","partialHoursPerWeek"]}]`},
			{fastTrack("løft", token("f")), `[{"kind":"fast_track"}]`},
			{refund(), `[{"kind":"refund_requested"}]`},
			{event(nemrefusion.ExtensionQuery), `[{"kind":"extension_query"}]`},
			{partly("2026-11-16", &hours), `[{"kind":"partial_recovery"}]`},
			{partly("2026-11-23", &fewer), `[{"kind":"partial_recovery"}]`},
			{recovered("2026-12-01", token("r")), `[{"kind":"recovery"}]`},
			{recovered("2026-12-03", token("r")), `[{"kind":"recovery"}]`},
			{annulled("r"), `[{"kind":"withdrawn","fields":["recoveredOn"]}]`},
			{annulled("f"), `[{"kind":"withdrawn","fields":["fastTrack"]}]`},
			{annulled(""), `[{"kind":"annulled"}]`},
			{recovered("2026-12-03"), `null`},
			{corrected("2026-11-03"), `null`},
		}},
		{"what came too early follows the start", []step{
			{recovered("2026-12-01"), `null`},
			{refund(), `null`},
			{fastTrack("løft"), `null`},
			{notified("2026-11-02"), `[{"kind":"started"},{"kind":"recovery"},{"kind":"fast_track"},{"kind":"refund_requested"}]`},
		}},
		{"a fast track opens the case, the notification completes it", []step{
			{fastTrack("løft", opening("2026-11-02")), `[{"kind":"started"},{"kind":"fast_track"}]`},
			{notified("2026-11-01", func(e *nemrefusion.Event) { e.Absence.WorkInjury = true }), `[{"kind":"first_day_corrected"},{"kind":"facts_corrected","fields":["workInjury"]}]`},
		}},
		{"the fast track that opened the case is withdrawn, and a notification comes after all", []step{
			{fastTrack("løft", opening("2026-11-02"), token("f")), `[{"kind":"started"},{"kind":"fast_track"}]`},
			{annulled("f"), `[{"kind":"annulled"}]`},
			{notified("2026-11-02"), `[{"kind":"started"}]`},
		}},
		{"annulled before it started", []step{
			{annulled(""), `[{"kind":"annulled"}]`},
			{notified("2026-11-02"), `null`},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var before nemrefusion.Facts
			var events []nemrefusion.Event
			for i, step := range c.steps {
				events = append(events, step.event)
				after := nemrefusion.Fold(story(events...))
				got, err := json.Marshal(nemrefusion.Diff(before, after))
				require.NoError(t, err)
				require.JSONEq(t, step.want, string(got), "step %d", i)
				require.Empty(t, nemrefusion.Diff(after, after))
				before = after
			}
		})
	}
}

// The same events in any order of arrival, any of them any number of times, give the same facts; and whoever looked in
// between has heard of the same end.
func TestArrivalOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(anyEvent(), 0, 8).Draw(t, "events")
		for i := range events {
			events[i].EventID = fmt.Sprintf("6f0d9c1e-2f57-4a53-8a0a-%012d", i)
		}
		want := nemrefusion.Fold(events)

		arrivals := rapid.Permutation(events).Draw(t, "order")
		if len(events) > 0 {
			arrivals = append(arrivals, rapid.SliceOfN(rapid.SampledFrom(events), 0, 4).Draw(t, "again")...)
			arrivals = rapid.Permutation(arrivals).Draw(t, "mixed")
		}
		require.Equal(t, want, nemrefusion.Fold(arrivals))
	})
}

// Whoever looks after each arrival hears of the start first, hears of it exactly when there is a case, and never loses it.
func TestStartIsToldOnceAndFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		arrivals := rapid.SliceOfN(anyEvent(), 0, 8).Draw(t, "events")
		var facts nemrefusion.Facts
		started := false
		for i := range arrivals {
			arrivals[i].EventID, arrivals[i].MessageID = fmt.Sprint(i), "" // an intake refuses another event under the same key
			next := nemrefusion.Fold(arrivals[:i+1])
			for _, change := range nemrefusion.Diff(facts, next) {
				started = started || change.Kind == nemrefusion.Started
				require.True(t, started || change.Kind == nemrefusion.Annulled, "%s before started", change.Kind)
			}
			facts = next
			require.True(t, !started || facts.Started, "what has started stays started, if only to be annulled")
			require.True(t, started || !facts.Started || facts.Annulled, "what goes on has started")
		}
	})
}

// Events that carry a sequence count in that order, whatever clocks say.
func TestSequenceDecides(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(1, 28), 1, 6).Draw(t, "first days")
		events := make([]nemrefusion.Event, len(days))
		for i, day := range days {
			events[i] = corrected(fmt.Sprintf("2026-11-%02d", day), sequence(i+1), func(e *nemrefusion.Event) {
				e.EventID = fmt.Sprint(i)
				e.OccurredAt = base.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hour")) * time.Hour)
			})
		}
		want := date(fmt.Sprintf("2026-11-%02d", days[len(days)-1]))
		require.Equal(t, want, nemrefusion.Fold(rapid.Permutation(events).Draw(t, "order")).FirstDay)
	})
}

func anyEvent() *rapid.Generator[nemrefusion.Event] {
	return rapid.Custom(func(t *rapid.T) nemrefusion.Event {
		day := fmt.Sprintf("2026-11-%02d", rapid.IntRange(1, 28).Draw(t, "day"))
		hours := float64(rapid.IntRange(1, 30).Draw(t, "hours"))
		e := map[nemrefusion.Type]func() nemrefusion.Event{
			nemrefusion.SickNotification: func() nemrefusion.Event { return notified(day) },
			nemrefusion.Correction:       func() nemrefusion.Event { return corrected(day) },
			nemrefusion.Annulment:        func() nemrefusion.Event { return annulled("") },
			nemrefusion.PartialRecovery:  func() nemrefusion.Event { return partly(day, &hours) },
			nemrefusion.FullRecovery:     func() nemrefusion.Event { return recovered(day) },
			nemrefusion.FastTrackRequest: func() nemrefusion.Event {
				return rapid.SampledFrom([]nemrefusion.Event{fastTrack(day), fastTrack(day, opening(day))}).Draw(t, "fast track")
			},
			nemrefusion.RefundRequest:  func() nemrefusion.Event { return refund() },
			nemrefusion.ExtensionQuery: func() nemrefusion.Event { return event(nemrefusion.ExtensionQuery) },
		}[rapid.SampledFrom(nemrefusion.Types()).Draw(t, "type")]()
		e.Sequence = rapid.IntRange(0, 3).Draw(t, "sequence")
		e.MessageID = rapid.SampledFrom([]string{"", "1", "2", "10", "x"}).Draw(t, "message")
		e.Token = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "token")
		e.OccurredAt = base.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "hour")) * time.Hour)
		return e
	})
}

var base = time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)

var company = nemrefusion.Employer{CVR: "24256790", PNumber: "1003374621", Contact: nemrefusion.Contact{Phone: "12345678"}}

type with = func(*nemrefusion.Event)

func event(kind nemrefusion.Type, changes ...with) nemrefusion.Event {
	e := nemrefusion.Event{Type: kind}
	for _, change := range changes {
		change(&e)
	}
	return e
}

func notified(firstDay string, changes ...with) nemrefusion.Event {
	employer := company
	e := nemrefusion.Event{Type: nemrefusion.SickNotification, Municipality: "0657", Employer: &employer, Absence: &nemrefusion.Absence{FirstDay: date(firstDay)}}
	for _, change := range changes {
		change(&e)
	}
	return e
}

func corrected(firstDay string, changes ...with) nemrefusion.Event {
	e := notified(firstDay, changes...)
	e.Type = nemrefusion.Correction
	return e
}

func partly(from string, hours *float64) nemrefusion.Event {
	return event(nemrefusion.PartialRecovery, func(e *nemrefusion.Event) {
		e.EffectiveFrom, e.Absence = date(from), &nemrefusion.Absence{PartialHoursPerWeek: hours}
	})
}

func recovered(from string, changes ...with) nemrefusion.Event {
	e := event(nemrefusion.FullRecovery, changes...)
	if from != "" {
		e.EffectiveFrom = date(from)
	}
	return e
}

func fastTrack(functions string, changes ...with) nemrefusion.Event {
	employer := company
	e := nemrefusion.Event{Type: nemrefusion.FastTrackRequest, Municipality: "0657", Employer: &employer,
		FastTrack: &nemrefusion.FastTrack{RequestedBy: nemrefusion.ByEmployer, AffectedFunctions: functions}}
	for _, change := range changes {
		change(&e)
	}
	return e
}

func refund(changes ...with) nemrefusion.Event { return event(nemrefusion.RefundRequest, changes...) }
func annulled(tokenText string) nemrefusion.Event {
	return event(nemrefusion.Annulment, token(tokenText))
}

func sequence(n int) with    { return func(e *nemrefusion.Event) { e.Sequence = n } }
func message(id string) with { return func(e *nemrefusion.Event) { e.MessageID = id } }
func token(text string) with { return func(e *nemrefusion.Event) { e.Token = text } }
func opening(day string) with {
	return func(e *nemrefusion.Event) { e.Absence = &nemrefusion.Absence{FirstDay: date(day)} }
}
func lastDay(day string) with {
	return func(e *nemrefusion.Event) { e.Absence = &nemrefusion.Absence{LastDay: date(day)} }
}
func at(moment string) with {
	return func(e *nemrefusion.Event) { e.OccurredAt, _ = time.Parse(time.RFC3339, moment) }
}

func asked(day, functions string) *nemrefusion.FastTrackFacts {
	return &nemrefusion.FastTrackFacts{RequestedOn: date(day), FastTrack: nemrefusion.FastTrack{RequestedBy: nemrefusion.ByEmployer, AffectedFunctions: functions}}
}

// story gives events their ids and, an hour apart, the times they do not have.
func story(events ...nemrefusion.Event) []nemrefusion.Event {
	told := make([]nemrefusion.Event, len(events))
	for i, e := range events {
		e.EventID = fmt.Sprintf("6f0d9c1e-2f57-4a53-8a0a-%012d", i)
		if e.OccurredAt.IsZero() {
			e.OccurredAt = base.Add(time.Duration(i) * time.Hour)
		}
		told[i] = e
	}
	return told
}
