package workflows_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// Of very many timers those that are due first are Temporal's, in whatever order they are set, and each fires when it is due.
func TestTimersTakeTheirTurn(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		sub one each="=for i in 1..600 return 601 - i" item=minutes {
			start os
			catch later duration="=duration(\"PT\" + string(minutes) + \"M\")"
			end oe
			os -> later -> oe
		}
		end e
		s -> one -> e`})
	begun := s.Now()
	armed, most, wrong, fired := 0, 0, 0, 0
	s.SetOnTimerScheduledListener(func(string, time.Duration) { armed++ })
	s.SetOnTimerCanceledListener(func(string) { armed-- })
	s.SetOnTimerFiredListener(func(string) {
		most = max(most, armed)
		armed--
		fired++
		if s.Now().Sub(begun) != time.Duration(fired)*time.Minute {
			wrong++
		}
	})
	require.Equal(t, engine.Completed, s.run(``).Status)
	require.Equal(t, []int{500, 600, 0}, []int{most, fired, wrong})
}

// A timer that is not Temporal's yet can be moved, held still with its instance, and canceled.
func TestTimersThatWaitCanBeChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		sub one each="=for i in 1..600 return i" item=days until="=numberOfCompletedInstances = 3" {
			start os
			catch later duration="=duration(\"P\" + string(days) + \"D\")"
			end oe
			os -> later -> oe
		}
		end e
		s -> one -> e`})
	begun := s.Now()
	done := func() (n int) {
		for _, h := range s.happened() {
			if h == "timer later" {
				n++
			}
		}
		return n
	}
	var last casework.Timer
	s.at(time.Minute, func() {
		all := s.seen().Timers
		require.Len(t, all, 600)
		last = slices.MaxFunc(all, func(a, b casework.Timer) int { return a.DueAt.Compare(b.DueAt) })
	})
	s.at(time.Hour, func() {
		var key, timer int64
		_, err := fmt.Sscanf(last.ID, "%d.%d", &key, &timer)
		require.NoError(t, err)
		s.update(workflows.MoveTimerUpdate, workflows.Request{Key: key, Timer: timer, Due: begun.Add(2 * time.Hour)})
	})
	s.at(3*time.Hour, func() {
		require.Equal(t, 1, done(), "the last one was moved to the front")
		s.update(workflows.SuspendUpdate, workflows.Request{})
	})
	s.at(27*time.Hour, func() {
		require.Equal(t, 1, done())
		s.update(workflows.ResumeUpdate, workflows.Request{})
	})
	s.at(49*time.Hour, func() { require.Equal(t, 2, done(), "a day and the pause after the beginning") })
	require.Equal(t, engine.Completed, s.run(``).Status)
	require.Equal(t, 3*24*time.Hour, s.Now().Sub(begun), "the others were canceled")
}
