package ui

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"
	"github.com/dustin/go-humanize"

	"streamscope/app/payload"
)

// ThinSpace groups the digits of counts, as ISO 80000-1 §7.3.1 has it.
const ThinSpace = "\u2009"

// Count writes an integer with its thousands apart.
func Count[T int | uint64](n T) string {
	return strings.ReplaceAll(humanize.Comma(int64(n)), ",", ThinSpace)
}

// Rate writes messages per second, to the precision that still means something.
func Rate(perSecond float64) string {
	switch {
	case perSecond <= 0:
		return "0/s"
	case perSecond >= 10:
		return Count(int(perSecond+0.5)) + "/s"
	case perSecond >= 0.95:
		return strconv.FormatFloat(perSecond, 'f', 1, 64) + "/s"
	case perSecond >= 1.0/60:
		return strconv.FormatFloat(perSecond*60, 'f', 0, 64) + "/min"
	default:
		return strconv.FormatFloat(perSecond*3600, 'f', 0, 64) + "/h"
	}
}

// Age writes how long ago something was: by the second under a minute, then by the minute.
func Age(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	default:
		return strconv.Itoa(int(d/(24*time.Hour))) + " d"
	}
}

// Span writes how long something takes, to the millisecond: "40 ms", "1.033 s", "1 min 30 s", "24 h".
func Span(d time.Duration) string {
	d = d.Round(time.Millisecond)
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
	}
	var parts []string
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{time.Hour, " h"}, {time.Minute, " min"}, {time.Second, " s"}} {
		if n := d / unit.of; n > 0 {
			parts = append(parts, strconv.Itoa(int(n))+unit.name)
		}
		d %= unit.of
	}
	return strings.Join(parts, " ")
}

// Size writes a number of bytes.
func Size(n int64) string { return payload.ByteCount(n) }

// ClockTime writes an instant of the data path (Unix ns) in local time, to the millisecond.
func ClockTime(t int64) string { return time.Unix(0, t).Format("15:04:05.000") }

// FullTime writes an instant with its date.
func FullTime(t int64) string { return time.Unix(0, t).Format("2006-01-02 15:04:05.000") }

// Tr is the way of every word into the window: a dotted key, and the English that stands for
// it until a translation does.
func Tr(key, english string, data ...any) string { return lang.X(key, english, data...) }

// TrN is the way of words that depend on a number: one is the English for exactly 1, many for any
// other number. A translation gives each form that its language has, as Fyne's lang package tells.
// The words get the number as N, written by [Count], unless data has an N.
func TrN[T int | uint64](n T, key, one, many string, data map[string]any) string {
	with := map[string]any{"N": Count(n)}
	maps.Copy(with, data)
	english := many
	if n == 1 {
		english = one
	}
	return lang.XN(key, english, int(n), with)
}
