package story_test

import (
	"testing"

	"fasthold/internal/story"
)

// No text makes Read panic, and whatever it reads has its beginning and only known verbs.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		head + "start p {\"a\":1} # x\nadvance P3D\nexpect waiting a b\nexpect ended",
		head + "message m\nexpect due a 2026-03-02T10:00\nexpect job x y\nexpect variable a null",
		"story:\ngiven", "expect", "advance to ", "\"#",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := story.Read("f", text)
		if err == nil && (s.Name == "" || s.Definition == "" || s.Given.IsZero() || len(s.Commands) == 0) {
			t.Fatalf("%+v", s)
		}
	})
}
