package casework

import (
	"encoding/json"
	"time"
)

// MigrationState is where a migration of instances to another version of their process stands.
type MigrationState string

// Migration states. A rehearsed one changes nothing until it is confirmed, which makes a migration of its own.
const (
	MigrationRehearsed MigrationState = "rehearsed"
	MigrationRunning   MigrationState = "running"
	MigrationPaused    MigrationState = "paused"
	MigrationCanceled  MigrationState = "canceled" // what was not done stays undone
	MigrationCompleted MigrationState = "completed"
)

// Migration takes instances to another version of their process, one after the other.
type Migration struct {
	ID        string
	ProcessID string
	From      int             // the version they run now; 0 for any other
	To        int             // version
	Target    string          // content hash of that version
	Mapping   json.RawMessage // as the engine reads it
	Reason    string          // free text, which may name people; "" of a rehearsal
	Rehearsal string          // id of the rehearsal that this confirms; "" for none
	PerMinute int             // most instances a minute
	State     MigrationState
	Report    json.RawMessage // of a rehearsal
	By        string          // user id; set by the store, as is what follows
	At        time.Time
	EndedAt   *time.Time
	Progress  map[MigrationOutcome]int
}

// MigrationOutcome is what became of one instance in a migration.
type MigrationOutcome string

// Migration outcomes.
const (
	OutcomeWaiting  MigrationOutcome = "waiting"  // not yet tried, or to be tried again
	OutcomeMigrated MigrationOutcome = "migrated" //
	OutcomeRefused  MigrationOutcome = "refused"  // Detail says what stands in the way
	OutcomeGone     MigrationOutcome = "gone"     // it had ended
	OutcomeFailed   MigrationOutcome = "failed"   // tried again and again, without an answer
)

// MigrationItem is one instance in a migration.
type MigrationItem struct {
	MigrationID string
	InstanceID  string
	CaseNumber  string // set by the store; "" when the instance belongs to no case
	Outcome     MigrationOutcome
	Detail      json.RawMessage // a JSON list of what stands in the way, or a text
	Attempts    int
	At          *time.Time // when that became of it
}

// MigrationFilter says which running instances are to be migrated. The zero value of a field does not narrow it.
type MigrationFilter struct {
	ProcessID string
	From      int      // version
	Not       string   // content hash of the version they do not run already
	Element   string   // id of an element at which something waits
	Instances []string // ids
}
