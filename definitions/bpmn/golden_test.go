package bpmn_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

var update = flag.Bool("update", false, "write what the tests find into testdata/*.txt")

// Each testdata/*.bpmn has beside it what is to be found in it: its problems, then its plans. Files named *_fail.bpmn have no plans.
func TestFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.bpmn")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			plans, problems := compile(filepath.Base(file), data)
			require.Equal(t, strings.HasSuffix(file, "_fail.bpmn"), problem.HasErrors(problems), "%v", problems)
			got := describe(plans, problems)
			golden := strings.TrimSuffix(file, ".bpmn") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}

func compile(file string, data []byte) ([]*bpmn.Plan, []problem.Problem) {
	doc, problems := bpmn.Parse(file, data)
	plans, more := bpmn.Compile(doc)
	return plans, append(problems, more...)
}

func describe(plans []*bpmn.Plan, problems []problem.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%v [%s]\n", p, p.Code)
	}
	for _, p := range plans {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(fmt.Sprintf("%s %q %s", p.ID, p.Name, p.VersionTag)))
		for i := range p.Elements {
			b.WriteString(describeElement(p, &p.Elements[i]))
		}
	}
	return b.String()
}

func describeElement(p *bpmn.Plan, e *bpmn.Element) string {
	d := detail{indent: "  "}
	for parent := e.Parent; parent >= 0; parent = p.Elements[parent].Parent {
		d.indent += "  "
	}
	fmt.Fprintf(&d, "%s%s %s:%d", d.indent[2:], e.Kind, e.ID, e.Line)
	if e.Name != "" {
		fmt.Fprintf(&d, " %q", e.Name)
	}
	if e.Lane != "" {
		fmt.Fprintf(&d, " lane %q", e.Lane)
	}
	if e.AttachedTo >= 0 {
		fmt.Fprintf(&d, " on %s", p.Elements[e.AttachedTo].ID)
	}
	if e.Interrupting {
		d.WriteString(" interrupting")
	}
	d.WriteString("\n")
	d.event(e.Event)
	for _, m := range e.Inputs {
		d.line("in %s := %s", strings.Join(m.Target, "."), m.Source.Source())
	}
	d.work(e)
	for _, m := range e.Outputs {
		d.line("out %s := %s", strings.Join(m.Target, "."), m.Source.Source())
	}
	for _, f := range e.Outgoing {
		d.flow(p, e, &p.Flows[f])
	}
	return d.String()
}

type detail struct {
	strings.Builder
	indent string
}

func (d *detail) line(format string, args ...any) { fmt.Fprintf(d, d.indent+format+"\n", args...) }

func (d *detail) value(name string, x *feel.Expression) {
	if x != nil {
		d.line("%s %s", name, x.Source())
	}
}

func (d *detail) event(e *bpmn.Event) {
	if e == nil {
		return
	}
	d.line("event %s", e.Kind)
	if e.Timer != nil {
		d.line("%s %s follows=%v", e.Timer.Kind, e.Timer.Expr.Source(), e.Timer.Follows)
	}
	if e.Message != nil {
		d.value("message", e.Message.Name)
		d.value("key", e.Message.CorrelationKey)
	}
	d.value("code", e.Code)
	if e.CodeVariable != "" || e.MessageVariable != "" {
		d.line("into %s %s", e.CodeVariable, e.MessageVariable)
	}
}

func (d *detail) work(e *bpmn.Element) {
	if j := e.Job; j != nil {
		d.line("job %s local=%v timeout=%v backoff=%v headers=%v", j.Type.Source(), j.Local, j.Timeout, j.Backoff, j.Headers)
		d.value("retries", j.Retries)
	}
	if u := e.UserTask; u != nil {
		d.line("form %q follows=%v headers=%v", u.Form, u.Follows, u.Headers)
		d.value("assignee", u.Assignee)
		d.value("groups", u.CandidateGroups)
		d.value("users", u.CandidateUsers)
		d.value("due", u.DueDate)
		d.value("follow up", u.FollowUpDate)
		d.value("priority", u.Priority)
	}
	if l := e.Loop; l != nil {
		d.line("loop standard=%v sequential=%v before=%v item=%s output=%s own=%s", l.Standard, l.Sequential, l.TestBefore, l.Item, l.Output, l.Own)
		d.value("over", l.Collection)
		d.value("times", l.Cardinality)
		d.value("each", l.Each)
		d.value("until", l.Until)
		d.value("while", l.While)
	}
	if s := e.Script; s != nil {
		d.line("%s := %s", s.Result, s.Expr.Source())
	}
	if c := e.Decision; c != nil {
		d.line("%s := decision %s", c.Result, c.ID.Source())
	}
	if c := e.Call; c != nil {
		d.line("call %s in=%v out=%v binding=%s%s", c.ProcessID.Source(), c.AllIn, c.AllOut, c.Binding, c.VersionTag)
	}
}

func (d *detail) flow(p *bpmn.Plan, e *bpmn.Element, f *bpmn.Flow) {
	condition := ""
	if f.Condition != nil {
		condition = " if " + f.Condition.Source()
	}
	if f.Index == e.Default {
		condition = " default"
	}
	d.line("%s -> %s%s", f.ID, p.Elements[f.Target].ID, condition)
}
