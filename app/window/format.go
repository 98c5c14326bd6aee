package window

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"
	"github.com/dustin/go-humanize"

	"streamscope/app/payload"
)

// thinSpace groups the digits of counts, as ISO 80000-1 §7.3.1 has it.
const thinSpace = "\u2009"

// count writes an integer with its thousands apart.
func count[T int | uint64](n T) string {
	return strings.ReplaceAll(humanize.Comma(int64(n)), ",", thinSpace)
}

// rate writes messages per second, to the precision that still means something.
func rate(perSecond float64) string {
	switch {
	case perSecond <= 0:
		return "0/s"
	case perSecond >= 10:
		return count(int(perSecond+0.5)) + "/s"
	case perSecond >= 0.95:
		return strconv.FormatFloat(perSecond, 'f', 1, 64) + "/s"
	case perSecond >= 1.0/60:
		return strconv.FormatFloat(perSecond*60, 'f', 0, 64) + "/min"
	default:
		return strconv.FormatFloat(perSecond*3600, 'f', 0, 64) + "/h"
	}
}

// age writes how long ago something was: by the second under a minute, then by the minute.
func age(d time.Duration) string {
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

// size writes a number of bytes.
func size(n int64) string { return payload.ByteCount(n) }

// clockTime writes an instant of the data path (Unix ns) in local time, to the millisecond.
func clockTime(t int64) string { return time.Unix(0, t).Format("15:04:05.000") }

// fullTime writes an instant with its date.
func fullTime(t int64) string { return time.Unix(0, t).Format("2006-01-02 15:04:05.000") }

// tr is the way of every word into the window: a dotted key, and the English that stands for
// it until a translation does.
func tr(key, english string, data ...any) string { return lang.X(key, english, data...) }
