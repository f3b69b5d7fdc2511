package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// Search attributes of every instance, for supervisors in the Temporal Web UI.
var (
	CaseNumberAttribute   = temporal.NewSearchAttributeKeyKeyword("CaseNumber")
	ProcessAttribute      = temporal.NewSearchAttributeKeyKeyword("Process")
	StepAttribute         = temporal.NewSearchAttributeKeyKeyword("Step")
	MunicipalityAttribute = temporal.NewSearchAttributeKeyKeyword("Municipality")
	ConsultantAttribute   = temporal.NewSearchAttributeKeyKeyword("Consultant")
	DueAtAttribute        = temporal.NewSearchAttributeKeyTime("DueAt")
	OverdueAttribute      = temporal.NewSearchAttributeKeyBool("Overdue")
	IncidentAttribute     = temporal.NewSearchAttributeKeyBool("Incident")
)

// Shown is what the search attributes say, so that they are written only when they change.
type Shown struct {
	Step       string    `json:"step,omitempty"`
	Consultant string    `json:"consultant,omitempty"`
	DueAt      time.Time `json:"dueAt,omitzero"`
	Overdue    bool      `json:"overdue,omitempty"`
	Incident   bool      `json:"incident,omitempty"`
	Suspended  bool      `json:"suspended,omitempty"` // in the details
}

// show tells the Temporal Web UI where the instance stands.
func (p *process) show() {
	now, first := p.standing(), p.sequence == 0
	if now == p.shown && !first {
		return
	}
	updates := []temporal.SearchAttributeUpdate{
		StepAttribute.ValueSet(now.Step), ConsultantAttribute.ValueSet(now.Consultant),
		OverdueAttribute.ValueSet(now.Overdue), IncidentAttribute.ValueSet(now.Incident),
	}
	if now.DueAt.IsZero() {
		updates = append(updates, DueAtAttribute.ValueUnset())
	} else {
		updates = append(updates, DueAtAttribute.ValueSet(now.DueAt))
	}
	if first {
		updates = append(updates, CaseNumberAttribute.ValueSet(p.in.CaseNumber), ProcessAttribute.ValueSet(p.in.ProcessID),
			MunicipalityAttribute.ValueSet(p.in.Municipality))
	}
	p.shown = now
	if err := workflow.UpsertTypedSearchAttributes(p.ctx, updates...); err != nil {
		p.log.Error("search attributes were not written", "error", err)
	}
	workflow.SetCurrentDetails(p.ctx, p.details())
}

// maxStep bounds the Step attribute, which Temporal keeps in an index.
const maxStep = 200

// standing sums up the waiting tokens.
func (p *process) standing() Shown {
	s := Shown{Suspended: p.state.Suspended != nil}
	var steps []string
	for i := range p.state.Nodes {
		n := &p.state.Nodes[i]
		if n.Wait == engine.WaitScope || n.Wait == engine.WaitJoin {
			continue
		}
		steps = append(steps, n.Element)
		s.Incident = s.Incident || n.Incident != nil
		if n.Task != nil && n.Task.Due != nil && (s.DueAt.IsZero() || n.Task.Due.Before(s.DueAt)) {
			s.DueAt = *n.Task.Due
		}
	}
	s.Overdue = !s.DueAt.IsZero() && !s.DueAt.After(workflow.Now(p.ctx))
	s.Step = clip(strings.Join(steps, " "), maxStep)
	if root := p.state.Root(); root != nil {
		if consultant, ok := root.Variables.Lookup("consultant"); ok {
			name, _ := consultant.(feel.String)
			s.Consultant = string(name)
		}
	}
	return s
}

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-3], "") + "…"
}

// details is the instance's standing as Markdown, in Danish, for the page of the workflow in the Temporal Web UI.
func (p *process) details() string {
	var b strings.Builder
	if held := p.state.Suspended; held != nil {
		fmt.Fprintf(&b, "**Sat i bero** siden %s\n\n", held.Since.In(p.program.Zone).Format("02.01.2006 15:04"))
	}
	for i := range p.state.Nodes {
		n := &p.state.Nodes[i]
		e, ok := p.program.Plan.Element(n.Element)
		if !ok || n.Wait == engine.WaitScope {
			continue
		}
		fmt.Fprintf(&b, "- **%s** %s", nameOf(e), waitsFor(n))
		if n.Task != nil && n.Task.Due != nil {
			fmt.Fprintf(&b, " (frist %s)", n.Task.Due.In(p.program.Zone).Format("02.01.2006 15:04"))
		}
		b.WriteByte('\n')
	}
	if b.Len() == 0 {
		return "Forløbet er slut."
	}
	return b.String()
}

func nameOf(e *bpmn.Element) string {
	if e.Name != "" {
		return e.Name
	}
	return e.ID
}

// waitsFor says in Danish what a node waits for.
func waitsFor(n *engine.Node) string {
	switch n.Wait {
	case engine.WaitTask:
		return "venter på en person"
	case engine.WaitJob:
		return "arbejder"
	case engine.WaitTimer:
		return "venter på en frist"
	case engine.WaitMessage, engine.WaitSignal, engine.WaitCondition, engine.WaitEvent:
		return "venter på en hændelse"
	case engine.WaitChild:
		return "venter på et underforløb"
	case engine.WaitChoice:
		return "venter på et valg"
	case engine.WaitCompensation:
		return "fører trin tilbage"
	case engine.WaitIncident:
		return "er gået i stå: " + n.Incident.Code
	}
	return "venter på andre trin"
}
