package vitals

import (
	"encoding/json"
	"math/bits"
	"time"
)

const (
	// exact is the number of microseconds that have a bucket each; above, every doubling is
	// parted in exact/2 buckets, so that a value is known to 1.6 %.
	exact     = 128
	exactBits = 7
	// octaves reach to 2^36 µs, some 19 hours.
	octaves = 36 - exactBits
	buckets = exact + octaves*exact/2
)

// histogram counts durations in buckets of constant relative width. Not safe for concurrent
// use.
type histogram struct {
	counts [buckets]uint32
	total  uint64
	max    time.Duration
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucketOf(d)]++
	h.total++
	h.max = max(h.max, d)
}

func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
	h.max = max(h.max, other.max)
}

// quantile is the smallest duration that a share q of all does not exceed, rounded up to
// the end of its bucket; 0 while there is none.
func (h *histogram) quantile(q float64) time.Duration {
	if h.total == 0 {
		return 0
	}
	rank := max(1, uint64(q*float64(h.total)+0.999999))
	var seen uint64
	for i, n := range h.counts {
		seen += uint64(n)
		if seen >= rank {
			return min(endOf(i), h.max)
		}
	}
	return h.max
}

func (h *histogram) spread() Spread {
	return Spread{P50: h.quantile(0.50), P99: h.quantile(0.99), Max: h.max}
}

func bucketOf(d time.Duration) int {
	us := uint64(max(0, d.Microseconds()))
	if us < exact {
		return int(us)
	}
	shift := bits.Len64(us) - exactBits
	return min(buckets-1, exact+(shift-1)*exact/2+int(us>>shift)-exact/2)
}

// endOf is the longest duration, to the microsecond, that bucket i counts.
func endOf(i int) time.Duration {
	if i < exact {
		return time.Duration(i) * time.Microsecond
	}
	shift := (i-exact)/(exact/2) + 1
	top := uint64((i-exact)%(exact/2)+exact/2) + 1
	return time.Duration(top<<shift-1) * time.Microsecond
}

// Spread tells how a set of durations is spread; all zero for an empty set.
type Spread struct{ P50, P99, Max time.Duration }

// MarshalJSON gives the durations in milliseconds.
func (s Spread) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		P50 float64 `json:"p50"`
		P99 float64 `json:"p99"`
		Max float64 `json:"max"`
	}{milliseconds(s.P50), milliseconds(s.P99), milliseconds(s.Max)})
}
