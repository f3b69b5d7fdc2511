package casework

import "time"

// StartTimer is a timer start event (BPMN 2.0.2 §10.5.2) of the latest version of a process, and when it starts the next instance.
type StartTimer struct {
	ProcessID  string
	ElementID  string
	Version    int    // of the process; set by the store
	Definition string // content hash; set by the store
	Number     int    // of the next instance that it starts: 1, 2, 3 … within the version; set by the store

	From     time.Time // when the process was deployed, as far as the timer is concerned
	DueAt    time.Time
	Left     int    // how often it starts an instance after DueAt, -1 for ever
	Every    string // ISO 8601 duration between; "" when it starts one only
	Attempts int    // to start the next instance that failed; set by the store
}
