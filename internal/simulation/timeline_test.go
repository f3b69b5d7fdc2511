package simulation_test

import (
	"strings"
	"testing"
)

// What a designer reads: every entry, completion, deadline and timer of the process and of those it calls, then how it stands.
func TestTimeline(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{
		"p": "start s; user ask name=`Ask the company` due=`=now() + duration(\"P1D\")`; boundary late on=ask duration=P2D noninterrupting; end l; call c process=q; end e; s -> ask -> c -> e; late -> l",
		"q": "start qs; service x type=mail; end qe; qs -> x -> qe",
	})
	r := play(t, set, `{"answers":{"ask":{"after":"P3D","variables":{"ok":true}},"x":{"fail":"no answer"}},"until":"P4D"}`)
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	const want = `2026-11-23 08:00:00  started    p
2026-11-23 08:00:00  entered    s
2026-11-23 08:00:00  completed  s
2026-11-23 08:00:00  entered    ask "Ask the company"
2026-11-23 08:00:00  deadline   late due 2026-11-25 08:00
2026-11-23 08:00:00  deadline   ask "Ask the company" due 2026-11-24 08:00
2026-11-25 08:00:00  timer      late
2026-11-25 08:00:00  entered    late
2026-11-25 08:00:00  completed  late
2026-11-25 08:00:00  entered    l
2026-11-25 08:00:00  completed  l
2026-11-26 08:00:00  variables  p: ok = true
2026-11-26 08:00:00  completed  ask "Ask the company"
2026-11-26 08:00:00  entered    c
2026-11-26 08:00:00  started    q/q
2026-11-26 08:00:00  variables  q/q: ok = true
2026-11-26 08:00:00  entered    q/qs
2026-11-26 08:00:00  completed  q/qs
2026-11-26 08:00:00  entered    q/x
2026-11-26 08:00:00  incident   q/x: job_failed

incident, waiting at c
  ok = true
incident at x: job_failed: no answer
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}
