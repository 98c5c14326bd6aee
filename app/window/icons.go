package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The icons that Fyne's theme lacks; they take the theme's foreground.
var (
	starIcon     = themed("star.svg", `<path fill="none" stroke="#000" stroke-width="1.7" stroke-linejoin="round" d="`+starPath+`"/>`)
	starFullIcon = themed("star-full.svg", `<path fill="#000" stroke="#000" stroke-width="1.7" stroke-linejoin="round" d="`+starPath+`"/>`)
	chartIcon    = themed("chart.svg", `<path fill="none" stroke="#000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="M3 3v18h18M6.5 15.5l4-5.5 3.5 3.5 5.5-8"/>`)
)

const starPath = "M12 3.2l2.7 5.6 6.1.8-4.5 4.2 1.1 6.1L12 17l-5.4 2.9 1.1-6.1L3.2 9.6l6.1-.8z"

func themed(name, shape string) fyne.Resource {
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">` + shape + `</svg>`
	return theme.NewThemedResource(fyne.NewStaticResource(name, []byte(svg)))
}
