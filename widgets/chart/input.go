package chart

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// mouse is what the pointer and the keyboard are doing.
type mouse struct {
	at      fyne.Position
	over    bool
	focused bool

	pressed  fyne.Position // where the band would begin
	choosing bool          // a rubber band is drawn, or will be once the pointer moves
	chose    bool          // the press has become a band: it opens no menu
	panning  bool
	shifted  bool    // Shift was down at the press
	grabbed  int     // the number of the cursor that is dragged, from 1
	carry    float64 // time that a drag of less than a pixel has moved
}

var (
	_ fyne.Draggable         = (*Chart)(nil)
	_ fyne.Scrollable        = (*Chart)(nil)
	_ fyne.Focusable         = (*Chart)(nil)
	_ fyne.Tappable          = (*Chart)(nil)
	_ fyne.SecondaryTappable = (*Chart)(nil)
	_ desktop.Hoverable      = (*Chart)(nil)
	_ desktop.Mouseable      = (*Chart)(nil)
	_ desktop.Cursorable     = (*Chart)(nil)
)

// Cursor implements desktop.Cursorable.
func (c *Chart) Cursor() desktop.Cursor {
	if _, inside := c.instant(c.mouse.at); !inside {
		return desktop.DefaultCursor
	}
	if c.mouse.grabbed > 0 || c.pinNear(c.mouse.at) >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.CrosshairCursor
}

// MouseIn implements desktop.Hoverable.
func (c *Chart) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (c *Chart) MouseMoved(e *desktop.MouseEvent) {
	c.mouse.at, c.mouse.over = e.Position, true
	if c.mouse.choosing && e.Button&desktop.MouseButtonSecondary != 0 {
		c.stretchBand(e.Position)
	}
	c.hovers()
}

// MouseOut implements desktop.Hoverable.
func (c *Chart) MouseOut() {
	c.mouse.over = false
	c.hovers()
}

// MouseDown implements desktop.Mouseable: Shift or the right button begins a rubber band.
func (c *Chart) MouseDown(e *desktop.MouseEvent) {
	c.focus()
	c.mouse.pressed, c.mouse.chose = e.Position, false
	c.mouse.shifted = e.Modifier&fyne.KeyModifierShift != 0
	_, inside := c.instant(e.Position)
	c.mouse.grabbed = 0
	if near := c.pinNear(e.Position); inside && near >= 0 && e.Button == desktop.MouseButtonPrimary && !c.mouse.shifted {
		c.mouse.grabbed = near + 1
	}
	c.mouse.choosing = inside && (e.Button == desktop.MouseButtonSecondary || e.Modifier&fyne.KeyModifierShift != 0)
}

// MouseUp implements desktop.Mouseable.
func (c *Chart) MouseUp(e *desktop.MouseEvent) {
	if c.mouse.choosing {
		c.mouse.choosing = false
		c.takeBand(e.Position)
	}
}

// Dragged implements fyne.Draggable: it moves the time axis or a cursor, or stretches the band.
func (c *Chart) Dragged(e *fyne.DragEvent) {
	c.mouse.at = e.Position
	if c.mouse.grabbed > 0 {
		at, _ := c.instant(e.Position)
		c.pinAt(c.mouse.grabbed-1, at)
		return
	}
	if c.mouse.choosing {
		c.stretchBand(e.Position)
		return
	}
	perUnit := float64(c.view.current().length()) / float64(max(c.area.plot.Width, 1))
	c.mouse.panning = true
	c.mouse.carry -= float64(e.Dragged.DX) * perUnit
	by := int64(c.mouse.carry)
	c.mouse.carry -= float64(by)
	c.view.pan(by, true)
	c.view.tell()
}

// DragEnd implements fyne.Draggable. A view that was dragged to the present follows it again.
func (c *Chart) DragEnd() {
	if c.mouse.choosing {
		c.mouse.choosing = false
		c.takeBand(c.mouse.at)
	}
	if c.mouse.grabbed > 0 {
		c.mouse.grabbed = 0
		c.told()
	}
	if c.mouse.panning {
		c.mouse.panning, c.mouse.carry = false, 0
		c.view.settle()
		c.changedByUser()
	}
}

// stretchBand draws the rubber band from where the button went down.
func (c *Chart) stretchBand(to fyne.Position) {
	a, b := c.bandEdges(to)
	if !c.mouse.chose && b-a < 4 {
		return
	}
	c.mouse.chose = true
	c.band.Move(fyne.NewPos(a, c.area.origin.Y))
	c.band.Resize(fyne.NewSize(b-a, c.area.plot.Height))
	c.band.Show()
	c.hovers()
}

func (c *Chart) bandEdges(to fyne.Position) (a, b float32) {
	left, right := c.area.origin.X, c.area.origin.X+c.area.plot.Width
	x := min(max(to.X, left), right)
	return min(x, c.mouse.pressed.X), max(x, c.mouse.pressed.X)
}

// takeBand zooms to the rubber band.
func (c *Chart) takeBand(to fyne.Position) {
	if !c.mouse.chose {
		return
	}
	c.band.Hide()
	a, b := c.bandEdges(to)
	from, _ := c.instant(fyne.NewPos(a, 0))
	until, _ := c.instant(fyne.NewPos(b, 0))
	if b-a < 4 || until <= from {
		return
	}
	until = max(until, from+minWindow)
	c.view.show(stretch{from, until}, false)
	c.changedByUser()
}

// Scrolled implements fyne.Scrollable: up and down zoom at the pointer, sideways moves.
func (c *Chart) Scrolled(e *fyne.ScrollEvent) {
	c.mouse.at = e.Position
	if dx, dy := math.Abs(float64(e.Scrolled.DX)), math.Abs(float64(e.Scrolled.DY)); dx > dy {
		perUnit := float64(c.view.current().length()) / float64(max(c.area.plot.Width, 1))
		c.view.pan(int64(-float64(e.Scrolled.DX)*perUnit), false)
	} else if dy > 0 {
		at, _ := c.instant(e.Position)
		c.view.zoom(math.Exp(-0.008*float64(max(min(e.Scrolled.DY, 200), -200))), at)
	}
	c.changedByUser()
}

// Tapped implements fyne.Tappable: a click on the plot places cursor A, with Shift cursor B.
func (c *Chart) Tapped(e *fyne.PointEvent) {
	c.focus()
	at, inside := c.instant(e.Position)
	if !inside || len(c.series) == 0 {
		return
	}
	i := 0
	if c.mouse.shifted {
		i = 1
	}
	c.pinAt(i, at)
	c.told()
}

// TappedSecondary implements fyne.SecondaryTappable.
func (c *Chart) TappedSecondary(e *fyne.PointEvent) {
	if !c.mouse.chose {
		at, _ := c.instant(e.Position)
		c.showMenu("", at, e.AbsolutePosition)
	}
}

// showMenu asks the owner for a menu, or shows the chart's own.
func (c *Chart) showMenu(key string, instant int64, at fyne.Position) {
	if c.OnMenu != nil {
		c.OnMenu(key, instant, at)
	} else if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", c.Menu(key, instant)...), cv, at)
	}
}

func (c *Chart) focus() {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		cv.Focus(c)
	}
}

// FocusGained implements fyne.Focusable.
func (c *Chart) FocusGained() { c.setFocused(true) }

// FocusLost implements fyne.Focusable.
func (c *Chart) FocusLost() { c.setFocused(false) }

func (c *Chart) setFocused(on bool) {
	c.mouse.focused = on
	c.styleFrame()
	c.frame.refresh()
}

// TypedRune implements fyne.Focusable.
func (c *Chart) TypedRune(r rune) {
	switch r {
	case '+', '=':
		c.zoomMiddle(0.5)
	case '-', '_':
		c.zoomMiddle(2)
	case 'l', 'L':
		c.goLive()
	case ' ':
		c.togglePause()
	case 'a', 'A':
		c.pinHere(0)
	case 'b', 'B':
		c.pinHere(1)
	case 's', 'S':
		c.toggleStatistics()
	}
}

// shift tells whether the Shift key is down.
func shift() bool {
	d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
}

// escape gives up what is under way: the rubber band, else the cursors, else the past. It tells
// whether there was any of it.
func (c *Chart) escape() (used bool) {
	switch {
	case c.mouse.choosing || c.mouse.chose && !c.band.Hidden:
		c.mouse.choosing, c.mouse.chose = false, false
		c.band.Hide()
	case c.view.cursors != [2]int64{}:
		c.removePins()
	case !c.view.live || c.view.paused:
		c.goLive()
	default:
		return false
	}
	return true
}

// TypedKey implements fyne.Focusable.
func (c *Chart) TypedKey(e *fyne.KeyEvent) {
	s := c.view.current()
	if (e.Name == fyne.KeyLeft || e.Name == fyne.KeyRight) && shift() {
		columns := int64(1)
		if e.Name == fyne.KeyLeft {
			columns = -1
		}
		c.movePin(columns)
		return
	}
	switch e.Name {
	case fyne.KeyLeft:
		c.view.pan(-s.length()/10, false)
	case fyne.KeyRight:
		c.view.pan(s.length()/10, false)
	case fyne.KeyPageUp:
		c.view.pan(-s.length(), false)
	case fyne.KeyPageDown:
		c.view.pan(s.length(), false)
	case fyne.KeyHome:
		c.showOldest()
	case fyne.KeyEnd:
		c.view.setLive()
	case fyne.KeyEscape:
		if !c.escape() && c.OnKey != nil {
			c.OnKey(e)
		}
		return
	case fyne.KeyUp:
		c.zoomMiddle(0.5)
		return
	case fyne.KeyDown:
		c.zoomMiddle(2)
		return
	default:
		if c.OnKey != nil {
			c.OnKey(e)
		}
		return
	}
	c.changedByUser()
}

func (c *Chart) zoomMiddle(factor float64) {
	s := c.view.current()
	at := s.from + s.length()/2
	if c.view.live {
		at = s.to
	}
	c.view.zoom(factor, at)
	c.changedByUser()
}

// showOldest moves to where the oldest series begins.
func (c *Chart) showOldest() {
	oldest := int64(math.MaxInt64)
	for i := range c.series {
		if from, _, ok := c.series[i].Source.Span(); ok {
			oldest = min(oldest, from)
		}
	}
	if oldest != math.MaxInt64 {
		c.view.show(stretch{oldest, oldest + c.view.current().length()}, false)
	}
}
