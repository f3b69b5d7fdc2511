package lint

import (
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/problem"
)

// thrown tells of error and escalation codes that are thrown and nothing catches, and of those that are caught and nothing throws.
func (p *process) thrown() {
	hits := map[int]bool{}
	for i := range p.Plan.Elements {
		e := p.element(i)
		for _, kind := range []bpmn.EventKind{bpmn.Error, bpmn.Escalation} {
			codes, any := p.throws(e, kind)
			for _, code := range codes {
				if !p.caught(e, kind, code, hits) && !p.caughtByCallers(kind, code) {
					p.warn(e, "uncaught-"+string(kind), "catch it with a boundary event or an event sub-process, here or around the call of this process",
						"nothing catches the %s %q that is thrown here: it becomes an incident", kind, code)
				}
			}
			if any {
				p.caught(e, kind, "", hits)
			}
		}
	}
	for i := range p.Plan.Elements {
		e := p.element(i)
		kind, ok := catches(e)
		if !ok || hits[i] {
			continue
		}
		code, _ := constant(e.Event.Code)
		p.warn(e, "unthrown-"+string(kind), "correct the code, or delete the event", "nothing throws the %s %q that is caught here%s", kind, code, p.meantCode(kind, code))
	}
}

// catches tells what an event catches.
func catches(e *bpmn.Element) (bpmn.EventKind, bool) {
	if e.Event == nil || e.Kind != bpmn.BoundaryEvent && e.Kind != bpmn.StartEvent {
		return "", false
	}
	return e.Event.Kind, e.Event.Kind == bpmn.Error || e.Event.Kind == bpmn.Escalation
}

// throws lists the codes that an element throws for certain or is known to throw; any is set when it may throw others.
func (p *process) throws(e *bpmn.Element, kind bpmn.EventKind) (codes []string, any bool) {
	switch {
	case e.Event != nil && e.Event.Kind == kind && (e.Kind == bpmn.EndEvent || e.Kind == bpmn.ThrowEvent):
		if code, ok := constant(e.Event.Code); ok {
			return []string{code}, false
		}
		return nil, true
	case e.Call != nil:
		return nil, true
	case kind == bpmn.Escalation:
		return nil, false
	case e.Job != nil:
		if j := p.job(e); j != nil {
			return j.Errors, false
		}
		return nil, true
	}
	return nil, e.Kind == bpmn.UserTask
}

// caught finds what catches a code that comes out of an element, from inside out, and notes it in hits; the code "" stands for any, of which
// something may be left over everywhere.
func (p *process) caught(e *bpmn.Element, kind bpmn.EventKind, code string, hits map[int]bool) bool {
	for at := e; ; at = p.element(at.Parent) {
		events := slices.Clone(at.Boundary)
		if at.Parent >= 0 && at.Kind != bpmn.EventSubProcess {
			for _, i := range p.element(at.Parent).EventScopes {
				events = append(events, p.element(i).Starts...)
			}
		}
		if p.catch(events, kind, code, hits) {
			return true
		}
		if at.Parent < 0 {
			return false
		}
	}
}

// catch picks the event that catches a code, one for any code last.
func (p *process) catch(events []int, kind bpmn.EventKind, code string, hits map[int]bool) bool {
	all := -1
	for _, i := range events {
		e := p.element(i)
		if k, ok := catches(e); !ok || k != kind {
			continue
		}
		own, fixed := constant(e.Event.Code)
		switch {
		case code == "":
			hits[i] = true
		case fixed && own == code:
			hits[i] = true
			return true
		case !fixed && all < 0:
			all = i
		}
	}
	if all >= 0 {
		hits[all] = true
	}
	return all >= 0 && code != ""
}

// caughtByCallers reports whether a process that calls this one catches a code, wherever it is called.
func (p *process) caughtByCallers(kind bpmn.EventKind, code string) bool {
	return p.caughtAround(kind, code, map[*process]bool{})
}

func (p *process) caughtAround(kind bpmn.EventKind, code string, seen map[*process]bool) bool {
	if seen[p] {
		return false
	}
	seen[p] = true
	called := false
	for _, c := range p.callers {
		called = true
		if !c.from.caught(c.e, kind, code, map[int]bool{}) && !c.from.caughtAround(kind, code, seen) {
			return false
		}
	}
	return called
}

func (p *process) meantCode(kind bpmn.EventKind, code string) string {
	var codes []string
	for i := range p.Plan.Elements {
		known, _ := p.throws(p.element(i), kind)
		codes = append(codes, known...)
	}
	if meant := nearest(code, sorted(codes)); meant != "" {
		return "; is " + meant + " meant?"
	}
	return ""
}

// caller is a call activity of another process.
type caller struct {
	from *process
	e    *bpmn.Element
}

// messages notes which messages and signals only the outside can send, and which signals nothing here waits for. They may be right.
func (s *set) messages(all []*process) {
	sent, awaited := map[[2]string]bool{}, map[[2]string]bool{}
	each(all, func(p *process, e *bpmn.Element, name [2]string, sends bool) {
		if sends {
			sent[name] = true
		} else {
			awaited[name] = true
		}
	})
	each(all, func(p *process, e *bpmn.Element, name [2]string, sends bool) {
		switch {
		case sends && name[0] == string(bpmn.Signal) && !awaited[name]:
			p.tell(problem.Info, e.Line, e.ID, "unheard-signal", "check the name, if one of these processes should hear it", "no process here waits for the signal %s", name[1])
		case !sends && !sent[name]:
			p.tell(problem.Info, e.Line, e.ID, "awaited-"+name[0], "check the name, if one of these processes should send it", "the %s %s must come from outside", name[0], name[1])
		}
	})
}

// each visits the events with a fixed name of a message or signal.
func each(all []*process, visit func(p *process, e *bpmn.Element, name [2]string, sends bool)) {
	for _, p := range all {
		for i := range p.Plan.Elements {
			e := p.element(i)
			if e.Event == nil {
				continue
			}
			if name, ok := constant(e.Event.Name()); ok {
				visit(p, e, [2]string{string(e.Event.Kind), name}, e.Kind == bpmn.ThrowEvent || e.Kind == bpmn.EndEvent)
			}
		}
	}
}
