package nemrefusion

import (
	"fasthold/internal/casework"
	"fasthold/internal/workday"
)

// Facts are what the events of one bundle say together; see [Fold]. They hold no CPR. Employer.Contact and the texts of
// FastTrack are case data: they belong in the store, never in Temporal.
type Facts struct {
	// Started tells that an event has come that can start a case. While it is false, what follows waits.
	Started bool `json:"started"`
	// Notified tells that a notification or correction has come; a case that started without was opened by a fast track.
	Notified bool `json:"notified"`
	// Annulled tells that the notification was withdrawn; the other facts say what it told.
	Annulled bool `json:"annulled"`

	Municipality      casework.Municipality `json:"municipality,omitempty"`
	Employer          Employer              `json:"employer,omitzero"`
	FirstDay          workday.Date          `json:"firstDay,omitzero"`          // first day of absence
	LastDay           workday.Date          `json:"lastDay,omitzero"`           // last day of absence; zero while unknown
	EmployerPeriodEnd workday.Date          `json:"employerPeriodEnd,omitzero"` // zero while unknown

	PaidDuringSickness *bool `json:"paidDuringSickness,omitempty"` // nil: not told
	ExpectedOver8Weeks *bool `json:"expectedOver8Weeks,omitempty"` // nil: nobody knows
	Section56          bool  `json:"section56,omitempty"`
	WorkInjury         bool  `json:"workInjury,omitempty"`

	// PartialFrom is the first day back at work in part; zero when no partial recovery was reported.
	PartialFrom workday.Date `json:"partialFrom,omitzero"`
	// PartialHoursPerWeek are the hours of absence a week that remain; nil: not told.
	PartialHoursPerWeek *float64 `json:"partialHoursPerWeek,omitempty"`
	// RecoveredOn is the first day back at work in full; zero when no recovery was reported.
	RecoveredOn workday.Date `json:"recoveredOn,omitzero"`

	FastTrack        *FastTrackFacts `json:"fastTrack,omitempty"` // nil: not asked for
	RefundRequests   int             `json:"refundRequests,omitempty"`
	ExtensionQueries int             `json:"extensionQueries,omitempty"`
}

// FastTrackFacts are the day a fast track was first asked for, in Danish time, and the latest answers.
type FastTrackFacts struct {
	RequestedOn workday.Date `json:"requestedOn"`
	FastTrack
}

// live reports whether there is a case to work on.
func (f Facts) live() bool { return f.Started && !f.Annulled }
