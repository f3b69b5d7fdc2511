package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/story"
)

// stages is how many stories are played at once.
const stages = 3

// leftOut are the stories that do not run over HTTP, with the reason.
var leftOut = map[string]string{
	"fleksjob-at-own-workplace.txt": besideCalled,
	"fleksjob-granted.txt":          besideCalled,
	"fleksjob-terms-failed.txt":     besideCalled,
}

const besideCalled = "follow-ups fall due beside a called process, and Temporal's server skips no time for a workflow with an open child"

// short are the stories for when time is short, or passes slowly under the race detector.
var short = map[string]bool{
	"annulled.txt":                  true,
	"closed-by-staff.txt":           true,
	"consultant-changed.txt":        true,
	"granted.txt":                   true,
	"law-of-2024.txt":               true,
	"ordinary-full-return.txt":      true,
	"recovered-during-fleksjob.txt": true,
	"standby-over-a-year.txt":       true, // 52 weeks
}

// The stories beside the definitions come out over HTTP, on a real Temporal server and on their own dates, as they do on the bare engine and in
// Temporal's test environment.
func TestStoriesOverHTTP(t *testing.T) {
	t.Parallel()
	free := make(chan *stage, stages)
	for range stages {
		free <- openStage(t)
	}
	t.Run("retention", func(t *testing.T) {
		for _, name := range storiesOf(t, "retention") {
			t.Run(filepath.Base(name), func(t *testing.T) {
				t.Parallel()
				s := <-free
				defer func() { free <- s }()
				s.play(t, name)
			})
		}
	})
	s := <-free
	s.deploy("designer", "host.bpmn", bpmntest.XML("retention", host)).is(201)
	for _, name := range storiesOf(t, "fleksjob") {
		t.Run("fleksjob/"+filepath.Base(name), func(t *testing.T) { s.play(t, name) })
	}
}

// host is the process of a case that has only a fleksjob to settle. A process of its own has no case, to which its letters would go.
const host = `
	start s
	service assign type=assign-consultant
	call settle process=fleksjob
	script outcome expr="=\"fleksjob\"" result=outcome
	service close type=set-outcome
	end e
	s -> assign -> settle -> outcome -> close -> e`

func storiesOf(t *testing.T, definition string) []string {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join("../../definitions", definition, "stories", "*.txt")) // the pattern is well-formed
	require.NotEmpty(t, names)
	return names
}

// play plays a story, unless it is left out, or time is short and it is not among those for that.
func (s *stage) play(t *testing.T, name string) {
	if reason := leftOut[filepath.Base(name)]; reason != "" {
		t.Skip(reason)
	}
	if (raced || testing.Short()) && !short[filepath.Base(name)] {
		t.Skip("time is short")
	}
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	told, err := story.Read(name, string(data))
	require.NoError(t, err)
	c := &httpConductor{stage: s.in(t)}
	defer c.close()
	story.Play(t, told, c)
	c.letters()
}
