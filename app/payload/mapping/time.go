package mapping

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// maxTime is the longest raw JSON value that is read as a time.
const maxTime = 128

// timeFormat is how a payload's own time is written: its unit in nanoseconds, 0 for RFC 3339.
type timeFormat int64

func (f *timeFormat) parse(s string) bool {
	switch s {
	case "", "rfc3339":
		*f = 0
	case "s":
		*f = timeFormat(time.Second)
	case "ms":
		*f = timeFormat(time.Millisecond)
	case "us":
		*f = timeFormat(time.Microsecond)
	case "ns":
		*f = 1
	default:
		return false
	}
	return true
}

// read returns the instant in nanoseconds since 1970, 0 if b is none between 1970 and 2262.
func (f timeFormat) read(b []byte) int64 {
	if f != 0 {
		return max(0, f.number(b))
	}
	var t time.Time
	if t.UnmarshalText(b) != nil {
		// RFC 3339 §5.6 lets people write a space, or small letters.
		b = bytes.ToUpper(bytes.Replace(b, []byte{' '}, []byte{'T'}, 1))
		if t.UnmarshalText(b) != nil {
			return 0
		}
	}
	if t.Year() < 1970 || t.Year() > 2261 {
		return 0
	}
	return max(0, t.UnixNano())
}

// number reads digits with at most one point exactly, and anything else as a float64 would.
func (f timeFormat) number(b []byte) int64 {
	whole, fraction, _ := bytes.Cut(b, []byte{'.'})
	if !digits(whole) || len(whole) > 19 || len(fraction) > 0 && !digits(fraction) {
		v, err := strconv.ParseFloat(string(b), 64)
		if v *= float64(f); err != nil || !(v > 0 && v < math.MaxInt64) {
			return 0
		}
		return int64(v)
	}
	n, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil || n > (math.MaxInt64-int64(f))/int64(f) {
		return 0
	}
	n *= int64(f)
	for unit, i := int64(f)/10, 0; unit > 0 && i < len(fraction); unit, i = unit/10, i+1 {
		n += unit * int64(fraction[i]-'0')
	}
	return n
}

func digits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return len(b) > 0
}
