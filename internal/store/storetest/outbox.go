package storetest

import (
	"errors"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
)

var outbox = map[string]func(world){
	// Effects of one case come one after the other, those of different cases beside each other.
	"InOrderPerCase": func(w world) {
		receipt := w.receive(w.notification(1, "2026-02-20"))
		w.receive(w.event(2, nemrefusion.FullRecovery, `,"effectiveFrom":"2026-03-20"`))
		other := w.openCase(herning)
		rows, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, rows, 2)
		require.Equal(w, receipt.CaseID, rows[0].Stream)
		require.Equal(w, other.ID, rows[1].Stream)

		again, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Empty(w, again, "both are taken, and the recovery waits behind the start")
		require.NoError(w, w.OutboxDone(w.ctx, rows[0].ID))
		require.NoError(w, w.OutboxDone(w.ctx, rows[0].ID))
		again, err = w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Len(w, again, 1)
		require.Equal(w, "recovered", again[0].Message.Name)
	},

	// What a relay took and never finished can be taken again after a minute.
	"LeaseEnds": func(w world) {
		w.openCase(herning)
		first, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		w.clock.advance(59 * time.Second)
		none, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Empty(w, none)
		w.clock.advance(time.Second)
		again, err := w.NextOutbox(w.ctx, 10)
		require.NoError(w, err)
		require.Equal(w, first, again)
	},

	// A failed effect comes again later and later, and holds back its case only.
	"FailedComesAgain": func(w world) {
		w.openCase(herning)
		waits := time.Duration(0)
		for attempt := range 5 {
			rows, err := w.NextOutbox(w.ctx, 10)
			require.NoError(w, err)
			require.Len(w, rows, 1)
			require.Equal(w, attempt, rows[0].Attempts)
			require.NoError(w, w.OutboxFailed(w.ctx, rows[0].ID, errors.New("temporal is down: ø")))
			waits = time.Second << attempt
			w.clock.advance(waits - time.Millisecond)
			none, err := w.NextOutbox(w.ctx, 10)
			require.NoError(w, err)
			require.Empty(w, none)
			w.clock.advance(time.Millisecond)
		}
		waiting, oldest, err := w.OutboxStatus(w.ctx)
		require.NoError(w, err)
		require.Equal(w, int64(1), waiting)
		require.Equal(w, 31*time.Second, w.clock.now().Sub(*oldest))
	},

	// Many relays at once carry every effect out once.
	"ManyRelays": func(w world) {
		const n = 20
		for range n {
			w.openCase(herning)
		}
		var mu sync.Mutex
		taken := map[int64]int{}
		errs := together(8, func(int) error {
			for {
				rows, err := w.NextOutbox(w.ctx, 3)
				if err != nil || len(rows) == 0 {
					return err
				}
				for _, row := range rows {
					mu.Lock()
					taken[row.ID]++
					mu.Unlock()
					if err := w.OutboxDone(w.ctx, row.ID); err != nil {
						return err
					}
				}
			}
		})
		require.Equal(w, make([]error, 8), errs)
		w.clock.advance(time.Minute)
		for _, row := range w.rest() {
			taken[row.ID]++
		}
		require.Len(w, taken, n)
		for id, times := range taken {
			require.Equal(w, 1, times, "row %d", id)
		}
	},

	// Whoever waits on the channel is woken by a commit, not by what was rolled back.
	"Wakes": func(w world) {
		select {
		case <-w.Outbox():
			w.Fatal("woken by nothing")
		default:
		}
		_, err := w.OpenCase(w.ctx, casework.NewCase{Municipality: "0000"})
		require.Error(w, err)
		require.Empty(w, w.Outbox())
		w.openCase(herning)
		<-w.Outbox()
	},
}

// rest takes what relays have left: one may find nothing while another holds a row.
func (w world) rest() (rows []casework.Outgoing) {
	w.Helper()
	rows, err := w.NextOutbox(w.ctx, 100)
	require.NoError(w, err)
	return rows
}
