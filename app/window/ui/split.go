package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// Split is Fyne's, with a divider as light as a separator: Fyne gives it the colour of shadows,
// too heavy for a line that never goes away.
//
// Only the divider has a theme of its own. Fyne reads all its fonts anew, five megabytes of them,
// for each style of text in each override, and [container.ThemeOverride] is a new one at each refresh.
type Split struct{ container.Split }

// NewHSplit puts two objects side by side, NewVSplit one above the other.
func NewHSplit(leading, trailing fyne.CanvasObject) *Split { return newSplit(true, leading, trailing) }

// NewVSplit puts one object above the other.
func NewVSplit(top, bottom fyne.CanvasObject) *Split { return newSplit(false, top, bottom) }

func newSplit(horizontal bool, a, b fyne.CanvasObject) *Split {
	s := &Split{container.Split{Horizontal: horizontal, Offset: 0.5, Leading: a, Trailing: b}}
	s.BaseWidget.ExtendBaseWidget(s)
	return s
}

// CreateRenderer is Fyne's.
func (s *Split) CreateRenderer() fyne.WidgetRenderer {
	r := s.Split.CreateRenderer()
	lighten(r.Objects()[1])
	return r
}

// NewTabs returns tabs with a line beneath them that is as light.
func NewTabs(items ...*container.TabItem) *container.AppTabs {
	t := container.NewAppTabs()
	lighten(t) // while it is empty: what stands in it keeps the theme of the program
	t.Items = items
	return t
}

// lighten has an object, and what stands in it now, draw separators for shadows.
func lighten(o fyne.CanvasObject) { container.NewThemeOverride(o, light{}) }

// light is the theme of the program, whichever that is, but for shadows.
type light struct{}

func current() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

func (light) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if n == theme.ColorNameShadow {
		n = theme.ColorNameSeparator
	}
	return current().Color(n, v)
}

func (light) Font(s fyne.TextStyle) fyne.Resource { return current().Font(s) }

func (light) Icon(n fyne.ThemeIconName) fyne.Resource { return current().Icon(n) }

func (light) Size(n fyne.ThemeSizeName) float32 { return current().Size(n) }
