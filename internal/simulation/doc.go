// Package simulation plays processes on the engine in virtual time: nothing in it reads a clock. A [World] is the time, the process
// instances in it and what waits to happen; [Play] leads one through a [Scenario], which is the process designer's test bench.
//
// # Scenarios
//
// A scenario is JSON or YAML; every part is optional, and an unknown key is refused.
//
//	now         virtual time of the start: 2026-11-23T08:00:00+01:00, without offset in Europe/Copenhagen, or a date
//	until       a time, or a duration from the start; P52W when it is missing
//	variables   of the process at its start
//	process     id, when the files hold several that no other one calls
//	startEvent  id; without it the none start event, else the only message or signal start event, else whatever comes first of
//	            time, messages and signals
//	calendar    closed: dates on which the municipality is closed beside its usual days
//	answers     what a person or a worker does, by element id, job type, element type (userTask) or "*", looked up in that order
//	steps       what happens, in order
//
// An answer is variables, error (code, message, variables: it ends by that BPMN error), fail (a text: the job is out of retries), wait
// (true: a step ends it), each also after a duration. A list is used up answer by answer, and its last one repeats. Without an answer
// everything completes at once with no variables, except what a complete, throwError or fail step names, which waits for it. Calls of
// processes that are not in the files need an answer. Messages are no answers.
//
//	complete ELEMENT, variables, count      tasks, jobs, calls of missing processes; the oldest first
//	throwError ELEMENT, code, variables     a BPMN error out of a task or job
//	fail ELEMENT                            a job is out of retries
//	retry ELEMENT                           goes on from an incident
//	message NAME, correlationKey, variables, timeToLive, id
//	advance DURATION                        time moves, timers fire on the way
//	fireTimer EVENT                         time moves to when it is due; it fires before others that are due by then
//	start EVENT, variables                  until then nothing starts, but messages are kept for their time to live
//	cancel true
//	suspend true, resume true               with the processes that it calls; deadlines that are left move by the pause
//	setVariables VARIABLES
//	check waiting, notWaiting, completed, variables
//	signal NAME, variables                  every event that waits for it; signal start events of other processes start nothing here
//	activate ELEMENT, variables             begins it in the first ad-hoc sub-process that lets it be chosen; the variables are its own
//	completeAdHoc ELEMENT                   declares the ad-hoc sub-process done
//	modify [INSTRUCTION]                    moves tokens of the process by hand, with the instructions of POST /process-instances/{id}/modify
//
// # Time
//
// Without steps time goes on by itself, from one thing that happens to the next, until the instance has ended or until has come. With
// steps it moves by advance, fireTimer and answers that come after a duration: such an answer comes when time is moved past it, when a
// step cannot be done or a check does not hold without it, and after the last step. At one instant answers come before timers.
//
// A step that cannot be done ends the simulation with an error that names it. A check that does not hold does not.
//
// # Choices
//
// A message is taken once by each process, by its subscription that has waited longest; one with the name, key and id of another is the
// same message for seven days or its time to live. Tokens wait also inside sub-processes, so both a sub-process and what waits in it
// are active. More than 20,000 events without time going on, or 100,000 in all, are an incident endless_loop.
package simulation
