package chart

import (
	"fmt"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// mill is five series on two axes, with a threshold and a band.
func mill() ([]Series, []Mark) {
	noise := func(i int) float64 { return math.Sin(float64(i*i)*1.3) * math.Sin(float64(i)*0.7) }
	return []Series{
			{Key: "t", Name: "plant/line4/oven/temperature", Unit: "°C", Source: wave(100*time.Millisecond, 6000, func(i int) float64 { return 182 + 9*math.Sin(float64(i)/400) + noise(i) })},
			{Key: "p", Name: "plant/line4/oven/pressure", Unit: "bar", Side: Right, Source: wave(time.Second, 600, func(i int) float64 { return 3.1 + 0.4*math.Sin(float64(i)/37) + 0.05*noise(i) })},
			{Key: "v", Name: "plant/line4/fan/vibration", Unit: "bar", Side: Right, Style: Band, Source: wave(50*time.Millisecond, 9000, func(i int) float64 { return 1.6 + 0.5*noise(i)*math.Sin(float64(i)/900) })},
			{Key: "s", Name: "plant/line4/oven/state", Style: Step, Side: Right, Source: wave(20*time.Second, 30, func(i int) float64 { return float64(i / 3 % 2) })},
			{Key: "q", Name: "plant/line4/inspection/thickness", Unit: "°C", Style: Points, Source: wave(4*time.Second, 150, func(i int) float64 { return 171 + 4*noise(i*7) })},
		}, []Mark{
			{Label: "too hot", From: 192, To: 192},
			{Label: "working range", From: 175, To: 188, Color: Palette(theme.VariantLight)[2]},
		}
}

func TestExportedPictures(t *testing.T) {
	inTheme(t, theme.VariantDark) // of the window: the paper has its own
	series, marks := mill()
	c, _ := shown(t, fyne.NewSize(700, 300), series...)
	c.SetMarks(marks)
	c.ShowStatistics(true)
	for name, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		for _, scale := range map[fyne.ThemeVariant][]int{theme.VariantLight: {1, 3}, theme.VariantDark: {1}}[variant] {
			img, err := c.Export(Export{Title: "Line 4, oven", Width: 720, Height: 400, Scale: scale, Variant: variant})()
			if err != nil {
				t.Fatal(err)
			}
			if img.Rect.Dx() != 720*scale || img.Rect.Dy() != 400*scale {
				t.Errorf("%v at scale %d", img.Rect, scale)
			}
			test.AssertImageMatches(t, fmt.Sprintf("export/%s %d.png", name, scale), img)
		}
	}
}
