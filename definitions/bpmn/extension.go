package bpmn

import (
	"fmt"
	"slices"
	"strings"
)

// extension is what is known about an extension element: on which flow nodes it may stand, and its attributes.
type extension struct {
	on    func(*Element) bool // nil: on no flow node
	attrs string
}

var extensions = map[string]extension{
	"zeebe:properties":           {func(*Element) bool { return true }, ""},
	"zeebe:property":             {nil, "id name value"},
	"zeebe:ioMapping":            {mapsOutput, ""},
	"zeebe:input":                {nil, "source target"},
	"zeebe:output":               {nil, "source target"},
	"zeebe:taskDefinition":       {canBeJob, "type retries"},
	"zeebe:taskHeaders":          {func(e *Element) bool { return canBeJob(e) || e.Kind == UserTask }, ""},
	"zeebe:header":               {nil, "id key value"},
	"zeebe:script":               {only(ScriptTask), "expression resultVariable"},
	"zeebe:calledDecision":       {only(BusinessRuleTask), "decisionId resultVariable bindingType versionTag"},
	"zeebe:calledElement":        {only(CallActivity), "processId propagateAllChildVariables propagateAllParentVariables bindingType versionTag"},
	"zeebe:taskListeners":        {only(UserTask), ""},
	"zeebe:taskListener":         {nil, "eventType type retries"},
	"zeebe:userTask":             {only(UserTask), ""},
	"zeebe:formDefinition":       {only(UserTask), "formId formKey externalReference bindingType versionTag"},
	"zeebe:assignmentDefinition": {only(UserTask), "assignee candidateGroups candidateUsers"},
	"zeebe:taskSchedule":         {only(UserTask), "dueDate followUpDate"},
	"zeebe:priorityDefinition":   {only(UserTask), "priority"},
	"zeebe:adHoc":                {only(AdHocSubProcess), "activeElementsCollection outputCollection outputElement"},
	"zeebe:loopCharacteristics":  {nil, "inputCollection inputElement outputCollection outputElement"},
	"zeebe:subscription":         {nil, "correlationKey"},
	"zeebe:versionTag":           {nil, "value"},
	"fasthold:inputs":            {nil, ""},
	"fasthold:input":             {nil, "name type"},
	"fasthold:variable":          {nil, "name value"},
	"fasthold:task":              {only(UserTask), "follows suspend deadline"},
	"fasthold:job":               {canBeJob, "local timeout backoff"},
	"fasthold:timer":             {func(e *Element) bool { return e.Event != nil && e.Event.Kind == Timer }, "follows suspend"},
	"fasthold:error":             {catches(Error), "codeVariable messageVariable"},
	"fasthold:escalation":        {catches(Escalation), "codeVariable"},
}

// instead is the advice for extension elements that mean something to Zeebe and nothing to the engine.
var instead = map[string]string{
	"zeebe:executionListeners": "draw the work as a service task",
	"zeebe:userTaskForm":       "deploy the form as a file of its own and name it with zeebe:formDefinition formId",
	"zeebe:conditionalFilter":  "delete it; the event follows every variable that its condition reads",
	"zeebe:linkedResources":    "name the resource in a task header",
}

func only(k Kind) func(*Element) bool {
	return func(e *Element) bool { return e.Kind == k }
}

func catches(k EventKind) func(*Element) bool {
	return func(e *Element) bool {
		return e.Event != nil && e.Event.Kind == k && (e.Kind == BoundaryEvent || e.Kind == StartEvent)
	}
}

// canBeJob reports whether an activity of the worker can do the element's work.
func canBeJob(e *Element) bool {
	switch e.Kind {
	case ServiceTask, SendTask, BusinessRuleTask, ScriptTask:
		return true
	case ThrowEvent, EndEvent:
		return e.Event != nil && e.Event.Kind == Message
	}
	return false
}

func isActivity(e *Element) bool { return e.Kind.Activity() || e.Kind == EventSubProcess }

func isEvent(e *Element) bool {
	return slices.Contains([]Kind{StartEvent, EndEvent, CatchEvent, ThrowEvent, BoundaryEvent}, e.Kind)
}

func mapsInput(e *Element) bool  { return isActivity(e) || e.Kind == ThrowEvent || e.Kind == EndEvent }
func mapsOutput(e *Element) bool { return isActivity(e) || isEvent(e) }

// qualified is the name of an extension element as designers know it; "" for an element of others.
func qualified(n *Node) string {
	switch n.Space {
	case spaceZeebe:
		return "zeebe:" + n.Name
	case spaceFasthold:
		return "fasthold:" + n.Name
	}
	return ""
}

// extensionsOf reports extension elements that have no effect on a flow node.
func (b *builder) extensionsOf(n *Node, e *Element) {
	b.extensions(n, func(name string) bool { on := extensions[name].on; return on != nil && on(e) })
}

// extensionsBeside does the same for what is no flow node; allowed are the names that it may have.
func (b *builder) extensionsBeside(n *Node, allowed ...string) {
	b.extensions(n, func(name string) bool { return slices.Contains(allowed, name) })
}

func (b *builder) extensions(n *Node, allowed func(name string) bool) {
	var seen []string
	for _, holder := range n.all(spaceBPMN, "extensionElements") {
		for _, x := range holder.Children {
			name := qualified(x)
			if name == "" {
				continue
			}
			_, known := extensions[name]
			switch {
			case known && !allowed(name):
				b.fail(x, "misplaced-extension", fmt.Sprintf("<%s> has no effect on this %s", name, n.Name), "delete it or choose another element type")
			case slices.Contains(seen, name):
				b.fail(x, "duplicate-extension", fmt.Sprintf("<%s> is given twice", name), "keep one of them")
			default:
				b.extension(x)
			}
			seen = append(seen, name)
		}
	}
}

// extension refuses elements and attributes that mean nothing to the engine.
func (b *builder) extension(x *Node) {
	name := qualified(x)
	known, ok := extensions[name]
	if !ok {
		b.fail(x, "unsupported-extension", fmt.Sprintf("<%s> is not run", clip(name)), instead[name])
		return
	}
	for _, a := range x.Attrs {
		if a.Space == "" && !slices.Contains(strings.Fields(known.attrs), a.Name) {
			b.fail(x, "unsupported-attribute", fmt.Sprintf("<%s> has no attribute %s", name, clip(a.Name)), "delete it or correct its spelling")
		}
	}
	for _, c := range x.Children {
		if qualified(c) != "" {
			b.extension(c)
		}
	}
}
