package simulation_test

import "testing"

const undone = `
	start s
	transaction deal {
		start i
		service hotel type=book; boundary nohotel on=hotel compensate=unhotel; service unhotel type=cancel handler
		service flight type=book; boundary noflight on=flight compensate=unflight; user unflight handler
		xor x; end done; end no cancel
		i -> hotel -> flight -> x -[ok]-> done
		x -/-> no
	}
	boundary canceled on=deal cancel
	user regret
	throw undo compensate
	end e; end ce
	s -> deal -> regret -> undo -> e
	canceled -> ce`

// The events of compensation and their handlers count as entries, one after the other; the event that throws waits for them.
func TestCompensation(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{"p": undone})
	for _, c := range []struct{ name, scenario, want string }{
		{"canceled", `{"variables":{"ok":false}}`,
			`completed | 11-23T08:00 | s deal i hotel flight x no noflight unflight nohotel unhotel canceled ce | {"ok":false}`},
		{"canceled, and a person undoes", `{"variables":{"ok":false},"steps":[{"check":{"waiting":["unflight"],"notWaiting":["unhotel","undo"]}},{"complete":"unflight"},{"check":{"completed":true}}]}`,
			`completed | 11-23T08:00 | s deal i hotel flight x no noflight unflight nohotel unhotel canceled ce | {"ok":false} | check 1 true | check 3 true`},
		{"thrown behind the transaction", `{"variables":{"ok":true},"answers":{"unflight":{"wait":true}}}`,
			`active | s deal i hotel flight x done regret undo noflight unflight | at undo deal unflight | {"ok":true}`},
		{"a handler that fails", `{"variables":{"ok":false},"answers":{"unhotel":[{"fail":"no"}]}}`,
			`incident | s deal i hotel flight x no noflight unflight nohotel unhotel | at deal unhotel | {"ok":false} | job_failed unhotel`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := shown(play(t, set, c.scenario)); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}
