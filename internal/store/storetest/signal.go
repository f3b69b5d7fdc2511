package storetest

import (
	"encoding/json"
	"slices"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// listens opens an instance of a process with subscriptions for signals.
func (w world) listens(instance string, names ...string) {
	w.Helper()
	w.apply(instance, "", 1, func(p *casework.Projection) {
		for i, name := range names {
			p.Subscriptions = append(p.Subscriptions, casework.Subscription{Key: int64(5 + i), ElementID: "catch", Name: name, Signal: true})
		}
	})
}

// heard empties the outbox and tells which instances got which signal, and which processes one started.
func (w world) heard() (who []string, ids []string) {
	w.Helper()
	for {
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		if len(rows) == 0 {
			return who, ids
		}
		for _, row := range rows {
			if row.Start != nil {
				who, ids = append(who, row.Start.Signal+" starts "+row.Start.ProcessID), append(ids, row.Start.InstanceID)
			} else {
				require.Equal(w, row.Stream, row.Signal.InstanceID)
				who, ids = append(who, row.Signal.Name+" "+row.Signal.InstanceID), append(ids, row.Signal.ID)
			}
			require.NoError(w, w.OutboxDone(w.ctx, row.ID))
		}
	}
}

func (w world) broadcast(name, id string) {
	w.Helper()
	require.NoError(w, w.Broadcast(w.ctx, casework.Signal{Name: name, ID: id, Variables: json.RawMessage(`{"a":1}`)}))
}

var signals = map[string]func(world){
	// Every instance that waits gets it, once, however many of its elements wait; nobody else, and nobody later.
	"ToEverybodyWhoWaits": func(w world) {
		w.listens("one", "s", "s")
		w.listens("two", "s", "other")
		w.listens("three", "other")
		w.waits("message", "p")
		w.broadcast("s", "1")
		w.broadcast("m", "1")
		w.listens("late", "s")
		who, ids := w.heard()
		require.ElementsMatch(w, []string{"s one", "s two"}, who)
		require.Equal(w, []string{"1", "1"}, ids)
	},

	"WithWhatItCarries": func(w world) {
		w.listens("one", "s")
		w.broadcast("s", "1")
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Equal(w, &casework.SignalRequest{InstanceID: "one", Signal: casework.Signal{Name: "s", ID: "1", Variables: json.RawMessage(`{"a":1}`)}}, rows[0].Signal)
	},

	// A message of that name is no signal, and the other way round.
	"NoMessage": func(w world) {
		w.listens("one", "m")
		w.publish(0, "1")
		who, _ := w.heard()
		require.Empty(w, who)
	},

	// What an instance throws reaches all others, in the transaction that stores it.
	"ThrownByAnInstance": func(w world) {
		w.listens("one", "s")
		w.listens("two", "s")
		w.apply("one", "", 2, func(p *casework.Projection) { p.Signals = []casework.Signal{{Name: "s", ID: "one.7"}} })
		who, ids := w.heard()
		require.Equal(w, []string{"s two"}, who)
		require.Equal(w, []string{"one.7"}, ids)
		view, err := w.Instance(w.ctx, "two")
		require.NoError(w, err)
		require.True(w, view.Subscriptions[0].Signal)
	},

	// A signal starts the latest version of each process that begins with it, and with the same id the same instance.
	"Starts": func(w world) {
		deploy := func(process, hash string, names ...string) {
			_, err := w.Deploy(w.ctx, nil, []casework.ProcessDefinition{{ProcessID: process, Hash: hash, StartSignals: names}})
			require.NoError(w, err)
		}
		deploy("p", "p1", "s")
		deploy("q", "q1", "s")
		deploy("q", "q2", "t")
		w.broadcast("s", "1")
		w.broadcast("s", "1")
		w.broadcast("s", "2")
		who, ids := w.heard()
		require.Equal(w, []string{"s starts p", "s starts p", "s starts p"}, who)
		slices.Sort(ids)
		require.Len(w, slices.Compact(ids), 2)
	},

	"Refused": func(w world) {
		for _, s := range []casework.Signal{{}, {Name: "s", Variables: json.RawMessage(`[]`)}} {
			require.Equal(w, casework.Invalid, casework.CodeOf(w.Broadcast(w.ctx, s)))
		}
	},
}
