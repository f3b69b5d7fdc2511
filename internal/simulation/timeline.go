package simulation

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"fasthold/definitions/feel"
)

// line is a moment with the process it happened in.
type line struct {
	Moment
	process string // "" for the simulated one
}

// Write writes the result for people: the timeline, then where it ended. Error is left to the caller, who knows where errors go.
func (r Result) Write(out io.Writer) error {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintln(&b, p)
	}
	lines := r.lines("")
	slices.SortStableFunc(lines, func(x, y line) int { return cmp.Compare(x.place, y.place) })
	for _, l := range lines {
		l.write(&b)
	}
	r.summary(&b)
	_, err := io.WriteString(out, b.String())
	return err
}

func (c Course) lines(process string) []line {
	var out []line
	for _, m := range c.Timeline {
		if m.Event != "flow" {
			out = append(out, line{Moment: m, process: process})
		}
	}
	for _, called := range c.Calls {
		out = append(out, called.lines(called.Process)...)
	}
	return out
}

func (l line) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s  %-9s  ", l.At.Format("2006-01-02 15:04:05"), l.Event)
	if l.process != "" {
		b.WriteString(l.process + "/")
	}
	b.WriteString(l.Element)
	if l.Name != "" {
		fmt.Fprintf(b, " %q", l.Name)
	}
	if l.Text != "" {
		b.WriteString(": " + l.Text)
	}
	if l.Due != nil {
		b.WriteString(" due " + l.Due.Format("2006-01-02 15:04"))
	}
	b.WriteByte('\n')
}

func (r Result) summary(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s", r.State)
	if len(r.Active) > 0 {
		fmt.Fprintf(b, ", waiting at %s", strings.Join(r.Active, ", "))
	}
	b.WriteByte('\n')
	for _, v := range r.Variables {
		fmt.Fprintf(b, "  %s = %s\n", v.Name, feel.AppendJSON(nil, v.Value))
	}
	for _, in := range r.Incidents {
		fmt.Fprintf(b, "incident at %s: %s: %s\n", in.Element, in.Code, in.Message)
	}
	for _, c := range r.Checks {
		if c.OK {
			fmt.Fprintf(b, "step %d: check ok\n", c.Step)
		} else {
			fmt.Fprintf(b, "step %d: check failed: %s\n", c.Step, c.Detail)
		}
	}
}
