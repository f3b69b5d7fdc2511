package activities

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions"
)

var sample = citizenLetter{companyLetter{
	CaseNumber: "2026-000001", CompanyName: "Nordjysk Træ & Tag A/S", ConsultantName: "Karen Konsulent", ConsultantPhone: "87 00 00 00",
	UnitName: "Jobcenter Favrskov", FirstAbsenceDay: "2. marts 2026", MeetingOn: "9. marts 2026", MeetingTime: "10:00", MeetingPlace: "På virksomheden",
	NextFollowUpOn: "6. april 2026",
}, "Bente <Borger>"}

func receiverOf(template string) string {
	if strings.HasSuffix(template, "-company") {
		return toCompany
	}
	return toCitizen
}

// B01, §68 a: every letter can be written from what its receiver may see.
func TestEveryLetterIsWrittenFromItsAllowList(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, definitions.Letters())
	for name := range definitions.Letters() {
		subject, body, err := writeLetter(name, receiverOf(name), sample)
		require.NoError(t, err, name)
		require.NotEmpty(t, subject, name)
		require.NotContains(t, subject, sample.CitizenName, "%s: a subject is read by more than the receiver", name)
		require.Contains(t, body, "</p>", name)
		require.NotContains(t, body, "<no value>", name)
		require.NotContains(t, body, "<Borger>", "%s: names are escaped", name)
		if receiverOf(name) == toCompany {
			require.NotContains(t, body, "Bente", name)
		}
	}
}

// A notification tells numbers, not names: a letter still greets somebody.
func TestALetterNeedsNoName(t *testing.T) {
	t.Parallel()
	nameless := sample
	nameless.CitizenName, nameless.CompanyName = "", ""
	for name := range definitions.Letters() {
		_, body, err := writeLetter(name, receiverOf(name), nameless)
		require.NoError(t, err, name)
		greeting := "<p>Kære borger</p>"
		if receiverOf(name) == toCompany {
			greeting = "<p>Til virksomheden</p>"
		}
		require.Contains(t, body, greeting, name)
		require.NotContains(t, body, "og  for", name)
	}
}

func TestACitizensLetterIsNotWrittenForACompany(t *testing.T) {
	t.Parallel()
	_, _, err := writeLetter("info-citizen", toCompany, sample)
	require.Error(t, err)
}

func TestDanishDate(t *testing.T) {
	t.Parallel()
	for iso, want := range map[string]string{"2026-03-02": "2. marts 2026", "2026-12-24": "24. december 2026", "": "", "soon": ""} {
		require.Equal(t, want, danishDate(iso))
	}
}
