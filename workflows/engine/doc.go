// Package engine is the token interpreter: Step applies one event to the state of one process instance and says what must be done.
//
// It is pure. Time comes in with each event, chance and I/O do not come in at all, and the same plan, state and event always give the
// same result. State is one plain value that survives JSON, so a process instance can be stopped, stored, moved and gone on with.
//
// The life of an instance: a start event puts a token into the process; Step moves tokens until each of them waits for something
// outside (a person, a job, a timer, a message, a called process), for other tokens at a join, or for somebody to resolve an
// incident. A token that waits is a Node, and Node.Wait says for what: no token is ever without a reason to wait (State.Verify).
//
// An event that cannot be applied is rejected before anything changes. Whatever goes wrong inside a process, such as a condition
// that is not boolean, is no error of Step but an incident on the node, which keeps its place and can be retried.
//
// What an instance does never changes under it, though the code does: Version.
package engine
