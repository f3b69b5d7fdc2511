package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
	"fasthold/workflows/engine/enginetest"
)

// stories is how many random stories are told: FASTHOLD_STORIES in the environment, for long runs.
func stories(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("FASTHOLD_STORIES")); err == nil {
		return n
	}
	if testing.Short() || raced {
		return 6
	}
	return 48
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

// Whatever random sound process, and whatever people, jobs, messages, signals, errors and timers do to it in whichever order: the bare engine, the
// time-skipping environment and a real server with a worker and a store tell the same, record by record, and come to the same state.
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

// longest bounds a story; a random process of this depth needs far fewer events.
const longest = 300

// tell plays one random story of one random process in all ways.
func tell(t *testing.T, d *deadly, jobs *asked, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, 0))
	blocks := &bpmntest.Blocks{Draw: func(n int, _ string) int { return chance.IntN(n) }}
	blocks.Scope(2)
	text := blocks.String()
	vars := fmt.Sprintf(`{"v1":%d,"v2":%d,"v3":1}`, chance.IntN(3), chance.IntN(3))

	def := d.deploy("differential-"+strconv.FormatUint(seed, 10), text)
	program := &engine.Program{Plan: bpmntest.Plan(t, def.ProcessID, text)}
	model, err := newBare(program)
	require.NoError(t, err)
	require.NoError(t, model.do(engine.Event{Kind: engine.Start, Variables: random(t, vars)}))
	in := workflows.Input{ProcessID: def.ProcessID, Definition: def.Hash, Variables: json.RawMessage(vars), Calendar: workday.Default(), Interpreter: engine.Current}
	skipping := newSkipped(program, in)
	defer skipping.close()
	server := &served{deadly: d, jobs: jobs}
	server.id = d.begin(def, vars)
	ways := map[string]way{"skipping": skipping, "served": server}

	var said []string
	agree(t, model, ways, &said, text)
	for model.state.Status == engine.Active {
		e := something(t, chance, program, &model.state)
		said = append(said, fmt.Sprintf("%s %d %s%s %s", e.Kind, e.Key, e.Name, e.Code, encode(t, e.Variables)))
		require.Less(t, len(said), longest, "%s\n%s", text, strings.Join(said, "\n"))
		require.NoError(t, model.do(e), "%s\n%s", text, strings.Join(said, "\n"))
		for name, w := range ways {
			require.NoError(t, w.do(e), "%s\n%s\n%s", name, text, strings.Join(said, "\n"))
		}
		agree(t, model, ways, &said, text)
	}
	require.Equal(t, engine.Completed, model.state.Status)
}

// something is what happens next: mostly what a token waits for, with new values of variables, and now and then what nobody waits for.
func something(t *testing.T, chance *rand.Rand, p *engine.Program, s *engine.State) engine.Event {
	t.Helper()
	possible := enginetest.Possible(p, s)
	require.NotEmpty(t, possible, "%s", encode(t, s))
	e := possible[chance.IntN(len(possible))]
	switch chance.IntN(12) {
	case 0:
		return engine.Event{Kind: engine.Correlate, Name: "told", CorrelationKey: "k", ID: uuid.NewString(), TTL: 10 * time.Hour, Variables: random(t, values(chance))}
	case 1:
		return engine.Event{Kind: engine.Signal, Name: "loud"}
	case 2:
		return engine.Event{Kind: engine.SetVariables, Variables: random(t, values(chance))}
	}
	e.Due = time.Time{}
	if e.Kind != engine.FireTimer && chance.IntN(3) == 0 {
		e.Variables = random(t, values(chance))
	}
	return e
}

func values(chance *rand.Rand) string {
	return fmt.Sprintf(`{"v%d":%d}`, 1+chance.IntN(3), chance.IntN(3))
}

func random(t *testing.T, text string) engine.Variables {
	t.Helper()
	v, err := engine.ParseVariables([]byte(text))
	require.NoError(t, err)
	return v
}

func encode(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

// agree fails unless all ways come to what the model shows. The store of a busy machine may be a moment behind.
func agree(t *testing.T, model way, ways map[string]way, said *[]string, text string) {
	t.Helper()
	want, err := model.sight()
	require.NoError(t, err)
	for name, w := range ways {
		got, err := w.sight()
		for until := time.Now().Add(20 * taskTimeout); name == "served" && err == nil && !reflect.DeepEqual(want, got) && time.Now().Before(until); {
			got, err = w.sight()
		}
		require.NoError(t, err)
		require.Equal(t, want, got, "%s\n%s\n%s", name, text, strings.Join(*said, "\n"))
	}
}
