package storetest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// files is what is kept beside cases and processes: users, settings, replies.
var files = map[string]func(world){
	"Users": func(w world) {
		changed := users["anna"]
		changed.Competences, changed.Email = []string{"authority"}, "anna@example.dk"
		require.NoError(w, w.PutUser(w.ctx, changed))
		read, err := w.User(w.ctx, "anna")
		require.NoError(w, err)
		require.Equal(w, changed, read)
		ours, err := w.Users(w.as("clara"))
		require.NoError(w, err)
		require.Equal(w, []casework.User{changed, users["bo"], users["clara"]}, ours)
		_, err = w.User(w.as("clara"), "viggo")
		w.requireCode(casework.NotFound, err)
		w.requireCode(casework.Invalid, w.PutUser(w.ctx, casework.User{}))
	},

	// A municipality's own setting goes before everybody's.
	"Settings": func(w world) {
		get := func(municipality string) string {
			value, err := w.Setting(w.ctx, municipality, "calendar")
			require.NoError(w, err)
			return string(value)
		}
		require.Empty(w, get(herning))
		require.NoError(w, w.PutSetting(w.ctx, "", "calendar", json.RawMessage(`{"a":1}`)))
		require.NoError(w, w.PutSetting(w.ctx, herning, "calendar", json.RawMessage(`{"a":2}`)))
		require.NoError(w, w.PutSetting(w.ctx, herning, "calendar", json.RawMessage(`{"a":3}`)))
		require.Equal(w, `{"a":3}`, get(herning))
		require.Equal(w, `{"a":1}`, get(viborg))
		w.requireCode(casework.Invalid, w.PutSetting(w.ctx, "", "calendar", json.RawMessage(`{`)))
	},

	// The same request with the same key gets the same reply for seven days.
	"Replies": func(w world) {
		ctx := w.as("anna")
		first, err := w.Recall(ctx, "k", "request")
		require.NoError(w, err)
		require.Nil(w, first)
		w.requireCode(casework.Conflict, errorOf(w.Recall(ctx, "k", "request")))
		require.NoError(w, w.Remember(ctx, "k", casework.Reply{Status: 201, Body: []byte(`{"id":"1"}`)}))
		again, err := w.Recall(ctx, "k", "request")
		require.NoError(w, err)
		require.Equal(w, &casework.Reply{Status: 201, Body: []byte(`{"id":"1"}`)}, again)
		w.requireCode(casework.Conflict, errorOf(w.Recall(ctx, "k", "another request")))
		others, err := w.Recall(w.as("bo"), "k", "another request")
		require.NoError(w, err)
		require.Nil(w, others, "a key belongs to who sent it")
		w.clock.advance(7*24*time.Hour + time.Second)
		expired, err := w.Recall(ctx, "k", "another request")
		require.NoError(w, err)
		require.Nil(w, expired)
	},

	// A failed request frees its key, and one whose server died does so after a minute.
	"RepliesAfterFailure": func(w world) {
		require.NoError(w, errorOf(w.Recall(w.ctx, "k", "r")))
		require.NoError(w, w.Forget(w.ctx, "k"))
		require.NoError(w, errorOf(w.Recall(w.ctx, "k", "r")))
		w.clock.advance(time.Minute)
		require.NoError(w, errorOf(w.Recall(w.ctx, "k", "r")))
	},

	"RepliesAtOnce": func(w world) {
		won := 0
		for _, err := range together(20, func(int) error { return errorOf(w.Recall(w.ctx, "k", "r")) }) {
			if err == nil {
				won++
			} else {
				w.requireCode(casework.Conflict, err)
			}
		}
		require.Equal(w, 1, won)
	},

	// A process that is weeks ahead files in its own time, and what it asks for is still done at once.
	"OwnTime": func(w world) {
		c := w.openCase(herning)
		w.sent()
		answer, err := w.SaveAnswer(w.as("anna"), casework.Answer{TaskID: "t", CaseID: c.ID, Author: "anna", Notes: []string{"x"}, Meeting: map[string]string{"place": "y"}})
		require.NoError(w, err)
		ahead := w.clock.now().AddDate(0, 0, 21)
		ctx := casework.WithTime(w.ctx, ahead.Add(time.Nanosecond))
		require.NoError(w, errorOf(w.SaveLetter(ctx, c.ID, 1, "letter", casework.Letter{CaseID: c.ID, Receiver: "company"})))
		require.NoError(w, w.Alert(ctx, casework.Alert{ID: "a", CaseID: c.ID, Audience: casework.ForSupervisor, Reason: "late"}))
		require.NoError(w, w.TellStatus(ctx, "s", c.ID, "contacted"))
		require.NoError(w, errorOf(w.AddNote(ctx, c.ID, "z")))
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) {
			p.At = ahead
			p.Tasks, p.History = []casework.Task{ended(w.openTask("t", 1), "anna", answer, ahead)}, []casework.Step{{Kind: "started"}}
		})
		require.Equal(w, []string{"status contacted"}, w.sent(), "at once by the wall clock")

		timeline, err := w.Timeline(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Len(w, timeline.Items, 8)
		for _, e := range timeline.Items[:7] {
			require.Equal(w, ahead, e.At, e.Title)
		}
		require.Equal(w, w.clock.now(), timeline.Items[7].At, "it was opened now")
		letters, err := w.Letters(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		notes, err := w.Notes(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		meetings, err := w.Meetings(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		alerts, err := w.Alerts(w.as("clara"), casework.ForSupervisor, casework.Page{})
		require.NoError(w, err)
		for _, at := range []time.Time{letters.Items[0].At, notes.Items[0].At, notes.Items[1].At, meetings.Items[0].At, alerts.Items[0].At} {
			require.Equal(w, ahead, at)
		}
	},

	// The time may hang on the case, and is asked for the one that is written in.
	"ClockOfACase": func(w world) {
		near, far := w.openCase(herning), w.openCase(herning)
		ahead := w.clock.now().AddDate(0, 0, 21)
		ctx := casework.WithClock(w.as("anna"), func(_ context.Context, caseID string) time.Time {
			if caseID == far.ID {
				return ahead
			}
			return w.clock.now()
		})
		for id, want := range map[string]time.Time{near.ID: w.clock.now(), far.ID: ahead} {
			n, err := w.AddNote(ctx, id, "x")
			require.NoError(w, err)
			require.Equal(w, want, n.At)
		}
	},

	// Sweeping takes what has had its time and leaves the rest.
	"Sweep": func(w world) {
		c := w.openCase(herning)
		w.publish(time.Hour, "1")
		w.publish(100*24*time.Hour, "2")
		require.NoError(w, errorOf(w.Recall(w.ctx, "k", "r")))
		require.NoError(w, w.RecordAccess(w.ctx, c.ID, "case_viewed", ""))
		_, err := w.SaveAnswer(w.ctx, casework.Answer{TaskID: "t"})
		require.NoError(w, err)
		none, err := w.Sweep(w.ctx, time.Hour)
		require.NoError(w, err)
		require.Zero(w, none)
		w.clock.advance(31 * 24 * time.Hour)
		for _, step := range []struct {
			keep time.Duration
			gone int64
		}{{0, 3}, {0, 0}, {30 * 24 * time.Hour, 1}} {
			gone, err := w.Sweep(w.ctx, step.keep)
			require.NoError(w, err)
			require.Equal(w, step.gone, gone)
		}
		w.waits("i", "p")
		require.Equal(w, 1, len(w.told())-1, "the start of the case, and the message that still lives")
	},
}
