package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// recordings are small cases, each showing one way in which an instance talks to Temporal, or one part of what the interpreter does.
var recordings = []recording{
	{"tasks", `
		start s
		user a due="=now() + duration(\"P7D\")"
		service w type=nobody local retries=1
		boundary remind on=a cycle=R3/P2D noninterrupting
		user b
		end e
		end r
		s -> a -> b -> e
		remind -> r`, `{"n":1}`, func(s *recorder, id string) {
		s.forward(id, 5*24*time.Hour)
		s.complete(id, "a", `{"x":1}`)
		s.complete(id, "b", ``)
	}},
	{"messages", `
		start s
		race g
		catch m message=answer key="=id"
		catch late duration=P3D
		end a
		end l
		s -> g -> m -> a
		g -> late -> l
		eventsub note {
			start told message=told key="=id" noninterrupting
			script hear expr="=heard + 1" result=heard
			end h
			told -> hear -> h
		}`, `{"id":"k","heard":0}`, func(s *recorder, id string) {
		for _, name := range []string{"told", "told", "answer"} {
			s.signal(id, name)
		}
	}},
	{"incident", `
		start s
		service a type=nobody retries=1
		end e
		s -> a -> e`, ``, func(s *recorder, id string) {
		s.awaitIncident(id)
		_, err := s.update(s.t.Context(), id, workflows.RetryUpdate, workflows.Request{Key: s.view(id).State.LastKey})
		require.NoError(s.t, err)
		s.awaitIncident(id)
		require.NoError(s.t, s.client.CancelWorkflow(s.t.Context(), id, ""))
	}},
	{"timer", fortnight, ``, func(s *recorder, id string) { s.forward(id, 15*24*time.Hour) }},
	{"modify", `
		start s
		user a
		boundary late on=a duration=P1D
		sub work { start ws; user w1; user w2; end we; ws -> w1 -> w2 -> we }
		end e
		s -> a -> work -> e
		late -> e`, `{"n":1}`, func(s *recorder, id string) {
		require.NoError(s.t, s.modify(id, `[{"kind":"move","source":"a","element":"w2","variables":[{"scope":"work","variables":{"own":1}}]}]`))
		require.NoError(s.t, s.modify(id, `[{"kind":"activate","element":"a"},{"kind":"setVariables","variables":[{"variables":{"n":2}}]}]`))
		require.NoError(s.t, s.modify(id, `[{"kind":"terminate","source":"work"}]`))
		s.complete(id, "a", `{}`)
		s.complete(id, "w1", `{}`)
		s.complete(id, "w2", `{}`)
	}},
	{"call", `
		start s
		call c process=timer
		end e
		s -> c -> e`, ``, func(s *recorder, id string) {
		s.forward(workflows.ChildID(id, s.view(id).State.LastKey, 0), 15*24*time.Hour)
	}},
	{"transaction", `
		start s
		transaction deal {
			start i
			user sign
			boundary nosign on=sign compensate=unsign
			user unsign handler
			sub pay in.amount="=amount" {
				start ps
				user order
				boundary noorder on=order compensate=unorder
				script unorder expr="=amount" result=refunded handler
				end pe
				ps -> order -> pe
			}
			xor ok
			end done
			end no cancel
			i -> sign -> pay -> ok -[good]-> done
			ok -/-> no
		}
		boundary canceled on=deal cancel
		user again
		boundary noagain on=again compensate=unagain
		user unagain handler
		throw undo compensate
		end e
		end ce
		s -> deal -> e
		canceled -> again -> undo -> ce`, `{"good":false,"amount":7}`, func(s *recorder, id string) {
		for _, task := range []string{"sign", "order", "unsign", "again", "unagain"} {
			s.complete(id, task, ``)
		}
	}},
	{"parallel", `
		start s
		user a each="=items" item=i collect=rs yield="=r" until="=count(rs[item != null]) = 2"
		boundary late on=a duration=P1D noninterrupting
		end e
		end l
		s -> a -> e
		late -> l`, `{"items":["x","y","z"]}`, func(s *recorder, id string) {
		s.forward(id, 25*time.Hour)
		s.complete(id, "a", `{"r":"first"}`)
		s.complete(id, "a", `{"r":"second"}`)
	}},
	{"sequential", `
		start s
		sub each each="=items" item=i sequential collect=rs yield="=r" {
			start is
			user a
			script twice expr="=i * 2" result=r
			end ie
			is -> a -> twice -> ie
		}
		end e
		s -> each -> e`, `{"items":[1,2]}`, func(s *recorder, id string) {
		s.complete(id, "a", ``)
		s.complete(id, "a", ``)
	}},
	{"results", `
		start s
		sub each each="=items" item=i collect=rs yield="=i * 10" {
			start is
			user a in.sofar="=rs"
			end ie
			is -> a -> ie
		}
		boundary enough on=each condition="=count(rs[item != null]) = 2" noninterrupting
		end e
		end n
		s -> each -> e
		enough -> n`, `{"items":[1,2,3]}`, func(s *recorder, id string) {
		for range 3 {
			s.complete(id, "a", ``)
		}
	}},
	{"loop", `
		start s
		user a while="=again" rounds="=most"
		user b while="=loopCounter < 2" testbefore
		end e
		s -> a -> b -> e`, `{"most":5}`, func(s *recorder, id string) {
		s.complete(id, "a", `{"again":true}`)
		s.complete(id, "a", `{"again":false}`)
		s.complete(id, "b", ``)
		s.complete(id, "b", ``)
	}},
	{"adhoc", `
		start s
		adhoc work active="=first" into=rs from="=r" done="=ready" {
			user talk
			user plan
			user visit
			talk -> plan
		}
		adhoc rest ordered {
			user x
			user y
		}
		end e
		s -> work -> rest -> e`, `{"first":["talk"],"ready":false}`, func(s *recorder, id string) {
		s.complete(id, "talk", ``)
		s.complete(id, "plan", `{"r":1}`)
		s.does(id, workflows.ActivateUpdate, workflows.Request{Element: "visit", Variables: json.RawMessage(`{"whom":"anna"}`)})
		s.complete(id, "visit", `{"r":2,"ready":true}`)
		s.does(id, workflows.ActivateUpdate, workflows.Request{Element: "y"})
		s.complete(id, "y", ``)
		s.does(id, workflows.AdHocUpdate, workflows.Request{})
	}},
	{"conditional", `
		start s
		catch c condition="=x > 1"
		user a
		boundary often on=a condition="=y" noninterrupting
		boundary stop on=a condition="=x > 2"
		end e
		end o
		end p
		s -> c -> a -> e
		often -> o
		stop -> p`, `{"x":1,"y":false}`, func(s *recorder, id string) {
		for _, vars := range []string{`{"x":2}`, `{"y":true}`, `{"y":false}`, `{"y":true}`, `{"x":3}`} {
			s.does(id, workflows.SetVariablesUpdate, workflows.Request{Variables: json.RawMessage(vars)})
		}
	}},
	{"signal", `
		start s
		catch c signal=flood
		and f
		catch calm signal=calm
		throw all signal=calm in.level="=level - 1"
		end e
		end l
		s -> c -> f -> calm -> e
		f -> all -> l
		eventsub note {
			start rain signal=rain noninterrupting
			end h
			rain -> h
		}`, ``, func(s *recorder, id string) {
		for n, name := range []string{"rain", "flood", "rain", "flood"} {
			err := s.client.SignalWorkflow(s.t.Context(), id, "", workflows.BroadcastSignal, casework.Signal{Name: name, ID: name, Variables: json.RawMessage(`{"level":3}`)})
			if over := new(serviceerror.NotFound); n > 1 && errors.As(err, &over) {
				return // the first flood has ended it before the second came
			}
			require.NoError(s.t, err)
		}
	}},
	{"escalation", `
		start s
		sub work { start ws; throw late escalation=late in.by="=3"; user w; end we escalation=over; ws -> late -> w -> we }
		boundary told on=work escalation=late noninterrupting
		boundary over on=work escalation
		call c process=raises
		boundary up on=c escalation=up
		user last
		end e
		end t
		s -> work -> e
		told -> t
		over -> c -> e
		up -> last -> e`, ``, func(s *recorder, id string) {
		s.complete(id, "w", ``)
		s.awaitTasks(id, "last")
		s.complete(id, "last", ``)
	}},
	{"retriedcall", `
		start s
		and f
		call c process=answers
		boundary stop on=c signal=stop
		throw loud signal=stop
		call again process=answers
		end e
		end l
		s -> f -> c -> e
		f -> loud -> l
		stop -> again -> e`, ``, func(s *recorder, id string) {
		key := s.waiting(id, engine.WaitChild)
		s.awaitTasks(workflows.ChildID(id, key, 0), "ask")
		s.does(workflows.ChildID(id, key, 0), workflows.CancelUpdate, workflows.Request{})
		s.awaitIncident(id)
		s.does(id, workflows.RetryUpdate, workflows.Request{Key: key})
		s.awaitTasks(workflows.ChildID(id, key, 1), "ask")
		s.complete(workflows.ChildID(id, key, 1), "ask", ``)
	}},
	{"suspend", `
		start s
		user a due="=now() + duration(\"P7D\")" suspend=keep
		boundary late on=a duration=P3D
		catch m message=answer key="=id"
		end e
		s -> a -> e
		late -> m -> e`, `{"id":"k"}`, func(s *recorder, id string) {
		s.does(id, workflows.SuspendUpdate, workflows.Request{Reason: "r1"})
		s.signal(id, "answer")
		s.does(id, workflows.ResumeUpdate, workflows.Request{Reason: "r2"})
		s.forward(id, 4*24*time.Hour)
		s.does(id, workflows.SuspendUpdate, workflows.Request{Reason: "r3"})
		s.signal(id, "answer")
		s.does(id, workflows.ResumeUpdate, workflows.Request{Reason: "r4"})
	}},
	{"cron", `
		start s
		user a
		boundary nag on=a cycle="0 0 8 * * MON-FRI" noninterrupting
		end e
		end n
		s -> a -> e
		nag -> n`, ``, func(s *recorder, id string) {
		s.forward(id, 7*24*time.Hour)
		s.complete(id, "a", ``)
	}},
	{"tasklisteners", `
		start s
		user a assignee=anna on.creating=check-plan on.assigning=check-plan on.completing=check-plan
		end e
		s -> a -> e`, `{"plan":"none"}`, func(s *recorder, id string) {
		s.awaitTasks(id, "a")
		key := s.tasks(id)["a"].Key
		s.does(id, workflows.AssignTaskUpdate, workflows.Request{Key: key, Assignee: "bo"})
		s.does(id, workflows.DelegateTaskUpdate, workflows.Request{Key: key, Actor: "bo", Assignee: "carl"})
		s.does(id, workflows.ResolveTaskUpdate, workflows.Request{Key: key, Actor: "carl"})
		_, err := s.update(s.t.Context(), id, workflows.CompleteTaskUpdate, workflows.Request{Key: key, Variables: json.RawMessage(`{"plan":""}`)})
		require.ErrorContains(s.t, err, "Planen mangler.")
		s.complete(id, "a", `{"plan":"agreed"}`)
	}},
	{"migration", `
		start s
		user a due="=now() + duration(\"P7D\")"
		boundary remind on=a duration=P5D noninterrupting
		sub work { start ws; user w; user gone; end we; ws -> w -> gone -> we }
		end e
		end r
		s -> a -> work -> e
		remind -> r`, `{"n":1}`, func(s *recorder, id string) {
		next := s.deploy("migration", `
			start s
			user ring due="=now() + duration(\"P9D\")"
			boundary remind on=ring duration=P6D noninterrupting
			sub work { start ws; user w; end we; ws -> w -> we }
			boundary late on=work duration=P14D
			end e
			end r
			end l
			s -> ring -> work -> e
			remind -> r
			late -> l`)
		s.does(id, workflows.MigrateUpdate, workflows.Request{Reason: "r1", Migration: &workflows.Migration{Definition: next.Hash, Version: next.Version,
			Mapping: engine.Mapping{{From: "a", To: "ring"}, {From: "remind", To: "remind", Times: engine.Renew}}, Reference: "m1"}})
		s.forward(id, 6*24*time.Hour+time.Hour)
		s.complete(id, "ring", ``)
		s.complete(id, "w", ``)
	}},
	{"renewed", `
		start s
		and f
		user a times=3 sequential
		catch week duration=P7D
		call c process=answers
		and j
		end e
		s -> f -> a -> j
		f -> week -> j
		f -> c -> j -> e
		eventsub note {
			start told message=told key="=id" noninterrupting
			user hear
			end h
			told -> hear -> h
		}`, `{"id":"k"}`, func(s *recorder, id string) {
		s.awaitTasks(id, "a")
		s.complete(id, "a", ``)
		s.signal(id, "told")
		s.awaitTasks(id, "a", "hear")
		s.complete(id, "a", ``)
		s.complete(id, "hear", `{"heard":true}`)
		child := workflows.ChildID(id, s.waiting(id, engine.WaitChild), 0)
		s.awaitTasks(child, "ask")
		s.complete(child, "ask", `{"answer":42}`)
		s.complete(id, "a", ``)
		s.forward(id, 8*24*time.Hour)
		require.Greater(s.t, len(s.runs(id)), 1)
	}},
}

// fortnight waits for two weeks.
const fortnight = `
		start s
		catch wait duration=P2W
		end e
		s -> wait -> e`

// beside are processes that those of the recordings call.
var beside = map[string]string{
	"timer":   fortnight,
	"raises":  `start s; throw up escalation=up in.from="=1"; user never; end e; s -> up -> never -> e`,
	"answers": `start s; user ask; end e; s -> ask -> e`,
}

// checkPlan is a listener that denies an empty plan.
func checkPlan(_ context.Context, j casework.Job) (json.RawMessage, error) {
	var seen struct{ Plan string }
	if err := json.Unmarshal(j.Variables, &seen); err != nil || seen.Plan != "" {
		return nil, err
	}
	return json.RawMessage(`{"denied":true,"deniedReason":"Planen mangler."}`), nil
}
