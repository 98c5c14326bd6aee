package ui

import (
	"fmt"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The icons that Fyne's theme lacks. They are shapes without strokes: the theme colours fills
// alone.
var (
	StarIcon     = themed("star.svg", star(10.5, 1)+star(6.4, -1))
	StarFullIcon = themed("star-full.svg", star(10.5, 1))
	FilterIcon   = themed("filter.svg", "M3 4h18l-7 9v6l-4 2v-8z")
	SortIcon     = themed("sort.svg", "M2 5h12v2H2zM2 11h8v2H2zM2 17h5v2H2zM17 4h2v12h3.5L18 21.5 13.5 16H17z")
	LockIcon     = themed("lock.svg", "M6 10V7a6 6 0 0 1 12 0v3h1.5v12h-15V10zM8.4 10h7.2V7a3.6 3.6 0 0 0-7.2 0zM11 14v4.2h2V14z")
	LockOpenIcon = themed("lock-open.svg", "M2 10h14v12H2zM8 14v4.2h2V14zM13 10V7a4.75 4.75 0 0 1 9.5 0v3h-2.4V7a2.35 2.35 0 0 0-4.7 0v3z")
	UnfoldIcon   = themed("unfold.svg", "M12 2.5 18 8.5 16.5 10 12 5.5 7.5 10 6 8.5zM12 21.5 6 15.5 7.5 14 12 18.5 16.5 14 18 15.5z")
	FoldIcon     = themed("fold.svg", "M12 10 6 4 7.5 2.5 12 7 16.5 2.5 18 4zM12 14 18 20 16.5 21.5 12 17 7.5 21.5 6 20z")
	ChartIcon    = themed("chart.svg", "M2 2h2v18h18v2H2zM6.2 16.9 4.8 15.5 10.4 8.8 14 12.3 19.6 4.2 21.3 5.4 14.3 15.4 10.6 11.8z")
)

// star draws a star around the middle of the icon as a path, turning right (1) or left (-1):
// a small one that turns the other way cuts a hole in a large one.
func star(radius, turn float64) string {
	var b strings.Builder
	for i := range 10 {
		r := radius
		if i%2 == 1 {
			r *= 0.46
		}
		sin, cos := math.Sincos(float64(i) * math.Pi / 5)
		fmt.Fprintf(&b, "%c%.2f %.2f", "ML"[min(i, 1)], 12+turn*r*sin, 12.6-r*cos)
	}
	return b.String() + "z"
}

func themed(name, path string) fyne.Resource {
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">` +
		`<path fill="#000" d="` + path + `"/></svg>`
	return theme.NewThemedResource(fyne.NewStaticResource(name, []byte(svg)))
}
