package window

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// chipBar shows one chip for each connection: its colour, name, state and rate. A chip opens
// the connection's menu.
type chipBar struct {
	app    *app.App
	menu   func(*app.Connection) *fyne.Menu
	object *fyne.Container
	chips  map[uint32]*chip
}

func newChipBar(a *app.App, menu func(*app.Connection) *fyne.Menu) *chipBar {
	return &chipBar{app: a, menu: menu, object: container.NewHBox(), chips: map[uint32]*chip{}}
}

// refresh makes the chips match the connections and their states.
func (b *chipBar) refresh(now time.Time) {
	conns := b.app.Connections()
	if b.changed(conns) {
		b.rebuild(conns)
	}
	for _, c := range conns {
		b.chips[c.Ordinal].update(now)
	}
}

func (b *chipBar) changed(conns []*app.Connection) bool {
	if len(conns) != len(b.chips) {
		return true
	}
	for _, c := range conns {
		if b.chips[c.Ordinal] == nil {
			return true
		}
	}
	return false
}

func (b *chipBar) rebuild(conns []*app.Connection) {
	chips := make(map[uint32]*chip, len(conns))
	b.object.RemoveAll()
	for _, c := range conns {
		if chips[c.Ordinal] = b.chips[c.Ordinal]; chips[c.Ordinal] == nil {
			chips[c.Ordinal] = newChip(c, b.menu)
		}
		b.object.Add(chips[c.Ordinal])
	}
	b.chips = chips
}

// chip is one connection in the bar.
type chip struct {
	widget.BaseWidget
	conn *app.Connection
	menu func(*app.Connection) *fyne.Menu

	mark  *canvas.Circle
	ring  *canvas.Circle
	back  *canvas.Rectangle
	lock  *widget.Icon
	text  *ui.QuietText
	arrow *widget.Icon
	state connections.State
	// readOnly shows the lock.
	readOnly bool
	rate     rateMeter
}

func newChip(c *app.Connection, menu func(*app.Connection) *fyne.Menu) *chip {
	k := &chip{
		conn: c, menu: menu, mark: canvas.NewCircle(color.Transparent), ring: canvas.NewCircle(color.Transparent),
		back: canvas.NewRectangle(color.Transparent), lock: widget.NewIcon(ui.LockIcon), text: ui.NewQuietText(), arrow: widget.NewIcon(theme.MenuDropDownIcon()),
	}
	k.back.CornerRadius = 4
	k.ring.StrokeWidth = 1.5
	k.state = -1
	k.ExtendBaseWidget(k)
	return k
}

func (k *chip) update(now time.Time) {
	st := k.conn.Status()
	k.rate.Add(k.conn.Counts().Received, now)
	text := chipText(k.conn.Name(), st, k.rate.PerSecond(), now)
	if unverified(k.conn.Profile()) {
		text += "  ·  " + ui.Tr("chip.unverified", "not verified")
	}
	readOnly := k.conn.ReadOnly()
	if readOnly {
		text += "  ·  " + ui.Tr("chip.readonly", "read-only")
	}
	k.text.SetText(text)
	if st.State != k.state || readOnly != k.readOnly {
		k.state, k.readOnly = st.State, readOnly
		k.Refresh()
	}
}

// unverified reports whether a connection takes any certificate: that shows as long as it lasts.
func unverified(p profile.Profile) bool {
	return p.Transport.Encrypted() && p.Transport.TLS.Insecure
}

// chipText is what a chip says beside its mark.
func chipText(name string, st connections.Status, perSecond float64, now time.Time) string {
	switch st.State {
	case connections.StateOpen:
		return name + "  " + ui.Rate(perSecond)
	case connections.StateWaiting:
		left := max(0, st.RetryAt.Sub(now)+time.Second-1)
		return name + "  " + ui.Tr("chip.retry", "retry in {{.Seconds}} s", map[string]any{"Seconds": int(left / time.Second)})
	case connections.StateClosed, connections.StateIdle:
		return name + "  " + ui.Tr("chip.closed", "disconnected")
	default:
		return name + "  " + ui.Tr("chip.connecting", "connecting…")
	}
}

// Tapped opens the connection's menu beneath the chip.
func (k *chip) Tapped(*fyne.PointEvent) {
	d := fyne.CurrentApp().Driver()
	at := d.AbsolutePositionForObject(k).Add(fyne.NewPos(0, k.Size().Height))
	widget.ShowPopUpMenuAtPosition(k.menu(k.conn), d.CanvasForObject(k), at)
}

func (k *chip) TappedSecondary(e *fyne.PointEvent) { k.Tapped(e) }
func (k *chip) Cursor() desktop.Cursor             { return desktop.PointerCursor }

func (k *chip) CreateRenderer() fyne.WidgetRenderer { return &chipRenderer{k} }

type chipRenderer struct{ k *chip }

const (
	chipMark = 10
	lockSize = 14
)

// lockWidth is the room that the lock takes.
func (k *chip) lockWidth() float32 {
	if k.readOnly {
		return lockSize + 2
	}
	return 0
}

func (r *chipRenderer) Layout(s fyne.Size) {
	k := r.k
	k.back.Resize(s)
	y := (s.Height - chipMark) / 2
	for _, c := range []*canvas.Circle{k.mark, k.ring} {
		c.Resize(fyne.NewSquareSize(chipMark))
		c.Move(fyne.NewPos(8, y))
	}
	w := k.text.MinSize().Width
	k.text.Resize(fyne.NewSize(w, s.Height))
	icon := theme.IconInlineSize()
	ui.Show(k.lock, k.readOnly)
	k.lock.Resize(fyne.NewSquareSize(lockSize))
	k.lock.Move(fyne.NewPos(8+chipMark+4, (s.Height-lockSize)/2))
	k.text.Move(fyne.NewPos(8+chipMark+2+k.lockWidth(), 0))
	k.arrow.Resize(fyne.NewSquareSize(icon))
	k.arrow.Move(fyne.NewPos(s.Width-icon-2, (s.Height-icon)/2))
}

func (r *chipRenderer) MinSize() fyne.Size {
	t := r.k.text.MinSize()
	return fyne.NewSize(8+chipMark+2+r.k.lockWidth()+t.Width+theme.IconInlineSize()+4, max(28, t.Height+8))
}

func (r *chipRenderer) Refresh() {
	k := r.k
	k.back.FillColor = theme.Color(theme.ColorNameButton)
	k.back.StrokeWidth = 0
	if unverified(k.conn.Profile()) {
		k.back.StrokeColor, k.back.StrokeWidth = theme.Color(theme.ColorNameError), 2
	}
	own := ui.ColourOf(k.conn.Profile().Colour)
	k.mark.FillColor, k.ring.StrokeColor = color.Transparent, own
	switch k.state {
	case connections.StateOpen:
		k.mark.FillColor = own
	case connections.StateWaiting:
		k.ring.StrokeColor = theme.Color(theme.ColorNameWarning)
	case connections.StateClosed, connections.StateIdle:
		k.ring.StrokeColor = theme.Color(theme.ColorNameDisabled)
	}
	r.Layout(k.Size())
	canvas.Refresh(k)
}

func (r *chipRenderer) Objects() []fyne.CanvasObject {
	k := r.k
	return []fyne.CanvasObject{k.back, k.mark, k.ring, k.lock, k.text, k.arrow}
}

func (r *chipRenderer) Destroy() {}

// rateMeter turns a growing count into a rate over the last second or so.
type rateMeter struct {
	last uint64
	at   time.Time
	rate float64
}

// Add takes the count as it stands at now.
func (m *rateMeter) Add(n uint64, now time.Time) {
	if m.at.IsZero() || n < m.last {
		m.last, m.at, m.rate = n, now, 0
		return
	}
	if dt := now.Sub(m.at); dt >= time.Second {
		m.rate = float64(n-m.last) / dt.Seconds()
		m.last, m.at = n, now
	}
}

// PerSecond returns the last rate, in messages/s.
func (m *rateMeter) PerSecond() float64 { return m.rate }
