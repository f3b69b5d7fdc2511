package feel

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // zone names mean the same on a machine without a database
)

// zone is an offset from UTC or a named time zone; a nil *zone is local time of
// no known place.
type zone struct {
	name   string // IANA name, "" for an offset
	offset int    // seconds east of UTC, when there is no name
	loc    *time.Location
}

var utc = &zone{loc: time.UTC}

// zones keeps those once loaded; only names of the database get in, so it stays small.
var zones sync.Map // name → *zone

// zoneNamed returns the zone of an IANA name such as Europe/Copenhagen.
func zoneNamed(name string) (*zone, bool) {
	if z, ok := zones.Load(name); ok {
		return z.(*zone), true
	}
	switch name {
	case "", "Local", "localtime", "posixrules": // these differ from machine to machine
		return nil, false
	}
	if len(name) > 64 {
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	z, _ := zones.LoadOrStore(name, &zone{name: name, loc: loc})
	return z.(*zone), true
}

// zoneAt returns the zone of an offset in seconds, at most 18 hours.
func zoneAt(seconds int) (*zone, bool) {
	if seconds == 0 {
		return utc, true
	}
	if seconds < -18*3600 || seconds > 18*3600 {
		return nil, false
	}
	return &zone{offset: seconds, loc: time.FixedZone("", seconds)}, true
}

// zoneOf returns the zone of a Go location.
func zoneOf(t time.Time) *zone {
	loc := t.Location()
	switch name := loc.String(); name {
	case "UTC", "":
	default:
		if z, ok := zoneNamed(name); ok {
			return z
		}
	}
	_, offset := t.Zone()
	if z, ok := zoneAt(offset); ok {
		return z
	}
	return utc
}

// String returns the suffix of a time: Z, +01:00, @Europe/Copenhagen or nothing.
func (z *zone) String() string {
	switch {
	case z == nil:
		return ""
	case z.name != "":
		return "@" + z.name
	case z.offset == 0:
		return "Z"
	}
	sign, s := '+', z.offset
	if s < 0 {
		sign, s = '-', -s
	}
	if s%60 != 0 {
		return fmt.Sprintf("%c%02d:%02d:%02d", sign, s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%c%02d:%02d", sign, s/3600, s/60%60)
}
