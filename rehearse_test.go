package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/api"
)

func TestARehearsalIsWritten(t *testing.T) {
	t.Parallel()
	in := func(n int, of ...api.RehearsedInstance) api.Affected { return api.Affected{Count: n, Instances: of} }
	r := api.Rehearsal{ProcessID: "p", ToVersion: 2, Instances: 9, Ready: 8, Stuck: 1,
		Problems:  []api.RehearsedProblem{{Code: "unmapped", Message: "a waits, and nothing takes over", Advice: "map it", Blocks: true, Affected: in(1, api.RehearsedInstance{ID: "pi-1", CaseNumber: "2026-7"})}},
		Deadlines: []api.RehearsedMove{{Kind: "task", Element: "b", Shortest: -3600, Longest: 2*86400 + 60, Overdue: 1, Affected: in(8, api.RehearsedInstance{ID: "pi-2"})}},
		Events:    []api.RehearsedEvent{{Kind: "opened", Element: "late", Affected: in(8, api.RehearsedInstance{ID: "pi-2"})}},
		Ahead:     api.RehearsedAhead{Days: 30, Decided: 8},
	}
	var out bytes.Buffer
	writeRehearsal(&out, r)
	require.Equal(t, `p to version 2: 9 running, 8 ready, 1 stuck, 0 not read
stuck: a waits, and nothing takes over [unmapped], in 1 (2026-7)
    map it
deadline: task b moves by -1h0m0s to +2d1m0s, in 8 (pi-2, …); over at once in 1
event: late is waited for from now on, in 8 (pi-2, …)
30 days ahead: 8 played
`, out.String())
}
