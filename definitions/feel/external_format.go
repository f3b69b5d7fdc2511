package feel

import (
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

const maxFormatWidth = 1000 // characters, and digits behind the point

// javaFormat is String.format with %s %S %d %f %x %c %b %n %%, flags, width and precision.
func javaFormat(c call, a []Value) Value {
	f := formatter{format: string(a[0].(String)), args: a[1].(List), c: c}
	var b strings.Builder
	for {
		text, rest, more := strings.Cut(f.format, "%")
		b.WriteString(text)
		if !more {
			break
		}
		f.format = rest
		piece, ok := f.piece()
		if !ok {
			return c.null("argument", "the format and the arguments do not suit each other; known are %%s %%d %%f %%x %%c %%b %%n %%%%")
		}
		b.WriteString(piece)
		if b.Len() > c.r.limits.Length || !c.r.spend(1) {
			break
		}
	}
	return c.r.text(b.String())
}

// formatter reads a format; its text begins behind the last % read.
type formatter struct {
	format string
	args   List
	next   int
	c      call
}

// directive is what stands between % and the letter.
type directive struct {
	flags            string
	width, precision int // precision -1 for none
	letter           byte
	value            Value
}

func (f *formatter) piece() (string, bool) {
	d, ok := f.directive()
	if !ok {
		return "", false
	}
	switch d.letter {
	case 'n':
		return "\n", true
	case '%':
		return d.padded("%"), true
	}
	text, ok := d.text(f.c.r)
	if d.letter >= 'A' && d.letter <= 'Z' {
		text = strings.ToUpper(text)
	}
	return d.padded(text), ok
}

// directive reads [argument$][flags][width][.precision]letter.
func (f *formatter) directive() (d directive, ok bool) {
	d.precision = -1
	number := f.digits()
	at := f.next
	if number > 0 && strings.HasPrefix(f.format, "$") {
		f.format = f.format[1:]
		at, number = number-1, 0
		f.next-- // such a one does not count
	}
	if number == 0 {
		flags := len(f.format) - len(strings.TrimLeft(f.format, "-+ 0,("))
		d.flags, f.format = f.format[:flags], f.format[flags:]
		number = f.digits()
	}
	if d.width = number; strings.HasPrefix(f.format, ".") {
		f.format = f.format[1:]
		d.precision = f.digits()
	}
	if f.format == "" || d.width > maxFormatWidth || d.precision > maxFormatWidth {
		return d, false
	}
	d.letter, f.format = f.format[0], f.format[1:]
	if d.letter == 'n' || d.letter == '%' {
		return d, true
	}
	f.next++
	if at < 0 || at >= len(f.args) {
		return d, false
	}
	d.value = f.args[at]
	return d, true
}

// digits reads a number without leading zero, 0 when there is none.
func (f *formatter) digits() (n int) {
	for f.format != "" && isDigit(f.format[0]) && (n > 0 || f.format[0] != '0') {
		n = min(n*10+int(f.format[0]-'0'), maxFormatWidth+1)
		f.format = f.format[1:]
	}
	return n
}

// text writes the value without padding.
func (d *directive) text(r *run) (string, bool) {
	null := d.value.Kind() == KindNull
	switch d.letter | 0x20 {
	case 'b':
		b, is := d.value.(Bool)
		return Bool(is && bool(b) || !is && !null).String(), true
	case 's':
		text, _ := r.textOf(d.value).(String)
		if null {
			text = "null"
		}
		if runes := []rune(string(text)); d.precision >= 0 && d.precision < len(runes) {
			text = String(runes[:d.precision])
		}
		return string(text), true
	case 'c':
		s, ok := d.value.(String)
		return string(s), ok && len([]rune(string(s))) == 1
	}
	n, ok := d.value.(Number)
	if null {
		return "null", strings.IndexByte("dfx", d.letter) >= 0
	}
	if !ok {
		return "", false
	}
	return d.number(n)
}

func (d *directive) number(n Number) (string, bool) {
	switch d.letter {
	case 'd':
		if !n.isInteger() {
			return "", false
		}
		return d.signed(n, 0)
	case 'f':
		scale := 6
		if d.precision >= 0 {
			scale = d.precision
		}
		return d.signed(n, int32(scale))
	case 'x':
		i, ok := n.Int64()
		if !ok || i < 0 {
			return "", false
		}
		return strconv.FormatInt(i, 16), true
	}
	return "", false
}

// signed writes the number with so many digits behind the point, rounded half up.
func (d *directive) signed(n Number, scale int32) (string, bool) {
	var x, rounded apd.Decimal
	ctx := decimals
	ctx.Rounding, ctx.Precision = apd.RoundHalfUp, 8000
	if _, err := ctx.Quantize(&rounded, n.decimal(&x), -scale); err != nil {
		return "", false
	}
	negative := rounded.Negative
	rounded.Negative = false
	digits := rounded.Text('f')
	if strings.Contains(d.flags, ",") {
		digits = grouped(digits)
	}
	sign := ""
	switch {
	case negative:
		sign = "-"
	case strings.Contains(d.flags, "+"):
		sign = "+"
	case strings.Contains(d.flags, " "):
		sign = " "
	}
	if zeros := d.width - len(sign) - len(digits); zeros > 0 && strings.Contains(d.flags, "0") {
		digits = strings.Repeat("0", zeros) + digits
	}
	if negative && strings.Contains(d.flags, "(") {
		return "(" + digits + ")", true
	}
	return sign + digits, true
}

// grouped puts commas between groups of three digits.
func grouped(digits string) string {
	whole, fraction, has := strings.Cut(digits, ".")
	var b strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if has {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// padded fills up to the width with spaces, at the left unless the flag - is there.
func (d *directive) padded(text string) string {
	fill := strings.Repeat(" ", max(0, d.width-len([]rune(text))))
	if strings.Contains(d.flags, "-") {
		return text + fill
	}
	return fill + text
}
