package storetest

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// migrating keeps a running migration of these instances.
func (w world) migrating(id string, perMinute int, instances ...string) {
	w.Helper()
	var items []casework.MigrationItem
	for _, i := range instances {
		items = append(items, casework.MigrationItem{InstanceID: i, Outcome: casework.OutcomeWaiting})
	}
	require.NoError(w, w.CreateMigration(w.as("clara"), casework.Migration{ID: id, ProcessID: "p", From: 1, To: 2, Target: "p2", Mapping: json.RawMessage(`[]`),
		Reason: "Ny lov", PerMinute: perMinute, State: casework.MigrationRunning}, items))
}

// progress is where a migration stands.
func (w world) progress(id string) (casework.MigrationState, map[casework.MigrationOutcome]int) {
	w.Helper()
	m, err := w.Migration(w.as("clara"), id)
	require.NoError(w, err)
	return m.State, m.Progress
}

var migrations = map[string]func(world){
	// Each instance is taken once; the migration is over when all of them have an outcome, which stays.
	"EachInstanceOnce": func(w world) {
		w.migrating("m", 6000, "one", "two")
		w.clock.advance(time.Second)
		m, items, err := w.NextMigration(w.ctx, 10)
		require.NoError(w, err)
		require.Equal(w, "Ny lov", m.Reason)
		require.Len(w, items, 2)
		w.clock.advance(time.Second)
		_, again, err := w.NextMigration(w.ctx, 10)
		require.NoError(w, err)
		require.Empty(w, again, "they are taken for a minute")

		require.NoError(w, w.MigrationDone(w.ctx, items[0], casework.OutcomeMigrated, nil))
		require.NoError(w, w.MigrationDone(w.ctx, items[0], casework.OutcomeRefused, json.RawMessage(`[]`)))
		state, _ := w.progress("m")
		require.Equal(w, casework.MigrationRunning, state)
		require.NoError(w, w.MigrationDone(w.ctx, items[1], casework.OutcomeRefused, json.RawMessage(`[]`)))
		state, progress := w.progress("m")
		require.Equal(w, casework.MigrationCompleted, state)
		require.Equal(w, map[casework.MigrationOutcome]int{casework.OutcomeMigrated: 1, casework.OutcomeRefused: 1}, progress)
		refused, err := w.MigrationItems(w.as("clara"), "m", casework.OutcomeRefused, casework.Page{})
		require.NoError(w, err)
		require.Len(w, refused.Items, 1)
		require.Equal(w, items[1].InstanceID, refused.Items[0].InstanceID)
	},

	// One that gives no answer is tried again later, and given up in the end.
	"TriedAgain": func(w world) {
		w.migrating("m", 60, "one")
		tries := 0
		for state, _ := w.progress("m"); state == casework.MigrationRunning; state, _ = w.progress("m") {
			w.clock.advance(time.Hour)
			_, items, err := w.NextMigration(w.ctx, 10)
			require.NoError(w, err)
			for _, item := range items {
				tries++
				require.NoError(w, w.MigrationFailed(w.ctx, item, errors.New("no answer")))
			}
			require.Less(w, tries, 100)
		}
		_, progress := w.progress("m")
		require.Equal(w, map[casework.MigrationOutcome]int{casework.OutcomeFailed: 1}, progress)
		require.Equal(w, 8, tries)
	},

	// A paused migration takes nothing, a canceled one never again; other municipalities see neither.
	"Paused": func(w world) {
		w.migrating("m", 60, "one")
		require.NoError(w, w.TurnMigration(w.as("clara"), "m", casework.MigrationPaused))
		w.clock.advance(time.Minute)
		_, items, err := w.NextMigration(w.ctx, 10)
		require.NoError(w, err)
		require.Empty(w, items)
		require.NoError(w, w.TurnMigration(w.as("clara"), "m", casework.MigrationRunning))
		_, items, err = w.NextMigration(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, items, 1)
		require.NoError(w, w.TurnMigration(w.as("clara"), "m", casework.MigrationCanceled))
		w.requireCode(casework.Conflict, w.TurnMigration(w.as("clara"), "m", casework.MigrationRunning))
		_, err = w.Migration(w.as("viggo"), "m")
		w.requireCode(casework.NotFound, err)
		list, err := w.Migrations(w.as("viggo"), casework.Page{})
		require.NoError(w, err)
		require.Empty(w, list.Items)
	},
}
