package lint_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"fasthold/definitions"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/problem"
)

// ask is a form with a text, a number, a choice, a date and a text that is case data.
const ask = `{"id":"ask","type":"default","components":[
	{"type":"textfield","id":"f1","key":"remark"},
	{"type":"number","id":"f2","key":"amount"},
	{"type":"select","id":"f3","key":"answer","values":[{"label":"Ja","value":"yes"},{"label":"Nej","value":"no"}]},
	{"type":"datetime","id":"f4","subtype":"date","key":"day"},
	{"type":"textarea","id":"f5","key":"note","properties":{"store":"note"}}]}`

// level is a decision with a declared number and a declared date.
const level = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
	<inputData id="i1" name="amount"><variable name="amount" typeRef="number"/></inputData>
	<inputData id="i2" name="day"><variable name="day" typeRef="date"/></inputData>
	<decision id="level" name="level"><variable name="level" typeRef="string"/>
		<informationRequirement><requiredInput href="#i1"/></informationRequirement>
		<informationRequirement><requiredInput href="#i2"/></informationRequirement>
		<literalExpression><text>if amount > 3 and day > date("2026-01-01") then "high" else "low"</text></literalExpression>
	</decision></definitions>`

// jobs are what the worker does.
var jobs = []definitions.Job{{Type: "book", Reads: []string{"amount"}, Gives: []string{"booked"}, Errors: []string{"full"}}, {Type: "send"}}

// findings are the codes and elements of what is found, and the messages.
func findings(t testing.TB, texts ...string) (codes, messages string) {
	t.Helper()
	files := []definitions.File{{Name: "ask.form", Data: []byte(ask)}, {Name: "level.dmn", Data: []byte(level)}}
	for i, text := range texts {
		id := []string{"one", "two"}[i]
		files = append(files, definitions.File{Name: id + ".bpmn", Data: []byte(bpmntest.XML(id, text))})
	}
	set, problems := definitions.Compile(files, nil)
	if set == nil {
		t.Fatal(problems)
	}
	var found, told []string
	for _, p := range set.Lint(jobs) {
		if p.File == "" || p.Line == 0 || p.Element == "" || p.Message == "" || p.Advice == "" {
			t.Errorf("incomplete: %+v", p)
		}
		found, told = append(found, p.Code+" "+p.Element), append(told, p.String())
	}
	return strings.Join(found, "; "), strings.Join(told, "\n")
}

const all = `out.r="=remark" out.n="=amount" out.a="=answer" out.d="=day"`

var cases = []struct{ name, text, codes, message string }{
	{"nothing wrong", `start s; user a form=ask due=2026-03-20 ` + all + `; xor x; end e; end f; s -> a -> x -[n > 3 and a = "yes" and date(d) > today()]-> e; x -/-> f`, "", ""},
	{"text compared with a number", `start s; user a form=ask due=2026-03-20 ` + all + `; xor x; end e; end f; s -> a -> x; q: x -[r > 3]-> e; x -/-> f`, "always-null q", "the condition: a string compared with a number is always null"},
	{"a renamed field", `start s; user a form=ask due=2026-03-20 out.n="=amonut" out.a="=answer" out.r="=remark" out.d="=day"; end e; s -> a -> e`,
		"unset-variable a; lost-field a", "the mapping to n reads amonut, which nothing sets; is amount meant?"},
	{"a start variable", `start s; script c expr="=amonut + 1" result=x; user a form=ask due="=dueOn"; service b type=book; boundary f on=b error=full; end e; s -> c -> a -> b -> e; f -> e`, "unread-field a; unread-field a; unread-field a", ""},
	{"a name like one that nothing reads", `start s; user a form=ask due=2026-03-20; script c expr="=remarks + answer + day" result=x; service b type=book; boundary f on=b error=full; end e; s -> a -> b -> c -> e; f -> e`,
		"unread-field a; unset-variable c", "the script reads remarks, which nothing sets; is remark meant?"},
	{"what a form shows is read", `start s; user a form=ask due=2026-03-20; user b form=ask due=2026-03-20; end e; s -> a -> b -> e`, "", ""},
	{"what a job sees is read", `start s; user a form=ask due=2026-03-20; service b type=other; end e; s -> a -> b -> e`, "unknown-job-type b", `no activity does jobs of type "other"`},
	{"a job that is written wrong", `start s; service b type=sned; end e; s -> b -> e`, "unknown-job-type b", "is send meant?"},
	{"declared inputs", `process in.n=number; start s; script c expr="=n + m" result=x; end e; s -> c -> e`, "unset-variable c", "the script reads m, which nothing sets"},
	{"set too late", `process in.n=number; start s; script c expr="=m" result=x; script d expr="=n" result=m; end e; s -> c -> d -> e`, "unset-variable c", "reads m, which is set only later, by d"},
	{"set on another branch", `process in.n=number; start s; and f; script c expr="=m" result=x; script d expr="=n" result=m; and j; end e; s -> f -> c -> j; f -> d -> j; j -> e`, "", ""},
	{"set in an earlier round", `process in.n=number; start s; xor l; script c expr="=if m = null then 1 else m" result=x; script d expr="=n" result=m; xor g; end e; s -> l -> c -> d -> g -[x > 3]-> l; g -/-> e`, "", ""},
	{"types of inputs", `process in.n=number; start s; script c expr="=n + \"a\"" result=x; end e; s -> c -> e`, "always-null c", "a number + a string has no value"},
	{"types of form fields", `start s; user a form=ask due=2026-03-20 out.d="=day" out.n="=remark + 1" out.x="=answer = \"maybe\""; script c expr="=d < today()" result=y; end e; s -> a -> c -> e`,
		"always-null a; never-equal a; lost-field a; always-null c", "variables hold dates and times as texts, date(…) reads them"},
	{"dates become texts", `start s; script a expr="=today()" result=d; script c expr="=d + duration(\"P1D\")" result=y; end e; s -> a -> c -> e`, "always-null c", "a string + a days and time duration has no value"},
	{"types on one way only", `start s; xor g; script a expr="=1" result=v; xor j; script c expr="=v + \"x\"" result=y; end e; s -> g -[q]-> a -> j; g -/-> j; j -> c -> e`, "", ""},
	{"types on both ways", `start s; xor g; script a expr="=1" result=v; script b expr="=2" result=v; xor j; script c expr="=v + \"x\"" result=y; end e; s -> g -[q]-> a -> j; g -/-> b -> j; j -> c -> e`, "always-null c", ""},
	{"local variables", `start s; service a type=send in.v="=1" out.w="=v + \"x\""; script c expr="=v + \"x\"" result=y; end e; s -> a -> c -> e`, "always-null a", ""},
	{"entries of contexts", `start s; script a expr="={x: 1}" result=v; script c expr="=v.y" result=w; end e; s -> a -> c -> e`, "always-null c", "there is no entry y, only x"},
	{"an input that nothing feeds", `process in.amount=number; start s; rule r decision=level result=l; end e; s -> r -> e`, "unset-variable r", "the decision level reads day, which nothing sets"},
	{"an input of another type", `process in.amount=string in.day=number; start s; rule r decision=level result=l; end e; s -> r -> e`, "input-type r; input-type r",
		"the input day of the decision level is a date, and the variable is a number: it is always null"},
	{"a text is a date where one is declared", `process in.amount=number in.day=string; start s; rule r decision=level result=l; end e; s -> r -> e`, "", ""},
	{"what a decision answers", `start s; rule r decision=level result=l; script c expr="=l + 1" result=x; end e; s -> r -> c -> e`, "always-null c", ""},
	{"data objects", `process in.n=number; data m="=n + 1" k="=0"; start s; sub p { data own="=m"; start ps; script c expr="=own + m + k" result=own; end pe; ps -> c -> pe }; end e; s -> p -> e`, "", ""},
	{"a data object elsewhere", `process in.n=number; start s; sub p { data own="=n"; start ps; script c expr="=own + 1" result=own; end pe; ps -> c -> pe }; script d expr="=own" result=x; end e; s -> p -> d -> e`, "unset-variable d", "the script reads own, which nothing sets"},
	{"the type of a data object", `process in.n=number; data m="=n + 1"; start s; script c expr="=m + \"x\"" result=x; end e; s -> c -> e`, "always-null c", ""},
	{"results so far", `process in.people="list<string>"; start s; sub p each="=people" item=who collect=results yield="=who" until="=count(results) = 1" { start ps; user u deadline=none assignee="=results[1]"; end pe; ps -> u -> pe }; end e; s -> p -> e`, "", ""},
	{"items of a list", `process in.people="list<string>"; start s; user u deadline=none each="=people" item=who assignee="=who" collect=results yield="=loopCounter"; end e; s -> u -> e`, "", ""},
	{"no deadline", `start s; user a; end e; s -> a -> e`, "no-deadline a", "nothing says by when the task must be done"},
	{"no deadline, and meant", `start s; user a deadline=none; end e; s -> a -> e`, "", ""},
	{"a timer on the border", `start s; user a; boundary b on=a duration=P1D; end e; end f; s -> a -> e; b -> f`, "", ""},
	{"a timer around", `start s; sub p { start is; user a; end ie; is -> a -> ie }; boundary b on=p duration=P1D noninterrupting; end e; end f; s -> p -> e; b -> f`, "", ""},
	{"a timer beside", `start s; user a; end e; s -> a -> e; eventsub x { start go duration=P1D; end ie; go -> ie }`, "", ""},
	{"an error nothing catches", `start s; end e error=E1; s -> e`, "uncaught-error e", `nothing catches the error "E1"`},
	{"an error that is caught", `start s; sub p { start is; end ie error=E1; is -> ie }; boundary b on=p error=E1; end e; end f; s -> p -> e; b -> f`, "", ""},
	{"a code that is written wrong", `start s; sub p { start is; end ie error=full1; is -> ie }; boundary b on=p error=full2; end e; end f; s -> p -> e; b -> f`, "uncaught-error ie; unthrown-error b", "is full1 meant?"},
	{"an error of a job", `start s; service j type=book; boundary b on=j error=full; end e; end f; s -> j -> e; b -> f`, "", ""},
	{"an error no job throws", `start s; service j type=send; boundary b on=j error=full; end e; end f; s -> j -> e; b -> f`, "unthrown-error b", ""},
	{"an error of a job that nothing catches", `start s; service j type=book; end e; s -> j -> e`, "uncaught-error j", `"full"`},
	{"an escalation nothing catches", `start s; end e escalation=E1; s -> e`, "uncaught-escalation e", ""},
	{"an escalation nothing throws", `start s; sub p { start is; throw t escalation=late2; end ie; is -> t -> ie }; boundary b on=p escalation=late1; boundary c on=p escalation; end e; end f; s -> p -> e; b -> f; c -> f`, "unthrown-escalation b", "is late2 meant?"},
	{"a message from outside", `start s; receive r message=m key=k; end e; s -> r -> e`, "awaited-message r", "note: r: the message m must come from outside"},
	{"a signal", `start s; throw t signal=here; end e signal=there; s -> t -> e; eventsub x { start go signal=here noninterrupting; end ie; go -> ie }`, "unheard-signal e", ""},
	{"a signal from outside", `start s; catch c signal=here; end e; s -> c -> e`, "awaited-signal c", ""},
}

// tables are decision tables about a number n with the codes of what is found: rules as "test result", the hit policy before them.
var tables = []struct{ name, text, codes string }{
	{"nothing wrong", "UNIQUE; < 5 1; >= 5 2", ""},
	{"a gap", "UNIQUE; < 5 1; > 5 2", "gap table"},
	{"an overlap", "UNIQUE; <= 5 1; >= 5 2", "overlap r2"},
	{"a masked rule", "FIRST; <= 5 1; < 4 2; - 3", "masked-rule r2"},
	{"a dead rule", "FIRST; (5..5) 1; - 2", "dead-rule r1"},
	{"a cell of another type", `FIRST; "5" 1; - 2`, "cell-type r1"},
	{"a cell outside the input values", "FIRST 1, 2; 7 1; - 2", "outside-values r1"},
	{"a value without a rule", "UNIQUE 1, 2; 1 1", "unnamed-value table"},
	{"a cell to evaluate", "FIRST; < limit 1; - 2", "table-not-decided table"},
}

// table is the model of a decision table.
func table(text string) string {
	var b strings.Builder
	parts := strings.Split(text, "; ")
	policy, values, _ := strings.Cut(parts[0], " ")
	fmt.Fprintf(&b, `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="t"><decision id="t1" name="t1">
		<decisionTable id="table" hitPolicy="%s"><input><inputExpression typeRef="number"><text>n</text></inputExpression><inputValues><text>%s</text></inputValues></input><output name="out"/>`, policy, values)
	for i, rule := range parts[1:] {
		last := strings.LastIndex(rule, " ")
		fmt.Fprintf(&b, "\n"+`<rule id="r%d"><inputEntry><text><![CDATA[%s]]></text></inputEntry><outputEntry><text>%s</text></outputEntry></rule>`, i+1, rule[:last], rule[last+1:])
	}
	return b.String() + "</decisionTable></decision></definitions>"
}

func TestLintOfTables(t *testing.T) {
	t.Parallel()
	for _, c := range tables {
		set, problems := definitions.Compile([]definitions.File{{Name: "t.dmn", Data: []byte(table(c.text))}}, nil)
		if set == nil {
			t.Fatal(problems)
		}
		var found []string
		for _, p := range set.Lint(nil) {
			found = append(found, p.Code+" "+p.Element)
		}
		if got := strings.Join(found, "; "); got != c.codes {
			t.Errorf("%s: got %s, want %s", c.name, got, c.codes)
		}
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			codes, messages := findings(t, c.text)
			if codes != c.codes || !strings.Contains(messages, c.message) {
				t.Errorf("got  %s\nwant %s\n%s", codes, c.codes, messages)
			}
		})
	}
}

// The codes in the table of docs/proof.md are those that the cases show, each at least once.
func TestCodesAreDocumented(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	show := func(codes string) {
		for found := range strings.SplitSeq(codes, "; ") {
			code, _, _ := strings.Cut(found, " ")
			shown[code] = code != ""
		}
	}
	for _, c := range cases {
		show(c.codes)
	}
	for _, c := range tables {
		show(c.codes)
	}
	data, err := os.ReadFile("../../docs/proof.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "## What can hardly be meant")
	table, _, _ = strings.Cut(table, "*Where variables come from*")
	documented := map[string]bool{}
	for row := range strings.SplitSeq(table, "\n| ") {
		first, _, _ := strings.Cut(row, " | ")
		for i, code := range strings.Split(first, "`") {
			if i%2 == 1 && strings.HasPrefix(row, "`") {
				documented[code] = true
				if !shown[code] {
					t.Errorf("no case shows %s", code)
				}
			}
		}
	}
	for code := range shown {
		if code != "" && !documented[code] {
			t.Errorf("%s is not documented", code)
		}
	}
}

// What processes that call each other read and throw counts.
func TestLintOfCalls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, caller, called, codes string }{
		{"a variable of the caller", `start s; user a form=ask due=2026-03-20 out.n="=amount" out.a="=answer" out.d="=day" out.r="=remark"; call c process=two; end e; s -> a -> c -> e`,
			`start s; script x expr="=n" result=m; end e; s -> x -> e`, ""},
		{"an answer to the caller", `start s; call c process=two out.n="=amount"; end e; s -> c -> e`, `start s; user a form=ask due=2026-03-20; end e; s -> a -> e`,
			"unread-field a; unread-field a; unread-field a"},
		{"an error for the caller", `start s; call c process=two; boundary b on=c error=E1; end e; end f; s -> c -> e; b -> f`, `start s; end e error=E1; s -> e`, ""},
		{"an error that the caller does not catch", `start s; call c process=two; end e; s -> c -> e`, `start s; end e error=E1; s -> e`, "uncaught-error e"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if codes, messages := findings(t, c.caller, c.called); codes != c.codes {
				t.Errorf("got  %s\nwant %s\n%s", codes, c.codes, messages)
			}
		})
	}
}

// The processes that come with Fasthold have nothing but messages from outside.
func TestShippedProcessesAreClean(t *testing.T) {
	t.Parallel()
	set, problems := definitions.Check(definitions.Shipped(), nil)
	if set == nil {
		t.Fatal(problems)
	}
	for _, p := range append(problems, set.Lint(nil)...) {
		if p.Severity != problem.Info {
			t.Error(p)
		}
	}
}

// chain is a process with so many elements, each of which sets a variable that the next one reads.
func chain(n int) string {
	var b strings.Builder
	b.WriteString("process in.v0=number; start s; ")
	ids := []string{"s"}
	for i := range n {
		fmt.Fprintf(&b, "script t%d expr=\"=v%d + 1\" result=v%d; ", i, i, i+1)
		ids = append(ids, fmt.Sprint("t", i))
	}
	return b.String() + "end e; " + strings.Join(append(ids, "e"), " -> ")
}

// A long process in which each element reads what the one before it has set.
func long(t testing.TB) *definitions.Set {
	t.Helper()
	set, problems := definitions.Compile([]definitions.File{{Name: "p.bpmn", Data: []byte(bpmntest.XML("p", chain(500)))}}, nil)
	if set == nil {
		t.Fatal(problems)
	}
	return set
}

func TestALongProcessIsClean(t *testing.T) {
	t.Parallel()
	if found := long(t).Lint(nil); len(found) > 0 {
		t.Error(found)
	}
}

func BenchmarkLongProcess(b *testing.B) {
	set := long(b)
	for b.Loop() {
		set.Lint(nil)
	}
}

func BenchmarkShipped(b *testing.B) {
	set, _ := definitions.Compile(definitions.Shipped(), nil)
	for b.Loop() {
		set.Lint(jobs)
	}
}
