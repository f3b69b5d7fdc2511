package bpmn

import (
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/feel"
)

// describe fills in what an element waits for or does.
func (b *builder) describe(i int) {
	e, n := b.element(i), b.nodes[i]
	if e.Kind == Process {
		b.extensionsBeside(n, "zeebe:properties", "zeebe:versionTag", "fasthold:inputs")
		b.inputs(n)
		b.data(e, n)
		return
	}
	switch {
	case isEvent(e):
		b.event(e, n)
	case e.Kind == ReceiveTask:
		b.receive(e, n)
	case e.Kind == UserTask:
		e.UserTask = b.userTask(n)
	case e.Kind == ScriptTask:
		b.scriptTask(e, n)
	case e.Kind == BusinessRuleTask:
		b.businessRuleTask(e, n)
	case e.Kind == Complex:
		b.activation(e, n)
	case e.Kind == CallActivity:
		e.Call = b.call(n)
	case e.Kind == AdHocSubProcess:
		b.adHoc(e, n)
	}
	if e.Kind == ServiceTask || e.Kind == SendTask || (canBeJob(e) && isEvent(e)) {
		e.Job = b.job(n)
	}
	b.loop(e, n)
	b.extensionsOf(n, e)
	b.mappings(e, n)
	if e.Kind.Scope() {
		b.data(e, n)
	}
}

// activation reads when a complex gateway goes on.
func (b *builder) activation(e *Element, n *Node) {
	c := n.child("activationCondition")
	switch {
	case c != nil:
		e.Activation = b.condition(c)
	case len(e.Incoming) > 1:
		b.fail(n, "missing-activation-condition", "the complex gateway does not say which tokens it waits for", "write an activationCondition such as =activationCount >= 2, or use an inclusive gateway")
	}
}

// mappings reads zeebe:ioMapping.
func (b *builder) mappings(e *Element, n *Node) {
	io := n.extension(spaceZeebe, "ioMapping")
	if io == nil || !mapsOutput(e) {
		return
	}
	for _, m := range io.Children {
		switch {
		case m.Space == spaceZeebe && m.Name == "output":
			e.Outputs = append(e.Outputs, b.mapping(m))
		case m.Space == spaceZeebe && m.Name == "input" && mapsInput(e):
			e.Inputs = append(e.Inputs, b.mapping(m))
		case m.Space == spaceZeebe && m.Name == "input":
			b.fail(m, "misplaced-extension", fmt.Sprintf("an input mapping has no effect on this %s", e.Kind), "delete it")
		}
	}
}

func (b *builder) mapping(m *Node) Mapping {
	source, target := m.text("source"), m.text("target")
	if strings.TrimSpace(source.value) == "" {
		b.failText(source, "missing-source", "the mapping has no source", "write FEEL after =, or a text")
	}
	return Mapping{Source: b.value(source, b.string), Target: b.path(target)}
}

// job reads zeebe:taskDefinition, zeebe:taskHeaders and fasthold:job of an element whose work is done by the worker.
func (b *builder) job(n *Node) *Job {
	j := &Job{Headers: b.headers(n)}
	def := n.extension(spaceZeebe, "taskDefinition")
	if def == nil {
		b.fail(n, "missing-job-type", fmt.Sprintf("the <%s> does not say who does its work", n.Name), "add zeebe:taskDefinition with a type")
		return j
	}
	if j.Type = b.value(def.text("type"), b.string); strings.Trim(def.Attr("type"), " \t\r\n") == "" {
		b.failText(def.text("type"), "missing-job-type", "the job type is empty", "write the name of an activity")
	}
	j.Retries = b.value(def.text("retries"), b.whole(1, 1000))
	if own := n.extension(spaceFasthold, "job"); own != nil {
		j.Local = b.boolean(own, "local", false)
		j.Timeout = b.clock(own.text("timeout"), minTimeout, maxTimeout)
		j.Backoff = b.clock(own.text("backoff"), minTimeout, maxTimeout)
	}
	return j
}

// headers reads zeebe:taskHeaders.
func (b *builder) headers(n *Node) []Header {
	holder := n.extension(spaceZeebe, "taskHeaders")
	if holder == nil {
		return nil
	}
	var list []Header
	for _, h := range holder.all(spaceZeebe, "header") {
		if h.Attr("key") == "" {
			b.failText(h.text("key"), "missing-header-key", "the task header has no key", "name it or delete it")
		}
		list = append(list, Header{Key: h.Attr("key"), Value: h.Attr("value")})
	}
	return list
}

// userTask reads who shall do a task, with which form, and by when.
func (b *builder) userTask(n *Node) *Task {
	t := &Task{Headers: b.headers(n)}
	if d := n.extension(spaceZeebe, "formDefinition"); d != nil {
		t.Form = b.form(d)
	}
	if d := n.extension(spaceZeebe, "assignmentDefinition"); d != nil {
		t.Assignee = b.value(d.text("assignee"), b.string)
		t.CandidateGroups = b.value(d.text("candidateGroups"), b.list)
		t.CandidateUsers = b.value(d.text("candidateUsers"), b.list)
	}
	if d := n.extension(spaceZeebe, "taskSchedule"); d != nil {
		t.DueDate = b.moment(d.text("dueDate"), Date)
		t.FollowUpDate = b.moment(d.text("followUpDate"), Date)
	}
	if d := n.extension(spaceZeebe, "priorityDefinition"); d != nil {
		t.Priority = b.value(d.text("priority"), b.whole(0, 100))
	}
	if d := n.extension(spaceFasthold, "task"); d != nil {
		t.Follows = b.follows(d, t.DueDate, t.FollowUpDate)
		t.Stays = b.stays(d)
		t.Endless = b.endless(d, t)
	}
	b.listeners(t, n)
	return t
}

func (b *builder) form(d *Node) string {
	b.binding(d, "latest", "deployment")
	id := d.text("formId")
	switch {
	case d.hasAttr("formKey"), d.hasAttr("externalReference"):
		b.fail(d, "unsupported-form", "the form is embedded in the process or kept elsewhere", "deploy the form as a file and link it by formId")
	case id.value == "":
		b.fail(d, "missing-form", "the form definition names no form", "link a form by formId")
	case len(id.value) > maxID || !isID(id.value):
		b.failText(id, "bad-form", fmt.Sprintf("%q is not the id of a form", clip(id.value)), "link a form by its id; it cannot be an expression")
	}
	return id.value
}

// follows reads follows="variables" of fasthold:timer and fasthold:task, which has a meaning only when one of the times reads a variable.
func (b *builder) follows(n *Node, times ...*feel.Expression) bool {
	if !n.hasAttr("follows") && (n.hasAttr("suspend") || n.hasAttr("deadline")) {
		return false
	}
	if v := n.Attr("follows"); v != "variables" {
		b.failText(n.text("follows"), "bad-follows", fmt.Sprintf("follows=%q has no meaning", clip(v)), `write follows="variables"`)
		return false
	}
	b.plan.Follows = true
	if !slices.ContainsFunc(times, func(e *feel.Expression) bool { return e != nil && len(e.References()) > 0 }) {
		b.warn(n, "idle-follows", "no time here depends on a variable that it could follow", "delete it, or write the time in FEEL")
	}
	return true
}

// stays reads suspend="keep" of fasthold:timer and fasthold:task; suspend="move" is what happens without it.
func (b *builder) stays(n *Node) bool {
	v := n.Attr("suspend")
	if n.hasAttr("suspend") && v != "keep" && v != "move" {
		b.failText(n.text("suspend"), "bad-suspend", fmt.Sprintf("suspend=%q has no meaning", clip(v)), `write suspend="keep" for a time that does not move when the process is suspended, or delete it`)
	}
	return v == "keep"
}

// binding reads bindingType, which must be one of the allowed ones; the first is the default.
func (b *builder) binding(n *Node, allowed ...string) string {
	v := n.Attr("bindingType")
	for _, a := range allowed {
		if v == a {
			return v
		}
	}
	if v != "" {
		b.failText(n.text("bindingType"), "unsupported-binding", fmt.Sprintf("bindingType=%q is not run here", clip(v)), "use one of: "+strings.Join(allowed, ", "))
	}
	return allowed[0]
}

// scriptTask is FEEL (zeebe:script) or else a job.
func (b *builder) scriptTask(e *Element, n *Node) {
	s := n.extension(spaceZeebe, "script")
	if !b.either(e, n, s, "script") {
		return
	}
	e.Script = &Script{Expr: b.feel(s.text("expression")), Result: b.variable(s.text("resultVariable"), "resultVariable")}
}

// businessRuleTask is a decision (zeebe:calledDecision) or else a job.
func (b *builder) businessRuleTask(e *Element, n *Node) {
	d := n.extension(spaceZeebe, "calledDecision")
	if !b.either(e, n, d, "calledDecision") {
		return
	}
	b.binding(d, "latest", "deployment")
	e.Decision = &Decision{ID: b.value(d.text("decisionId"), b.string), Result: b.variable(d.text("resultVariable"), "resultVariable")}
	if e.Decision.ID == nil && strings.TrimSpace(d.Attr("decisionId")) == "" {
		b.failText(d.text("decisionId"), "missing-decision", "decisionId is missing", "write the id of a DMN decision")
	}
}

// either reports whether the engine does the work by the extension own; otherwise it makes the work a job.
func (b *builder) either(e *Element, n, own *Node, name string) bool {
	job := n.extension(spaceZeebe, "taskDefinition")
	switch {
	case own == nil && job == nil:
		b.fail(n, "missing-implementation", fmt.Sprintf("the <%s> does not say what it does", n.Name), fmt.Sprintf("add zeebe:%s, or zeebe:taskDefinition with a job type", name))
	case own == nil:
		e.Job = b.job(n)
	case job != nil:
		b.fail(job, "ambiguous-implementation", fmt.Sprintf("the <%s> has both zeebe:%s and zeebe:taskDefinition", n.Name, name), "delete one of them")
	}
	return own != nil
}

// call reads zeebe:calledElement, or the plain BPMN attribute calledElement.
func (b *builder) call(n *Node) *Call {
	c := &Call{AllIn: true, AllOut: true, Binding: "latest"}
	called, id := n.extension(spaceZeebe, "calledElement"), n.text("calledElement")
	if called != nil {
		id = called.text("processId")
		c.AllIn = b.boolean(called, "propagateAllParentVariables", true)
		c.AllOut = b.boolean(called, "propagateAllChildVariables", true)
		c.Binding = b.binding(called, "latest", "deployment", "versionTag")
		c.VersionTag = called.Attr("versionTag")
		if (c.Binding == "versionTag") != (c.VersionTag != "") {
			b.fail(called, "bad-version-tag", `bindingType="versionTag" and versionTag go together`, "give both or none")
		}
	}
	c.ProcessID = b.value(id, b.processID)
	if strings.TrimSpace(id.value) == "" {
		b.failText(id, "missing-process", "the call activity does not say which process it calls", "add zeebe:calledElement with a processId")
	}
	return c
}

func (b *builder) processID(t text) feel.Value {
	id := t.value
	if t.attr == "calledElement" {
		id = unprefixed(id)
	}
	if len(id) > maxID || !isID(id) {
		b.failText(t, "bad-process", fmt.Sprintf("%q is not the id of a process", clip(id)), "write the id of a process, or FEEL after =")
		return nil
	}
	return feel.Text(id)
}
