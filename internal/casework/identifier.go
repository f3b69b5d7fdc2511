package casework

import (
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"unique"
)

// Codes of an [IdentifierError]. They are stable: forms and integrators choose their own words by them.
const (
	InvalidCPR          = "invalid_cpr"
	InvalidCVR          = "invalid_cvr"
	InvalidSE           = "invalid_se"
	InvalidPNumber      = "invalid_p_number"
	InvalidMunicipality = "invalid_municipality"
)

// IdentifierError says why a text is not the identifier it should be. It never repeats the text,
// because the text may be a person's number.
type IdentifierError struct {
	Code    string // one of the Invalid… constants
	Message string // a sentence about what to write instead
}

// Error returns the sentence.
func (e *IdentifierError) Error() string { return e.Message }

const maskedCPR = "[cpr]"

// CPR is a person's civil registration number. Whatever prints, logs or encodes it gets "[cpr]"; only
// [CPR.Digits] and [CPR.Formatted] tell the number. A CPR may change during a case, so it is never a key
// of one. CPRs compare with ==; the zero CPR means "none".
type CPR struct {
	// A handle, because fmt prints unexported fields without asking their methods: here it finds an address.
	digits unique.Handle[string]
}

// ParseCPR reads DDMMYYNNNN or DDMMYY-NNNN. The date must be one that exists in some year (29 February always
// does) or an administrative one, whose day is 60 higher. All zeros, the "nobody" of other registers, are refused.
// Modulus 11 is not asked for: valid numbers without it are issued since 2007. An error is an [*IdentifierError].
func ParseCPR(text string) (CPR, error) {
	if len(text) == 11 && text[6] == '-' {
		text = text[:6] + text[7:]
	}
	if !isDigits(text, 10) {
		return CPR{}, &IdentifierError{InvalidCPR, "A CPR number has ten digits: day, month, year and four running digits."}
	}
	if !plausibleBirthday(text) {
		return CPR{}, &IdentifierError{InvalidCPR, "The first six digits of a CPR number are a day, month and year that exist."}
	}
	return CPR{unique.Make(text)}, nil
}

func plausibleBirthday(digits string) bool {
	day, _ := strconv.Atoi(digits[:2])
	month, _ := strconv.Atoi(digits[2:4])
	if day > 60 {
		day -= 60
	}
	if day < 1 {
		return false
	}
	switch month {
	case 2:
		return day <= 29
	case 4, 6, 9, 11:
		return day <= 30
	default:
		return month >= 1 && month <= 12 && day <= 31
	}
}

// IsZero reports whether there is no number.
func (c CPR) IsZero() bool { return c == CPR{} }

// Digits returns the ten digits, or "" for the zero CPR. What it returns must stay out of logs, URLs, metrics,
// errors and Temporal.
func (c CPR) Digits() string {
	if c.IsZero() {
		return ""
	}
	return c.digits.Value()
}

// Formatted returns the number as people write it, DDMMYY-NNNN, or "" for the zero CPR; the warning of
// [CPR.Digits] holds.
func (c CPR) Formatted() string {
	if c.IsZero() {
		return ""
	}
	d := c.digits.Value()
	return d[:6] + "-" + d[6:]
}

// String returns "[cpr]", or "" for the zero CPR.
func (c CPR) String() string {
	if c.IsZero() {
		return ""
	}
	return maskedCPR
}

// Format writes String whatever the verb, so that no format tells the number.
func (c CPR) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// LogValue gives slog the mask.
func (c CPR) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText returns the mask: a CPR does not leave through JSON by accident. What must carry the number
// carries Digits and says so.
func (c CPR) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what [ParseCPR] reads; the mask is refused.
func (c *CPR) UnmarshalText(text []byte) (err error) {
	*c, err = ParseCPR(string(text))
	return err
}

// CVR is the eight-digit number of a legal unit in the Danish business register.
type CVR string

var cvrWeights = [8]int{2, 7, 6, 5, 4, 3, 2, 1}

// ParseCVR reads eight digits whose sum, weighted 2,7,6,5,4,3,2,1, is divisible by 11.
// An error is an [*IdentifierError].
func ParseCVR(text string) (CVR, error) {
	if !isDigits(text, 8) || text == "00000000" {
		return "", &IdentifierError{InvalidCVR, "A CVR number has eight digits."}
	}
	sum := 0
	for i, weight := range cvrWeights {
		sum += weight * int(text[i]-'0')
	}
	if sum%11 != 0 {
		return "", &IdentifierError{InvalidCVR, "The check digit of the CVR number is wrong; look for a mistyped digit."}
	}
	return CVR(text), nil
}

// UnmarshalText reads what [ParseCVR] reads.
func (c *CVR) UnmarshalText(text []byte) (err error) {
	*c, err = ParseCVR(string(text))
	return err
}

// SE is the eight-digit number under which a legal unit accounts for tax; one unit may have several.
type SE string

// ParseSE reads eight digits; no check digit rule is published. An error is an [*IdentifierError].
func ParseSE(text string) (SE, error) {
	if !isDigits(text, 8) {
		return "", &IdentifierError{InvalidSE, "An SE number has eight digits."}
	}
	return SE(text), nil
}

// UnmarshalText reads what [ParseSE] reads.
func (s *SE) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSE(string(text))
	return err
}

// PNumber is the ten-digit number of a production unit, the place of work; it belongs to one CVR.
type PNumber string

// ParsePNumber reads ten digits; no check digit rule is published, so whether the unit exists only a look-up tells.
// An error is an [*IdentifierError].
func ParsePNumber(text string) (PNumber, error) {
	if !isDigits(text, 10) {
		return "", &IdentifierError{InvalidPNumber, "A P-number has ten digits."}
	}
	return PNumber(text), nil
}

// UnmarshalText reads what [ParsePNumber] reads.
func (p *PNumber) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePNumber(string(text))
	return err
}

func isDigits(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789") == ""
}
