package engine

// Version counts the changes of what the interpreter does with processes that ran before. An instance keeps the version it was started
// with, so that its history replays for as long as it lives; one that calls a process hands its version on.
//
// A change gets the next constant, and the code asks for it where the ways part: if m.p.Version >= ItsName. What is only new (an element
// that was refused before, an event nobody sent) needs none.
type Version int

// Versions, each named after what has changed with it.
const (
	Uncounted    Version = iota // everything before versions were counted
	VariablesSet                // the trace tells of variables that are set
	ResultsShown                // the instances of a multi-instance activity see its results while it runs
	CallsKept                   // a call that is retried starts an instance of its own, one that is withdrawn none, and an escalation comes before the end
	TypedInputs                 // a text is a date, time or duration where the input of a decision is declared as one
	InTurn                      // jobs and calls beyond what Temporal keeps under way wait for their turn
	Bounded                     // variables that would become larger than Temporal takes are an incident

	beyond // the end of the list: new versions go above this line
)

// Current is the version that new instances are started with, and the newest that this code knows.
const Current = beyond - 1
