package floods

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

const (
	// measureEvery is how often the figures are renewed, rankEvery how often rows may move.
	measureEvery = time.Second
	rankEvery    = 2 * time.Second
)

// Options is what a [Window] needs.
type Options struct {
	App        *app.App
	Background *ui.Background
	// NewWindow makes the window that everything stands in.
	NewWindow func(title string) fyne.Window
	// OnShow asks for a topic or a branch to be shown in the tree, OnWatchOnly for nothing else
	// to be received, OnHide for the tree's filter to hide it, OnCopy for its name to be copied.
	OnShow, OnWatchOnly, OnHide, OnCopy func(ui.Selection)
	// CanWatchOnly reports whether OnWatchOnly can be asked for.
	CanWatchOnly func(ui.Selection) bool
	// Now is the clock that Tick is told, for what cannot wait for it; nil means time.Now.
	Now func() time.Time
}

// Window is the window, open or not. All of it belongs to the UI goroutine.
type Window struct {
	o   Options
	win fyne.Window // nil while it is closed

	question question
	rows     *rows
	table    *table.Table
	kind     *widget.RadioGroup
	by       *widget.Select
	summary  *ui.QuietText
	show     *ttwidget.Button
	only     *ttwidget.Button
	hide     *ttwidget.Button

	// busy says that an answer is on its way. turn numbers the questions: an answer to another is
	// not taken.
	busy bool
	turn int
	// asked and ranked are when figures and places were renewed last.
	asked, ranked time.Time
	// selected is the row that was chosen, wherever it stands.
	selected ui.Selection
}

// New makes a window that is closed.
func New(o Options) *Window {
	if o.Now == nil {
		o.Now = time.Now
	}
	w := &Window{o: o, rows: &rows{}}
	w.table = newTable(w.rows)
	w.table.OnSort = func(column int) { w.by.SetSelectedIndex(int(byOf(column))) }
	w.table.OnSelect = func(first, _ int) { w.choose(w.rows.at(first)) }
	w.table.OnActivate = func(int) { w.with(w.o.OnShow) }
	w.table.OnEscape = w.Close
	w.table.OnMenu = func(_ int, at fyne.Position) {
		widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", w.items()...), w.win.Canvas(), at)
	}
	w.kind = widget.NewRadioGroup([]string{ui.Tr("floods.topics", "Topics"), ui.Tr("floods.branches", "Branches")}, nil)
	w.kind.Horizontal, w.kind.Required = true, true
	w.by = widget.NewSelect(orders(), nil)
	w.summary = ui.NewFittingText()
	button := func(label, tip string, f func()) *ttwidget.Button {
		b := ttwidget.NewButton(label, f)
		b.SetToolTip(tip)
		return b
	}
	w.show = button(ui.Tr("floods.show", "Show in the tree"), ui.Tr("floods.show.tip", "Double click or Enter does the same"), func() { w.with(w.o.OnShow) })
	w.only = button(ui.Tr("topic.watchonly", "Watch only this branch"),
		ui.Tr("floods.only.tip", "Subscribe to this and to nothing else, until you take it back"), func() { w.with(w.o.OnWatchOnly) })
	w.hide = button(ui.Tr("topic.hide", "Hide with the filter"),
		ui.Tr("floods.hide.tip", "The tree shows it no longer; it is still received"), func() { w.with(w.o.OnHide) })
	w.kind.SetSelected(w.kind.Options[0])
	w.by.SetSelectedIndex(0)
	w.kind.OnChanged = func(string) { w.ask() }
	w.by.OnChanged = func(string) { w.ask() }
	w.choose(nil)
	return w
}

// Open opens the window, or brings it to the front.
func (w *Window) Open() {
	if w.win != nil {
		w.win.Show()
		w.win.RequestFocus()
		return
	}
	w.win = w.o.NewWindow(ui.Tr("floods.title", "Who floods?"))
	top := container.NewBorder(nil, nil, container.NewHBox(w.kind, widget.NewLabel(ui.Tr("floods.by", "by")), wide(w.by)), nil, w.summary)
	foot := container.NewHBox(w.show, w.only, w.hide, layout.NewSpacer())
	content := container.NewPadded(container.NewBorder(top, foot, nil, nil, w.table))
	ui.Furnish(w.win, content, w.Close)
	w.win.SetMainMenu(fyne.NewMainMenu(w.menu()))
	ui.EscapeLeaves(w.win, w.Close)
	w.win.Resize(fyne.NewSize(960, 560))
	w.win.Show()
	w.win.Canvas().Focus(w.table)
	w.ask()
}

// wide has a choice as wide as its longest word: Fyne's is as wide as its first.
func wide(s *widget.Select) fyne.CanvasObject {
	var least fyne.Size
	for _, o := range s.Options {
		least = least.Max(fyne.MeasureText(o, theme.Size(theme.SizeNameText), fyne.TextStyle{}))
	}
	room := canvas.NewRectangle(nil)
	room.SetMinSize(fyne.NewSize(least.Width+theme.IconInlineSize()+6*theme.InnerPadding(), 0))
	return container.NewStack(room, s)
}

// IsOpen reports whether the window stands on the screen.
func (w *Window) IsOpen() bool { return w.win != nil }

// Close closes the window; it may be opened again.
func (w *Window) Close() {
	if w.win == nil {
		return
	}
	win := w.win
	w.win = nil
	w.turn++
	w.busy = false
	ui.Discard(win)
}

// ask begins to look for something else.
func (w *Window) ask() {
	w.question = question{branches: w.kind.Selected == w.kind.Options[1], by: topics.By(max(0, w.by.SelectedIndex()))}
	w.ranked = time.Time{}
	w.turn++
	w.busy = false
	w.Tick(w.o.Now())
}

// Tick renews what is shown if it is time to.
func (w *Window) Tick(now time.Time) {
	ranks := w.ranked.IsZero() || now.Sub(w.ranked) >= rankEvery && !w.table.Interacting()
	if w.win == nil || w.busy || !ranks && now.Sub(w.asked) < measureEvery {
		return
	}
	w.busy, w.asked = true, now
	if ranks {
		w.ranked = now
	}
	w.turn++
	turn, q, list, conns := w.turn, w.question, slices.Clone(w.rows.list), w.o.App.Connections()
	w.o.Background.Go(func() func() {
		var err error
		if ranks {
			list, err = rank(w.o.Background.Context, conns, q)
		} else {
			list = measure(conns, q, list)
		}
		whole := totalOf(conns)
		return func() {
			if turn != w.turn {
				return
			}
			w.busy = false
			if err == nil {
				w.apply(q, list, whole, len(conns))
			}
		}
	})
}

// apply shows an answer; the selection stays on its row.
func (w *Window) apply(q question, list []flood, whole total, conns int) {
	w.rows.list, w.rows.branches = list, q.branches
	at := slices.IndexFunc(list, func(f flood) bool { return f.conn == w.selected.Conn && f.Node == w.selected.Node })
	if at < 0 {
		w.choose(nil)
	}
	w.table.ShowColumn(columnConnection, conns > 1)
	w.table.ShowColumn(columnTopics, q.branches)
	w.table.SetSorted(columnOf(q.by), true)
	w.table.Moved(at, at)
	w.summary.SetText(ui.TrN(whole.topics, "floods.summary", "of {{.N}} topic with {{.Rate}}", "of {{.N}} topics with {{.Rate}}", map[string]any{"Rate": ui.Rate(whole.rate)}))
}

// choose takes over what was selected; nil is nothing.
func (w *Window) choose(f *flood) {
	w.selected = ui.Selection{}
	if f != nil {
		w.selected = f.selection()
	}
	ui.SetEnabled(&w.show.Button, f != nil)
	ui.SetEnabled(&w.hide.Button, f != nil)
	ui.SetEnabled(&w.only.Button, f != nil && w.o.CanWatchOnly(w.selected))
}

// with calls f with what is selected.
func (w *Window) with(f func(ui.Selection)) {
	if w.selected.Conn != nil {
		f(w.selected)
	}
}

// items are what can be done with the row that was selected as the menu was asked for, whatever
// moves meanwhile.
func (w *Window) items() []*fyne.MenuItem {
	s := w.selected
	only := fyne.NewMenuItem(w.only.Text, func() { w.o.OnWatchOnly(s) })
	only.Disabled = w.only.Disabled()
	return []*fyne.MenuItem{
		fyne.NewMenuItem(w.show.Text, func() { w.o.OnShow(s) }),
		fyne.NewMenuItem(ui.Tr("topic.copytopic", "Copy topic"), func() { w.o.OnCopy(s) }),
		fyne.NewMenuItemSeparator(), only,
		fyne.NewMenuItem(w.hide.Text, func() { w.o.OnHide(s) }),
	}
}

// menu has all of the window for the keyboard.
func (w *Window) menu() *fyne.Menu {
	item := func(label string, key fyne.KeyName, f func()) *fyne.MenuItem {
		i := fyne.NewMenuItem(label, f)
		i.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
		return i
	}
	return fyne.NewMenu(ui.Tr("floods.title", "Who floods?"),
		item(w.kind.Options[0], fyne.Key1, func() { w.kind.SetSelected(w.kind.Options[0]) }),
		item(w.kind.Options[1], fyne.Key2, func() { w.kind.SetSelected(w.kind.Options[1]) }),
		fyne.NewMenuItemSeparator(),
		item(w.show.Text, fyne.KeyT, func() { w.with(w.o.OnShow) }),
		fyne.NewMenuItem(w.only.Text, func() {
			if !w.only.Disabled() {
				w.with(w.o.OnWatchOnly)
			}
		}),
		fyne.NewMenuItem(w.hide.Text, func() { w.with(w.o.OnHide) }),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("close", "Close"), fyne.KeyW, w.Close))
}
