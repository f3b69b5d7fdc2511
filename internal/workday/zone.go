package workday

import (
	_ "embed"
	"time"
)

// Europe/Copenhagen as the Go distribution ships it. It is compiled in, and the machine's own zone files are not
// asked, so that a replayed workflow sees the same clock changes on every machine.
//
//go:embed europe-copenhagen.tzif
var zoneData []byte

var copenhagen = mustLoadZone()

func mustLoadZone() *time.Location {
	zone, err := time.LoadLocationFromTZData("Europe/Copenhagen", zoneData)
	if err != nil {
		panic("workday: embedded time zone is damaged: " + err.Error())
	}
	return zone
}

// Zone returns Europe/Copenhagen, the zone of every rule and deadline.
func Zone() *time.Location { return copenhagen }
