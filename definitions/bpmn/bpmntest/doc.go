// Package bpmntest writes BPMN for tests from a few words.
//
//	bpmntest.XML("leave", `
//	    start s
//	    user ask form=leave assignee="=owner"
//	    xor ok
//	    service book type=book in.days="=days" out.booked="=result"
//	    boundary late on=ask duration=P3D noninterrupting
//	    end booked
//	    end refused name="Refused"
//	    s -> ask -> ok -[days < 10]-> book -> booked
//	    ok -/-> refused
//	    late -> refused`)
//
// # Grammar
//
//	text      = { statement ( newline | ";" ) }
//	statement = "process" { option }                     name= tag= in.NAME=TYPE
//	          | "data" { NAME "=" value }                data objects that are variables of the process or sub-process
//	          | kind ID { option } [ "{" text "}" ]      braces for sub, eventsub, transaction and adhoc
//	          | "lane" NAME { ID } [ "{" lanes "}" ]     NAME may be in quotes
//	          | [ ID ":" ] ID arrow ID { arrow ID }      sequence flows; one with an id of its own has one arrow
//	arrow     = "->" | "-[" condition "]->" | "-/->"     the last is the default flow
//	option    = WORD | WORD "=" value
//	value     = characters up to white space, ";", "{" or "}" | "text, \" for a quote" | `text as it is`
//
// A comment runs from # to the end of the line. As in the files themselves, a value with = in front is FEEL and any other is a text.
// A flow without an id of its own is called source-target, the second one of that kind source-target-2.
//
//	kinds      start end catch throw boundary
//	           task user service send receive rule script manual call
//	           sub eventsub transaction adhoc
//	           xor and or race complex                   exclusive, parallel, inclusive, event-based and complex gateway
//	any        name=TEXT in.PATH=VALUE out.PATH=VALUE
//	events     date=VALUE duration=VALUE cycle=VALUE follows suspend=keep timer
//	           message=NAME key=VALUE                    message; also of receive; a thrown one needs type=
//	           error or error=CODE codevar=NAME messagevar=NAME
//	           escalation or escalation=CODE codevar=NAME
//	           signal=NAME                               NAME may be FEEL
//	           condition=VALUE                           FEEL, of catch, boundary and the start of an eventsub
//	           link=NAME                                 of throw and catch
//	           compensate or compensate=ID               ID of the activity, of boundary of the handler; also start of an eventsub
//	           cancel                                    of end and boundary
//	           terminate
//	activities each=FEEL item=NAME collect=NAME yield=FEEL     multi-instance over a collection
//	           times=FEEL                                a number of instances; both may have until=CONDITION and sequential
//	           while=CONDITION rounds=NUMBER testbefore  standard loop
//	           handler                                   it compensates another one
//	adhoc      active=FEEL done=CONDITION ordered keep   elements to begin, completion condition, sequential, cancelRemainingInstances=false
//	           into=NAME from=FEEL                       list of results, result
//	race       instantiate                               it begins the process
//	complex    when=CONDITION                            activation condition
//	boundary   on=ID noninterrupting                     the latter also of the start of an eventsub
//	jobs       type=VALUE retries=VALUE local timeout=DURATION backoff=DURATION header.KEY=TEXT
//	user       form=ID assignee= groups= users= due= followup= priority= follows deadline=none suspend=keep header.KEY=TEXT
//	           on.EVENT=TYPE                             task listener
//	script     expr=VALUE result=NAME
//	rule       decision=VALUE result=NAME
//	call       process=VALUE binding=TEXT tag=TEXT allin=false allout=false
//
// What is wrong in a text is a mistake of the test: the functions panic and say where.
package bpmntest
