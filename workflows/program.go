package workflows

import (
	"fmt"

	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

// Definitions finds what an instance runs. Content is named by its hash, so the answer is the same at every replay, whenever and
// wherever it is asked; an error lets Temporal try the workflow task again.
type Definitions interface {
	Program(hash, processID string) (*engine.Program, error)
}

// Processes holds what the workflow of all process instances needs.
type Processes struct {
	Definitions Definitions
}

// program is what an instance runs, in the calendar and on the version of the engine it was started with.
func (b *Processes) program(in Input) (*engine.Program, error) {
	if in.Interpreter > engine.Current {
		return nil, fmt.Errorf("the instance runs on version %d of the interpreter, and this worker knows none after %d: it waits for a newer worker", in.Interpreter, engine.Current)
	}
	p, err := b.Definitions.Program(in.Definition, in.ProcessID)
	if err != nil {
		return nil, err
	}
	c, err := workday.New(in.Calendar)
	if err != nil {
		return nil, err
	}
	return &engine.Program{Plan: p.Plan, Decisions: p.Decisions, Calendar: c, Zone: c.Zone(), Version: in.Interpreter}, nil
}

// Program is what an instance runs, to play a copy of it; with another Definition, what it would run.
func (v View) Program(d Definitions, processID string) (*engine.Program, error) {
	return (&Processes{Definitions: d}).program(Input{ProcessID: processID, Definition: v.Definition, Interpreter: v.Interpreter, Calendar: v.Calendar})
}
