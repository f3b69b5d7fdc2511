// Package bpmn reads BPMN 2.0 files and turns them into plans that the engine runs.
//
// There are two steps. [Parse] reads XML into a [Document]: everything that stands in the file, with its place, and nothing judged.
// [Compile] resolves and checks the executable processes of a document into one [Plan] each: references are followed, FEEL is
// compiled, and what the engine does not run is refused, so that nothing is found out only when a case gets there. Both tell all
// problems at once, each with line, column, element and advice. A document comes from a stranger: size, depth and numbers
// are bounded, entities and document types refused.
//
// # What is run
//
//	start       none, timer (date, cycle), message, signal; of an event sub-process: message, signal, timer, condition, error, escalation
//	end         none, message, signal, error, escalation, terminate
//	intermediate  catch timer (date, duration), message, signal, condition, link; throw none, message, signal, escalation, link
//	boundary    timer (date, duration; cycle when not interrupting), message, signal, condition, error (always interrupting), escalation
//	tasks       undefined, manual, user, service, send, receive, script, business rule
//	other       call activity, embedded and event sub-process; exclusive, parallel, inclusive and event-based gateway;
//	            conditional and default flows out of gateways and activities; lanes
//
// Data objects, annotations, groups, pools and message flows are drawings. Everything else is an error.
//
// # Extension elements
//
// Execution attributes are those of Camunda Modeler (namespace http://camunda.org/schema/zeebe/1.0): a text with "=" in front is FEEL,
// any other is the text itself; conditions and scripts are always FEEL. Where Zeebe has nothing there are, in the namespace
// http://fasthold.dk/schema/1.0:
//
//	<fasthold:job local="true" timeout="PT30S" backoff="PT10S"/>      of what has a zeebe:taskDefinition; see [Job]
//	<fasthold:timer follows="variables"/>                              of a timer event; see [TimerDefinition]
//	<fasthold:task follows="variables"/>                               of a user task; see [Task]
//	<fasthold:error codeVariable="code" messageVariable="text"/>       of an event that catches errors; see [Event]
//	<fasthold:escalation codeVariable="code"/>                         of an event that catches escalations
package bpmn
