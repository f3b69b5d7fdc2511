package bpmn

import (
	"fmt"
	"strings"
)

// flowNodes are the elements that tokens visit, by XML name.
var flowNodes = map[string]Kind{
	"subProcess": SubProcess, "transaction": Transaction, "adHocSubProcess": AdHocSubProcess, "callActivity": CallActivity,
	"task": UndefinedTask, "userTask": UserTask, "serviceTask": ServiceTask, "sendTask": SendTask, "receiveTask": ReceiveTask,
	"businessRuleTask": BusinessRuleTask, "scriptTask": ScriptTask, "manualTask": ManualTask,
	"startEvent": StartEvent, "endEvent": EndEvent, "intermediateCatchEvent": CatchEvent, "intermediateThrowEvent": ThrowEvent,
	"boundaryEvent":    BoundaryEvent,
	"exclusiveGateway": Exclusive, "parallelGateway": Parallel, "inclusiveGateway": Inclusive, "eventBasedGateway": EventBased,
	"complexGateway": Complex,
}

// refused are BPMN elements that would change what happens and that the engine does not run, with what to draw instead.
var refused = map[string]string{
	"choreographyTask":          "draw a process; choreographies are not run",
	"subChoreography":           "draw a process; choreographies are not run",
	"callChoreography":          "draw a process; choreographies are not run",
	"eventDefinitionRef":        "put the event definition into the event itself",
	"loopDataInputRef":          loopAdvice,
	"loopDataOutputRef":         loopAdvice,
	"inputDataItem":             loopAdvice,
	"outputDataItem":            loopAdvice,
	"complexBehaviorDefinition": "use a completionCondition, or throw events inside the activity",
}

const loopAdvice = "use inputCollection, inputElement, outputCollection and outputElement of zeebe:loopCharacteristics"

// eventDefinitions that the engine runs.
var eventDefinitions = map[string]EventKind{
	"timerEventDefinition": Timer, "messageEventDefinition": Message, "errorEventDefinition": Error, "escalationEventDefinition": Escalation,
	"signalEventDefinition": Signal, "conditionalEventDefinition": Conditional, "linkEventDefinition": Link, "terminateEventDefinition": Terminate,
	"compensateEventDefinition": Compensation, "cancelEventDefinition": Cancel,
}

// drawn are elements that only document or decorate, or that are read where they are referred to.
var drawn = words(`documentation extensionElements laneSet dataObject dataObjectReference dataStoreReference textAnnotation association group
	property ioSpecification dataInputAssociation dataOutputAssociation dataInput dataOutput inputSet outputSet auditing monitoring
	categoryValueRef supportedInterfaceRef incoming outgoing rendering script artifact`)

// ignored elements assign work in plain BPMN; assignment is read from the extensions alone.
var ignored = words("resourceRole performer humanPerformer potentialOwner")

// attributes that a BPMN element may have beside id and name.
var attributes = map[string]map[string]bool{
	"process":                words("isExecutable processType isClosed definitionalCollaborationRef"),
	"subProcess":             activityAttributes("triggeredByEvent"),
	"adHocSubProcess":        activityAttributes("ordering cancelRemainingInstances"),
	"transaction":            activityAttributes("triggeredByEvent method"),
	"callActivity":           activityAttributes("calledElement"),
	"task":                   activityAttributes(""),
	"userTask":               activityAttributes("implementation"),
	"serviceTask":            activityAttributes("implementation operationRef"),
	"sendTask":               activityAttributes("implementation operationRef messageRef"),
	"receiveTask":            activityAttributes("implementation operationRef messageRef instantiate"),
	"businessRuleTask":       activityAttributes("implementation"),
	"scriptTask":             activityAttributes("scriptFormat"),
	"manualTask":             activityAttributes(""),
	"startEvent":             words("isInterrupting parallelMultiple"),
	"intermediateCatchEvent": words("parallelMultiple"),
	"boundaryEvent":          words("attachedToRef cancelActivity parallelMultiple"),
	"exclusiveGateway":       words("default gatewayDirection"),
	"inclusiveGateway":       words("default gatewayDirection"),
	"complexGateway":         words("default gatewayDirection"),
	"parallelGateway":        words("gatewayDirection"),
	"eventBasedGateway":      words("gatewayDirection instantiate eventGatewayType"),
	"sequenceFlow":           words("sourceRef targetRef isImmediate"),
	multiInstance:            words("isSequential behavior oneBehaviorEventRef noneBehaviorEventRef"),
	standardLoop:             words("testBefore loopMaximum"),
}

func activityAttributes(more string) map[string]bool {
	return words("default isForCompensation startQuantity completionQuantity " + more)
}

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// fixed are attributes of which the engine runs one value only.
var fixed = []struct {
	attr, only, alias string
	advice            string
	on                string // the one element it is about; "" for all
}{
	{"triggeredByEvent", "false", "0", "draw an event sub-process, or a transaction in the flow", "transaction"},
	{"startQuantity", "1", "1", "use a parallel gateway to gather several tokens", ""},
	{"completionQuantity", "1", "1", "use a parallel gateway to send several tokens", ""},
	{"parallelMultiple", "false", "0", "use one event per definition, joined by a parallel gateway", ""},
	{"instantiate", "false", "0", "begin the process with a message start event", "receiveTask"},
	{"behavior", "All", "all", "use a completionCondition, or throw events inside the activity", ""},
	{"eventGatewayType", "Exclusive", "Exclusive", "use a parallel gateway followed by the events", ""},
}

// attributesOf warns of attributes that have no meaning and refuses values that the engine does not run.
func (r *reporter) attributesOf(n *Node) {
	known := attributes[n.Name]
	for _, a := range n.Attrs {
		if a.Space == "" && a.Name != "id" && a.Name != "name" && !known[a.Name] {
			r.warn(n, "unknown-attribute", fmt.Sprintf("BPMN has no attribute %s on <%s>; it has no effect", clip(a.Name), n.Name), "delete it or correct its spelling")
		}
	}
	for _, f := range fixed {
		if v := n.Attr(f.attr); v != "" && known[f.attr] && v != f.only && v != f.alias && (f.on == "" || f.on == n.Name) {
			r.failText(n.text(f.attr), "unsupported-attribute", fmt.Sprintf("%s=%q is not run", f.attr, clip(v)), f.advice)
		}
	}
}

// children reports the BPMN elements below a node that are neither read, drawn only, nor in also.
func (r *reporter) children(n *Node, also func(name string) bool) {
	for _, c := range n.Children {
		if c.Space != spaceBPMN || drawn[c.Name] || also(c.Name) {
			continue
		}
		switch advice, no := refused[c.Name]; {
		case no:
			r.fail(c, "unsupported-element", fmt.Sprintf("<%s> is not run", c.Name), advice)
		case ignored[c.Name]:
			r.warn(c, "ignored-element", fmt.Sprintf("<%s> has no effect", c.Name), "assign the task with zeebe:assignmentDefinition")
		default:
			r.fail(c, "unknown-element", fmt.Sprintf("BPMN has no <%s> in <%s>", clip(c.Name), n.Name), "delete it or correct its spelling")
		}
	}
}

// boolean reads an xsd:boolean attribute.
func (r *reporter) boolean(n *Node, attr string, missing bool) bool {
	switch v := n.Attr(attr); v {
	case "true", "1":
		return true
	case "false", "0":
		return false
	case "":
		return missing
	default:
		r.failText(n.text(attr), "bad-boolean", fmt.Sprintf("%s=%q is neither true nor false", attr, clip(v)), "")
		return missing
	}
}
