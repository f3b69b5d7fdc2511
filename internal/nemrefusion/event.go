// Package nemrefusion reads the events by which sick leave reaches a municipality, and folds those of one notification
// into what is known about it. It is pure: bytes in, facts out.
//
// The form of the event is ours (canonical), not NemRefusion's: one adapter per source and version maps DP200/DP201,
// DP202, DP212, the fast-track report and KSD's SF2090–SF2093 onto it. It has no field for a diagnosis or for health,
// and [Parse] refuses any.
package nemrefusion

import (
	"time"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
)

// Type is what an event tells.
type Type string

// The types of events, with the form of NemRefusion or KSD each comes from.
const (
	SickNotification Type = "sick_notification"  // first notification (DP200A/B/C, DP201)
	Correction       Type = "correction"         // the whole notification again, corrected
	Annulment        Type = "annulment"          // the notification, or one report that its token names, is withdrawn
	PartialRecovery  Type = "partial_recovery"   // back at work for some hours (sygedagpengeloven §§ 17, 53)
	FullRecovery     Type = "full_recovery"      // fit for work (DP212)
	FastTrackRequest Type = "fast_track_request" // tidlig opfølgning (sygedagpengeloven §§ 7 c, 7 e)
	RefundRequest    Type = "refund_request"     // refund for a period (DP202)
	ExtensionQuery   Type = "extension_query"    // the benefit system asks about an extension (SF2093)
)

// Types lists every type in the order of a case's life, which also decides between events of the same moment.
func Types() []Type {
	return []Type{SickNotification, Correction, FastTrackRequest, PartialRecovery, FullRecovery, RefundRequest, ExtensionQuery, Annulment}
}

// Source is where an event comes from.
type Source string

// The sources of events.
const (
	FromNemRefusion Source = "nemrefusion"
	FromKSD         Source = "ksd"
	FromPerson      Source = "manual"
)

// Party is who asks for a fast track.
type Party string

// The parties that can ask for a fast track.
const (
	ByEmployer Party = "employer"
	ByCitizen  Party = "citizen"
)

// Event is one message about one sick leave. Which parts it must have depends on its type:
//
//   - sick_notification and correction: municipality, citizen, employer and absence.firstDay;
//   - fast_track_request: municipality, citizen, employer and fastTrack; with absence.firstDay it can start a case,
//     without it waits for the notification;
//   - partial_recovery and full_recovery: effectiveFrom, or absence.lastDay, the day before it;
//   - annulment, refund_request and extension_query: nothing more.
//
// Anything else may be there as well. An absent part, null and "" mean the same: not told.
type Event struct {
	EventID       string                `json:"eventId" format:"uuid" doc:"Identity of this event; the same event sent again has the same one."`
	Source        Source                `json:"source" enum:"nemrefusion,ksd,manual" doc:"System the event comes from."`
	Type          Type                  `json:"type" enum:"sick_notification,correction,annulment,partial_recovery,full_recovery,fast_track_request,refund_request,extension_query" doc:"What the event tells."`
	BundleUUID    string                `json:"bundleUuid" format:"uuid" doc:"Bundle that ties one notification and its refund requests and recovery together (BundtUUIDIdentifikator)."`
	MessageID     string                `json:"messageId,omitempty" maxLength:"64" nullable:"true" doc:"Identity of the message within its bundle (MessageID). A number also orders the messages that have no sequence."`
	Sequence      int                   `json:"sequence,omitempty" minimum:"0" maximum:"1000000000" nullable:"true" doc:"Rank of the message within its bundle, from 1. Without it a numeric messageId orders, and then occurredAt."`
	OccurredAt    time.Time             `json:"occurredAt" doc:"When the report was made, RFC 3339 with offset."`
	EffectiveFrom workday.Date          `json:"effectiveFrom,omitzero" format:"date" nullable:"true" doc:"First day on which what the event tells holds; for a recovery the first day back at work."`
	Token         string                `json:"token,omitempty" maxLength:"200" nullable:"true" doc:"The source's opaque token of the report. An annulment with the token of a recovery, fast track or refund request withdraws only that."`
	Municipality  casework.Municipality `json:"municipality,omitempty" pattern:"^[0-9]{3,4}$" nullable:"true" doc:"Code of the citizen's municipality of residence at the time of the report, or of the workplace's for a citizen living abroad."`
	Citizen       *Citizen              `json:"citizen,omitempty" doc:"The person on sick leave."`
	Employer      *Employer             `json:"employer,omitempty" doc:"The workplace the person is absent from."`
	Absence       *Absence              `json:"absence,omitempty" doc:"What is known about the absence. Never its cause."`
	FastTrack     *FastTrack            `json:"fastTrack,omitempty" doc:"The request for early follow-up."`
}

// Citizen is the person on sick leave.
type Citizen struct {
	CPR casework.CPR `json:"cpr" pattern:"^[0-9]{6}-?[0-9]{4}$" doc:"CPR number, ten digits. Modulus 11 is not asked for."`
}

// Employer is the workplace.
type Employer struct {
	CVR     casework.CVR     `json:"cvr" pattern:"^[0-9]{8}$" doc:"CVR number of the legal unit, with a valid check digit."`
	PNumber casework.PNumber `json:"pNumber,omitempty" pattern:"^[0-9]{10}$" nullable:"true" doc:"P-number of the place of work."`
	SE      casework.SE      `json:"se,omitempty" pattern:"^[0-9]{8}$" nullable:"true" doc:"SE number the wages are accounted under."`
	Contact Contact          `json:"contact,omitzero" doc:"Whom to call at the company."`
}

// Contact is a person at the company.
type Contact struct {
	Name  string `json:"name,omitempty" maxLength:"200" nullable:"true" doc:"Name of the contact person."`
	Phone string `json:"phone,omitempty" maxLength:"30" nullable:"true" doc:"Telephone number: digits, spaces and a leading plus."`
	Email string `json:"email,omitempty" maxLength:"254" nullable:"true" doc:"E-mail address."`
}

// Absence is what is known about the absence.
type Absence struct {
	FirstDay            workday.Date `json:"firstDay,omitzero" format:"date" nullable:"true" doc:"First day of absence; every statutory deadline counts from it."`
	LastDay             workday.Date `json:"lastDay,omitzero" format:"date" nullable:"true" doc:"Last day of absence, when it is known."`
	EmployerPeriodEnd   workday.Date `json:"employerPeriodEnd,omitzero" format:"date" nullable:"true" doc:"Last day of the period the employer pays for."`
	PaidDuringSickness  *bool        `json:"paidDuringSickness,omitempty" nullable:"true" doc:"Whether the employer pays wages during the absence."`
	ExpectedOver8Weeks  *bool        `json:"expectedOver8Weeks,omitempty" nullable:"true" doc:"Whether the absence is expected to last more than eight weeks; null when nobody knows."`
	Section56           bool         `json:"section56,omitempty" nullable:"true" doc:"Whether a § 56 agreement covers the absence."`
	WorkInjury          bool         `json:"workInjury,omitempty" nullable:"true" doc:"Whether the absence follows a work injury."`
	PartialHoursPerWeek *float64     `json:"partialHoursPerWeek,omitempty" minimum:"0" maximum:"60" nullable:"true" doc:"Hours of absence a week that remain while the person works in part."`
}

// FastTrack is a request for early follow-up with the employer's three answers. They are free text about work, not
// health; they are case data and never reach a process.
type FastTrack struct {
	RequestedBy       Party  `json:"requestedBy" enum:"employer,citizen" doc:"Who asks."`
	AffectedFunctions string `json:"affectedFunctions,omitempty" maxLength:"2000" nullable:"true" doc:"Which work functions are affected. No diagnosis."`
	ExpectedDuration  string `json:"expectedDuration,omitempty" maxLength:"2000" nullable:"true" doc:"How long that is expected to last."`
	AdaptationsTried  string `json:"adaptationsTried,omitempty" maxLength:"2000" nullable:"true" doc:"Which adaptations of the work have been tried."`
}

// MessageKey identifies the message within its bundle: two events of one bundle with the same key are one message.
// It is the messageId, or the eventId of an event without.
//
// NemRefusion itself falls back on its sequence number and then on 0 (message codes 1002 and 1003). We do not: two
// reports with the same rank would become one, and one of them would be lost.
func (e Event) MessageKey() string {
	if e.MessageID != "" {
		return e.MessageID
	}
	return e.EventID
}

// StartsCase reports whether the event can open a case. A notification, or its correction when that comes first, and a
// fast track request that tells the first day of absence can; any other event waits for one of them in its bundle.
func (e Event) StartsCase() bool {
	switch e.Type {
	case SickNotification, Correction:
		return true
	case FastTrackRequest:
		return e.Absence != nil && !e.Absence.FirstDay.IsZero()
	default:
		return false
	}
}
