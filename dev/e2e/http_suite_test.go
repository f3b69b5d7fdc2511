package e2e_test

import (
	"testing"

	"fasthold/internal/store/pgtest"
)

// suite is everything that shall hold over HTTP on a whole site, whatever the database.
var suite = []struct {
	name string
	test func(*house)
}{
	{"a case from its notification to its end", courseOfACase},
	{"whatever a form allows is accepted", anyAnswer},
	{"the same event twice", sameEventTwice},
	{"events out of order", eventsOutOfOrder},
	{"a corrected first day of absence", correction},
	{"an annulment", annulment},
	{"a partial recovery", partialRecovery},
	{"a fast track request", fastTrack},
	{"timers are moved and triggered", timersByHand},
	{"three weeks pass", threeWeeks},
	{"a case that is ahead tells its own time", ownTime},
	{"an incident is mended and tried again", incidents},
	{"an incident is resolved with what was wrong", resolution},
	{"an operator terminates a workflow in Temporal", terminated},
	{"definitions as a form and as XML", deployments},
	{"all problems of a definition at once", badDefinitions},
	{"a request that is repeated", repeatedRequests},
	{"two people complete one task", race},
	{"two people claim one task", claimRace},
	{"a case closed by hand", closedByHand},
	{"a case closed as it comes in", closedAtOnce},
	{"a case changes hands", changesHands},
	{"names are told and known again", names},
	{"bad input", badInput},
	{"who may do what", roles},
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	overHTTP(t, openHouse(t, ""))
}

func TestHTTPOnPostgreSQL(t *testing.T) {
	t.Parallel()
	overHTTP(t, openHouse(t, pgtest.Schema(t)))
}

func overHTTP(t *testing.T, h *house) {
	t.Run("suite", func(t *testing.T) {
		for _, c := range suite {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.test(h.in(t))
			})
		}
	})
	t.Run("no CPR number left the store", func(t *testing.T) { h.in(t).noCPROutside() })
}

// rounds is how often a race is run: a tenth under the race detector, which takes ten times as long; CI runs them in full without it, too.
func rounds(n int) int {
	if raced || testing.Short() {
		return n / 10
	}
	return n
}
