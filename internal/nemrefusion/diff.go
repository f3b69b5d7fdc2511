package nemrefusion

import "fasthold/internal/workday"

// ChangeKind is a way in which facts change.
type ChangeKind string

// The kinds of changes, in the order [Diff] returns them.
const (
	Started           ChangeKind = "started"             // there is a case now
	FirstDayCorrected ChangeKind = "first_day_corrected" // every deadline counts anew
	FactsCorrected    ChangeKind = "facts_corrected"     // other facts of the notification
	Annulled          ChangeKind = "annulled"            // the notification is withdrawn
	PartiallyBack     ChangeKind = "partial_recovery"    // reported, or reported differently
	Recovered         ChangeKind = "recovery"            // reported, or for another day
	FastTracked       ChangeKind = "fast_track"          // asked for, or asked for differently
	RefundRequested   ChangeKind = "refund_requested"
	ExtensionQueried  ChangeKind = "extension_query"
	Withdrawn         ChangeKind = "withdrawn" // a recovery, fast track or refund request no longer holds
)

// Change is one difference between two folds.
type Change struct {
	Kind   ChangeKind `json:"kind"`
	Fields []string   `json:"fields,omitempty"` // JSON names of the [Facts] that changed, for FactsCorrected and Withdrawn
}

// Diff tells what became different between two folds of one bundle, at most one change of a kind. Before a case has
// started nothing changes; when it starts, what waited for it (a recovery that came before the notification, say)
// follows Started. While it is annulled nothing changes.
func Diff(before, after Facts) []Change {
	var d differ
	switch {
	case after.Annulled:
		d.when(!before.Annulled, Annulled)
		return d.changes
	case !after.Started:
		return nil
	case !before.live():
		d.when(true, Started)
		before = after.asNotified()
	}
	d.when(before.FirstDay != after.FirstDay, FirstDayCorrected)
	d.fields(FactsCorrected, corrected(before, after))
	d.when(!after.PartialFrom.IsZero() && partlyDiffers(before, after), PartiallyBack)
	d.when(!after.RecoveredOn.IsZero() && before.RecoveredOn != after.RecoveredOn, Recovered)
	d.when(after.FastTrack != nil && !same(before.FastTrack, after.FastTrack), FastTracked)
	d.when(after.RefundRequests > before.RefundRequests, RefundRequested)
	d.when(after.ExtensionQueries > before.ExtensionQueries, ExtensionQueried)
	d.fields(Withdrawn, withdrawn(before, after))
	return d.changes
}

type differ struct{ changes []Change }

func (d *differ) when(changed bool, kind ChangeKind) {
	if changed {
		d.changes = append(d.changes, Change{Kind: kind})
	}
}

func (d *differ) fields(kind ChangeKind, fields []string) {
	if len(fields) > 0 {
		d.changes = append(d.changes, Change{kind, fields})
	}
}

// asNotified is what the facts would be if nothing had been reported after the notification.
func (f Facts) asNotified() Facts {
	f.PartialFrom, f.RecoveredOn = workday.Date{}, workday.Date{}
	f.FastTrack, f.RefundRequests, f.ExtensionQueries = nil, 0, 0
	return f
}

// corrected names the facts of a notification that differ, but for the first day. The last day and the remaining hours
// that a recovery tells belong to the recovery.
func corrected(a, b Facts) []string {
	recovery := a.RecoveredOn != b.RecoveredOn
	partial := !a.PartialFrom.IsZero() || !b.PartialFrom.IsZero()
	return names([]difference{
		{"municipality", a.Municipality != b.Municipality},
		{"employer", a.Employer != b.Employer},
		{"lastDay", !recovery && a.LastDay != b.LastDay},
		{"employerPeriodEnd", a.EmployerPeriodEnd != b.EmployerPeriodEnd},
		{"paidDuringSickness", !same(a.PaidDuringSickness, b.PaidDuringSickness)},
		{"expectedOver8Weeks", !same(a.ExpectedOver8Weeks, b.ExpectedOver8Weeks)},
		{"section56", a.Section56 != b.Section56},
		{"workInjury", a.WorkInjury != b.WorkInjury},
		{"partialHoursPerWeek", !partial && !same(a.PartialHoursPerWeek, b.PartialHoursPerWeek)},
	})
}

func partlyDiffers(a, b Facts) bool {
	return a.PartialFrom != b.PartialFrom || !same(a.PartialHoursPerWeek, b.PartialHoursPerWeek)
}

// withdrawn names the reports that are gone.
func withdrawn(a, b Facts) []string {
	return names([]difference{
		{"partialFrom", !a.PartialFrom.IsZero() && b.PartialFrom.IsZero()},
		{"recoveredOn", !a.RecoveredOn.IsZero() && b.RecoveredOn.IsZero()},
		{"fastTrack", a.FastTrack != nil && b.FastTrack == nil},
		{"refundRequests", a.RefundRequests > b.RefundRequests},
		{"extensionQueries", a.ExtensionQueries > b.ExtensionQueries},
	})
}

type difference struct {
	field   string
	differs bool
}

func names(differences []difference) (fields []string) {
	for _, d := range differences {
		if d.differs {
			fields = append(fields, d.field)
		}
	}
	return fields
}

// same reports whether two values that may be untold are both untold or equal.
func same[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
