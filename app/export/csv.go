package export

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

// Instant is nanoseconds since 1970; a table shows it in ISO 8601, in UTC, to the nanosecond.
type Instant int64

const instantLayout = "2006-01-02T15:04:05.000000000Z"

// CSV writes a table as RFC 4180 has it: UTF-8, commas, lines that end in CRLF, quotes where they
// are needed. One goroutine at a time may use it.
//
// encoding/csv is not used for it: with CRLF it changes the line ends within cells, too.
type CSV struct {
	out     *bufio.Writer
	columns int
	line    []byte
}

const bufferBytes = 64 << 10

// NewCSV begins a table with the names of its columns; there is no such line if there are none,
// and rows may then have any length. What goes wrong with writing it is said by the first Write
// or by Flush.
func NewCSV(w io.Writer, columns ...string) *CSV {
	c := &CSV{out: bufio.NewWriterSize(w, bufferBytes), columns: len(columns)}
	if len(columns) == 0 {
		return c
	}
	for i, name := range columns {
		c.separate(i)
		c.line = appendText(c.line, name)
	}
	_ = c.end(len(columns)) // bufio keeps the error
	return c
}

// Write adds a row. A cell is a string, []byte, bool, integer, float, [Instant] or nil, which
// leaves it empty; a type made of one of these will do. Any other is an error, and so is a row
// of another length than the columns have; such a row is not written.
//
// A text that begins with = + - @, tab or a line end gets ' before it, unless it is a number,
// so that no spreadsheet takes it for a formula. Bytes that are no UTF-8 are written as 0x and
// hexadecimal digits; in a string they become U+FFFD.
func (c *CSV) Write(cells ...any) error {
	if c.columns > 0 && len(cells) != c.columns {
		return fmt.Errorf("a row of %d cells does not fit %d columns", len(cells), c.columns)
	}
	c.line = c.line[:0]
	for i, cell := range cells {
		c.separate(i)
		var err error
		if c.line, err = appendCell(c.line, cell); err != nil {
			return err
		}
	}
	return c.end(len(cells))
}

// Flush writes what is buffered.
func (c *CSV) Flush() error { return c.out.Flush() }

func (c *CSV) separate(i int) {
	if i > 0 {
		c.line = append(c.line, ',')
	}
}

func (c *CSV) end(cells int) error {
	if cells == 1 && len(c.line) == 0 {
		c.line = append(c.line, `""`...) // readers skip a line with nothing in it
	}
	_, err := c.out.Write(append(c.line, '\r', '\n'))
	return err
}

func appendCell(b []byte, cell any) ([]byte, error) {
	switch v := cell.(type) {
	case nil:
		return b, nil
	case string:
		return appendText(b, v), nil
	case []byte:
		return appendBytes(b, v), nil
	case Instant:
		return time.Unix(0, int64(v)).UTC().AppendFormat(b, instantLayout), nil
	}
	switch v := reflect.ValueOf(cell); v.Kind() {
	case reflect.String:
		return appendText(b, v.String()), nil
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(b, v.Uint(), 10), nil
	case reflect.Float32:
		return appendFloat(b, v.Float(), 32), nil
	case reflect.Float64:
		return appendFloat(b, v.Float(), 64), nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return appendBytes(b, v.Bytes()), nil
		}
	}
	return b, fmt.Errorf("a table has no cells of type %T", cell)
}

func appendFloat(b []byte, v float64, bits int) []byte {
	switch {
	case math.IsInf(v, 1):
		return append(b, "Inf"...)
	case math.IsInf(v, -1):
		return appendText(b, "-Inf")
	}
	return strconv.AppendFloat(b, v, 'g', -1, bits)
}

func appendBytes(b, v []byte) []byte {
	if utf8.Valid(v) {
		return appendText(b, v)
	}
	return hex.AppendEncode(append(b, "0x"...), v)
}

// appendText adds a text, made harmless, in quotes if it needs them.
func appendText[T string | []byte](b []byte, text T) []byte {
	guarded := IsFormula(text)
	if !guarded && !quotable(text) {
		return append(b, text...)
	}
	b = append(b, '"')
	if guarded {
		b = append(b, '\'')
	}
	s := string(text)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == '"' {
			b = append(b, '"')
		}
		b = utf8.AppendRune(b, r)
		i += size
	}
	return append(b, '"')
}

// quotable reports whether a text cannot stand in a cell as it is.
func quotable[T string | []byte](text T) bool {
	for i := range len(text) {
		if c := text[i]; c == '"' || c == ',' || c < ' ' || c >= utf8.RuneSelf {
			return true
		}
	}
	return len(text) > 0 && (text[0] == ' ' || text[len(text)-1] == ' ')
}

// IsFormula reports whether a spreadsheet might run a text: it begins as a formula does and is no
// number.
func IsFormula[T string | []byte](text T) bool {
	if len(text) == 0 {
		return false
	}
	switch text[0] {
	case '=', '@', '\t', '\r', '\n':
		return true
	case '+', '-':
		return !isNumber(text[1:])
	}
	return false
}

// isNumber reports whether a text is a decimal number without a sign.
func isNumber[T string | []byte](text T) bool {
	whole, rest := digits(text)
	part := 0
	if len(rest) > 0 && rest[0] == '.' {
		part, rest = digits(rest[1:])
	}
	if whole+part == 0 || len(rest) == 0 {
		return whole+part > 0
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	rest = rest[1:]
	if len(rest) > 0 && (rest[0] == '+' || rest[0] == '-') {
		rest = rest[1:]
	}
	n, rest := digits(rest)
	return n > 0 && len(rest) == 0
}

// digits tells how many digits a text begins with, and what follows them.
func digits[T string | []byte](text T) (n int, rest T) {
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n, text[n:]
}
