// Package definitions holds what shall happen: process definitions with their decisions, forms, letters and stories, one folder per
// process, and as packages the languages they are written in. It is pure.
//
// Definitions are checked whole before they can run: [Check] reads a set of files, resolves what they name in each other or in what is
// already deployed, and finds every problem at once.
package definitions

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/dmn"
	"fasthold/definitions/form"
	"fasthold/definitions/lint"
	"fasthold/definitions/problem"
	"fasthold/definitions/proof"
)

// Kind is the language of a file.
type Kind string

// Kinds.
const (
	BPMN Kind = "bpmn"
	DMN  Kind = "dmn"
	Form Kind = "form"
)

// File is a file as somebody gave it.
type File struct {
	Name string
	Data []byte
}

// Hash is the SHA-256 of the content, hexadecimal.
func (f File) Hash() string {
	sum := sha256.Sum256(f.Data)
	return hex.EncodeToString(sum[:])
}

// Resource is a file that was read.
type Resource struct {
	File
	Kind Kind
	ID   string // of the form or of the definitions element
	Name string // of the definitions element, else the file's
}

// Definition is one process with all that it runs on, named by the hash of the whole.
type Definition struct {
	ProcessID, Name, VersionTag string
	// Hash names the content of the process file and of what it calls; the same content has the same hash everywhere.
	Hash      string
	Resources []Resource // the process file first
	Plan      *bpmn.Plan
	Decisions *dmn.Library          // nil when the process calls none
	Forms     map[string]*form.Form // by id
	Jobs      []bpmn.Ref            // job types that the worker must know
}

// StartMessages are the static names of the messages that start the process.
func (d *Definition) StartMessages() []string { return d.startNames(bpmn.Message) }

// StartSignals are the names of the signals that start the process.
func (d *Definition) StartSignals() []string { return d.startNames(bpmn.Signal) }

func (d *Definition) startNames(kind bpmn.EventKind) []string {
	var names []string
	for _, i := range d.Plan.Root().Starts {
		e := d.Plan.Elements[i].Event
		if e == nil || e.Kind != kind {
			continue
		}
		if name, ok := constantText(e.Name()); ok {
			names = append(names, name)
		}
	}
	return names
}

// Set is a checked set of files.
type Set struct {
	Resources []Resource
	Processes []*Definition
	Decisions *dmn.Library // of all DMN files; empty when there are none
	Forms     map[string]*form.Form
}

// Process returns the process with that id.
func (s *Set) Process(id string) (*Definition, bool) {
	i := slices.IndexFunc(s.Processes, func(d *Definition) bool { return d.ProcessID == id })
	if i < 0 {
		return nil, false
	}
	return s.Processes[i], true
}

// Deployed is where a set finds what it names and does not hold. A process keeps what was found: that is how decisions and forms are bound.
type Deployed interface {
	Decision(id string) (File, bool)
	Form(id string) (File, bool)
	Process(id string) bool
}

// Check reads and checks files as one set, and proves that its processes can come to an end. All problems are found at once, by file and
// place; when one of them is an error there is no set. deployed may be nil.
func Check(files []File, deployed Deployed) (*Set, []problem.Problem) {
	set, problems := check(files, deployed, "")
	if set == nil {
		return nil, problems
	}
	for _, p := range set.Prove() {
		problems = append(problems, p.Result.Problems(p.Process.Plan)...)
	}
	problem.Sort(problems)
	if problem.HasErrors(problems) {
		return nil, problems
	}
	return set, problems
}

// Proof is what is proved about a process.
type Proof struct {
	Process *Definition
	proof.Result
}

// Prove decides for each process whether it always comes to an end.
func (s *Set) Prove() []Proof {
	var out []Proof
	for _, d := range s.Processes {
		out = append(out, Proof{d, proof.Soundness(d.Plan, 0)})
	}
	return out
}

// Job says what the worker does for a job type.
type Job = lint.Job

// Case is what deadlines of a process depend on, but for the variables, the time and the calendar of its start. jobs are all that the worker does.
func (s *Set) Case(d *Definition, jobs []Job) proof.Case {
	gives := map[string][]string{}
	for _, j := range jobs {
		gives[j.Type] = j.Gives
	}
	c := proof.Case{Plan: d.Plan, Decisions: d.Decisions, Forms: d.Forms, Jobs: gives}
	c.Called = func(id string) (proof.Case, bool) {
		called, ok := s.Process(id)
		if !ok {
			return proof.Case{}, false
		}
		return s.Case(called, jobs), true
	}
	return c
}

// Lint finds what can hardly be meant in a checked set, ordered by file and place: nothing of it stops a deployment. jobs are all that the worker
// does; nil when that is not known.
func (s *Set) Lint(jobs []Job) []problem.Problem {
	var processes []lint.Process
	for _, d := range s.Processes {
		processes = append(processes, lint.Process{Plan: d.Plan, Decisions: d.Decisions, Forms: d.Forms, Jobs: d.Jobs})
	}
	problems := lint.Problems(processes, jobs)
	if s.Decisions != nil {
		problems = append(problems, s.Decisions.Lint()...)
	}
	problem.Sort(problems)
	return problems
}

// Compile is [Check] without the proof: the set can be run, though perhaps not to its end, which a simulation may want to show.
func Compile(files []File, deployed Deployed) (*Set, []problem.Problem) {
	return check(files, deployed, "")
}

// check looks at one process only, where a file has several, unless only is "".
func check(files []File, deployed Deployed, only string) (*Set, []problem.Problem) {
	c := &checker{deployed: deployed, only: only, set: &Set{Forms: map[string]*form.Form{}}, forms: map[string]Resource{}}
	for _, f := range files {
		c.read(f)
	}
	c.fetchDecisions()
	c.compileDecisions()
	for _, d := range c.documents {
		c.compileProcesses(d)
	}
	c.unique()
	problem.Sort(c.problems)
	if problem.HasErrors(c.problems) {
		return nil, c.problems
	}
	return c.set, c.problems
}

// Load compiles a definition from the files it was deployed with, the process file first.
func Load(files []File, processID string) (*Definition, error) {
	set, problems := check(files, nil, processID)
	if set == nil {
		return nil, fmt.Errorf("the deployed definition of process %s can no longer be compiled: %s", processID, problems[0])
	}
	d, ok := set.Process(processID)
	if !ok {
		return nil, fmt.Errorf("the deployed definition has no process %s", processID)
	}
	return d, nil
}

type checker struct {
	deployed  Deployed
	only      string // process to look at; "" for all
	set       *Set
	documents []*bpmn.Document
	models    []*dmn.Model
	decisions []Resource          // the files of models
	forms     map[string]Resource // by id
	problems  []problem.Problem
}

func (c *checker) fail(file, element, code, message, advice string) {
	c.problems = append(c.problems, problem.Problem{File: file, Element: element, Code: code, Message: message, Advice: advice, Severity: problem.Error})
}

func (c *checker) read(f File) {
	switch KindOf(f) {
	case BPMN:
		d, problems := bpmn.Parse(f.Name, f.Data)
		c.problems = append(c.problems, problems...)
		if d != nil {
			c.documents = append(c.documents, d)
			c.set.Resources = append(c.set.Resources, Resource{f, BPMN, d.Root.ID(), f.Name})
		}
	case DMN:
		c.readDecisions(f, true)
	case Form:
		c.readForm(f, true)
	default:
		c.fail(f.Name, "", "unknown-kind", "the file is neither BPMN, DMN nor a form", "give BPMN 2.0 XML, DMN 1.1–1.5 XML or a form-js JSON schema")
	}
}

func (c *checker) readDecisions(f File, own bool) {
	m, problems := dmn.Parse(f.Name, f.Data)
	c.problems = append(c.problems, problems...)
	if m == nil {
		return
	}
	r := Resource{f, DMN, m.ID, m.Name}
	c.models = append(c.models, m)
	c.decisions = append(c.decisions, r)
	if own {
		c.set.Resources = append(c.set.Resources, r)
	}
}

func (c *checker) readForm(f File, own bool) {
	parsed, problems := form.Parse(f.Name, f.Data)
	c.problems = append(c.problems, problems...)
	if parsed == nil || problem.HasErrors(problems) {
		return
	}
	r := Resource{f, Form, parsed.ID, f.Name}
	c.forms[parsed.ID] = r
	c.set.Forms[parsed.ID] = parsed
	if own {
		c.set.Resources = append(c.set.Resources, r)
	}
}

// fetchDecisions adds the deployed files of decisions that the set names and does not hold.
func (c *checker) fetchDecisions() {
	if c.deployed == nil {
		return
	}
	own, _ := dmn.Compile(c.models...)
	for _, d := range c.documents {
		for _, id := range bpmn.IDs(d.References().Decisions) {
			if own != nil {
				if _, ok := own.Invocable(id); ok {
					continue
				}
			}
			if f, ok := c.deployed.Decision(id); ok && !slices.ContainsFunc(c.decisions, func(r Resource) bool { return r.Hash() == f.Hash() }) {
				c.readDecisions(f, false)
			}
		}
	}
}

func (c *checker) compileDecisions() {
	library, problems := dmn.Compile(c.models...)
	c.problems = append(c.problems, problems...)
	c.set.Decisions = library
}

func (c *checker) compileProcesses(d *bpmn.Document) {
	plans, problems := bpmn.Compile(d)
	c.problems = append(c.problems, problems...)
	refs := d.References()
	c.resolve(d.File, refs)
	for _, plan := range plans {
		if c.looksAt(plan.ID) {
			c.set.Processes = append(c.set.Processes, c.bind(d, plan, refs))
		}
	}
}

func (c *checker) looksAt(processID string) bool { return c.only == "" || c.only == processID }

// resolve finds what a file names, also when the file itself has problems.
func (c *checker) resolve(file string, refs bpmn.References) {
	for _, ref := range refs.Decisions {
		if c.looksAt(ref.Process) && !c.hasDecision(ref.ID) {
			c.missing(file, ref, "unknown-decision", "decision", "deploy the DMN file together with the process or before it")
		}
	}
	for _, ref := range refs.Forms {
		if c.looksAt(ref.Process) && !c.hasForm(ref.ID) {
			c.missing(file, ref, "unknown-form", "form", "deploy the form together with the process or before it")
		}
	}
	for _, ref := range refs.Processes {
		c.needProcess(file, ref)
	}
}

func (c *checker) hasDecision(id string) bool {
	if c.set.Decisions == nil {
		return false
	}
	_, ok := c.set.Decisions.Invocable(id)
	return ok
}

// hasForm also reads a deployed form that the set does not hold.
func (c *checker) hasForm(id string) bool {
	if _, ok := c.forms[id]; !ok && c.deployed != nil {
		if f, ok := c.deployed.Form(id); ok {
			c.readForm(f, false)
		}
	}
	_, ok := c.forms[id]
	return ok
}

// bind gives a process what it calls.
func (c *checker) bind(d *bpmn.Document, plan *bpmn.Plan, refs bpmn.References) *Definition {
	def := &Definition{ProcessID: plan.ID, Name: plan.Name, VersionTag: plan.VersionTag, Plan: plan, Forms: map[string]*form.Form{},
		Jobs: slices.DeleteFunc(slices.Clone(refs.Jobs), func(r bpmn.Ref) bool { return r.Process != plan.ID })}
	def.Resources = []Resource{{File{d.File, d.Data}, BPMN, d.Root.ID(), d.File}}
	if slices.ContainsFunc(plan.Elements, func(e bpmn.Element) bool { return e.Decision != nil }) {
		def.Decisions = c.set.Decisions
		def.Resources = append(def.Resources, c.decisions...)
	}
	for _, ref := range refs.Forms {
		r, ok := c.forms[ref.ID]
		if _, have := def.Forms[ref.ID]; ok && !have && ref.Process == plan.ID {
			def.Forms[ref.ID] = c.set.Forms[ref.ID]
			def.Resources = append(def.Resources, r)
		}
	}
	def.Hash = def.hash()
	return def
}

func (c *checker) missing(file string, ref bpmn.Ref, code, what, advice string) {
	c.problems = append(c.problems, problem.Problem{File: file, Line: ref.Line, Column: ref.Column, Element: ref.Element, Code: code,
		Message: fmt.Sprintf("there is no %s %q", what, ref.ID), Advice: advice, Severity: problem.Error})
}

// needProcess warns of a called process that is not there yet: it may be deployed before the first call.
func (c *checker) needProcess(file string, ref bpmn.Ref) {
	for _, d := range c.documents {
		for _, p := range d.Processes() {
			if p.ID == ref.ID {
				return
			}
		}
	}
	if c.deployed != nil && c.deployed.Process(ref.ID) {
		return
	}
	c.problems = append(c.problems, problem.Problem{File: file, Line: ref.Line, Column: ref.Column, Element: ref.Element, Code: "unknown-process",
		Message: fmt.Sprintf("there is no process %q yet", ref.ID), Advice: "deploy it before it is called", Severity: problem.Warning})
}

// unique refuses two processes or forms with one id.
func (c *checker) unique() {
	processes := map[string]string{}
	for _, d := range c.set.Processes {
		if first, twice := processes[d.ProcessID]; twice {
			c.fail(d.Plan.File, d.ProcessID, "duplicate-process", fmt.Sprintf("process %s is also in %s", d.ProcessID, first), "give each process an id of its own")
		}
		processes[d.ProcessID] = d.Plan.File
	}
	forms := map[string]string{}
	for _, r := range c.set.Resources {
		if r.Kind != Form {
			continue
		}
		if first, twice := forms[r.ID]; twice {
			c.fail(r.File.Name, r.ID, "duplicate-form", fmt.Sprintf("form %s is also in %s", r.ID, first), "give each form an id of its own")
		}
		forms[r.ID] = r.File.Name
	}
}

func (d *Definition) hash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", d.ProcessID)
	hashes := make([]string, len(d.Resources))
	for i, r := range d.Resources {
		hashes[i] = r.Hash()
	}
	slices.Sort(hashes[1:])
	fmt.Fprint(h, strings.Join(hashes, "\n"))
	return hex.EncodeToString(h.Sum(nil))
}

// KindOf tells the language of a file by its content; "" when it is none.
func KindOf(f File) Kind {
	data := bytes.TrimSpace(bytes.TrimPrefix(f.Data, []byte("\ufeff")))
	if bytes.HasPrefix(data, []byte("{")) {
		return Form
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.RawToken()
		if err != nil {
			return kindOfName(f.Name)
		}
		if start, ok := token.(xml.StartElement); ok {
			return kindOfRoot(start, f.Name)
		}
	}
}

func kindOfRoot(root xml.StartElement, file string) Kind {
	for _, a := range root.Attr {
		switch {
		case a.Name.Space != "xmlns" && a.Name.Local != "xmlns":
		case strings.Contains(a.Value, "/spec/BPMN/") && strings.HasSuffix(a.Value, "/MODEL"):
			return BPMN
		case strings.Contains(a.Value, "/spec/DMN/") && (strings.HasSuffix(a.Value, "/MODEL/") || strings.HasSuffix(a.Value, "dmn.xsd")):
			return DMN
		}
	}
	return kindOfName(file)
}

func kindOfName(file string) Kind {
	switch {
	case strings.HasSuffix(file, ".bpmn"):
		return BPMN
	case strings.HasSuffix(file, ".dmn"):
		return DMN
	case strings.HasSuffix(file, ".form"):
		return Form
	}
	return ""
}
