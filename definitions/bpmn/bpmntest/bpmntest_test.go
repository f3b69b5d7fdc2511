package bpmntest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
)

// Each word of the language ends in the plan.
func TestEveryWord(t *testing.T) {
	t.Parallel()
	p := bpmntest.Plan(t, "p", `
		process name="A \"case\"" tag=v1   # a comment ; with signs }
		data d="=1" n
		start s name=Begin; start m message=go; start y date=2026-11-23
		lane One s { lane "Two and more" u }
		user u form=f assignee="=a" groups="x, y" users=z due=2026-11-23 followup="=d" priority=10 follows header.k=v
		boundary b on=u cycle=R3/P1D noninterrupting follows
		boundary any on=u error codevar=c messagevar=d
		send n type=`+"`=\"a;b\"`"+` retries=5 local timeout=PT1M backoff=PT2S
		race v; catch v1 duration=PT1S; catch v2 message=m key=k
		sub k { start k1; xor k2; end k3 error=E; end k4 terminate; k1 -> k2 -[list[1] > 0]-> k3; k2 -/-> k4 }
		eventsub l { start l1 message=m key=k noninterrupting; end l2; l1 -> l2 }
		call c process=q allin=false allout=false binding=deployment in.a.b="=1" out.c="=2"
		end e
		first: s -> u
		m -> u; y -> u -> v -> v1 -> k -> c -> e; v -> v2 -> e; b -> n; any -> e; s -> u`)
	get := func(id string) *bpmn.Element {
		e, ok := p.Element(id)
		require.True(t, ok, id)
		return e
	}
	require.Equal(t, `A "case"`, p.Name)
	require.Equal(t, "v1", p.VersionTag)
	require.Equal(t, []string{"d", "n"}, []string{p.Root().Inputs[0].Target[0], p.Root().Inputs[1].Target[0]})
	require.Equal(t, "null", p.Root().Inputs[1].Source.Source())
	require.Equal(t, "Two and more", get("u").Lane)
	require.Equal(t, `["x", "y"]`, get("u").UserTask.CandidateGroups.Source())
	require.True(t, get("u").UserTask.Follows)
	require.Equal(t, []bpmn.Header{{Key: "k", Value: "v"}}, get("u").UserTask.Headers)
	require.False(t, get("b").Interrupting)
	require.True(t, get("b").Event.Timer.Follows)
	require.Equal(t, "c", get("any").Event.CodeVariable)
	require.True(t, get("n").Job.Local)
	require.Equal(t, `"a;b"`, get("n").Job.Type.Source())
	require.False(t, get("l1").Interrupting)
	require.Equal(t, []string{"a", "b"}, get("c").Inputs[0].Target)
	require.False(t, get("c").Call.AllIn)
	require.Equal(t, "list[1] > 0", p.Flows[get("k2").Outgoing[0]].Condition.Source())
	require.Equal(t, get("k2").Outgoing[1], get("k2").Default)
	var ids []string
	for _, f := range get("u").Incoming {
		ids = append(ids, p.Flows[f].ID)
	}
	require.Equal(t, []string{"first", "m-u", "y-u", "s-u"}, ids)
}

func TestMistakesOfATest(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"begin s":               `bpmntest: line 1: unknown kind "begin"`,
		"start s\nend e form=x": "bpmntest: line 2: e cannot have the option form",
		"sub a {":               "bpmntest: line 1: } is missing",
		"a => b":                `bpmntest: line 1: unknown kind "a"`,
		"a -x b":                "bpmntest: line 1: an arrow is ->, -/-> or -[condition]->",
		"f: a -> b -> c":        "bpmntest: line 1: a flow with an id has one arrow",
		`task a name="x`:        "bpmntest: line 1: closing quote is missing",
		"task a\n\n\ntask":      "bpmntest: line 4: a word is missing before \"\"",
	} {
		require.PanicsWithValue(t, want, func() { bpmntest.XML("p", text) }, text)
	}
}
