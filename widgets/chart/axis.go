package chart

import (
	"math"
	"strconv"
	"time"
)

// values is a range of the value axis.
type values struct{ min, max float64 }

func (r values) ok() bool { return r.max > r.min }

// huge is the end of what an axis can show: with room beside it, it is still finite.
const huge = math.MaxFloat64 / 1.25

// half is half the length of a range: the whole of it may be more than a number can be.
func (r values) half() float64 { return r.max/2 - r.min/2 }

// calmRange is the range to show data between lo and hi. It keeps the range it has as long as
// the data fit and fill a fair part of it, and else moves to round numbers, so that the axis
// rests while the data move.
func calmRange(have values, lo, hi float64) values {
	lo, hi = min(max(lo, -huge), huge), min(max(hi, -huge), huge)
	if d := hi/2 - lo/2; d <= math.Abs(hi)*5e-10 || d < 5e-201 {
		d = max(math.Abs(hi)*0.1, 1e-9)
		if hi == 0 {
			d = 1
		}
		lo, hi = lo-d, hi+d
	}
	data := values{lo, hi}
	if have.ok() && lo >= have.min && hi <= have.max && data.half() >= have.half()*0.35 {
		return have
	}
	step := roundStep(data.half()/2.5) / 2
	pad := data.half() * 0.1
	want := values{max(math.Floor((lo-pad)/step)*step, -math.MaxFloat64), min(math.Ceil((hi+pad)/step)*step, math.MaxFloat64)}
	if lo >= 0 && want.min < 0 {
		want.min = 0
	}
	if hi <= 0 && want.max > 0 {
		want.max = 0
	}
	return want
}

// calmDecades does the same for decimal logarithms, and keeps to whole decades where there are
// several.
func calmDecades(have values, lo, hi float64) values {
	if d := hi - lo; d < 0.1 {
		lo, hi = lo-(0.2-d)/2, hi+(0.2-d)/2
	}
	if have.ok() && lo >= have.min && hi <= have.max && hi-lo >= (have.max-have.min)*0.35 {
		return have
	}
	step := 1.0
	if hi-lo < 1.2 {
		step = 0.1
	}
	return values{math.Floor(lo/step+1e-9) * step, math.Ceil(hi/step-1e-9) * step}
}

// decadeTicks lists the values to write at a logarithmic axis, given its range in logarithms:
// powers of ten, and 2 and 5 times them where there is room.
func decadeTicks(dst []float64, r values, most int) []float64 {
	dst = dst[:0]
	if !r.ok() {
		return dst
	}
	span := r.max - r.min
	every := max(int(math.Ceil(span/float64(max(most, 1)))), 1)
	for e := int(math.Floor(r.min)); float64(e) <= r.max; e++ {
		if e%every != 0 {
			continue
		}
		for _, m := range [...]float64{1, 2, 5} {
			if m > 1 && span*3 > float64(most) {
				break
			}
			v := m * math.Pow10(e)
			if at := math.Log10(v); at >= r.min-1e-9 && at <= r.max+1e-9 && len(dst) < 64 {
				dst = append(dst, v)
			}
		}
	}
	if len(dst) < 2 { // less than a decade: even values tell more
		dst, _ = valueTicks(dst, values{math.Pow(10, r.min), math.Pow(10, r.max)}, most)
	}
	return dst
}

// formatDecade writes a tick of a logarithmic axis.
func formatDecade(v float64) string {
	if v >= 1e6 || v < 1e-4 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// roundStep is the smallest of 1, 2, 5, 10, … that is at least x.
func roundStep(x float64) float64 {
	e := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range [...]float64{1, 2, 5, 10} {
		if step := m * e; step >= x*(1-1e-9) {
			return step
		}
	}
	return 10 * e
}

// valueTicks lists round values inside a range, at most as many as asked for.
func valueTicks(dst []float64, r values, most int) (ticks []float64, step float64) {
	dst = dst[:0]
	if !r.ok() {
		return dst, 1
	}
	step = roundStep(r.half() / float64(max(most, 1)) * 2)
	for k := math.Ceil(r.min/step - 1e-9); len(dst) <= most && k*step <= min(r.max+step*1e-9, math.MaxFloat64); k++ {
		dst = append(dst, k*step+0) // +0 makes -0 a plain 0
	}
	return dst, step
}

// formatTick writes a tick with the decimals that its step needs.
func formatTick(v, step float64) string {
	digits := int(math.Ceil(-math.Log10(step) - 1e-9))
	if math.Abs(v) >= 1e7 || digits > 6 {
		exact := int(math.Log10(max(math.Abs(v), step)/step) + 1e-9)
		return strconv.FormatFloat(v, 'e', min(exact, 6), 64)
	}
	return strconv.FormatFloat(v, 'f', max(digits, 0), 64)
}

// formatValue writes a value as it is read out, with so many digits and no trailing zeros. Whole
// numbers are written whole.
func formatValue(v float64, digits int) string {
	if v-v != 0 {
		return "–"
	}
	if a := math.Abs(v); a != 0 && (a >= 1e9 || a < 1e-4) {
		return strconv.FormatFloat(v, 'g', digits, 64)
	}
	if v == math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	s := strconv.FormatFloat(v, 'g', digits, 64)
	f, _ := strconv.ParseFloat(s, 64)
	return strconv.FormatFloat(f, 'f', -1, 64)
}

const day = int64(24 * time.Hour)

// timeStep is the smallest calm step of at least least nanoseconds.
func timeStep(least int64) int64 {
	for unit := int64(1); unit < int64(time.Second); unit *= 10 {
		for _, m := range [...]int64{1, 2, 5} {
			if m*unit >= least {
				return m * unit
			}
		}
	}
	for _, step := range [...]time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	} {
		if int64(step) >= least {
			return int64(step)
		}
	}
	for _, m := range [...]int64{1, 2, 7, 14} {
		if m*day >= least {
			return m * day
		}
	}
	return (least + 28*day - 1) / (28 * day) * 28 * day
}

// timeTicks lists round local instants in a stretch, at most as many as asked for. A tick
// belongs to its instant: as the stretch slides it moves with the picture.
func timeTicks(dst []int64, s stretch, most int, loc *time.Location) (ticks []int64, step int64) {
	dst = dst[:0]
	step = timeStep(s.length() / int64(max(most, 1)))
	_, east := time.Unix(0, s.from).In(loc).Zone()
	shift := int64(east) * int64(time.Second)
	at := (s.from + shift) / step * step
	if at < s.from+shift {
		at += step
	}
	for at -= shift; at < s.to && len(dst) < 100; at += step {
		dst = append(dst, at)
	}
	return dst, step
}

// formatTime writes a tick of the time axis: the date at midnight, else the time of day as
// finely as the step needs.
func formatTime(at, step int64, loc *time.Location) string {
	t := time.Unix(0, at).In(loc)
	switch {
	case step >= day, step >= int64(time.Minute) && t.Hour() == 0 && t.Minute() == 0:
		return t.Format("2 Jan")
	case step >= int64(time.Minute):
		return t.Format("15:04")
	case step >= int64(time.Second):
		return t.Format("15:04:05")
	case step >= int64(time.Millisecond):
		return t.Format("05.000")
	}
	return t.Format("05.000000")
}

// formatInstant writes the instant under the cursor, to the millisecond, with the date when it
// isn't today's.
func formatInstant(at, now int64, loc *time.Location) string {
	t, n := time.Unix(0, at).In(loc), time.Unix(0, now).In(loc)
	if t.YearDay() == n.YearDay() && t.Year() == n.Year() {
		return t.Format("15:04:05.000")
	}
	return t.Format("2 Jan 2006 15:04:05.000")
}
