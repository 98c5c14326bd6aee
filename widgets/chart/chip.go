package chart

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// chip is a small button of one line: an entry of the legend, or a control of the chart.
type chip struct {
	widget.BaseWidget
	mark     color.Color // a dot in front; nil for none
	text     string
	value    string // in bold behind the text
	closable bool
	faint    bool // switched off

	onTap   func(at fyne.Position) // absolute, below the chip
	onClose func()
	onMenu  func(at fyne.Position) // absolute

	hovered   bool
	wideValue float32 // the widest value so far: the legend rests while values change
}

var (
	_ fyne.Tappable          = (*chip)(nil)
	_ fyne.SecondaryTappable = (*chip)(nil)
	_ desktop.Hoverable      = (*chip)(nil)
	_ desktop.Cursorable     = (*chip)(nil)
)

func newChip() *chip {
	c := &chip{}
	c.ExtendBaseWidget(c)
	return c
}

func (c *chip) set(text, value string, mark color.Color, faint bool) {
	if c.text == text && c.value == value && c.mark == mark && c.faint == faint {
		return
	}
	c.text, c.value, c.mark, c.faint = text, value, mark, faint
	c.Refresh()
}

func (c *chip) Tapped(e *fyne.PointEvent) {
	if c.closable && e.Position.X > c.Size().Width-closeWidth {
		c.onClose()
		return
	}
	if c.onTap != nil {
		c.onTap(e.AbsolutePosition.Subtract(e.Position).AddXY(0, c.Size().Height))
	}
}

func (c *chip) TappedSecondary(e *fyne.PointEvent) {
	if c.onMenu != nil {
		c.onMenu(e.AbsolutePosition)
	}
}

func (c *chip) MouseIn(*desktop.MouseEvent)    { c.hover(true) }
func (c *chip) MouseMoved(*desktop.MouseEvent) {}
func (c *chip) MouseOut()                      { c.hover(false) }
func (c *chip) Cursor() desktop.Cursor         { return desktop.PointerCursor }

func (c *chip) hover(on bool) {
	c.hovered = on
	c.Refresh()
}

const (
	chipPad    = 6
	markSize   = 8
	closeWidth = 20
)

func (c *chip) CreateRenderer() fyne.WidgetRenderer {
	r := &chipRenderer{chip: c, back: &canvas.Rectangle{CornerRadius: 4}, mark: &canvas.Circle{},
		text: &canvas.Text{}, value: &canvas.Text{TextStyle: fyne.TextStyle{Bold: true}}, cross: &canvas.Text{Text: "×"}}
	r.Refresh()
	return r
}

type chipRenderer struct {
	chip               *chip
	back               *canvas.Rectangle
	mark               *canvas.Circle
	text, value, cross *canvas.Text
}

func (r *chipRenderer) Destroy() {}

func (r *chipRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.mark, r.text, r.value, r.cross}
}

// longest is how many letters of a name a chip has room for where nothing gives it more or less.
const longest = 40

func (r *chipRenderer) MinSize() fyne.Size {
	size := fyne.MeasureText(shorten(r.chip.text, longest), r.text.TextSize, r.text.TextStyle)
	w := size.Width + 2*chipPad
	if r.chip.mark != nil {
		w += markSize + chipPad - 1
	}
	if r.chip.value != "" {
		r.chip.wideValue = max(r.chip.wideValue, r.value.MinSize().Width)
		w += r.chip.wideValue + chipPad
	}
	if r.chip.closable {
		w += closeWidth - chipPad
	}
	return fyne.NewSize(w, size.Height+6)
}

func (r *chipRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	x := float32(chipPad)
	if r.chip.mark != nil {
		r.mark.Resize(fyne.NewSquareSize(markSize))
		r.mark.Move(fyne.NewPos(x, (size.Height-markSize)/2))
		x += markSize + chipPad - 1
	}
	right, value := size.Width-chipPad, r.value.MinSize()
	if r.chip.closable {
		right = size.Width - closeWidth
	}
	room := right - x
	if r.chip.value != "" {
		room -= max(value.Width, r.chip.wideValue) + chipPad
	}
	r.fit(room)
	r.text.Resize(r.text.MinSize())
	r.text.Move(fyne.NewPos(x, (size.Height-r.text.MinSize().Height)/2))
	r.value.Resize(value)
	r.value.Move(fyne.NewPos(right-value.Width, (size.Height-value.Height)/2))
	r.cross.Resize(r.cross.MinSize())
	r.cross.Move(fyne.NewPos(size.Width-closeWidth+6, (size.Height-r.cross.MinSize().Height)/2))
}

// fit leaves out as much of the middle of the text as there is no room for.
func (r *chipRenderer) fit(room float32) {
	whole := shorten(r.chip.text, longest)
	wide := func(s string) float32 { return fyne.MeasureText(s, r.text.TextSize, r.text.TextStyle).Width }
	text, n := whole, len([]rune(whole))
	for w := wide(text); w > room+0.5 && n > 4; w = wide(text) {
		n = min(n-1, int(float32(n)*room/w)+1)
		text = shorten(whole, max(n, 4))
	}
	r.text.Text = text
}

func (r *chipRenderer) Refresh() {
	c := r.chip
	th := c.Theme()
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	ink := th.Color(theme.ColorNameForeground, variant)
	r.back.FillColor = color.Transparent
	if c.hovered {
		r.back.FillColor = th.Color(theme.ColorNameHover, variant)
	}
	if c.faint {
		ink = th.Color(theme.ColorNameDisabled, variant)
	}
	for _, t := range []*canvas.Text{r.text, r.value, r.cross} {
		t.Color, t.TextSize = ink, th.Size(theme.SizeNameCaptionText)+1
	}
	r.value.Text = c.value
	r.cross.Hidden, r.value.Hidden = !c.closable, c.value == ""
	r.cross.Color = th.Color(theme.ColorNamePlaceHolder, variant)
	r.mark.Hidden = c.mark == nil
	r.mark.StrokeWidth, r.mark.FillColor = 0, c.mark
	if c.faint && c.mark != nil {
		r.mark.FillColor, r.mark.StrokeColor, r.mark.StrokeWidth = color.Transparent, c.mark, 1
	}
	r.Layout(c.Size())
	canvas.Refresh(c)
}
