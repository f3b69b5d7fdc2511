package bpmntest

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

var kinds = map[string]string{
	"start": "startEvent", "end": "endEvent", "catch": "intermediateCatchEvent", "throw": "intermediateThrowEvent", "boundary": "boundaryEvent",
	"task": "task", "user": "userTask", "service": "serviceTask", "send": "sendTask", "receive": "receiveTask", "rule": "businessRuleTask",
	"script": "scriptTask", "manual": "manualTask", "call": "callActivity", "sub": "subProcess", "eventsub": "subProcess", "adhoc": "adHocSubProcess", "transaction": "transaction",
	"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway", "race": "eventBasedGateway", "complex": "complexGateway",
}

// writer writes the XML. Messages and errors come behind the process.
type writer struct {
	strings.Builder
	roots   strings.Builder
	flowIDs map[string]int
}

func (w *writer) definitions(id string, s *scope) string {
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:fasthold="http://fasthold.dk/schema/1.0" id="definitions" targetNamespace="http://fasthold.dk/test">
`)
	o := options{list: s.process}
	w.open("bpmn:process", "id", id, "name", o.text("name"), "isExecutable", "true")
	x := wrap("fasthold:inputs", mapped(&o, "in.", "fasthold:input", "name", "type"))
	if tag := o.text("tag"); tag != "" {
		x += empty("zeebe:versionTag", "value", tag)
	}
	if x != "" {
		w.WriteString(wrap("bpmn:extensionElements", x) + "\n")
	}
	o.finish("process", 1)
	w.lanes(s.lanes)
	w.scope(s)
	w.WriteString("</bpmn:process>\n" + w.roots.String() + "</bpmn:definitions>\n")
	return w.String()
}

func (w *writer) lanes(lanes []lane) {
	if len(lanes) == 0 {
		return
	}
	w.WriteString("<bpmn:laneSet>\n")
	w.laneList(lanes)
	w.WriteString("</bpmn:laneSet>\n")
}

func (w *writer) laneList(lanes []lane) {
	for _, l := range lanes {
		w.open("bpmn:lane", "name", l.name)
		for _, n := range l.nodes {
			w.WriteString("<bpmn:flowNodeRef>" + n + "</bpmn:flowNodeRef>")
		}
		if len(l.lanes) > 0 {
			w.WriteString("<bpmn:childLaneSet>\n")
			w.laneList(l.lanes)
			w.WriteString("</bpmn:childLaneSet>")
		}
		w.WriteString("</bpmn:lane>\n")
	}
}

func (w *writer) scope(s *scope) {
	for i := range s.flows {
		s.flows[i].id = w.flowID(s.flows[i])
	}
	for _, d := range s.data {
		w.open("bpmn:dataObject", "id", w.flowID(flow{source: "data", target: d.name}))
		w.WriteString(wrap("bpmn:extensionElements", empty("fasthold:variable", "name", d.name, "value", d.value)) + "</bpmn:dataObject>\n")
	}
	for _, e := range s.elements {
		w.element(e, s)
	}
	for _, f := range s.flows {
		w.open("bpmn:sequenceFlow", "id", f.id, "sourceRef", f.source, "targetRef", f.target)
		if f.condition != "" {
			w.WriteString("<bpmn:conditionExpression>" + escape(f.condition) + "</bpmn:conditionExpression>")
		}
		w.WriteString("</bpmn:sequenceFlow>\n")
	}
}

func (w *writer) flowID(f flow) string {
	if f.id != "" {
		return f.id
	}
	id := f.source + "-" + f.target
	if w.flowIDs[id]++; w.flowIDs[id] > 1 {
		return fmt.Sprintf("%s-%d", id, w.flowIDs[id])
	}
	return id
}

func (w *writer) element(e *element, s *scope) {
	o := options{list: e.options}
	attrs := []string{"id", e.id, "name", o.text("name")}
	for _, f := range s.flows {
		if f.source == e.id && f.isDefault {
			attrs = append(attrs, "default", f.id)
		}
	}
	switch e.kind {
	case "boundary":
		attrs = append(attrs, "attachedToRef", o.text("on"))
		w.associate(e, o.text("compensate"))
		if o.flag("noninterrupting") {
			attrs = append(attrs, "cancelActivity", "false")
		}
	case "start":
		if o.flag("noninterrupting") {
			attrs = append(attrs, "isInterrupting", "false")
		}
	case "race":
		if o.flag("instantiate") {
			attrs = append(attrs, "instantiate", "true")
		}
	case "adhoc":
		if o.flag("ordered") {
			attrs = append(attrs, "ordering", "Sequential")
		}
		if o.flag("keep") {
			attrs = append(attrs, "cancelRemainingInstances", "false")
		}
	case "eventsub":
		attrs = append(attrs, "triggeredByEvent", "true")
	case "receive":
		attrs = append(attrs, "messageRef", w.message(e, &o))
	}
	if o.flag("handler") {
		attrs = append(attrs, "isForCompensation", "true")
	}
	w.open("bpmn:"+kinds[e.kind], attrs...)
	w.extensions(e, &o)
	w.definition(e, &o)
	w.loop(e, &o)
	if e.kind == "complex" {
		w.WriteString(wrap("bpmn:activationCondition", escape(o.text("when"))))
	}
	done := ""
	if e.kind == "adhoc" {
		done = wrap("bpmn:completionCondition", escape(o.text("done")))
	}
	o.finish(e.id, e.line)
	if e.body != nil {
		w.WriteByte('\n')
		w.scope(e.body)
	}
	w.WriteString(done)
	w.WriteString("</bpmn:" + kinds[e.kind] + ">\n")
}

func (w *writer) extensions(e *element, o *options) {
	var x strings.Builder
	for _, ext := range extensions {
		if slices.Contains(strings.Fields(ext.kinds), e.kind) {
			x.WriteString(ext.element(o))
		}
	}
	for _, kind := range coded {
		if o.has(kind) {
			x.WriteString(extension{"fasthold:" + kind, "", []string{"codeVariable", "codevar", "messageVariable", "messagevar"}, ""}.element(o))
		}
	}
	x.WriteString(wrap("zeebe:taskListeners", mapped(o, "on.", "zeebe:taskListener", "eventType", "type")))
	headers := mapped(o, "header.", "zeebe:header", "key", "value")
	x.WriteString(wrap("zeebe:taskHeaders", headers))
	io := mapped(o, "in.", "zeebe:input", "target", "source") + mapped(o, "out.", "zeebe:output", "target", "source")
	x.WriteString(wrap("zeebe:ioMapping", io))
	w.WriteString(wrap("bpmn:extensionElements", x.String()))
}

const events = "start end catch throw boundary"

// coded are the events with a code, each with an option of that name.
var coded = []string{"error", "escalation"}

// extensions are the extension elements that have one attribute per option.
var extensions = []extension{
	{"zeebe:taskDefinition", "service send rule script throw end", []string{"type", "type", "retries", "retries"}, ""},
	{"fasthold:job", "service send rule script throw end", []string{"timeout", "timeout", "backoff", "backoff"}, "local"},
	{"zeebe:formDefinition", "user", []string{"formId", "form"}, ""},
	{"zeebe:assignmentDefinition", "user", []string{"assignee", "assignee", "candidateGroups", "groups", "candidateUsers", "users"}, ""},
	{"zeebe:taskSchedule", "user", []string{"dueDate", "due", "followUpDate", "followup"}, ""},
	{"zeebe:priorityDefinition", "user", []string{"priority", "priority"}, ""},
	{"fasthold:task", "user", []string{"deadline", "deadline", "suspend", "suspend"}, "follows"},
	{"fasthold:timer", events, []string{"suspend", "suspend"}, "follows"},
	{"zeebe:adHoc", "adhoc", []string{"activeElementsCollection", "active", "outputCollection", "into", "outputElement", "from"}, ""},
	{"zeebe:script", "script", []string{"expression", "expr", "resultVariable", "result"}, ""},
	{"zeebe:calledDecision", "rule", []string{"decisionId", "decision", "resultVariable", "result"}, ""},
	{"zeebe:calledElement", "call", []string{
		"processId", "process", "bindingType", "binding", "versionTag", "tag",
		"propagateAllParentVariables", "allin", "propagateAllChildVariables", "allout",
	}, ""},
}

type extension struct {
	name, kinds string
	attrs       []string // attribute and option, in turn
	flag        string
}

// element writes the extension element, nothing when none of its options is given.
func (x extension) element(o *options) string {
	var attrs []string
	for i := 0; i < len(x.attrs); i += 2 {
		if v := o.text(x.attrs[i+1]); v != "" {
			attrs = append(attrs, x.attrs[i], v)
		}
	}
	if x.flag != "" && o.flag(x.flag) {
		attrs = append(attrs, x.flag, map[string]string{"local": "true", "follows": "variables"}[x.flag])
	}
	if len(attrs) == 0 {
		return ""
	}
	return empty(x.name, attrs...)
}

// definition writes the event definition.
func (w *writer) definition(e *element, o *options) {
	if !slices.Contains(strings.Fields(events), e.kind) {
		return
	}
	for _, t := range []struct{ option, name string }{{"date", "timeDate"}, {"duration", "timeDuration"}, {"cycle", "timeCycle"}} {
		if v := o.text(t.option); v != "" {
			w.WriteString("<bpmn:timerEventDefinition>" + wrap("bpmn:"+t.name, escape(v)) + "</bpmn:timerEventDefinition>")
		}
	}
	if id := w.message(e, o); id != "" {
		w.WriteString(empty("bpmn:messageEventDefinition", "messageRef", id))
	}
	for _, kind := range coded {
		w.coded(e, o, kind)
	}
	if name := o.text("signal"); name != "" {
		id := "Signal_" + e.id
		w.roots.WriteString(empty("bpmn:signal", "id", id, "name", name) + "\n")
		w.WriteString(empty("bpmn:signalEventDefinition", "signalRef", id))
	}
	if condition := o.text("condition"); condition != "" {
		w.WriteString("<bpmn:conditionalEventDefinition>" + wrap("bpmn:condition", escape(condition)) + "</bpmn:conditionalEventDefinition>")
	}
	if name := o.text("link"); name != "" {
		w.WriteString(empty("bpmn:linkEventDefinition", "name", name))
	}
	if o.has("compensate") {
		w.compensate(e, o)
	}
	if o.flag("cancel") {
		w.WriteString(empty("bpmn:cancelEventDefinition"))
	}
	if o.flag("terminate") {
		w.WriteString(empty("bpmn:terminateEventDefinition"))
	}
}

const activities = "task user service send receive rule script manual call sub eventsub transaction adhoc"

// loop writes how often an activity is done.
func (w *writer) loop(e *element, o *options) {
	if !slices.Contains(strings.Fields(activities), e.kind) {
		return
	}
	if while, most, before := o.text("while"), o.text("rounds"), o.flag("testbefore"); while+most != "" || before {
		attrs := []string{"testBefore", "", "loopMaximum", most}
		if before {
			attrs[1] = "true"
		}
		w.WriteString(openTag("bpmn:standardLoopCharacteristics", attrs...) + wrap("bpmn:loopCondition", escape(while)) + "</bpmn:standardLoopCharacteristics>")
	}
	own := extension{attrs: []string{"inputCollection", "each", "inputElement", "item", "outputCollection", "collect", "outputElement", "yield"}}
	own.name = "zeebe:loopCharacteristics"
	inside := wrap("bpmn:extensionElements", own.element(o)) + wrap("bpmn:loopCardinality", escape(o.text("times"))) +
		wrap("bpmn:completionCondition", escape(o.text("until")))
	sequential := ""
	if o.flag("sequential") {
		sequential = "true"
	}
	if inside+sequential != "" {
		w.WriteString(openTag("bpmn:multiInstanceLoopCharacteristics", "isSequential", sequential) + inside + "</bpmn:multiInstanceLoopCharacteristics>")
	}
}

// coded writes the definition of an error or escalation.
func (w *writer) coded(e *element, o *options, kind string) {
	definition := "bpmn:" + kind + "EventDefinition"
	if code := o.text(kind); code != "" {
		id := strings.ToUpper(kind[:1]) + kind[1:] + "_" + e.id
		w.roots.WriteString(empty("bpmn:"+kind, "id", id, kind+"Code", code) + "\n")
		w.WriteString(empty(definition, kind+"Ref", id))
	} else if o.flag(kind) {
		w.WriteString(empty(definition))
	}
}

// compensate writes the definition of a compensation event. What is behind one that is attached is associated with it.
func (w *writer) compensate(e *element, o *options) {
	activity := o.text("compensate")
	o.flag("compensate")
	if e.kind == "boundary" {
		activity = ""
	}
	w.WriteString(empty("bpmn:compensateEventDefinition", "activityRef", activity))
}

// associate writes the association of a compensation event with its handler.
func (w *writer) associate(e *element, handler string) {
	if handler != "" {
		w.WriteString(empty("bpmn:association", "id", "Association_"+e.id, "sourceRef", e.id, "targetRef", handler, "associationDirection", "One") + "\n")
	}
}

// message writes the message of an element and returns its id, "" for none.
func (w *writer) message(e *element, o *options) string {
	name := o.text("message")
	if name == "" {
		return ""
	}
	id, subscription := "Message_"+e.id, ""
	if key := o.text("key"); key != "" {
		subscription = wrap("bpmn:extensionElements", empty("zeebe:subscription", "correlationKey", key))
	}
	w.roots.WriteString(openTag("bpmn:message", "id", id, "name", name) + subscription + "</bpmn:message>\n")
	return id
}

// mapped writes one element per option with that prefix.
func mapped(o *options, prefix, name, key, value string) string {
	var b strings.Builder
	for i, opt := range o.list {
		if k, ok := strings.CutPrefix(opt.name, prefix); ok {
			o.use(i)
			b.WriteString(empty(name, key, k, value, opt.value))
		}
	}
	return b.String()
}

func (w *writer) open(name string, attrs ...string) { w.WriteString(openTag(name, attrs...)) }

// openTag leaves out attributes without a value.
func openTag(name string, attrs ...string) string {
	var b strings.Builder
	b.WriteString("<" + name)
	for i := 0; i < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			b.WriteString(" " + attrs[i] + `="` + escape(attrs[i+1]) + `"`)
		}
	}
	return b.String() + ">"
}

func empty(name string, attrs ...string) string {
	return strings.TrimSuffix(openTag(name, attrs...), ">") + "/>"
}

func wrap(name, inside string) string {
	if inside == "" {
		return ""
	}
	return "<" + name + ">" + inside + "</" + name + ">"
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// options remembers which options were asked for, so that one that nobody knows is a mistake.
type options struct {
	list []option
	used map[int]bool
}

func (o *options) use(i int) {
	if o.used == nil {
		o.used = map[int]bool{}
	}
	o.used[i] = true
}

func (o *options) text(name string) string { return o.find(name, false).value }

func (o *options) flag(name string) bool { return o.find(name, true).name != "" }

// has reports whether the option is there, with or without a value.
func (o *options) has(name string) bool {
	return slices.ContainsFunc(o.list, func(opt option) bool { return opt.name == name })
}

func (o *options) find(name string, flag bool) option {
	for i, opt := range o.list {
		if opt.name == name && opt.flag == flag {
			o.use(i)
			return opt
		}
	}
	return option{}
}

func (o *options) finish(id string, line int) {
	for i, opt := range o.list {
		if !o.used[i] {
			panic(fmt.Sprintf("bpmntest: line %d: %s cannot have the option %s", line, id, opt.name))
		}
	}
}
