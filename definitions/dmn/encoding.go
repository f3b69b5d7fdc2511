package dmn

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// fromUTF16 gives a file in UTF-16, which begins with a byte order mark, as UTF-8, and any other as it is. XML wants both to be read.
func fromUTF16(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	default:
		return data
	}
	units := make([]uint16, 0, len(data)/2)
	for rest := data[2:]; len(rest) > 1; rest = rest[2:] {
		units = append(units, order.Uint16(rest))
	}
	return []byte(string(utf16.Decode(units)))
}

// charsetReader reads the encodings other than UTF-8 that files of older tools declare.
func charsetReader(charset string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(charset) {
	case "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii":
		return input, nil // read as UTF-8 by now, or the same in it
	case "iso-8859-1", "latin1", "windows-1252":
		data, err := io.ReadAll(input)
		if err != nil {
			return nil, err
		}
		return bytes.NewReader(fromLatin1(data)), nil
	}
	return nil, fmt.Errorf("the encoding %q is not read; save the file in UTF-8", charset)
}

func fromLatin1(data []byte) []byte {
	text := make([]byte, 0, len(data)+len(data)/8)
	for _, b := range data {
		if b >= 0x80 && b < 0xA0 {
			text = utf8.AppendRune(text, windows1252[b-0x80])
			continue
		}
		text = utf8.AppendRune(text, rune(b))
	}
	return text
}

// windows1252 are the characters from 0x80 to 0x9F of Windows; where files in ISO 8859-1 have them, they mean these.
var windows1252 = []rune("\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
	"\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178")
