package chart

import (
	"bytes"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2/theme"
)

// TestASlidingPictureIsTheSameAsANewOne: what is taken over from the last frame is what a painter
// without a past reads.
func TestASlidingPictureIsTheSameAsANewOne(t *testing.T) {
	src := wave(10*time.Millisecond, 20_000, func(i int) float64 { return math.Sin(float64(i)/90) + float64(i*7919%13)/20 })
	sliding := new(painter)
	f := asked(theme.VariantLight, 60, line{source: src})
	moves := []func(){
		func() {},
		func() { f.span.to, f.span.from = f.span.to+second/4, f.span.from+second/4 },                      // a column
		func() { f.span.to, f.span.from = f.span.to+5*second, f.span.from+5*second },                      // many
		func() { f.span.to, f.span.from = f.span.to-15*second, f.span.from-15*second },                    // back
		func() { f.span.from = f.span.to - 30*second },                                                    // zoom
		func() { src.add(src.ts[len(src.ts)-1]+second/100, 9) },                                           // a new sample
		func() { src.vs[len(src.vs)-300] = -9; src.version++; src.revised = src.version },                 // a late one
		func() { src.thinned = true; src.version++; src.revised = src.version },                           //
		func() { f.span = stretch{f.span.from + 100*second, f.span.to + 100*second} },                     // away
		func() { f.width = 200; f.span = stretch{noon - 60*second, noon}.aligned(200) },                   // narrower
		func() { f.span.to, f.span.from = f.span.to+300_000_000, f.span.from+300_000_000; f.width = 200 }, // by a column
	}
	for i, move := range moves {
		move()
		sliding.paint(f)
		got := bytes.Clone(f.picture.Pix)
		new(painter).paint(f)
		if !bytes.Equal(got, f.picture.Pix) {
			t.Errorf("after move %d the sliding picture differs", i)
		}
	}
}
