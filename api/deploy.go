package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"fasthold/definitions"
	"fasthold/definitions/dmn"
	"fasthold/definitions/problem"
	"fasthold/internal/casework"
	"fasthold/internal/store"
)

// deployedIn is what a store has deployed, for definitions that name it.
type deployedIn struct {
	ctx   context.Context
	store *store.Store
}

var _ definitions.Deployed = deployedIn{}

// Decision returns the file of a decision.
func (d deployedIn) Decision(id string) (definitions.File, bool) {
	return fileOf(d.store.LatestDecision(d.ctx, id))
}

// Form returns the file of a form.
func (d deployedIn) Form(id string) (definitions.File, bool) {
	return fileOf(d.store.LatestForm(d.ctx, id))
}

// Process reports whether there is the process.
func (d deployedIn) Process(id string) bool {
	_, err := d.store.LatestDefinition(d.ctx, id)
	return err == nil
}

func fileOf(r casework.Resource, err error) (definitions.File, bool) {
	return definitions.File{Name: r.Name, Data: r.Bytes}, err == nil
}

// Check checks definitions against each other and what the store has deployed. There is no set when a problem is an error. jobs
// are all that the workers do: what nobody does would wait for ever, which is a warning.
func Check(ctx context.Context, st *store.Store, files []definitions.File, jobs []definitions.Job) (*definitions.Set, []problem.Problem) {
	set, problems := definitions.Check(files, deployedIn{ctx, st})
	if set == nil {
		return nil, problems
	}
	problems = append(problems, slices.DeleteFunc(set.Lint(jobs), func(p problem.Problem) bool { return p.Severity == problem.Info })...)
	problems = append(problems, wrongStarts(ctx, st, set.Processes)...)
	for _, r := range set.Resources {
		if r.Kind == definitions.Form {
			problems = append(problems, wrongStores(r)...)
		}
	}
	problem.Sort(problems)
	if problem.HasErrors(problems) {
		return nil, problems
	}
	return set, problems
}

// wrongStores finds fields that say to be case data in a way that is not understood: they would reach the process instead.
func wrongStores(r definitions.Resource) (problems []problem.Problem) {
	var root component
	if err := json.Unmarshal(r.Data, &root); err != nil {
		return nil // it was read before
	}
	root.each(false, func(c component, inRow bool) {
		if c.Properties.Store == "" || slices.Contains(stores, c.Properties.Store) && c.keeps() && c.Type != "group" && !inRow {
			return
		}
		problems = append(problems, problem.Problem{File: r.File.Name, Element: c.ID, Code: "unknown-store",
			Message: fmt.Sprintf("nothing is kept in the store %q from here", c.Properties.Store),
			Advice:  "use note, plan, milestones or meeting, on a field or on a whole list", Severity: problem.Error})
	})
	return problems
}

// each visits the components below c that are not kept as part of another; inRow tells of those in the rows of a list.
func (c component) each(inRow bool, visit func(c component, inRow bool)) {
	for _, inner := range c.Components {
		visit(inner, inRow)
		if inner.Properties.Store == "" {
			inner.each(inRow || inner.Type == "dynamiclist", visit)
		}
	}
}

// Deploy adds a checked set to the store, and with a new version of a process when time starts it. A decision is found by its id, whichever
// file it is in.
func Deploy(ctx context.Context, st *store.Store, set *definitions.Set) (casework.Deployment, error) {
	var resources []casework.Resource
	have := map[string]bool{}
	add := func(r definitions.Resource) {
		if have[r.Hash()] {
			return
		}
		have[r.Hash()] = true
		for _, id := range ids(r) {
			resources = append(resources, casework.Resource{Kind: casework.ResourceKind(r.Kind), ID: id, Name: r.File.Name, Hash: r.Hash(), Bytes: r.Data})
		}
	}
	for _, r := range set.Resources {
		add(r)
	}
	var processes []casework.ProcessDefinition
	for _, d := range set.Processes {
		processes = append(processes, processOf(d))
	}
	timers, problems, err := startTimers(ctx, st, set.Processes, time.Now())
	if err != nil {
		return casework.Deployment{}, err
	}
	if len(problems) > 0 { // the time has changed since Check
		return casework.Deployment{}, fail(casework.Invalid, "%s", problems[0])
	}
	return st.Deploy(ctx, resources, processes, timers...)
}

func processOf(d *definitions.Definition) casework.ProcessDefinition {
	p := casework.ProcessDefinition{ProcessID: d.ProcessID, Name: d.Name, VersionTag: d.VersionTag, Hash: d.Hash, StartMessages: d.StartMessages(), StartSignals: d.StartSignals()}
	for _, r := range d.Resources {
		p.ResourceHashes = append(p.ResourceHashes, r.Hash())
	}
	return p
}

// ids are the names by which a resource is found: of a DMN file its decisions and decision services.
func ids(r definitions.Resource) []string {
	if r.Kind != definitions.DMN {
		return []string{r.ID}
	}
	model, _ := dmn.Parse(r.File.Name, r.Data)
	library, _ := dmn.Compile(model)
	var out []string
	for _, d := range library.Decisions() {
		out = append(out, d.ID)
	}
	for _, s := range library.Services() {
		out = append(out, s.ID)
	}
	return slices.DeleteFunc(out, func(id string) bool { return id == "" })
}

// DeployShipped adds the definitions that come with the program, once: a version that somebody deployed since stays the latest.
func DeployShipped(ctx context.Context, st *store.Store, jobs []definitions.Job) error {
	set, problems := Check(ctx, st, definitions.Shipped(), jobs)
	if set == nil {
		return fmt.Errorf("the definitions that come with Fasthold have problems, the first: %s", problems[0])
	}
	for _, d := range set.Processes {
		_, err := st.Definition(ctx, d.Hash)
		if casework.CodeOf(err) == casework.NotFound {
			_, err := Deploy(ctx, st, set)
			return err
		}
		if err != nil {
			return err
		}
	}
	return nil
}
