package nemrefusion

import (
	"regexp"
	"strings"

	"fasthold/internal/casework"
)

// Bounds of what an event's fields hold.
const (
	maxMessageID    = 64
	maxToken        = 200
	maxSequence     = 1_000_000_000
	maxName         = 200
	maxPhone        = 30
	maxEmail        = 254
	maxProse        = 2000
	maxHoursPerWeek = 60
)

// Parse reads one event. It is strict: an unknown field, a field twice, a wrong type or a missing part refuses the
// event, and all that is wrong is told at once in an [*Error]. A field for a diagnosis or for health is refused with
// the code [HealthDataRefused] wherever it stands. UUIDs come back in lower case, times in UTC.
func Parse(data []byte) (Event, error) {
	var r report
	root := readObject(data, &r)
	if root == nil {
		return Event{}, r.err()
	}
	s := &section{report: &r, object: root}
	e := readEvent(s)
	s.finish()
	s.requireParts(e.Type)
	s.checkDays(e)
	if err := r.err(); err != nil {
		return Event{}, err
	}
	return e, nil
}

func readEvent(s *section) Event {
	return Event{
		EventID:       s.uuid("eventId"),
		Source:        word(s, "source", FromNemRefusion, FromKSD, FromPerson),
		Type:          word(s, "type", Types()...),
		BundleUUID:    s.uuid("bundleUuid"),
		MessageID:     s.text("messageId", maxMessageID),
		Sequence:      s.integer("sequence", maxSequence),
		OccurredAt:    s.moment("occurredAt"),
		EffectiveFrom: s.date("effectiveFrom"),
		Token:         s.text("token", maxToken),
		Municipality:  identifier(s, "municipality", casework.ParseMunicipality),
		Citizen:       within(s, "citizen", readCitizen),
		Employer:      within(s, "employer", readEmployer),
		Absence:       within(s, "absence", readAbsence),
		FastTrack:     within(s, "fastTrack", readFastTrack),
	}
}

func readCitizen(s *section) Citizen {
	return Citizen{CPR: identifier(s, "cpr", casework.ParseCPR)}
}

func readEmployer(s *section) Employer {
	e := Employer{
		CVR:     identifier(s, "cvr", casework.ParseCVR),
		PNumber: identifier(s, "pNumber", casework.ParsePNumber),
		SE:      identifier(s, "se", casework.ParseSE),
	}
	if contact := within(s, "contact", readContact); contact != nil {
		e.Contact = *contact
	}
	return e
}

var phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 ]*$`)

func readContact(s *section) Contact {
	c := Contact{Name: s.text("name", maxName), Phone: s.text("phone", maxPhone), Email: s.text("email", maxEmail)}
	if c.Phone != "" && !phoneForm.MatchString(c.Phone) {
		s.add(s.at("phone"), InvalidValue, "Write the telephone number with digits and spaces, with + before a country code.")
	}
	if c.Email != "" && !isEmail(c.Email) {
		s.add(s.at("email"), InvalidValue, "Write one e-mail address such as navn@firma.dk.")
	}
	return c
}

// isEmail reports whether the text has the form of one address; whether it exists only sending tells.
func isEmail(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	return found && local != "" && strings.Trim(domain, ".") == domain && strings.Contains(domain, ".") &&
		!strings.ContainsAny(text, " ,;<>\"") && !strings.Contains(domain, "@")
}

func readAbsence(s *section) Absence {
	section56, workInjury := s.answer("section56"), s.answer("workInjury")
	return Absence{
		FirstDay:            s.date("firstDay"),
		LastDay:             s.date("lastDay"),
		EmployerPeriodEnd:   s.date("employerPeriodEnd"),
		PaidDuringSickness:  s.answer("paidDuringSickness"),
		ExpectedOver8Weeks:  s.answer("expectedOver8Weeks"),
		Section56:           section56 != nil && *section56,
		WorkInjury:          workInjury != nil && *workInjury,
		PartialHoursPerWeek: s.hours("partialHoursPerWeek"),
	}
}

func readFastTrack(s *section) FastTrack {
	return FastTrack{
		RequestedBy:       word(s, "requestedBy", ByEmployer, ByCitizen),
		AffectedFunctions: s.prose("affectedFunctions", maxProse),
		ExpectedDuration:  s.prose("expectedDuration", maxProse),
		AdaptationsTried:  s.prose("adaptationsTried", maxProse),
	}
}
