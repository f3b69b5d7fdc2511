package simulation

import (
	"errors"
	"fmt"
	"slices"

	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// checkFailed says that a check does not hold.
type checkFailed struct{ detail string }

func (e *checkFailed) Error() string { return e.detail }

func (p *player) check(s Step) error {
	c := s.Check
	now := p.w.active()
	for i, id := range c.Waiting {
		if want := count(c.Waiting[:i+1], id); count(now, id) < want {
			return &checkFailed{fmt.Sprintf("%s does not wait; waiting: %v", id, now)}
		}
	}
	for _, id := range c.NotWaiting {
		if slices.Contains(now, id) {
			return &checkFailed{fmt.Sprintf("%s waits", id)}
		}
	}
	if done := p.completed(); c.Completed != nil && *c.Completed != done {
		return &checkFailed{fmt.Sprintf("completed is %t; waiting: %v", done, now)}
	}
	return p.checkVariables(c.Variables)
}

func (p *player) checkVariables(want engine.Variables) error {
	have := p.w.Root().Variables()
	for _, v := range want {
		got, ok := have.Lookup(v.Name)
		if !ok {
			got = feel.Null{}
		}
		if equal, _ := feel.Equal(got, v.Value); !equal {
			return &checkFailed{fmt.Sprintf("%s is %s, not %s", v.Name, got, v.Value)}
		}
	}
	return nil
}

func (p *player) completed() bool {
	root := p.w.Root()
	return root != nil && root.State.Status == engine.Completed
}

// noteCheck keeps what came of a check step; any other error stays one.
func (p *player) noteCheck(n int, s Step, err error) error {
	if s.Kind != "check" {
		return err
	}
	var failed *checkFailed
	if err != nil && !errors.As(err, &failed) {
		return err
	}
	note := CheckResult{Step: n, OK: err == nil}
	if failed != nil {
		note.Detail = failed.detail
	}
	p.checks = append(p.checks, note)
	return nil
}

func count(list []string, x string) (n int) {
	for _, y := range list {
		if y == x {
			n++
		}
	}
	return n
}
