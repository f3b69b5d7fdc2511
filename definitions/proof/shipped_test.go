package proof_test

import (
	"testing"

	"fasthold/definitions"
	"fasthold/definitions/proof"
)

func TestShippedProcessesAreSound(t *testing.T) {
	t.Parallel()
	set, problems := definitions.Check(definitions.Shipped(), nil)
	if set == nil {
		t.Fatal(problems)
	}
	for _, d := range set.Processes {
		r := proof.Soundness(d.Plan, 0)
		t.Logf("%s: %s, %d states and moves", d.ProcessID, r.Verdict, r.Used)
		if got := told(r); r.Verdict != proof.Sound {
			t.Errorf("%s: %s, %s", d.ProcessID, got, r.Reason)
		}
	}
}
