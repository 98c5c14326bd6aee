package payload

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// TimeFormat is how a payload writes its own time: the unit of a number in nanoseconds, or 0 for
// RFC 3339. As text it is "rfc3339", "s", "ms", "us" or "ns".
type TimeFormat int64

// The formats, in the order of a choice.
const (
	TimeRFC3339 TimeFormat = 0
	TimeSeconds            = TimeFormat(time.Second)
	TimeMillis             = TimeFormat(time.Millisecond)
	TimeMicros             = TimeFormat(time.Microsecond)
	TimeNanos              = TimeFormat(1)
)

// ParseTimeFormat reads the text of a format; "" is RFC 3339.
func ParseTimeFormat(s string) (TimeFormat, error) {
	switch s {
	case "", "rfc3339":
		return TimeRFC3339, nil
	case "s":
		return TimeSeconds, nil
	case "ms":
		return TimeMillis, nil
	case "us":
		return TimeMicros, nil
	case "ns":
		return TimeNanos, nil
	}
	return 0, fmt.Errorf("there is no time format %q: use rfc3339, s, ms, us or ns", s)
}

func (f TimeFormat) String() string {
	switch f {
	case TimeSeconds:
		return "s"
	case TimeMillis:
		return "ms"
	case TimeMicros:
		return "us"
	case TimeNanos:
		return "ns"
	default:
		return "rfc3339"
	}
}

// MarshalText is for documents.
func (f TimeFormat) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText is for documents.
func (f *TimeFormat) UnmarshalText(b []byte) (err error) {
	*f, err = ParseTimeFormat(string(b))
	return err
}

// Told says what became of the search for a payload's own time.
type Told uint8

const (
	// ToldNone: there is nothing where the time should be, or it is no time.
	ToldNone Told = iota
	// ToldOutside: it is a time that doesn't fit into nanoseconds since 1970 as an int64, that is
	// one before September 1677 or after April 2262.
	ToldOutside
	// ToldTime: it is a time.
	ToldTime
)

// maxTimeText is the longest text that is read as a time, lastSecond how many whole seconds
// before and after 1970 surely fit into an int64 of nanoseconds.
const (
	maxTimeText = 128
	lastSecond  = math.MaxInt64/int64(time.Second) - 1
)

// Read returns the instant that b writes, in nanoseconds since 1970.
func (f TimeFormat) Read(b []byte) (at int64, told Told) {
	if len(b) > maxTimeText {
		return 0, ToldNone
	}
	if f != TimeRFC3339 {
		return f.number(b)
	}
	var t time.Time
	if t.UnmarshalText(b) != nil {
		// RFC 3339 §5.6 lets people write a space, or small letters.
		b = bytes.ToUpper(bytes.Replace(b, []byte{' '}, []byte{'T'}, 1))
		if t.UnmarshalText(b) != nil {
			return 0, ToldNone
		}
	}
	if s := t.Unix(); s < -lastSecond || s > lastSecond {
		return 0, ToldOutside
	}
	return t.UnixNano(), ToldTime
}

// number reads digits with at most one point exactly, and anything else as a float64 would.
func (f TimeFormat) number(b []byte) (at int64, told Told) {
	unsigned, negative := bytes.CutPrefix(b, []byte{'-'})
	whole, fraction, _ := bytes.Cut(unsigned, []byte{'.'})
	if len(whole) == 0 || digits(whole) != len(whole) || digits(fraction) != len(fraction) {
		v, err := strconv.ParseFloat(string(b), 64)
		tooGreat := errors.Is(err, strconv.ErrRange)
		if v != v || !tooGreat && (err != nil || math.IsInf(v, 0)) {
			return 0, ToldNone
		}
		if v *= float64(f); math.Abs(v) > float64(lastSecond)*float64(time.Second) {
			return 0, ToldOutside
		}
		return int64(v), ToldTime
	}
	n, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil || n > lastSecond*(int64(time.Second)/int64(f)) {
		return 0, ToldOutside
	}
	n *= int64(f)
	for unit, i := int64(f)/10, 0; unit > 0 && i < len(fraction); unit, i = unit/10, i+1 {
		n += unit * int64(fraction[i]-'0')
	}
	if negative {
		n = -n
	}
	return n, ToldTime
}

// Clock says where a payload tells its own time: under which key path of a JSON document, and
// in which format. The zero Clock finds none.
type Clock struct {
	Path   []string   `json:"path,omitempty"`
	Format TimeFormat `json:"format"`
}

// Time returns the time that b tells, in nanoseconds since 1970.
func (c Clock) Time(b []byte) (at int64, told Told) {
	if len(c.Path) == 0 {
		return 0, ToldNone
	}
	l, ok := find(b, c.Path, false)
	if !ok || l.kind != tokenString && l.kind != tokenNumber {
		return 0, ToldNone
	}
	raw := l.raw
	if l.escaped && len(raw) <= 6*maxTimeText {
		raw = []byte(unescape(raw, true))
	}
	return c.Format.Read(raw)
}

// maxClockFields bounds how many values [Clocks] looks at.
const maxClockFields = 500

// Clocks lists what in the JSON document b may be its time, for a user to choose from: texts
// that are dates, and numbers under keys such as "ts" that are dates of our days in one of the
// units.
func Clocks(b []byte) []Clock {
	var list []Clock
	for _, f := range Fields(b, maxClockFields) {
		if len(f.Path) == 0 {
			continue
		}
		if format, ok := clockFormat(f.Path[len(f.Path)-1], f.Text); ok {
			list = append(list, Clock{Path: f.Path, Format: format})
		}
	}
	return list
}

func clockFormat(key, text string) (TimeFormat, bool) {
	if _, told := TimeRFC3339.Read([]byte(text)); told == ToldTime {
		return TimeRFC3339, true
	}
	if !clockKey(key) {
		return 0, false
	}
	const from, to = 946684800, 4102444800 // the years 2000 to 2099
	for _, f := range []TimeFormat{TimeSeconds, TimeMillis, TimeMicros, TimeNanos} {
		at, told := f.Read([]byte(text))
		if told == ToldTime && at >= from*int64(time.Second) && at < to*int64(time.Second) {
			return f, true
		}
	}
	return 0, false
}

// clockKey tells whether a key is called as times are.
func clockKey(key string) bool {
	key = strings.ToLower(key)
	switch key {
	case "t", "ts", "at", "when":
		return true
	}
	for _, part := range []string{"time", "stamp", "date", "epoch", "utc"} {
		if strings.Contains(key, part) {
			return true
		}
	}
	return strings.HasSuffix(key, "_ts") || strings.HasSuffix(key, "_at")
}
