package chart

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Machado, Oliveira and Fernandes (2009), full severity, on linear light.
func blindness() map[string][9]float64 {
	return map[string][9]float64{
		"none":         {1, 0, 0, 0, 1, 0, 0, 0, 1},
		"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
		"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
		"tritanopia":   {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
	}
}

func linear(c color.Color) (v [3]float64) {
	r, g, b, _ := c.RGBA()
	for i, x := range []uint32{r, g, b} {
		f := float64(x) / 65535
		if v[i] = f / 12.92; f > 0.04045 {
			v[i] = math.Pow((f+0.055)/1.055, 2.4)
		}
	}
	return v
}

func luminance(v [3]float64) float64 { return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2] }

// lab is CIE L*a*b* of linear light as someone with the given matrix sees it.
func lab(v [3]float64, m [9]float64) [3]float64 {
	var s [3]float64
	for i := range s {
		s[i] = min(max(m[3*i]*v[0]+m[3*i+1]*v[1]+m[3*i+2]*v[2], 0), 1)
	}
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	x := f((0.4124*s[0] + 0.3576*s[1] + 0.1805*s[2]) / 0.9505)
	y := f(luminance(s))
	z := f((0.0193*s[0] + 0.1192*s[1] + 0.9505*s[2]) / 1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func TestPaletteIsToldApart(t *testing.T) {
	inTheme(t, theme.VariantLight)
	for name, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		back := luminance(linear(theme.DefaultTheme().Color(theme.ColorNameBackground, variant)))
		colors := Palette(variant)
		for i, a := range colors {
			l := luminance(linear(a))
			if contrast := (max(l, back) + 0.05) / (min(l, back) + 0.05); contrast < 3 {
				t.Errorf("%s: colour %d has a contrast of %.1f with the background, want 3", name, i, contrast)
			}
			for j, b := range colors[:i] {
				for kind, m := range blindness() {
					p, q := lab(linear(a), m), lab(linear(b), m)
					if d := math.Hypot(math.Hypot(p[0]-q[0], p[1]-q[1]), p[2]-q[2]); d < 12 {
						t.Errorf("%s: colours %d and %d are %.0f apart with %s, want 12", name, j, i, d, kind)
					}
				}
			}
		}
	}
}
