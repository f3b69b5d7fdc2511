package feel

import (
	"testing"
)

func benchmark(b *testing.B, src string, vars Variables) {
	b.Helper()
	e := compile(b, src, Options{})
	env := testEnv(b)
	env.Vars = vars
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Eval(env); err != nil || len(env.Warnings) > 0 {
			b.Fatal(err, env.Warnings)
		}
	}
}

// BenchmarkCondition is the condition of a sequence flow; target 300 ns.
func BenchmarkCondition(b *testing.B) {
	benchmark(b, `amount > 1000 and status = "open"`, Variables{"amount": Int(1500), "status": Text("open")})
}

func BenchmarkMapping(b *testing.B) {
	benchmark(b, `{case: id, days: count(tasks[state = "open"]) + 1}`, Variables{"id": Text("c1"), "tasks": ListOf(
		ContextOf(Entry{"state", Text("open")}), ContextOf(Entry{"state", Text("done")}))})
}

func BenchmarkDeadline(b *testing.B) {
	benchmark(b, `next workday(absence + @"P56D")`, Variables{"absence": DateOf(2026, 11, 23)})
}

func BenchmarkUnaryTest(b *testing.B) {
	u, err := CompileUnaryTests("[10..20), > 100", Options{})
	if err != nil {
		b.Fatal(err)
	}
	env, input := testEnv(b), Int(150)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := u.Test(env, input); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(`if amount > 1000 and status in ("open", "new") then date and time(today(), @"08:00:00") else null`, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFromJSON(b *testing.B) {
	data := []byte(`{"caseId":"c-2026-000123","firstAbsence":"2026-11-23","weeks":8,"tasks":[{"id":1,"state":"open"},{"id":2,"state":"done"}]}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := FromJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}
