package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"

	"fasthold/api"
	"fasthold/internal/payload"
	"fasthold/workflows/engine"
)

type rehearse struct {
	storage
	Temporal  string   `env:"FASTHOLD_TEMPORAL" default:"127.0.0.1:7233" help:"Address of the Temporal server."`
	Namespace string   `env:"FASTHOLD_NAMESPACE" default:"default" help:"Temporal namespace."`
	Process   string   `arg:"" help:"Id of the process."`
	To        int      `help:"Version to go to; the latest when it is missing." placeholder:"VERSION"`
	From      int      `help:"Only instances of this version." placeholder:"VERSION"`
	Element   string   `help:"Only instances in which something waits at this element." placeholder:"ID"`
	Instance  []string `help:"Only these instances." placeholder:"ID"`
	Mapping   string   `type:"existingfile" placeholder:"FILE" help:"What goes on elsewhere than in the element of the same id: JSON [{\"from\",\"to\",\"times\"}]."`
	Days      int      `default:"30" help:"How far to look ahead."`
	JSON      bool     `name:"json" help:"Print the report as JSON."`
}

// Run rehearses and reports. Nothing changes.
func (c rehearse) Run(out io.Writer) error {
	plan := api.MigrationPlan{ProcessID: c.Process, From: c.From, To: c.To, Element: c.Element, Instances: c.Instance, Days: c.Days}
	if c.Days < 1 || c.Days > 366 {
		return fmt.Errorf("--days: look 1 to 366 days ahead")
	}
	if err := c.mapping(&plan.Mapping); err != nil {
		return err
	}
	ctx := context.Background()
	st, box, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	t, err := client.DialContext(ctx, client.Options{HostPort: c.Temporal, Namespace: c.Namespace, DataConverter: payload.Converter(box), Logger: temporallog.NewStructuredLogger(quiet)})
	if err != nil {
		return err
	}
	defer t.Close()
	report, err := api.New(api.Options{Store: st, Temporal: t, Log: quiet}).Rehearse(ctx, plan)
	if err != nil {
		return err
	}
	if c.JSON {
		err = writeJSON(out, report)
	} else {
		writeRehearsal(out, report)
	}
	return orNo(report.Stuck == 0 && report.Unread == 0 && len(report.Ahead.Incidents) == 0, "", err)
}

func (c rehearse) mapping(into *engine.Mapping) error {
	if c.Mapping == "" {
		return nil
	}
	data, err := os.ReadFile(c.Mapping)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return fmt.Errorf("--mapping: %w", err)
	}
	return nil
}

func writeRehearsal(out io.Writer, r api.Rehearsal) {
	fmt.Fprintf(out, "%s to version %d: %d running, %d ready, %d stuck, %d not read\n", r.ProcessID, r.ToVersion, r.Instances, r.Ready, r.Stuck, r.Unread)
	for _, p := range r.Problems {
		kind := "note"
		if p.Blocks {
			kind = "stuck"
		}
		writeProblem(out, kind, p)
	}
	for _, d := range r.Deadlines {
		fmt.Fprintf(out, "deadline: %s %s moves by %s to %s, in %s", d.Kind, d.Element, seconds(d.Shortest), seconds(d.Longest), affected(d.Affected))
		if d.Overdue > 0 {
			fmt.Fprintf(out, "; over at once in %d", d.Overdue)
		}
		fmt.Fprintln(out)
	}
	for _, e := range r.Events {
		fmt.Fprintf(out, "event: %s %s, in %s\n", e.Element, map[string]string{"closed": "is waited for no longer", "opened": "is waited for from now on", "subscribed": "waits under another name"}[e.Kind], affected(e.Affected))
	}
	fmt.Fprintf(out, "%d days ahead: %d played", r.Ahead.Days, r.Ahead.Decided)
	if r.Ahead.Undecided > 0 {
		fmt.Fprintf(out, ", %d not decided", r.Ahead.Undecided)
	}
	fmt.Fprintln(out)
	for _, p := range r.Ahead.Incidents {
		writeProblem(out, "incident", p)
	}
}

func writeProblem(out io.Writer, kind string, p api.RehearsedProblem) {
	fmt.Fprintf(out, "%s: %s [%s], in %s\n", kind, p.Message, p.Code, affected(p.Affected))
	if p.Advice != "" {
		fmt.Fprintf(out, "    %s\n", p.Advice)
	}
}

// affected counts instances and names the first by their cases, or themselves.
func affected(a api.Affected) string {
	const most = 5
	var names []string
	for _, i := range a.Instances[:min(len(a.Instances), most)] {
		if i.CaseNumber != "" {
			names = append(names, i.CaseNumber)
		} else {
			names = append(names, i.ID)
		}
	}
	text := fmt.Sprintf("%d (%s", a.Count, strings.Join(names, ", "))
	if a.Count > len(names) {
		text += ", …"
	}
	return text + ")"
}

// seconds is a change of time in days and what is left.
func seconds(n int64) string {
	const day = 24 * 60 * 60
	sign := "+"
	if n < 0 {
		sign, n = "-", -n
	}
	text := sign
	if days := n / day; days > 0 {
		text += fmt.Sprintf("%dd", days)
	}
	if rest := time.Duration(n%day) * time.Second; rest > 0 || n < day {
		text += rest.String()
	}
	return text
}
