package casework_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/internal/casework"
)

// The numbers are invented, or the ones of the public MeMo samples; those two fail modulus 11.
func TestParseCPR(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, digits string }{
		{"ten digits", "2512169996", "2512169996"},
		{"as people write it", "251216-9996", "2512169996"},
		{"without modulus 11", "2211771212", "2211771212"},
		{"29 February in any year", "2902010000", "2902010000"},
		{"administrative number", "6112169996", "6112169996"},
		{"last administrative day", "9112169996", "9112169996"},
		{"nobody", "0000000000", ""},
		{"day 0", "0001800000", ""},
		{"day 32", "3201800000", ""},
		{"day 60", "6001800000", ""},
		{"day 92", "9201800000", ""},
		{"30 February", "3002800000", ""},
		{"31 April", "3104800000", ""},
		{"month 0", "0100800000", ""},
		{"month 13", "0113800000", ""},
		{"nine digits", "251216999", ""},
		{"letters", "25121699ab", ""},
		{"hyphen elsewhere", "2512-169996", ""},
		{"other digits", "٢٥١٢١٦٩٩٩٦", ""},
		{"space", " 2512169996", ""},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cpr, err := casework.ParseCPR(c.text)
			require.Equal(t, c.digits, cpr.Digits())
			require.Equal(t, c.digits == "", cpr.IsZero())
			requireCode(t, err, c.digits == "", casework.InvalidCPR)
		})
	}
}

// A CPR shows its digits only to who asks for them by name.
func TestCPRNeverLeaks(t *testing.T) {
	t.Parallel()
	cpr, err := casework.ParseCPR("2512169996")
	require.NoError(t, err)
	require.Equal(t, "251216-9996", cpr.Formatted())

	holder := struct {
		Open   casework.CPR
		hidden casework.CPR
		list   []casework.CPR
	}{cpr, cpr, []casework.CPR{cpr}}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("case", "cpr", cpr, "holder", holder)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("case", "cpr", cpr, "holder", holder)
	encoded, err := json.Marshal(map[string]any{"value": holder, "pointer": &cpr})
	require.NoError(t, err)
	said := logged.String() + string(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%T %v"} {
		said += fmt.Sprintf(verb, cpr) + fmt.Sprintf(verb, &cpr) + fmt.Sprintf(verb, holder)
	}
	for _, secret := range []string{"2512169996", "251216", "9996", fmt.Sprintf("%x", "2512169996"), fmt.Sprintf("%X", "2512169996")} {
		require.NotContains(t, said, secret)
	}
	require.Contains(t, said, "[cpr]")
	require.Error(t, new(casework.CPR).UnmarshalText([]byte("[cpr]")))
}

func TestCPRsOfOnePersonAreEqual(t *testing.T) {
	t.Parallel()
	a, _ := casework.ParseCPR("2512169996")
	b, _ := casework.ParseCPR("251216-9996")
	other, _ := casework.ParseCPR("2211771212")
	require.True(t, a == b)
	require.False(t, a == other)
	require.Empty(t, casework.CPR{}.String()+casework.CPR{}.Formatted())
}

func TestParseCVR(t *testing.T) {
	t.Parallel()
	for text, valid := range map[string]bool{
		"24256790": true, "27355021": true, "13585628": true, "29189846": true,
		"12345678": false, "24256791": false, "00000000": false, "2425679": false, "DK24256790": false, "": false,
	} {
		cvr, err := casework.ParseCVR(text)
		require.Equal(t, valid, cvr == casework.CVR(text) && err == nil, text)
		requireCode(t, err, !valid, casework.InvalidCVR)
	}
}

// The check digit catches every mistyped digit: all weights are prime to 11.
func TestCVRCatchesOneWrongDigit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		good := rapid.SampledFrom([]string{"24256790", "27355021", "13585628", "29189846"}).Draw(t, "cvr")
		at := rapid.IntRange(0, 7).Draw(t, "at")
		digit := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		wrong := good[:at] + string(digit) + good[at+1:]
		if _, err := casework.ParseCVR(wrong); (err == nil) != (wrong == good) {
			t.Fatalf("%s: %v", wrong, err)
		}
	})
}

func TestParseSEAndPNumber(t *testing.T) {
	t.Parallel()
	_, err := casework.ParseSE("12345678")
	require.NoError(t, err)
	_, err = casework.ParseSE("1234567")
	requireCode(t, err, true, casework.InvalidSE)
	_, err = casework.ParsePNumber("1003374621")
	require.NoError(t, err)
	_, err = casework.ParsePNumber("12345678")
	requireCode(t, err, true, casework.InvalidPNumber)
}

func TestParseMunicipality(t *testing.T) {
	t.Parallel()
	for text, name := range map[string]string{
		"0657": "Herning", "657": "Herning", "0710": "Favrskov", "0791": "Viborg", "101": "København", "0411": "Christiansø",
		"0999": "", "57": "", "00657": "", "": "", "abcd": "",
	} {
		code, err := casework.ParseMunicipality(text)
		require.Equal(t, name, code.Name(), text)
		requireCode(t, err, name == "", casework.InvalidMunicipality)
	}
	require.Len(t, casework.Municipalities(), 99)
	require.IsIncreasing(t, casework.Municipalities())
}

func TestIdentifiersReadFromJSON(t *testing.T) {
	t.Parallel()
	type identifiers struct {
		CVR          casework.CVR          `json:"cvr"`
		SE           casework.SE           `json:"se"`
		PNumber      casework.PNumber      `json:"pNumber"`
		Municipality casework.Municipality `json:"municipality"`
	}
	var got identifiers
	require.NoError(t, json.Unmarshal([]byte(`{"cvr":"24256790","se":"12345678","pNumber":"1003374621","municipality":"657"}`), &got))
	require.Equal(t, identifiers{"24256790", "12345678", "1003374621", "0657"}, got)
	for _, wrong := range []string{`{"cvr":"12345678"}`, `{"se":"x"}`, `{"pNumber":"1"}`, `{"municipality":"1"}`} {
		require.Error(t, json.Unmarshal([]byte(wrong), &got), wrong)
	}
}

func FuzzParseCPR(f *testing.F) {
	for _, seed := range []string{"2512169996", "251216-9996", "0000000000", "", "6112169996"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cpr, err := casework.ParseCPR(text)
		if err != nil {
			return
		}
		if again, err := casework.ParseCPR(cpr.Formatted()); err != nil || again != cpr {
			t.Fatalf("%q does not survive its own form", text)
		}
	})
}

func requireCode(t *testing.T, err error, wanted bool, code string) {
	t.Helper()
	if !wanted {
		require.NoError(t, err)
		return
	}
	var refused *casework.IdentifierError
	require.True(t, errors.As(err, &refused), "%v", err)
	require.Equal(t, code, refused.Code)
	require.NotEmpty(t, refused.Message)
}
