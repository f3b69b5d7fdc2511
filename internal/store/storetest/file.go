package storetest

import (
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
