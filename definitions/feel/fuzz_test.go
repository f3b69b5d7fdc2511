package feel

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seeds are the expressions of the tables.
func seeds(f *testing.F) {
	f.Helper()
	files, _ := filepath.Glob("testdata/*.feel")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if src, _, ok := strings.Cut(line, " => "); ok {
				f.Add(src)
			}
		}
	}
}

// FuzzCompile: the compiler neither panics nor hangs, and places its problems within the source.
func FuzzCompile(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		options := Options{Names: []string{"a b", "a-b", "in the end"}, Fields: []string{"first name"}}
		_, err := Compile(src, options)
		if e, ok := err.(*SyntaxError); ok {
			for _, p := range e.Problems {
				if p.Line < 1 || p.Column < 1 || p.Line > strings.Count(src, "\n")+1 {
					t.Errorf("problem outside the source: %+v", p)
				}
			}
		}
		_, _ = CompileUnaryTests(src, options)
	})
}

// FuzzEval: evaluation neither panics nor exceeds its limits, gives the same value
// twice, and a value that can be written as JSON and read again.
func FuzzEval(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		e, err := Compile(src, Options{Names: []string{"a b"}})
		if err != nil {
			return
		}
		eval := func() (Value, error) {
			env := testEnv(t)
			env.Vars = Variables{"a": Int(1), "a b": Text("x"), "list": ListOf(Int(1), Int(2))}
			env.Limits = Limits{Steps: 20_000, Items: 2_000, Length: 20_000, Depth: 100}
			return e.Eval(env)
		}
		v, err := eval()
		if err != nil {
			return
		}
		again, err := eval()
		if err != nil || v.String() != again.String() {
			t.Errorf("%s: first %s, then %s, %v", src, v, again, err)
		}
		stored := ToJSONValue(v)
		back, err := FromJSON(AppendJSON(nil, v))
		if err != nil {
			if e := err.(*JSONError); !strings.Contains(e.Message, "deep") {
				t.Errorf("%s: %v", src, err)
			}
			return
		}
		if stored.String() != back.String() {
			t.Errorf("%s: stored %s, read %s", src, stored, back)
		}
	})
}

// FuzzFromJSON: what is read is written and read the same.
func FuzzFromJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x\n",null,true]}`, `"\ud83d"`, `-0.0`, `1e-400`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := FromJSON(data)
		if err != nil {
			return
		}
		back, err := FromJSON(AppendJSON(nil, v))
		if err != nil || back.String() != v.String() {
			t.Errorf("%s: %s, then %v, %v", data, v, back, err)
		}
	})
}
