package charts

import (
	"image/color"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/widgets/chart"
)

// Options is what a board needs from its window.
type Options struct {
	App *app.App
	// Do runs a function on the UI goroutine.
	Do         func(func())
	Background *ui.Background
	// Window is the main window.
	Window fyne.Window
	// NewWindow makes a window for a chart.
	NewWindow func(title string) fyne.Window
	// Theme is that of the panes.
	Theme func() fyne.Theme
	// Variant is the theme variant in force.
	Variant func() fyne.ThemeVariant
	// OnChanged tells that Kept has something else to say.
	OnChanged func()
	// OnShow asks for the dock to be opened, and to be that high if there is room.
	OnShow func(height float32)
	// OnReveal asks for a topic to be shown in the tree.
	OnReveal func(ui.Selection)
	// Name gives the scene's name to an object; nil takes it back.
	Name func(name string, o fyne.CanvasObject)
	// Flash says a sentence to the user, Fail an error.
	Flash func(string)
	Fail  func(error)
}

// Board holds the charts of the window.
type Board struct {
	o Options
	// Object is the dock.
	Object fyne.CanvasObject

	panels []*panel
	// sleeping are charts of connections that have not been open yet, to come with them.
	sleeping []profile.Chart
	// met are the profiles that were open in this run: their documents are the board's to write.
	met map[string]bool
	// last is the chart that was used last; nil if none.
	last *panel
	// removed is the chart to bring back; nil if none.
	removed *profile.Chart
	paused  bool
	// view is the stretch of time that all linked charts show; nil before there is one.
	view *chart.View
	// folder is where the last export went; nil if there was none.
	folder fyne.URI
	// pop is the popover that was opened last.
	pop *widget.PopUp
	// named is how many charts have names in the scene.
	named int

	stack  *fyne.Container
	scroll *container.Scroll
	hint   *widget.Label
	drag   dragging
}

// New makes a board without charts.
func New(o Options) *Board {
	b := &Board{o: o, met: map[string]bool{}}
	b.stack = container.New(stackLayout{})
	b.scroll = container.NewVScroll(b.stack)
	b.hint = widget.NewLabel("")
	b.hint.Wrapping, b.hint.Alignment, b.hint.Importance = fyne.TextWrapWord, fyne.TextAlignCenter, widget.LowImportance
	b.Object = container.NewStack(container.NewBorder(ui.NewSpace(24), nil, nil, nil, b.hint), b.scroll)
	b.drag.make()
	b.arrange()
	return b
}

// Add puts a value on the chart that was used last, or on a new one.
func (b *Board) Add(s ui.Selection) {
	p := b.current()
	if p == nil {
		p = b.open(b.newSpec())
	}
	b.addTo(p, s)
}

// AddToNew puts a value on a chart of its own.
func (b *Board) AddToNew(s ui.Selection) { b.addTo(b.open(b.newSpec()), s) }

// NewChart opens an empty chart.
func (b *Board) NewChart() {
	b.last = b.open(b.newSpec())
	b.show(b.last)
}

// show opens the dock, if the chart stands there, and brings the chart into view.
func (b *Board) show(p *panel) {
	if p.own != nil {
		return
	}
	b.o.OnShow(leastHeight * float32(len(b.stack.Objects)))
	at, view := p.object.Position().Y, b.scroll.Size().Height
	if end := at + p.object.Size().Height; end > b.scroll.Offset.Y+view {
		b.scroll.ScrollToOffset(fyne.NewPos(0, end-view))
	}
	if at < b.scroll.Offset.Y {
		b.scroll.ScrollToOffset(fyne.NewPos(0, at))
	}
}

func (b *Board) addTo(p *panel, s ui.Selection) {
	p.add(specOf(s), s.Conn)
	b.last = p
	b.changed()
	b.show(p)
}

// newSpec is a new chart, of the window that the last one has.
func (b *Board) newSpec() profile.Chart {
	c := profile.Chart{ID: profile.NewChartID(), Window: time.Minute}
	if n := len(b.panels); n > 0 {
		c.Place = b.panels[n-1].spec.Place + 1
	}
	if p := b.current(); p != nil {
		c.Window = p.spec.Window
	}
	return c
}

// open brings a chart onto the board, at its place.
func (b *Board) open(spec profile.Chart) *panel {
	p := newPanel(b, spec)
	at := slices.IndexFunc(b.panels, func(o *panel) bool { return o.spec.Place > spec.Place })
	if at < 0 {
		at = len(b.panels)
	}
	b.panels = slices.Insert(b.panels, at, p)
	p.chart.View().Pause(b.paused)
	for _, l := range p.lines {
		if c := b.o.App.Connection(l.spec.Profile); c != nil {
			l.attach(c)
		}
	}
	p.draw()
	if spec.Own != nil {
		p.openOwn(*spec.Own)
	}
	b.arrange()
	return p
}

// current is the chart that commands of the menu mean: the one that has the focus, else the one
// that was used last.
func (b *Board) current() *panel {
	for _, p := range b.panels {
		if cv := fyne.CurrentApp().Driver().CanvasForObject(p.chart); cv != nil && cv.Focused() == p.chart {
			b.last = p
		}
	}
	if b.last == nil && len(b.panels) > 0 {
		b.last = b.panels[len(b.panels)-1]
	}
	return b.last
}

// Has reports whether a value is on a chart.
func (b *Board) Has(s ui.Selection) bool {
	k := key(specOf(s))
	return slices.ContainsFunc(b.panels, func(p *panel) bool { return p.find(k) != nil })
}

// Remove takes a chart off the board, with all that it holds. BringBack undoes it.
func (b *Board) Remove(id string) {
	i := slices.IndexFunc(b.panels, func(p *panel) bool { return p.spec.ID == id })
	if i < 0 {
		return
	}
	p := b.panels[i]
	spec, name := p.kept(), p.name()
	b.removed = &spec
	if b.last == p {
		b.last = nil
	}
	p.closeOwn()
	b.panels = slices.Delete(b.panels, i, i+1)
	p.release()
	if len(b.panels) == 0 {
		b.view = nil // what comes next is of the present
	}
	b.arrange()
	b.changed()
	b.o.Flash(ui.Tr("charts.removed", "{{.Chart}} was removed. Chart › Bring back undoes it.", map[string]any{"Chart": name}))
}

// BringBack undoes the last removal.
func (b *Board) BringBack() {
	if b.removed == nil {
		b.o.Flash(ui.Tr("charts.nothing", "No chart was removed."))
		return
	}
	spec := *b.removed
	b.removed = nil
	b.last = b.open(spec)
	b.changed()
	b.show(b.last)
}

// Clear removes all charts.
func (b *Board) Clear() {
	for len(b.panels) > 0 {
		b.Remove(b.panels[len(b.panels)-1].spec.ID)
	}
}

// Pause freezes the views, never the data.
func (b *Board) Pause(on bool) {
	b.paused = on
	for _, p := range b.panels {
		p.chart.View().Pause(on)
	}
}

// Tick lets the charts move; it reports whether any may move again soon. Texts tells that other
// texts of the window change at once.
func (b *Board) Tick(now time.Time, texts bool) (moving bool) {
	for _, p := range b.panels {
		if p.own == nil && !b.Object.Visible() || len(p.lines) == 0 {
			continue
		}
		at := now.UnixNano()
		for _, l := range p.lines {
			if l.conn != nil {
				at = l.conn.Now()
				break
			}
		}
		if texts {
			p.chart.TickWithTexts(at)
		} else {
			p.chart.Tick(at)
		}
		moving = moving || !p.chart.View().Paused() && !p.asleep()
	}
	return moving
}

// Refresh follows the connections' states and learns late what a value is; called by the slow
// tick.
func (b *Board) Refresh() {
	placed := false
	for _, p := range b.panels {
		anew := false
		for _, l := range p.lines {
			if l.follow() {
				anew = true
				placed = p.place(l) || placed
			}
		}
		if anew {
			p.draw()
		}
	}
	if placed {
		b.changed()
	}
}

// follow brings the line up to date with its connection; it reports whether that changed how
// the line looks.
func (l *line) follow() bool {
	word, before := "", l.unit
	switch {
	case l.conn == nil:
		word = ui.Tr("charts.line.closed", "not open")
	case l.conn.Status().State != connections.StateOpen:
		word = ui.Tr("charts.line.lost", "not connected")
	}
	if l.conn != nil && l.unit == "" && l.data.Len() < 4 {
		l.look()
	}
	outside := l.tellsTimesOutside()
	changed := word != l.word || l.unit != before || outside != l.outside
	l.word, l.outside = word, outside
	return changed
}

// Retheme draws everything anew in the colours of the theme.
func (b *Board) Retheme() {
	for _, p := range b.panels {
		p.draw()
	}
}

// colour is the line's own, grey while nothing can come; nil for the palette's.
func (b *Board) colour(l *line) color.Color {
	if l.word != "" {
		return theme.Color(theme.ColorNameDisabled)
	}
	if l.spec.Colour != "" {
		return ui.ColourOf(l.spec.Colour)
	}
	return nil
}

// changed tells that there is something to keep.
func (b *Board) changed() { b.o.OnChanged() }

// arrange puts the charts that have no window of their own into the dock.
func (b *Board) arrange() {
	b.stack.Objects = nil
	for _, p := range b.panels {
		if p.own == nil {
			b.stack.Objects = append(b.stack.Objects, p.object)
		}
	}
	empty := len(b.stack.Objects) == 0
	if len(b.panels) == 0 {
		b.hint.SetText(ui.Tr("charts.empty", "No chart yet. Press the chart icon beside a value, drag a row of the tree here, or choose “Add to chart” in a row's menu."))
	} else {
		b.hint.SetText(ui.Tr("charts.elsewhere", "All charts stand in windows of their own. Close one, and it comes back here."))
	}
	ui.Show(b.hint, empty)
	ui.Show(b.scroll, !empty)
	b.stack.Refresh()
	b.scroll.Refresh()
	for i, p := range b.panels {
		p.relabel()
		b.o.Name(sceneName(i), p.chart)
		b.o.Name(sceneName(i)+".plot", p.chart.Plot())
		b.o.Name(sceneName(i)+".menu", p.menu)
		b.o.Name(sceneName(i)+".own", p.detach)
	}
	for i := len(b.panels); i < b.named; i++ {
		b.o.Name(sceneName(i), nil)
		b.o.Name(sceneName(i)+".plot", nil)
		b.o.Name(sceneName(i)+".menu", nil)
		b.o.Name(sceneName(i)+".own", nil)
	}
	b.named = len(b.panels)
}

// sceneName is how a scene calls the chart at that place.
func sceneName(i int) string {
	if i == 0 {
		return "chart"
	}
	return "chart" + strconv.Itoa(i+1)
}

// Shows tells whether an object of the dock is to be seen; other objects are none of its.
func (b *Board) Shows(o fyne.CanvasObject) (shown, ours bool) {
	for _, p := range b.panels {
		if o == p.chart || o == p.menu || o == p.detach {
			return p.own == nil && b.Object.Visible(), true
		}
	}
	return false, false
}

// CloseWindows closes the windows of charts because the program ends: they are not brought back
// into the dock.
func (b *Board) CloseWindows() {
	for _, p := range b.panels {
		p.closeOwn()
	}
}

// Close waits for all painting to end. The board shows nothing afterwards.
func (b *Board) Close() {
	b.opened(nil)
	for _, p := range b.panels {
		p.chart.Close()
	}
}
