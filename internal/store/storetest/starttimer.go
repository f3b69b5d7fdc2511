package storetest

import (
	"errors"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// schedule deploys a version of the process p, or the one it has, with these timers.
func (w world) schedule(hash string, timers ...casework.StartTimer) {
	w.Helper()
	_, err := w.Deploy(w.as("anna"), nil, []casework.ProcessDefinition{{ProcessID: "p", Hash: hash}, {ProcessID: "other", Hash: "o"}}, timers...)
	require.NoError(w, err)
}

// every is a timer that is due after an hour and then some times more.
func (w world) every(element string, left int) casework.StartTimer {
	now := w.clock.now()
	return casework.StartTimer{ProcessID: "p", ElementID: element, From: now, DueAt: now.Add(time.Hour), Left: left, Every: "PT1H"}
}

func (w world) due() []casework.StartTimer {
	w.Helper()
	due, err := w.NextStartTimers(w.ctx, 10)
	require.NoError(w, err)
	return due
}

func (w world) scheduled() []casework.StartTimer {
	w.Helper()
	list, err := w.StartTimers(w.ctx, "p")
	require.NoError(w, err)
	return list
}

// following is a timer an hour later.
func following(t casework.StartTimer) *casework.StartTimer {
	t.DueAt, t.Left = t.DueAt.Add(time.Hour), t.Left-1
	return &t
}

var startTimers = map[string]func(world){
	// A timer is due at its time and not before, then at its next time, and is gone after the last.
	"OneAfterTheOther": func(w world) {
		w.schedule("h1", w.every("daily", 1), w.every("weekly", -1))
		first := w.every("daily", 1)
		first.Version, first.Definition, first.Number = 1, "h1", 1
		require.Equal(w, first, w.scheduled()[0])
		w.clock.advance(time.Hour - time.Microsecond)
		require.Empty(w, w.due())
		w.clock.advance(time.Microsecond)
		due := w.due()
		require.Len(w, due, 2)
		require.Equal(w, first, due[0])
		require.NoError(w, w.StartTimerDone(w.ctx, due[0], following(due[0])))
		require.NoError(w, w.StartTimerDone(w.ctx, due[0], nil), "somebody else was faster")
		require.NoError(w, w.StartTimerDone(w.ctx, due[1], nil))

		w.clock.advance(time.Hour)
		second := *following(first)
		second.Number = 2
		require.Equal(w, []casework.StartTimer{second}, w.due())
		require.NoError(w, w.StartTimerDone(w.ctx, second, nil))
		require.Empty(w, w.scheduled())
	},

	// A new version replaces the timers of the one before; the same version and other processes leave them alone.
	"FollowTheLatestVersion": func(w world) {
		w.schedule("h1", w.every("a", 5), w.every("b", 5))
		w.clock.advance(time.Hour)
		taken := w.due()[0]
		w.schedule("h1", w.every("a", 9))
		require.Equal(w, 5, w.scheduled()[0].Left, "the same content is no new version")

		w.schedule("h2", w.every("a", 7))
		list := w.scheduled()
		require.Len(w, list, 1)
		require.Equal(w, []any{2, "h2", 1, 7}, []any{list[0].Version, list[0].Definition, list[0].Number, list[0].Left})
		require.NoError(w, w.StartTimerDone(w.ctx, taken, nil))
		require.NoError(w, w.StartTimerFailed(w.ctx, taken, errors.New("too late")))
		require.Equal(w, list, w.scheduled(), "what a relay still had of the version before changes nothing")

		w.schedule("h3")
		require.Empty(w, w.scheduled())
		w.schedule("h1", w.every("a", 5))
		require.Equal(w, 4, w.scheduled()[0].Version, "going back begins anew")
		everywhere, err := w.StartTimers(w.ctx, "")
		require.NoError(w, err)
		require.Equal(w, w.scheduled(), everywhere)
	},

	// A timer that has been taken comes again after a minute, one that failed later and later.
	"LeaseAndFailure": func(w world) {
		w.schedule("h1", w.every("a", 0))
		w.clock.advance(time.Hour)
		first := w.due()
		require.Len(w, first, 1)
		w.clock.advance(time.Minute - time.Microsecond)
		require.Empty(w, w.due())
		w.clock.advance(time.Microsecond)
		require.Equal(w, first, w.due())
		for attempt := range 4 {
			require.NoError(w, w.StartTimerFailed(w.ctx, first[0], errors.New("temporal is down: ø")))
			w.clock.advance(time.Second<<attempt - time.Microsecond)
			require.Empty(w, w.due())
			w.clock.advance(time.Microsecond)
			again := w.due()
			require.Len(w, again, 1)
			require.Equal(w, attempt+1, again[0].Attempts)
			require.Equal(w, first[0].DueAt, again[0].DueAt, "it is late, and still due when it was")
			first = again
		}
		require.NoError(w, w.StartTimerDone(w.ctx, first[0], following(first[0])))
		w.clock.advance(time.Hour)
		require.Zero(w, w.due()[0].Attempts)
	},

	// Many relays at once take every time of every timer once.
	"ManyRelays": func(w world) {
		const timers, times = 5, 8
		var list []casework.StartTimer
		for n := range timers {
			list = append(list, w.every(id("t", n), times-1))
		}
		w.schedule("h1", list...)
		w.clock.advance(24 * time.Hour)
		var mu sync.Mutex
		taken := map[string]int{}
		take := func() (some bool, err error) {
			due, err := w.NextStartTimers(w.ctx, 2)
			for _, t := range due {
				mu.Lock()
				taken[id(t.ElementID, t.Number)]++
				mu.Unlock()
				next := following(t)
				if t.Left == 0 {
					next = nil
				}
				if err := w.StartTimerDone(w.ctx, t, next); err != nil {
					return false, err
				}
			}
			return len(due) > 0, err
		}
		errs := together(8, func(int) error {
			for {
				if some, err := take(); err != nil || !some {
					return err
				}
			}
		})
		require.Equal(w, make([]error, 8), errs)
		for some := true; some; { // one may find nothing while another holds a row
			var err error
			some, err = take()
			require.NoError(w, err)
		}
		require.Len(w, taken, timers*times)
		for what, n := range taken {
			require.Equal(w, 1, n, what)
		}
		require.Empty(w, w.scheduled())
	},
}
