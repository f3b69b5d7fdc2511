package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// stories is how many random stories are told: FASTHOLD_STORIES in the environment, for long runs.
func stories(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("FASTHOLD_STORIES")); err == nil {
		return n
	}
	if testing.Short() || raced {
		return 6
	}
	return 40
}

// seedOf is the first seed: FASTHOLD_SEED in the environment, to tell a story again with FASTHOLD_STORIES=1.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	if text := os.Getenv("FASTHOLD_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
		return seed
	}
	return rand.Uint64()
}

// Whatever random sound process, and whatever people, jobs, messages, signals, errors and timers do to it and to those it calls in whichever order,
// also when they are suspended, modified and migrated meanwhile: the bare engine, the time-skipping environment and a real server with a worker and a
// store tell the same, record by record, come to the same state, and refuse the same for the same reasons.
func TestThreeWaysAgree(t *testing.T) {
	t.Parallel()
	first := seedOf(t)
	jobs := new(asked)
	d := newDeadly(t)
	d.serve(jobs)
	lanes := make(chan struct{}, 4)
	for i := range stories(t) {
		seed := first + uint64(i)
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			lanes <- struct{}{}
			defer func() { <-lanes }()
			tell(t, d.within(t), jobs, seed)
		})
	}
}

// within is the same site as a part of a test sees it.
func (d *deadly) within(t *testing.T) *deadly {
	s := *d.site
	s.t = t
	return &deadly{site: &s, temporal: d.temporal, file: d.file, box: d.box}
}

// tell plays one random story of one random process, and those it calls, in all ways.
func tell(t *testing.T, d *deadly, jobs *asked, seed uint64) {
	s := newTale(t, d, seed)
	vars := fmt.Sprintf(`{"v1":%d,"v2":%d,"v3":1}`, s.chance.IntN(3), s.chance.IntN(3))
	require.NoError(t, s.model.start(s.root, "", nil, 0, engine.Event{Kind: engine.Start, Variables: random(t, vars)}))
	require.NoError(t, s.model.rest())
	def := s.newest(s.root)
	in := workflows.Input{ProcessID: def.ProcessID, Version: def.Version, Definition: def.Hash, Variables: json.RawMessage(vars), Calendar: workday.Default(), Interpreter: engine.Current}
	skipping := newSkipped(s.shelf, s.model.now, in)
	defer func() { require.NoError(t, skipping.turns.Close()) }()
	server := &served{deadly: d, jobs: jobs, id: d.begin(def, vars)}
	s.ways = []namedWay{{"skipping", skipping}, {"served", server}}

	s.agree()
	for s.model.instances[""].state.Status == engine.Active {
		s.happen(s.next())
		s.agree()
	}
	t.Log(s)
	require.ElementsMatch(t, s.model.order, server.begun(slices.Collect(maps.Keys(s.latest))), "%s", s)
}

// happen lets something happen in all ways. What is refused in one is refused in all, for the same reasons.
func (s *tale) happen(d deed) {
	s.t.Helper()
	s.said = append(s.said, d.String())
	require.Less(s.t, len(s.said), longest, "%s", s)
	refused, err := refusal(d, s.model.do(d))
	require.NoError(s.t, err, "%s", s)
	if refused != "" {
		s.said = append(s.said, "refused: "+refused)
	}
	for _, w := range s.ways {
		also, err := refusal(d, w.do(d))
		require.NoError(s.t, err, "%s\n%s", w.name, s)
		require.Equal(s.t, refused, also, "%s\n%s", w.name, s)
	}
}

// agree fails unless all ways come to what the model shows, of the instances that had not ended when they last did. The store of a busy machine may be
// a moment behind.
func (s *tale) agree() {
	s.t.Helper()
	for _, name := range s.model.order {
		if s.over[name] {
			continue
		}
		want, err := s.model.sight(name)
		require.NoError(s.t, err)
		for _, w := range s.ways {
			got, err := w.sight(name)
			for until := time.Now().Add(patience); w.name == "served" && err == nil && !reflect.DeepEqual(want, got) && time.Now().Before(until); {
				got, err = w.sight(name)
			}
			require.NoError(s.t, err, "%s%s\n%s", w.name, name, s)
			require.Equal(s.t, want, got, "%s%s\n%s", w.name, name, s)
		}
		s.over[name] = s.model.instances[name].state.Status != engine.Active
	}
}

func random(t *testing.T, text string) engine.Variables {
	t.Helper()
	v, err := engine.ParseVariables([]byte(text))
	require.NoError(t, err)
	return v
}
