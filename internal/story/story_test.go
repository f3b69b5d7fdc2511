package story_test

import (
	"os"
	"path/filepath"
	"testing"

	"fasthold/definitions"
	"fasthold/internal/story"
)

const root = "../../definitions"

// set checks all definitions that lie beside stories, as one set.
func set(t *testing.T) *definitions.Set {
	t.Helper()
	var files []definitions.File
	for _, pattern := range []string{"*.bpmn", "*.dmn", "*.form"} {
		names, _ := filepath.Glob(filepath.Join(root, "*", pattern)) // the pattern is well-formed
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, definitions.File{Name: name, Data: data})
		}
	}
	checked, problems := definitions.Check(files, nil)
	if checked == nil {
		t.Fatal(problems)
	}
	return checked
}

// Every story beside a definition comes out the same on every conductor.
func TestStories(t *testing.T) {
	t.Parallel()
	s := set(t)
	names, _ := filepath.Glob(filepath.Join(root, "*", "stories", "*.txt")) // the pattern is well-formed
	if len(names) == 0 {
		t.Fatal("there are no stories")
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		told, err := story.Read(name, string(data))
		if err != nil {
			t.Error(err)
			continue
		}
		t.Run(told.Definition+"/"+filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			t.Run("engine", func(t *testing.T) { story.Play(t, told, &story.Engine{Set: s}) })
			t.Run("temporal", func(t *testing.T) {
				c := &story.Temporal{Set: s}
				defer func() {
					if err := c.Close(); err != nil {
						t.Error(err)
					}
				}()
				story.Play(t, told, c)
			})
		})
	}
}
