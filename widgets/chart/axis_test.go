package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

func TestCalmRange(t *testing.T) {
	tests := []struct {
		have   values
		lo, hi float64
		want   values
	}{
		{values{}, 18, 26, values{17, 27}},
		{values{}, 0, 9, values{0, 10}}, // nothing negative: no room below zero
		{values{}, -9, 0, values{-10, 0}},
		{values{}, 5, 5, values{4.4, 5.6}},       // a constant
		{values{}, 0, 0, values{-1.25, 1.25}},    // zero
		{values{}, 0, 1, values{0, 1.1}},         // a state
		{values{17, 27}, 19, 25, values{17, 27}}, // fits: rests
		{values{17, 27}, 20, 21, values{19.9, 21.1}},
		{values{17, 27}, 19, 31, values{17.5, 32.5}},
	}
	for _, test := range tests {
		got := calmRange(test.have, test.lo, test.hi)
		if math.Abs(got.min-test.want.min) > 1e-9 || math.Abs(got.max-test.want.max) > 1e-9 {
			t.Errorf("%v to %v with %v: %v, want %v", test.lo, test.hi, test.have, got, test.want)
		}
	}
}

func TestRangeOfAnythingIsUsable(t *testing.T) {
	numbers := []float64{-math.MaxFloat64, -1e308, -1, -5e-324, 0, 5e-324, 1e-300, 1, 1 + 1e-15, 1 << 53, 1e308, math.MaxFloat64}
	for i, lo := range numbers {
		for _, hi := range numbers[i:] {
			r := calmRange(values{}, lo, hi)
			ticks, step := valueTicks(nil, r, 6)
			if !r.ok() || math.IsInf(r.max, 0) || math.IsInf(r.min, 0) || len(ticks) > 7 || !(step > 0) {
				t.Errorf("%g to %g: %v with %d ticks of %g", lo, hi, r, len(ticks), step)
			}
			if r.min > max(lo, -huge) || r.max < min(hi, huge) {
				t.Errorf("%g to %g: not within %v", lo, hi, r)
			}
			if math.IsInf(r.half(), 0) || calmRange(r, lo, hi) != r {
				t.Errorf("%g to %g: %v does not rest", lo, hi, r)
			}
			for _, v := range ticks {
				if formatTick(v, step); v < r.min || v > r.max {
					t.Errorf("%g to %g: %v has a tick at %g", lo, hi, r, v)
				}
			}
		}
	}
}

func TestValueTicks(t *testing.T) {
	tests := []struct {
		r    values
		most int
		want string
	}{
		{values{17, 27}, 6, "18 20 22 24 26"},
		{values{-1.2, 1.2}, 6, "-1.0 -0.5 0.0 0.5 1.0"},
		{values{0, 10}, 3, "0 5 10"},
		{values{0.0012, 0.0019}, 5, "0.0012 0.0014 0.0016 0.0018"},
		{values{2e7, 5e7}, 4, "2e+07 3e+07 4e+07 5e+07"},
	}
	for _, test := range tests {
		ticks, step := valueTicks(nil, test.r, test.most)
		var words []string
		for _, v := range ticks {
			words = append(words, formatTick(v, step))
		}
		if got := strings.Join(words, " "); got != test.want {
			t.Errorf("%v: %s, want %s", test.r, got, test.want)
		}
	}
}

func TestFormatValue(t *testing.T) {
	for v, want := range map[float64]string{
		22.4: "22.4", 20.567512345: "20.56751", 12345678: "12345678", -3: "-3", 1e12: "1e+12", 0.00001234: "1.234e-05",
		math.NaN(): "–", math.Inf(1): "–", 0: "0", 123456.789: "123456.8", 0.1 + 0.2: "0.3",
	} {
		if got := formatValue(v, 7); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

func TestTimeTicksAreRoundAndRest(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	tests := []struct {
		window time.Duration
		most   int
		loc    *time.Location
		want   string
	}{
		{5 * time.Minute, 6, time.UTC, "11:55 11:56 11:57 11:58 11:59"},
		{10 * time.Second, 5, time.UTC, "11:59:50 11:59:52 11:59:54 11:59:56 11:59:58"},
		{50 * time.Millisecond, 5, time.UTC, "59.950 59.960 59.970 59.980 59.990"},
		{24 * time.Hour, 4, time.UTC, "12:00 18:00 23 Nov 06:00"},
		{24 * time.Hour, 4, berlin, "18:00 23 Nov 06:00 12:00"},
		{10 * 24 * time.Hour, 5, berlin, "15 Nov 17 Nov 19 Nov 21 Nov 23 Nov"},
	}
	for _, test := range tests {
		s := stretch{noon - int64(test.window), noon}
		ticks, step := timeTicks(nil, s, test.most, test.loc)
		var words []string
		for _, at := range ticks {
			words = append(words, formatTime(at, step, test.loc))
		}
		if got := strings.Join(words, " "); got != test.want {
			t.Errorf("%v in %v: %s, want %s", test.window, test.loc, got, test.want)
		}
		later := stretch{s.from + step/3, s.to + step/3}
		moved, _ := timeTicks(nil, later, test.most, test.loc)
		if fmt.Sprint(moved[0]) != fmt.Sprint(ticks[0]) && moved[0] != ticks[1] {
			t.Errorf("%v: the ticks jump from %v to %v", test.window, ticks, moved)
		}
	}
}

func TestFormatInstant(t *testing.T) {
	if got := formatInstant(noon+12_345_678, noon, time.UTC); got != "12:00:00.012" {
		t.Error(got)
	}
	if got := formatInstant(noon-2*day, noon, time.UTC); got != "21 Nov 2026 12:00:00.000" {
		t.Error(got)
	}
}
