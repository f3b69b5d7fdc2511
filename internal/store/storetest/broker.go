package storetest

import (
	"encoding/json"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// waits opens an instance of a process with one subscription for m/k.
func (w world) waits(instance, process string) {
	w.Helper()
	w.apply(instance, "", 1, func(p *casework.Projection) {
		p.Instance.ProcessID = process
		p.Subscriptions = []casework.Subscription{{Key: 5, ElementID: "catch", Name: "m", CorrelationKey: "k"}}
	})
}

func (w world) publish(ttl time.Duration, id string) {
	w.Helper()
	require.NoError(w, w.Publish(w.ctx, casework.Message{Name: "m", CorrelationKey: "k", Variables: json.RawMessage(`{"a":1}`), TTL: ttl, ID: id}))
}

// told empties the outbox and tells which instances got the message, and which processes it started.
func (w world) told() (who []string) {
	w.Helper()
	for {
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		if len(rows) == 0 {
			return who
		}
		for _, row := range rows {
			if row.Start != nil {
				who = append(who, "start "+row.Start.ProcessID)
			} else {
				who = append(who, row.Message.InstanceID)
			}
			require.NoError(w, w.OutboxDone(w.ctx, row.ID))
		}
	}
}

// started is a process that the message m starts.
func (w world) started(process string, messages ...string) {
	w.Helper()
	_, err := w.Deploy(w.ctx, nil, []casework.ProcessDefinition{{ProcessID: process, Hash: process + "1", StartMessages: messages}})
	require.NoError(w, err)
}

var broker = map[string]func(world){
	"ToWhoWaits": func(w world) {
		w.waits("i", "p")
		w.publish(0, "1")
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, rows, 1)
		require.Equal(w, "i", rows[0].Stream)
		require.Equal(w, &casework.MessageRequest{
			InstanceID: "i", ElementKey: 5, Name: "m", CorrelationKey: "k", Variables: json.RawMessage(`{"a":1}`), MessageID: "1",
		}, rows[0].Message)
	},

	// Name and correlation key must both fit.
	"ToNobodyElse": func(w world) {
		w.waits("i", "p")
		require.NoError(w, w.Publish(w.ctx, casework.Message{Name: "m", CorrelationKey: "other"}))
		require.NoError(w, w.Publish(w.ctx, casework.Message{Name: "other", CorrelationKey: "k"}))
		require.Empty(w, w.told())
	},

	// One instance of each process gets it: the one that has waited longest.
	"OncePerProcess": func(w world) {
		w.waits("p-late", "p")
		w.clock.advance(-time.Hour)
		w.waits("p-early", "p")
		w.waits("q", "q")
		w.publish(0, "")
		require.ElementsMatch(w, []string{"p-early", "q"}, w.told())
	},

	// A message waits for its time to live, and no longer.
	"Buffered": func(w world) {
		w.publish(time.Hour, "1")
		w.clock.advance(59 * time.Minute)
		w.waits("in-time", "p")
		w.clock.advance(2 * time.Minute)
		w.waits("too-late", "q")
		require.Equal(w, []string{"in-time"}, w.told())
	},

	"NotBufferedWithoutTime": func(w world) {
		w.publish(0, "1")
		w.waits("i", "p")
		require.Empty(w, w.told())
	},

	// A buffered message goes to one instance of a process, and still to other processes.
	"BufferedOncePerProcess": func(w world) {
		w.publish(time.Hour, "1")
		w.waits("p1", "p")
		w.waits("p2", "p")
		w.waits("q1", "q")
		require.Equal(w, []string{"p1", "q1"}, w.told())
	},

	"OldestFirst": func(w world) {
		w.publish(time.Hour, "1")
		w.publish(time.Hour, "2")
		w.waits("p1", "p")
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, rows, 1)
		require.Equal(w, "1", rows[0].Message.MessageID)
	},

	// The same message again is none while it lives, and a new one afterwards.
	"SameMessage": func(w world) {
		w.waits("i", "p")
		w.publish(time.Hour, "1")
		w.publish(time.Hour, "1")
		require.Equal(w, []string{"i"}, w.told())
		w.clock.advance(61 * time.Minute)
		w.publish(time.Hour, "1")
		require.Equal(w, []string{"i"}, w.told())
	},

	// A message with an id published by many at once is one.
	"SameMessageAtOnce": func(w world) {
		w.waits("i", "p")
		errs := together(30, func(int) error {
			return w.Publish(w.ctx, casework.Message{Name: "m", CorrelationKey: "k", TTL: time.Hour, ID: "1"})
		})
		require.Equal(w, make([]error, 30), errs)
		require.Equal(w, []string{"i"}, w.told())
	},

	// Publishing and subscribing at the same moment never miss each other.
	"PublishMeetsSubscribe": func(w world) {
		const n = 30
		errs := together(2*n, func(i int) error {
			key := id("k", i/2)
			if i%2 == 0 {
				return w.Publish(w.ctx, casework.Message{Name: "m", CorrelationKey: key, TTL: time.Hour, ID: "1"})
			}
			return w.follow(w.ctx, w.projection(id("i", i/2), "", 1, func(p *casework.Projection) {
				p.Subscriptions = []casework.Subscription{{Key: 1, Name: "m", CorrelationKey: key}}
			}))
		})
		require.Equal(w, make([]error, 2*n), errs)
		require.Len(w, w.told(), n)
	},

	// A message starts the latest versions that begin with it.
	"Starts": func(w world) {
		w.started("p", "m", "n")
		w.started("q", "n")
		w.publish(0, "1")
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, rows, 1)
		start := rows[0].Start
		require.NotEmpty(w, start.InstanceID)
		start.InstanceID = ""
		require.Equal(w, &casework.StartRequest{ProcessID: "p", Message: "m", MessageID: "1", Key: "k", Variables: json.RawMessage(`{"a":1}`)}, start)

		_, err = w.Deploy(w.ctx, nil, []casework.ProcessDefinition{{ProcessID: "p", Hash: "p2"}})
		require.NoError(w, err)
		require.NoError(w, w.OutboxDone(w.ctx, rows[0].ID))
		require.NoError(w, w.Publish(w.ctx, casework.Message{Name: "m", CorrelationKey: "new"}))
		require.Empty(w, w.told(), "the latest version no longer begins with it")
	},

	// While an instance that a message started runs, the next with its correlation key waits; when it has ended, that one starts.
	"StartsOneAtATime": func(w world) {
		w.started("p", "m")
		w.publish(0, "1")
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, rows, 1)
		require.NoError(w, w.OutboxDone(w.ctx, rows[0].ID))
		w.publish(0, "lost")
		w.publish(time.Hour, "kept")
		require.Empty(w, w.told())
		require.NoError(w, w.Publish(w.ctx, casework.Message{Name: "m", CorrelationKey: "other"}))
		require.Equal(w, []string{"start p"}, w.told())

		instance := rows[0].Start.InstanceID
		run := func(sequence int64, state casework.InstanceState) {
			w.apply(instance, "", sequence, func(p *casework.Projection) { p.Instance.ProcessID, p.Instance.State = "p", state })
		}
		run(1, casework.InstanceActive)
		require.Empty(w, w.told())
		run(2, casework.InstanceCompleted)
		rows, err = w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, rows, 1)
		require.Equal(w, "kept", rows[0].Start.MessageID)
		require.NotEqual(w, instance, rows[0].Start.InstanceID)
	},

	// Without a correlation key every message starts an instance.
	"StartsWithoutKey": func(w world) {
		w.started("p", "m")
		for range 2 {
			require.NoError(w, w.Publish(w.ctx, casework.Message{Name: "m"}))
		}
		require.Equal(w, []string{"start p", "start p"}, w.told())
	},

	"Refuses": func(w world) {
		for _, m := range []casework.Message{
			{}, {Name: "m", TTL: -1}, {Name: "m", TTL: 400 * 24 * time.Hour}, {Name: "m", Variables: json.RawMessage(`[1]`)},
			{Name: "m", Variables: json.RawMessage(`{`)}, {Name: string(make([]byte, 201))},
		} {
			w.requireCode(casework.Invalid, w.Publish(w.ctx, m))
		}
	},
}
