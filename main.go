// Fasthold is a BPMN 2.0 workflow engine on Temporal for the job-retention work of Danish municipalities. This is its command line.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"

	"fasthold/activities"
	"fasthold/api"
	"fasthold/api/web"
	"fasthold/definitions"
	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
	"fasthold/definitions/proof"
	"fasthold/internal/payload"
	"fasthold/internal/secret"
	"fasthold/internal/simulation"
	"fasthold/internal/store"
	"fasthold/internal/workday"
	"fasthold/worker"
)

// Exit codes: done, the answer is no, wrong usage.
const (
	done = iota
	no
	misused
)

// commands are all commands with their flags.
type commands struct {
	API      apiCommand    `cmd:"" name:"api" help:"Answer HTTP requests, with the workbench, and relay to Temporal."`
	Worker   workerCommand `cmd:"" help:"Run process instances."`
	Migrate  migrate       `cmd:"" help:"Bring the database to the version of this program."`
	Deploy   deploy        `cmd:"" help:"Deploy process definitions; exit 1 when there is an error."`
	Rehearse rehearse      `cmd:"" help:"Play the migration of running instances to another version on copies, and tell what would happen; exit 1 when one would be stuck."`
	Keyset   keyset        `cmd:"" help:"Print a new keyset. Keep it safe: without it nothing that is stored can be read."`
	Lint     lint          `cmd:"" help:"Check process definitions, decisions and forms; exit 1 when there is an error."`
	Simulate simulate      `cmd:"" help:"Play a process in virtual time; exit 1 when it cannot be played or a check fails."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// answerNo is the answer "no", with what is left to say beside the result.
type answerNo struct{ why string }

func (a answerNo) Error() string { return a.why }

// run carries out a command line. Results go to out, everything else to log.
func run(args []string, out, log io.Writer) (code int) {
	var c commands
	ended := -1
	parser := kong.Must(&c, kong.Name("fasthold"), kong.Writers(out, log), kong.Exit(func(code int) { ended = code }),
		kong.Description("BPMN workflows for job-retention work."), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	parsed, err := parser.Parse(args)
	if ended >= 0 {
		return ended // help has been written
	}
	if err == nil {
		parsed.BindTo(out, (*io.Writer)(nil))
		err = parsed.Run()
	}
	return exitCode(err, log)
}

func exitCode(err error, log io.Writer) int {
	if err == nil {
		return done
	}
	if err.Error() != "" {
		fmt.Fprintln(log, "fasthold:", err)
	}
	var a answerNo
	if errors.As(err, &a) {
		return no
	}
	return misused
}

// storage is where data are, and the key to them.
type storage struct {
	DB     string `name:"db" env:"FASTHOLD_DB" required:"" placeholder:"postgres://…" help:"The database, also sqlite:PATH."`
	Keyset string `env:"FASTHOLD_KEYSET" required:"" type:"existingfile" placeholder:"FILE" help:"The keyset that data are sealed with."`
}

func (c storage) open(ctx context.Context) (*store.Store, *secret.Box, error) {
	key, err := os.ReadFile(c.Keyset)
	if err != nil {
		return nil, nil, err
	}
	box, err := secret.New(key)
	if err != nil {
		return nil, nil, err
	}
	st, err := store.Open(ctx, c.DB, box, store.Options{})
	return st, box, err
}

// service is what api and worker share.
type service struct {
	storage
	HTTP      string `name:"http" env:"FASTHOLD_HTTP" default:"127.0.0.1:8080" help:"Address to listen on."`
	Temporal  string `env:"FASTHOLD_TEMPORAL" default:"127.0.0.1:7233" help:"Address of the Temporal server."`
	Namespace string `env:"FASTHOLD_NAMESPACE" default:"default" help:"Temporal namespace."`
}

// site is what a service works with.
type site struct {
	store    *store.Store
	box      *secret.Box
	client   client.Client
	listener net.Listener
}

// serve opens everything, runs until a signal to stop, and closes everything.
func (c service) serve(run func(context.Context, site) error) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	var s site
	if s.store, s.box, err = c.open(ctx); err != nil {
		return err
	}
	defer s.store.Close()
	s.client, err = client.DialContext(ctx, client.Options{HostPort: c.Temporal, Namespace: c.Namespace,
		DataConverter: payload.Converter(s.box), Logger: temporallog.NewStructuredLogger(slog.Default())})
	if err != nil {
		return err
	}
	defer s.client.Close()
	if s.listener, err = net.Listen("tcp", c.HTTP); err != nil {
		return err
	}
	return run(ctx, s)
}

type apiCommand struct {
	service
	DemoLogin   bool   `env:"FASTHOLD_DEMO_LOGIN" help:"Let everybody be any user, without a password. For trials on made-up data only."`
	CodecOrigin string `env:"FASTHOLD_CODEC_ORIGIN" placeholder:"https://…" help:"Where the pages of the Temporal Web UI are, for supervisors to read payloads there."`
}

// Run answers requests until it is told to stop.
func (c apiCommand) Run() error {
	return c.serve(func(ctx context.Context, s site) error {
		o := api.Options{Store: s.store, Temporal: s.client, Log: slog.Default(), Jobs: activities.Jobs(), Web: web.Handler()}
		if c.DemoLogin {
			slog.Warn("everybody can sign in as anybody")
			o.Identity = &api.Demo{Store: s.store, Box: s.box}
		}
		if c.CodecOrigin != "" {
			o.Codec, o.CodecOrigin = payload.Codec{Box: s.box}, c.CodecOrigin
		}
		return api.New(o).Run(ctx, s.listener)
	})
}

type workerCommand struct {
	service
	Unit  string `env:"FASTHOLD_UNIT" default:"Jobcenter" help:"What the municipality calls the unit, for letters."`
	Build string `env:"FASTHOLD_BUILD" help:"Names this build, so that workers of two builds can run at once; see docs/upgrades.md. Without it any worker runs any case."`
}

// Run works until it is told to stop.
func (c workerCommand) Run() error {
	return c.serve(func(ctx context.Context, s site) error {
		return worker.Run(ctx, worker.Options{Client: s.client, Store: s.store, Log: slog.Default(), Unit: c.Unit, Build: c.Build}, s.listener)
	})
}

type migrate struct {
	storage
}

// Run migrates the database and deploys the definitions that come with this version, unless they were deployed before.
func (c migrate) Run() error {
	ctx := context.Background()
	if err := store.Migrate(ctx, c.DB); err != nil {
		return err
	}
	st, _, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	return api.DeployShipped(ctx, st, activities.Jobs())
}

type deploy struct {
	storage
	Files []string `arg:"" name:"file" help:"BPMN, DMN and form files, checked as one set; a folder stands for those in it."`
}

// Run checks and deploys files, and lists every problem and what is deployed.
func (c deploy) Run(out io.Writer) error {
	files, err := read(c.Files)
	if err != nil {
		return err
	}
	ctx := context.Background()
	st, _, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	set, problems := api.Check(ctx, st, files, activities.Jobs())
	for _, p := range problems {
		fmt.Fprintln(out, p.Long())
	}
	if set == nil {
		return answerNo{"nothing was deployed"}
	}
	deployment, err := api.Deploy(ctx, st, set)
	for _, p := range deployment.Processes {
		fmt.Fprintf(out, "%s version %d\n", p.ProcessID, p.Version)
	}
	return err
}

type keyset struct{}

// Run prints a new keyset.
func (keyset) Run(out io.Writer) error {
	key, err := secret.Generate()
	if err == nil {
		_, err = fmt.Fprintf(out, "%s\n", key)
	}
	return err
}

type lint struct {
	deadlines
	Files []string `arg:"" name:"file" help:"BPMN, DMN and form files, checked as one set; a folder stands for those in it."`
	Notes bool     `help:"Also list what may well be right, such as messages that must come from outside. They are always in --json."`
	JSON  bool     `name:"json" help:"Print {\"ok\":…,\"problems\":[…],\"proofs\":[…]}."`
}

// Run checks the files and lists every problem.
func (c lint) Run(out io.Writer) error {
	files, err := read(c.Files)
	if err != nil {
		return err
	}
	set, problems := definitions.Check(files, nil)
	if set != nil {
		problems = append(problems, set.Lint(activities.Jobs())...)
		problem.Sort(problems)
	}
	ok := !problem.HasErrors(problems)
	if c.JSON {
		err = writeJSON(out, map[string]any{"ok": ok, "problems": append([]problem.Problem{}, problems...), "proofs": proofs(files)})
	} else {
		for _, p := range problems {
			if c.Notes || p.Severity != problem.Info {
				fmt.Fprintln(out, p.Long())
			}
		}
	}
	if err == nil && c.Deadline != "" {
		bounded, err := c.deadlines.write(out, files)
		return orNo(ok && bounded, "", err)
	}
	return orNo(ok, "", err)
}

// deadlines ask how long the way to an element takes at most.
type deadlines struct {
	Deadline  string `placeholder:"ELEMENT" help:"Also tell when the element is reached and done at the latest, on every route, when nobody is late; exit 1 when nothing bounds one."`
	From      string `placeholder:"ELEMENT" help:"Element at which a token starts, for --deadline; the starts of the process when it is missing."`
	Process   string `placeholder:"ID" help:"Id of the process with that element, when there are several."`
	Variables string `placeholder:"JSON" help:"Variables at the start, for --deadline."`
	Now       string `placeholder:"TIME" help:"Time of the start, for --deadline: 2026-11-23T08:00:00+01:00; the present time when it is missing."`
}

// write tells the routes, and whether all are bounded.
func (c deadlines) write(out io.Writer, files []definitions.File) (bool, error) {
	set, _ := definitions.Compile(files, nil)
	if set == nil {
		return false, nil
	}
	i := slices.IndexFunc(set.Processes, func(d *definitions.Definition) bool {
		_, ok := d.Plan.Element(c.Deadline)
		return ok && (c.Process == "" || c.Process == d.ProcessID)
	})
	if i < 0 {
		return false, fmt.Errorf("no process has an element %s", c.Deadline)
	}
	now, vars, err := c.start()
	if err != nil {
		return false, err
	}
	calendar, err := workday.New(workday.Default())
	if err != nil {
		return false, err
	}
	d := set.Processes[i]
	start := set.Case(d, activities.Jobs())
	start.From, start.Variables, start.Now, start.Calendar = c.From, vars, now, calendar
	routes, err := proof.Deadline(start, c.Deadline)
	bounded := len(routes) > 0
	for _, r := range routes {
		fmt.Fprintln(out, start.Tell(r))
		bounded = bounded && r.Open == nil
	}
	return bounded, err
}

func (c deadlines) start() (now time.Time, vars *feel.Context, err error) {
	now = time.Now().Truncate(time.Second)
	if c.Now != "" {
		if now, err = time.Parse(time.RFC3339, c.Now); err != nil {
			return now, nil, fmt.Errorf("--now: %w", err)
		}
	}
	if c.Variables == "" {
		return now.In(workday.Zone()), nil, nil
	}
	v, err := feel.FromJSON([]byte(c.Variables))
	if err != nil {
		return now, nil, fmt.Errorf("--variables: %w", err)
	}
	vars, ok := v.(*feel.Context)
	if !ok {
		return now, nil, errors.New("--variables must be a JSON object")
	}
	return now.In(workday.Zone()), vars, nil
}

// proven is what is proved about a process, in JSON.
type proven struct {
	Process  string        `json:"process"`
	Verdict  proof.Verdict `json:"verdict"`
	Reason   string        `json:"reason,omitempty"` // why it is not decided
	Findings []finding     `json:"findings"`
}

// finding is what is wrong with the control flow, with a shortest counter-example: the elements entered, in order.
type finding struct {
	Kind    proof.Kind `json:"kind"`
	Element string     `json:"element"`
	Certain bool       `json:"certain"` // it stops or floods process instances
	Path    []string   `json:"path"`
	// Scenario is for simulate, and was seen to show this; nil when none was found.
	Scenario *simulation.Example `json:"scenario,omitempty"`
}

// proofs are the proofs about the processes in files that can be run.
func proofs(files []definitions.File) []proven {
	all := []proven{}
	set, _ := definitions.Compile(files, nil)
	if set == nil {
		return all
	}
	for _, p := range set.Prove() {
		one := proven{p.Process.ProcessID, p.Verdict, p.Reason, []finding{}}
		for _, f := range p.Findings {
			told := finding{Kind: f.Kind, Element: f.Element.ID, Certain: f.Certain, Path: f.IDs()}
			if x, ok := simulation.ExampleOf(set, p.Process, f); ok {
				told.Scenario = &x
			}
			one.Findings = append(one.Findings, told)
		}
		all = append(all, one)
	}
	return all
}

type simulate struct {
	Files    []string `arg:"" name:"file" help:"BPMN, DMN and form files, with those of called processes; a folder stands for those in it."`
	Process  string   `help:"Id of the process to play, when there are several." placeholder:"ID"`
	Scenario string   `help:"What happens, in JSON or YAML; without it everything completes at once." placeholder:"FILE"`
	JSON     bool     `name:"json" help:"Print the result as JSON."`
}

// Run plays the scenario and prints what happened.
func (c simulate) Run(out io.Writer) error {
	scenario, err := c.scenario()
	if err != nil {
		return err
	}
	files, err := read(c.Files)
	if err != nil {
		return err
	}
	var result simulation.Result
	if set, problems := definitions.Compile(files, nil); set == nil {
		result = simulation.RejectedBy(problems)
	} else if result, err = simulation.Play(set, scenario); err != nil {
		return err
	}
	if c.JSON {
		err = writeJSON(out, result)
	} else {
		err = result.Write(out)
	}
	return orNo(result.OK(), result.Error, err)
}

func (c simulate) scenario() (s simulation.Scenario, err error) {
	if c.Scenario != "" {
		data, err := os.ReadFile(c.Scenario)
		if err != nil {
			return s, err
		}
		if s, err = simulation.ReadScenario(c.Scenario, data); err != nil {
			return s, err
		}
	}
	if c.Process != "" {
		s.Process = c.Process
	}
	if s.Now.IsZero() {
		s.Now = time.Now().Truncate(time.Second)
	}
	return s, nil
}

// read reads definition files. A folder stands for the BPMN, DMN and form files directly in it.
func read(names []string) ([]definitions.File, error) {
	var files []definitions.File
	for _, name := range names {
		found, err := expand(name)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			data, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			files = append(files, definitions.File{Name: f, Data: data})
		}
	}
	return files, nil
}

func expand(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return []string{name}, nil
	}
	entries, err := os.ReadDir(name)
	var found []string
	for _, e := range entries {
		if slices.Contains(languages, filepath.Ext(e.Name())) {
			found = append(found, filepath.Join(name, e.Name()))
		}
	}
	return found, err
}

// languages are the file name extensions of definitions.
var languages = []string{".bpmn", ".dmn", ".form"}

func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func orNo(ok bool, why string, err error) error {
	if err == nil && !ok {
		return answerNo{why}
	}
	return err
}
