package lint

import (
	"maps"
	"slices"
	"strings"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/form"
)

func refers(x *feel.Expression, name string) bool {
	return x != nil && slices.Contains(x.References(), name)
}

// formIDs are the ids of the process's forms, sorted.
func (p *process) formIDs() []string { return slices.Sorted(maps.Keys(p.Forms)) }

// fields tells of form fields whose answers nothing reads.
func (p *process) fields() {
	for i := range p.Plan.Elements {
		e := p.element(i)
		if e.UserTask == nil || p.Forms[e.UserTask.Form] == nil {
			continue
		}
		told := map[string]bool{}
		for _, f := range p.Forms[e.UserTask.Form].Fields() {
			name := variableOf(f.Key)
			if f.Stored || f.ReadOnly || name == "" || told[name] {
				continue
			}
			told[name] = true
			if !p.fieldRead(e, name) {
				p.unreadField(e, name)
			}
		}
	}
}

// variableOf is the variable that a field fills, or is part of.
func variableOf(key string) string {
	name, _, _ := strings.Cut(key, ".")
	return strings.TrimSuffix(name, "[]")
}

func (p *process) unreadField(e *bpmn.Element, name string) {
	if len(e.Outputs) > 0 {
		p.warn(e, "lost-field", "add an output mapping that reads it, or delete the field", "the answer %s of the form %s is read by no output mapping, so it is lost", name, e.UserTask.Form)
		return
	}
	p.warn(e, "unread-field", "use it, or delete the field", "nothing reads %s, which the form %s asks for", name, e.UserTask.Form)
}

// fieldRead reports whether something reads an answer: an output mapping of the task or, when it has none, anything that sees the variable.
func (p *process) fieldRead(e *bpmn.Element, name string) bool {
	if slices.Contains(p.Forms[e.UserTask.Form].Reads(), name) {
		return true
	}
	for _, out := range e.Outputs {
		if slices.Contains(out.Source.References(), name) {
			return true
		}
	}
	if l := e.Loop; l != nil && (refers(l.Each, name) || refers(l.Until, name) || refers(l.While, name)) {
		return true
	}
	if len(e.Outputs) > 0 {
		return false
	}
	v, ok := p.byKey[p.target(e, name)]
	return !ok || !p.unread(v) || p.shown(e, name)
}

// shown reports whether the form of another task has a field of that name, in which the answer is shown.
func (p *process) shown(e *bpmn.Element, name string) bool {
	return slices.ContainsFunc(p.Plan.Elements, func(o bpmn.Element) bool {
		return o.UserTask != nil && o.Index != e.Index && p.Forms[o.UserTask.Form] != nil &&
			slices.ContainsFunc(p.Forms[o.UserTask.Form].Fields(), func(f form.Field) bool { return variableOf(f.Key) == name })
	})
}
