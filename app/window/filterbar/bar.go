package filterbar

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/topics"
	"streamscope/app/window/ui"
)

// Options is what a [Bar] needs.
type Options struct {
	// OnChanged says that the query is another.
	OnChanged func()
	// OnLeave says that the user goes on from the field into what was found.
	OnLeave func()
	// Extra stands at the right end of the bar.
	Extra []fyne.CanvasObject
}

// Bar is the bar. Make it with [New].
type Bar struct {
	// Object is what to show.
	Object fyne.CanvasObject
	// Entry is the field, Hits the count beside it.
	Entry *Entry
	Hits  *ui.QuietText
	// Menu and Help are the buttons behind it.
	Menu, Help *ttwidget.Button

	o     Options
	state State
	// query is the last that could be read.
	query topics.Query
	err   error
	chips *fyne.Container
	note  *ui.QuietText
	// items are those of the main menu, kept in step.
	items map[*fyne.MenuItem]toggle
}

// New makes a bar that asks for nothing.
func New(o Options) *Bar {
	b := &Bar{o: o, Hits: ui.NewQuietText(), note: ui.NewFittingText(), items: map[*fyne.MenuItem]toggle{}}
	b.Entry = newEntry(func(text string) { s := b.state; s.Text = text; b.become(s) }, o.OnLeave)
	b.Menu = ui.IconButton(ui.FilterIcon, ui.Tr("filter.menu.tip", "Filter by payload, time, numbers, retained"), b.openMenu)
	b.Help = ui.IconButton(theme.QuestionIcon(), ui.Tr("filter.help.tip", "What can be typed here"), b.ShowHelp)
	b.note.TextSize = theme.SizeNameCaptionText
	b.chips = ui.NewWrap()
	b.chips.Hide()
	b.note.Hide()
	right := container.NewHBox(append([]fyne.CanvasObject{b.Hits, b.Menu, b.Help}, o.Extra...)...)
	b.Object = container.NewVBox(container.NewBorder(nil, nil, nil, right, b.Entry), b.chips, b.note)
	return b
}

// State is what the user asks for.
func (b *Bar) State() State { return b.state }

// SetState asks for something else.
func (b *Bar) SetState(s State) {
	if s.Text != b.Entry.Text {
		b.Entry.OnChanged = nil
		b.Entry.SetText(s.Text)
		b.Entry.OnChanged = func(text string) { s := b.state; s.Text = text; b.become(s) }
	}
	b.become(s)
}

// Query is what is looked for. While the text cannot be read it is the one before.
func (b *Bar) Query() topics.Query { return b.query }

// Exclude hides a topic and all beneath it.
func (b *Bar) Exclude(path string) {
	s := b.state
	if s.Text != "" {
		s.Text += " "
	}
	s.Text += topics.Excluding(path)
	b.SetState(s)
}

// SetHits says how many of all topics fit; partial that the search goes on.
func (b *Bar) SetHits(hits, all int, partial bool) {
	switch {
	case b.query.IsZero():
		b.Hits.SetText(ui.Count(all))
	case partial:
		b.Hits.SetText(ui.Tr("filter.partial", "{{.N}}… of {{.All}}", map[string]any{"N": ui.Count(hits), "All": ui.Count(all)}))
	default:
		b.Hits.SetText(ui.Count(hits) + "/" + ui.Count(all))
	}
}

// become takes over a state.
func (b *Bar) become(s State) {
	if s == b.state {
		return
	}
	b.state = s
	var q topics.Query
	if q, b.err = s.query(); b.err == nil {
		b.query = q
	}
	b.showChips()
	b.showNote()
	for item, t := range b.items {
		item.Checked = t.is(s)
	}
	if b.err == nil {
		b.o.OnChanged()
	}
}

// showChips has a chip for each switch that is on; a click switches it off.
func (b *Bar) showChips() {
	b.chips.RemoveAll()
	for _, t := range b.state.on() {
		chip := ttwidget.NewButtonWithIcon(t.label, theme.CancelIcon(), func() { b.become(t.set(b.state, false)) })
		chip.IconPlacement = widget.ButtonIconTrailingText
		chip.SetToolTip(ui.Tr("filter.chip.tip", "Click to ask for it no longer"))
		b.chips.Add(chip)
	}
	ui.Show(b.chips, len(b.chips.Objects) > 0)
}

// showNote says what is wrong with the text, or what it does not do.
func (b *Bar) showNote() {
	text, colour := "", theme.ColorNamePlaceHolder
	var e *topics.QueryError
	switch {
	case errors.As(b.err, &e):
		text, colour = ui.Tr("filter.error", "Character {{.Column}}, “{{.Part}}”: {{.Reason}}. Shown is what fitted before.",
			map[string]any{"Column": e.Column, "Part": e.Part, "Reason": e.Reason}), theme.ColorNameError
	case b.err != nil:
		text, colour = b.err.Error(), theme.ColorNameError
	case b.query.Excludes():
		text = ui.Tr("filter.excludes", "-… hides topics. They are still subscribed to, received and counted.")
	}
	b.note.SetColour(colour)
	b.note.SetText(text)
	ui.Show(b.note, text != "")
}

// MenuItems are the switches for a menu that stays; they show what is on.
func (b *Bar) MenuItems() []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for i, group := range groups() {
		if i > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		for _, t := range group {
			item := fyne.NewMenuItem(t.label, func() { b.become(t.set(b.state, !t.is(b.state))) })
			item.Checked = t.is(b.state)
			b.items[item] = t
			items = append(items, item)
		}
	}
	return append(items, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("filter.clear", "Filter by nothing"), func() { b.SetState(State{}) }))
}

func (b *Bar) openMenu() {
	kept := b.items
	b.items = map[*fyne.MenuItem]toggle{}
	menu := fyne.NewMenu("", b.MenuItems()...)
	b.items = kept
	driver := fyne.CurrentApp().Driver()
	at := driver.AbsolutePositionForObject(b.Menu).AddXY(0, b.Menu.Size().Height)
	widget.ShowPopUpMenuAtPosition(menu, driver.CanvasForObject(b.Menu), at)
}
