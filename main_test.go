package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fasthold/definitions/bpmn/bpmntest"
)

// folder writes the files of one test.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"good.bpmn":     bpmntest.XML("p", "start s; user a name=Ask due=2026-12-01; end e; s -> a -> e"),
		"bad.bpmn":      bpmntest.XML("b", "start s; user a form=none; end e; s -> a -> e"),
		"warned.bpmn":   bpmntest.XML("w", "start s; call c process=elsewhere; end e; s -> c -> e"),
		"stuck.bpmn":    bpmntest.XML("d", "start s; xor x; and j; end e; s -> x -[n = 1]-> j; x -/-> j; j -> e"),
		"wait.yaml":     "now: 2026-11-23T08:00:00+01:00\nanswers: {a: {wait: true}}\nsteps: []\n",
		"failing.json":  `{"steps":[{"check":{"completed":false}}]}`,
		"cannot.json":   `{"steps":[{"retry":"a"}]}`,
		"mistaken.json": `{"step":[]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Exit codes and streams are those of design §5.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	for _, c := range []struct {
		args     string
		code     int
		out, log string // parts
	}{
		{"", misused, "", "expected one of"},
		{"--help", done, "simulate", ""},
		{"fly", misused, "", "unexpected argument fly"},
		{"lint good.bpmn", done, "", ""},
		{"lint warned.bpmn", done, "warning: c: there is no process", ""},
		{"lint bad.bpmn good.bpmn", no, `bad.bpmn:`, ""},
		{"lint --json bad.bpmn", no, `"ok": false`, ""},
		{"lint --json good.bpmn", done, `"problems": []`, ""},
		{"lint stuck.bpmn", no, "j: tokens wait at this parallelGateway for others that cannot come: s → x", ""},
		{"lint --json stuck.bpmn", no, `"scenario": {`, ""},
		{"simulate --json stuck.bpmn", done, `"deadlock"`, ""},
		{"lint missing.bpmn", misused, "", "missing.bpmn"},
		{"simulate good.bpmn", done, `entered    a "Ask"`, ""},
		{"simulate --json good.bpmn", done, `"state": "completed"`, ""},
		{"simulate --json bad.bpmn", no, `"state": "rejected"`, ""},
		{"simulate good.bpmn --scenario wait.yaml", done, "2026-11-23 08:00:00  entered    a", ""},
		{"simulate good.bpmn --scenario failing.json", no, "step 1: check failed: completed is true", ""},
		{"simulate good.bpmn --scenario cannot.json", no, "completed", "step 1: retry: a does not wait for that"},
		{"simulate good.bpmn --scenario mistaken.json", misused, "", `unknown key "step"`},
		{"simulate good.bpmn --process q", misused, "", "there is no process q"},
		{"simulate good.bpmn warned.bpmn", misused, "", "name the process to simulate"},
		{"simulate good.bpmn warned.bpmn --process p", done, "completed", ""},
		{"simulate .", no, "rejected", ""},
	} {
		args := strings.Fields(c.args)
		for i, a := range args {
			if strings.Contains(a, ".") {
				args[i] = filepath.Join(dir, a)
			}
		}
		var out, log bytes.Buffer
		code := run(args, &out, &log)
		if code != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(log.String(), c.log) {
			t.Errorf("%s: exit %d\nout %s\nlog %s", c.args, code, &out, &log)
		}
	}
}

// The JSON of a simulation has the members of design §6, lists also when they are empty.
func TestSimulationJSON(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	var out, log bytes.Buffer
	run([]string{"simulate", "--json", filepath.Join(dir, "good.bpmn"), "--scenario", filepath.Join(dir, "wait.yaml")}, &out, &log)
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"visited", "completed", "flows", "active", "incidents", "checks", "timeline"} {
		if _, ok := got[name].([]any); !ok {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	if got["state"] != "active" || got["endedAt"] != nil {
		t.Error(got["state"], got["endedAt"])
	}
	first := got["timeline"].([]any)[0].(map[string]any)
	if first["at"] != "2026-11-23T08:00:00+01:00" || first["event"] != "started" {
		t.Error(first)
	}
}

// Statutory deadlines of the shipped process, when nobody is late: the first talk with the company within days of the opening of the case, a meeting
// that is agreed on then within five working days, and without one the follow-up before the end of week eight.
func TestFirstTalkWithTheCompanyIsBounded(t *testing.T) {
	t.Parallel()
	vars := `{"caseId":"c1","caseNumber":"2026-000001","municipality":"0710","firstAbsenceDay":"2026-04-06","openedOn":"2026-04-29","trigger":"notification",` +
		`"paidDuringSickness":true,"expectedOver8Weeks":null,"section56":false,"workInjury":false,"partialHoursPerWeek":null}`
	for element, want := range map[string]struct {
		code int
		out  string
	}{
		"call-company": {done, "call-company: reached by 2026-04-29 09:00, done by 2026-05-01 23:59, after 2.6 days (2 working days)"},
		"hold-meeting": {done, "hold-meeting: reached by 2026-05-06 23:59, done by 2026-05-08 23:59, after 9.6 days (7 working days)\n" +
			"    call-company until 2026-05-01 23:59: 2.6 days (2 working days)\n" +
			"    book-meeting until 2026-05-06 23:59: 5.0 days (3 working days)\n" +
			"    hold-meeting until 2026-05-08 23:59: 2.0 days (2 working days)\n"},
		"follow-up": {done, "follow-up: reached by 2026-05-12 00:00, done by 2026-05-29 23:59, after 30.6 days (19 working days)"},
		"elsewhere":    {misused, ""},
	} {
		var out, log strings.Builder
		code := run([]string{"lint", "--deadline", element, "--variables", vars, "--now", "2026-04-29T09:00:00+02:00", "definitions/retention", "definitions/fleksjob"}, &out, &log)
		if code != want.code || !strings.Contains(out.String(), want.out) {
			t.Errorf("%s: exit %d\n%s%s", element, code, &out, &log)
		}
	}
}
