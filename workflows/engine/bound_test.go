package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// text is a JSON text of n kilobytes.
func text(n int) string { return `"` + strings.Repeat("x", n<<10) + `"` }

// A list that doubles in a loop comes to an end: with an incident, before it is larger than what Temporal takes. What was there stays.
func TestVariablesAreBounded(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		xor again
		script double expr="=concatenate(list, list)" result=list
		xor more
		end e
		s -> again -> double -> more -[n > 0]-> again
		more -/-> e`, `{"n":1,"list":[`+text(100)+`]}`)
	require.Equal(t, []string{"variables_too_large"}, codes(p.incidents()))
	list, _ := p.s.Root().Variables.Lookup("list")
	require.Len(t, list.(feel.List), 16, "32 would be 3.2 MB beside the 1.6 MB they replace")

	// What takes little is set all the same, and a value that grows by sharing its parts is not even looked at in full.
	p = play(t, `
		start s
		xor again
		script double expr="=[list, list]" result=list
		script count expr="=n + 1" result=n
		xor more
		end e
		s -> again -> double -> count -> more -[n < 1000]-> again
		more -/-> e`, `{"n":1,"list":[1]}`)
	require.Contains(t, []string{"variables_too_large", "evaluation"}, p.incidents()[0].Code)
}

func codes(incidents []engine.Incident) (out []string) {
	for _, i := range incidents {
		out = append(out, i.Code)
	}
	return out
}

// What a job or a called process brings and the instance cannot hold is an incident, and a retry asks for it again.
func TestResultsAreBounded(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; service a type=x; end e; s -> a -> e`, `{"held":`+text(3000)+`}`)
	p.step(engine.Event{Kind: engine.CompleteJob, Key: p.key("a"), Variables: variables(t, `{"more":`+text(1200)+`}`)})
	require.Equal(t, []string{"variables_too_large"}, codes(p.incidents()))
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("a")})
	p.step(engine.Event{Kind: engine.CompleteJob, Key: p.key("a"), Variables: variables(t, `{"less":`+text(100)+`}`)})
	p.ended(engine.Completed)

	p = play(t, `start s; call c process=q; end e; s -> c -> e`, `{"held":`+text(3000)+`}`)
	p.step(engine.Event{Kind: engine.CompleteChild, Key: p.key("c"), Variables: variables(t, `{"more":`+text(1200)+`}`)})
	require.Equal(t, []string{"variables_too_large"}, codes(p.incidents()))
}

// What a person brings and the instance cannot hold is refused.
func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a; end e; s -> a -> e`, `{"held":`+text(3000)+`}`)
	more := variables(t, `{"more":`+text(1200)+`}`)
	p.refuses(engine.Event{Kind: engine.CompleteTask, Key: p.key("a"), Variables: more}, engine.Invalid, "4 MB")
	p.refuses(engine.Event{Kind: engine.SetVariables, Variables: more}, engine.Invalid, "4 MB")
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"held":null}`)})
	p.step(engine.Event{Kind: engine.CompleteTask, Key: p.key("a"), Variables: more})
	p.ended(engine.Completed)

	// Messages that come too early are kept as long as there is room, and while the instance is suspended, too.
	p = play(t, `start s; user a; catch m message=m key="=1"; end e; s -> a -> m -> e`, `{"held":`+text(3000)+`}`)
	early := func(n int) engine.Event {
		return engine.Event{Kind: engine.Correlate, Name: "m", CorrelationKey: "1", TTL: time.Hour, Variables: variables(t, `{"more":`+text(n)+`}`)}
	}
	p.step(early(1200))
	require.Empty(t, p.s.Inbox)
	p.step(early(500))
	require.Len(t, p.s.Inbox, 1)
	p.step(engine.Event{Kind: engine.Suspend})
	p.refuses(early(700), engine.Invalid, "4 MB")
	p.step(early(400))
	require.Len(t, p.s.Suspended.Held, 1)

	// An instance of before that was bounded goes on as it did.
	p = play(t, `start s; user a; end e; s -> a -> e`, `{"held":`+text(3000)+`}`)
	p.p.Version = engine.Bounded - 1
	p.step(engine.Event{Kind: engine.CompleteTask, Key: p.key("a"), Variables: more})
	p.ended(engine.Completed)
}
