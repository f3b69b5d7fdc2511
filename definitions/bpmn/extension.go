package bpmn

import (
	"fmt"
	"slices"
)

// extensions tells on which flow nodes an extension element may stand.
var extensions = map[string]func(e *Element) bool{
	"zeebe:properties":           func(*Element) bool { return true },
	"zeebe:ioMapping":            mapsOutput,
	"zeebe:taskDefinition":       canBeJob,
	"zeebe:taskHeaders":          func(e *Element) bool { return canBeJob(e) || e.Kind == UserTask },
	"zeebe:script":               only(ScriptTask),
	"zeebe:calledDecision":       only(BusinessRuleTask),
	"zeebe:calledElement":        only(CallActivity),
	"zeebe:userTask":             only(UserTask),
	"zeebe:formDefinition":       only(UserTask),
	"zeebe:assignmentDefinition": only(UserTask),
	"zeebe:taskSchedule":         only(UserTask),
	"zeebe:priorityDefinition":   only(UserTask),
	"fasthold:task":              only(UserTask),
	"fasthold:job":               canBeJob,
	"fasthold:timer":             func(e *Element) bool { return e.Event != nil && e.Event.Kind == Timer },
	"fasthold:error":             func(e *Element) bool { return e.Event != nil && e.Event.Kind == Error && e.Kind != EndEvent },
}

// instead is the advice for extension elements that mean something to Zeebe and nothing to the engine.
var instead = map[string]string{
	"zeebe:executionListeners": "draw the work as a service task",
	"zeebe:taskListeners":      "draw the work as a service task before or after the user task",
	"zeebe:userTaskForm":       "deploy the form as a file of its own and name it with zeebe:formDefinition formId",
	"zeebe:linkedResources":    "name the resource in a task header",
	"zeebe:adHoc":              refused["adHocSubProcess"],
}

func only(k Kind) func(*Element) bool {
	return func(e *Element) bool { return e.Kind == k }
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

// qualified is the name of an extension element as designers know it.
func qualified(n *Node) string {
	switch n.Space {
	case spaceZeebe:
		return "zeebe:" + n.Name
	case spaceFasthold:
		return "fasthold:" + n.Name
	}
	return ""
}

// extensionsOf reports extension elements that have no effect where they stand, and those given twice.
func (b *builder) extensionsOf(n *Node, e *Element) {
	seen := map[string]bool{}
	for _, holder := range n.all(spaceBPMN, "extensionElements") {
		for _, x := range holder.Children {
			name := qualified(x)
			if name == "" {
				continue
			}
			allowed, known := extensions[name]
			switch {
			case !known:
				b.fail(x, "unsupported-extension", fmt.Sprintf("<%s> is not run", clip(name)), instead[name])
			case !allowed(e):
				b.fail(x, "misplaced-extension", fmt.Sprintf("<%s> has no effect on this %s", name, e.Kind), "delete it or choose another element type")
			case seen[name]:
				b.fail(x, "duplicate-extension", fmt.Sprintf("<%s> is given twice", name), "keep one of them")
			}
			seen[name] = true
		}
	}
}

// extensionsOfProcess does the same for the process, the messages and errors around it and the sequence flows.
func (b *builder) extensionsOfProcess(n *Node) {
	for _, holder := range n.all(spaceBPMN, "extensionElements") {
		for _, x := range holder.Children {
			switch name := qualified(x); name {
			case "", "zeebe:properties", "zeebe:versionTag":
			default:
				b.fail(x, "unsupported-extension", fmt.Sprintf("<%s> is not run on a <%s>", clip(name), n.Name), instead[name])
			}
		}
	}
}
