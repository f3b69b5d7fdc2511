package engine_test

import (
	"testing"
	"time"

	"fasthold/workflows/engine"
)

// sees is what variables an open task or job sees.
func (p *player) sees(element, want string) {
	p.t.Helper()
	if got := encoded(p.t, p.s.Variables(p.key(element))); got != want {
		p.t.Errorf("%s sees %s, want %s", element, got, want)
	}
}

// BPMN 2.0.2 §10.4.1: a data object lives as long as the process or sub-process it is in, and what is in that reads and sets it.
func TestBPMN10_4_1_DataObjects(t *testing.T) {
	t.Parallel()
	p := play(t, `
		data total="=base * 2" note=new
		start s
		sub work in.step="=1" {
			data total="=total + step" own
			start ws
			script add expr="=total + 1" result=total
			user w
			end we
			ws -> add -> w -> we
		}
		user a
		end e
		s -> work -> a -> e
		eventsub late {
			data seen="=total"
			start d duration="=if total = 10 then duration(\"P1D\") else duration(\"P9D\")"
			user x
			end de
			d -> x -> de
		}`, `{"base":5}`)
	p.sees("w", `{"base":5,"total":12,"note":"new","step":1,"own":null}`)
	p.complete("w", `{"own":"mine","result":7}`)
	p.sees("a", `{"base":5,"total":10,"note":"new","result":7}`)
	p.complete("a", `{"note":"old"}`)
	p.ended(engine.Completed)
	p.variable("note", `"old"`)
	p.variable("own", "null")

	p = play(t, `data total="=10"; start s; user a; end e; s -> a -> e
		eventsub late { data seen="=total"; start d duration="=if total = 10 then duration(\"P1D\") else duration(\"P9D\")"; user x; end de; d -> x -> de }`, ``)
	p.advance(25 * time.Hour)
	p.sees("x", `{"total":10,"seen":10}`)
}

// A data object of the process is set when it starts, whatever it was given; so it is when it begins at chosen elements.
func TestDataObjectsOfTheProcess(t *testing.T) {
	t.Parallel()
	const text = `data n="=if n = null then 1 else n + 1"; start s; user a; end e; s -> a -> e`
	for vars, want := range map[string]string{``: `{"n":1}`, `{"n":4}`: `{"n":5}`} {
		p := play(t, text, vars)
		p.sees("a", want)
		p = start(t, text, engine.Event{Variables: variables(t, vars), Instructions: instructions(t, `[{"kind":"activate","element":"a"}]`)})
		p.sees("a", want)
	}
}

// BPMN 2.0.2 §10.4.1, §13.3.7: each instance of a repeated sub-process has data objects of its own.
func TestBPMN10_4_1_DataObjectsOfEachInstance(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		sub each each="=[10,20]" item=i collect=sums yield="=sum" {
			data sum="=i"
			start is
			service w type=x
			script add expr="=sum + by" result=sum
			end ie
			is -> w -> add -> ie
		}
		end e
		s -> each -> e`, `{"sum":"outer"}`)
	p.completeNth("w", 1, `{"by":2}`)
	p.completeNth("w", 0, `{"by":1}`)
	p.ended(engine.Completed)
	p.variable("sums", "[11, 22]")
	p.variable("sum", `"outer"`)
}

const withData = `start s; user a; sub work { data own="=n"; start ws; user w; end we; ws -> w -> we }; end e; s -> a -> work -> e`

// A modification that opens a sub-process sets its data objects, and leaves those of one that is open.
func TestModifyKeepsDataObjects(t *testing.T) {
	t.Parallel()
	p := play(t, withData, `{"n":1}`)
	p.modify(`[{"kind":"move","source":"a","element":"w"}]`)
	p.sees("w", `{"n":1,"own":1}`)
	p.step(engine.Event{Kind: engine.SetVariables, Key: p.nodeOf("work"), Variables: variables(t, `{"own":2}`)})
	p.modify(`[{"kind":"activate","element":"w"},{"kind":"terminate","source":"w"}]`)
	p.sees("w", `{"n":1,"own":2}`)
}

// What runs keeps the data objects that it has; that others have come, or begin otherwise, is told.
func TestMigrationKeepsDataObjects(t *testing.T) {
	t.Parallel()
	p := play(t, withData, `{"n":1}`)
	p.complete("a", `{"n":3}`)
	next := `data all="=1"; start s; user a; sub work { data own="=n * 2" more="=1"; start ws; user w; end we; ws -> w -> we }; end e; s -> a -> work -> e`
	changed := []string{}
	for _, f := range p.check(next) {
		changed = append(changed, f.Code+" "+f.Element)
	}
	same(t, "findings", changed, []string{engine.InputChanged + " p", engine.InputChanged + " work"})
	p.migrate(next)
	p.sees("w", `{"n":3,"own":3}`)
	p.complete("w", ``)
	p.ended(engine.Completed)
	p.variable("own", "null")
}
