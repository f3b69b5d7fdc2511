package e2e

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/casework"
	"fasthold/workflows/engine"
	"fasthold/workflows/engine/enginetest"
)

// tale is a random story of random processes under way.
type tale struct {
	*shelf
	t      *testing.T
	chance *rand.Rand
	site   *deadly
	model  *bare
	ways   []namedWay
	root   string
	texts  map[string]string // of all versions of all processes, by hash
	over   map[string]bool   // instances that have ended everywhere
	said   []string
	waits  int
	kinds  []happening
}

type namedWay struct {
	name string
	way
}

const (
	least   = 6   // events are to happen in a process about which there is something to tell
	longest = 300 // bounds a story; a random process of this depth needs far fewer events
	lively  = 40  // is after how many events nobody changes anything by hand any more
	tooLong = 150 // is after how many the process is canceled if it has not ended
)

// newTale deploys random processes, of which the last may call those before.
func newTale(t *testing.T, d *deadly, seed uint64) *tale {
	t.Helper()
	s := &tale{shelf: new(shelf), t: t, site: d, texts: map[string]string{}, over: map[string]bool{}, chance: rand.New(rand.NewPCG(seed, 0))}
	var err error
	s.model, err = newBare(s.shelf)
	require.NoError(t, err)
	name := "differential-" + strconv.FormatUint(seed, 10)
	blocks := &bpmntest.Blocks{Draw: func(n int, _ string) int { return s.chance.IntN(n) }}
	if s.chance.IntN(2) == 0 {
		for _, called := range []string{"-inner", "-outer"} {
			blocks.Callee(1)
			s.deploy(name+called, blocks.String())
			blocks.Calls = append(blocks.Calls, name+called)
			blocks.Reset()
		}
	}
	for blocks.Scope(2); !s.lasts(blocks.String()); blocks.Scope(2) {
		blocks.Reset()
	}
	s.root = name
	s.deploy(name, blocks.String())
	s.kinds = []happening{{24, s.possible}, {3, s.told}, {3, s.heard}, {3, s.set}, {1, s.canceled}}
	for _, k := range []happening{{5, s.paused}, {5, s.modified}, {2, s.migrated}, {20, s.waited}} {
		if s.chance.IntN(2) == 0 {
			s.kinds = append(s.kinds, k)
		}
	}
	return s
}

// lasts reports whether something happens in a process before it ends.
func (s *tale) lasts(text string) bool {
	p := &engine.Program{Plan: bpmntest.Plan(s.t, "p", text)}
	var state engine.State
	var turn engine.Turn
	e := engine.Event{Kind: engine.Start, Variables: random(s.t, `{"v1":1,"v2":1,"v3":1}`)}
	for range least {
		if err := p.Step(&state, e, &turn); err != nil || state.Status != engine.Active {
			return false
		}
		possible := enginetest.Possible(p, &state)
		if len(possible) == 0 {
			return true // it calls another
		}
		e = possible[s.chance.IntN(len(possible))]
	}
	return true
}

func (s *tale) deploy(process, text string) casework.ProcessDefinition {
	s.t.Helper()
	d := s.site.deploy(process, text)
	s.put(d, &engine.Program{Plan: bpmntest.Plan(s.t, process, text)})
	s.texts[d.Hash] = text
	s.said = append(s.said, fmt.Sprintf("%s %s:\n%s", process, d.Hash[:8], text))
	return d
}

// String tells all that a failure has to be told again.
func (s *tale) String() string { return strings.Join(s.said, "\n") }

// happening is a kind of thing that happens to an instance, and how often in proportion. It is false when it cannot happen now.
type happening struct {
	often int
	of    func(*played) (deed, bool)
}

// next is what happens next.
func (s *tale) next() deed {
	s.t.Helper()
	if len(s.said) > tooLong {
		return deed{Event: engine.Event{Kind: engine.Cancel}}
	}
	all := 0
	for _, k := range s.kinds {
		all += k.often
	}
	for range 100 {
		active := s.model.active()
		i, n := active[s.chance.IntN(len(active))], s.chance.IntN(all)
		for _, k := range s.kinds {
			if n -= k.often; n >= 0 {
				continue
			}
			if d, ok := k.of(i); ok {
				d.at = i.name
				return d
			}
			break
		}
	}
	return deed{Event: engine.Event{Kind: engine.Cancel}} // a join that waits in vain
}

// possible is mostly what a token waits for, with new values of variables.
func (s *tale) possible(i *played) (d deed, ok bool) {
	possible := enginetest.Possible(i.program, &i.state)
	for _, n := range i.state.Nodes {
		if n.Incident != nil {
			possible = append(possible, engine.Event{Kind: engine.Retry, Key: n.Key})
		}
	}
	if len(possible) == 0 {
		return d, false
	}
	d.Event = possible[s.chance.IntN(len(possible))]
	d.Due = time.Time{}
	if d.Kind != engine.FireTimer && d.Kind != engine.Retry && s.chance.IntN(3) == 0 {
		d.Variables = s.values()
	}
	return d, true
}

// told is a message that perhaps nobody waits for yet.
func (s *tale) told(*played) (deed, bool) {
	return deed{Event: engine.Event{Kind: engine.Correlate, Name: "told", CorrelationKey: "k", ID: uuid.NewString(), TTL: 100*time.Hour + 30*time.Minute, Variables: s.values()}}, true
}

func (s *tale) heard(*played) (deed, bool) {
	return deed{Event: engine.Event{Kind: engine.Signal, Name: "loud"}}, true
}

func (s *tale) set(*played) (deed, bool) {
	return deed{Event: engine.Event{Kind: engine.SetVariables, Variables: s.values()}}, true
}

func (s *tale) values() engine.Variables {
	return random(s.t, fmt.Sprintf(`{"v%d":%d}`, 1+s.chance.IntN(3), s.chance.IntN(3)))
}

// canceled is a called process that is, or now and then the whole.
func (s *tale) canceled(i *played) (deed, bool) {
	return deed{Event: engine.Event{Kind: engine.Cancel}}, i.caller != nil || s.chance.IntN(20) == 0
}
