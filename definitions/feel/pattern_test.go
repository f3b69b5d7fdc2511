package feel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestBothMachines: where Go's machine and our own can both run a pattern, they find the
// same matches and the same groups.
func TestBothMachines(t *testing.T) {
	t.Parallel()
	atom := rapid.SampledFrom([]string{"a", "b", ".", "[ab]", "[^a]", "(a)", "(b|)", "(?:ab|a)", "(a*)", "(a|b)", "\\w", "^", "$", "æ"})
	counted := rapid.Custom(func(t *rapid.T) string {
		quantifier := rapid.SampledFrom([]string{"", "", "", "?", "*", "+", "{2}", "{1,2}", "{0,3}?", "*?", "+?", "??"}).Draw(t, "quantifier")
		return atom.Draw(t, "atom") + quantifier
	})
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abæ\n")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		src := strings.Join(rapid.SliceOfN(counted, 1, 5).Draw(t, "parts"), "")
		flags := rapid.SampledFrom([]string{"", "i", "s", "m"}).Draw(t, "flags")
		p, err := compilePattern(src, flags)
		require.NoError(t, err, src)
		require.NotNil(t, p.re, src)
		parser := patternParser{src: src, fold: flags == "i", dotAll: flags == "s"}
		tree, err := parser.parse()
		require.NoError(t, err)
		program, err := compileProgram(tree, parser.groups, flags == "m", flags == "i")
		require.NoError(t, err)
		input := text.Draw(t, "text")
		if p.own(input) {
			return // Go means something else by ^ here
		}
		r := inUTC()
		got, want := program.all(r, input), p.all(r, input)
		require.Len(t, got, len(want), "%s on %q", src, input)
		for i := range want {
			require.Equal(t, want[i], got[i], "%s on %q", src, input)
		}
	})
}

func FuzzPattern(f *testing.F) {
	for _, src := range []string{`(a)\1*b`, `^(?:\p{Lu}[^\d-[5]]{2,3}?|x)+$`, `((a*)*)*\1`} {
		f.Add(src, "aaab", "i")
	}
	f.Fuzz(func(t *testing.T, src, text, flags string) {
		if len(text) > 1000 {
			return
		}
		p, err := compilePattern(src, flags)
		if err != nil {
			return
		}
		r := &run{env: &Env{}, limits: Limits{Steps: 5_000, Length: 10_000}.withDefaults(), steps: 5_000}
		for _, m := range p.all(r, text) {
			if m[0] < 0 || m[1] < m[0] || m[1] > len(text) {
				t.Errorf("%q on %q matches at %v", src, text, m)
			}
		}
	})
}

// BenchmarkBackReference is a pattern that only our own machine can run.
func BenchmarkBackReference(b *testing.B) {
	benchmark(b, `matches(text, "(\w)\1$")`, Variables{"text": Text("a text of some forty characters, at all")})
}
