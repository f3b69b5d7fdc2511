// Fasthold is a BPMN 2.0 workflow engine on Temporal for the job-retention work of Danish municipalities. This is its command line.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"fasthold/definitions"
	"fasthold/definitions/problem"
	"fasthold/internal/simulation"
)

// Exit codes: done, the answer is no, wrong usage.
const (
	done = iota
	no
	misused
)

// commands are all commands with their flags.
type commands struct {
	Lint     lint     `cmd:"" help:"Check process definitions, decisions and forms; exit 1 when there is an error."`
	Simulate simulate `cmd:"" help:"Play a process in virtual time; exit 1 when it cannot be played or a check fails."`
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

type lint struct {
	Files []string `arg:"" name:"file" help:"BPMN, DMN and form files, checked as one set; a folder stands for those in it."`
	JSON  bool     `name:"json" help:"Print {\"ok\":…,\"problems\":[…]}."`
}

// Run checks the files and lists every problem.
func (c lint) Run(out io.Writer) error {
	files, err := read(c.Files)
	if err != nil {
		return err
	}
	_, problems := definitions.Check(files, nil)
	ok := !problem.HasErrors(problems)
	if c.JSON {
		err = writeJSON(out, map[string]any{"ok": ok, "problems": append([]problem.Problem{}, problems...)})
	} else {
		for _, p := range problems {
			fmt.Fprintln(out, p)
		}
	}
	return orNo(ok, "", err)
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
	if set, problems := definitions.Check(files, nil); set == nil {
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
