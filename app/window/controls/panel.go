package controls

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// Options is what a [Panel] needs.
type Options struct {
	App        *app.App
	Background *ui.Background
	Parent     fyne.Window
	// Current is the connection of a command that is for any: the one that the user looks at.
	Current func() *app.Connection
	// OnClose hides the panel; OnChanged is told when commands came, went or changed.
	OnClose, OnChanged func()
	// Fail shows an error, Flash a short note.
	Fail  func(error)
	Flash func(string)
	// Now is the present.
	Now func() time.Time
}

// Panel is the panel. All of it belongs to the UI goroutine.
type Panel struct {
	o      Options
	Object fyne.CanvasObject

	search *widget.Entry
	// where says to which connection commands for any go.
	where *ui.QuietText
	none  fyne.CanvasObject
	list  *fyne.Container
	empty fyne.CanvasObject
	undo  *widget.Button
	cards []*card
	// asked is what each control asked for last, see [card.key].
	asked map[string]saved.Asked
	// shown is what the cards were made of.
	shown []saved.Command
}

// scrollBar is the room beside the cards that the bar of the list has for itself.
const scrollBar = 8

// New makes the panel and fills it.
func New(o Options) *Panel {
	p := &Panel{o: o, asked: map[string]saved.Asked{}, list: container.NewVBox()}
	title := ui.NewQuietText()
	title.Line.TextStyle.Bold = true
	title.SetText(ui.Tr("controls.title", "Controls"))
	add := ui.IconButton(theme.ContentAddIcon(), ui.Tr("controls.add", "New command"), func() { p.Edit(saved.New("", command.Draft{Format: command.FormatText, QoS: 1})) })
	undo := ui.IconButton(theme.ContentUndoIcon(), ui.Tr("controls.undo", "Take the last change of the list back"), func() { p.changed(p.o.App.Commands.Undo()) })
	p.undo = &undo.Button
	more := ui.IconButton(theme.MoreHorizontalIcon(), ui.Tr("controls.more", "Import, export"), nil)
	more.OnTapped = func() {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(more).Add(fyne.NewPos(0, more.Size().Height))
		widget.ShowPopUpMenuAtPosition(p.menu(), p.o.Parent.Canvas(), at)
	}
	closer := ui.IconButton(theme.CancelIcon(), ui.Tr("controls.close", "Close the controls (Ctrl+B)"), func() { p.o.OnClose() })
	p.search = widget.NewEntry()
	p.search.SetPlaceHolder(ui.Tr("controls.search", "Search commands"))
	p.search.OnChanged = func(string) { p.rebuild() }
	p.empty = ui.NewHint(ui.Tr("controls.empty", "Commands that you keep stand here as buttons, toggles and sliders.\nAdd one with +, or keep a message of the composer."))
	head := container.NewBorder(nil, nil, title, container.NewHBox(add, undo, more, closer))
	p.none = ui.NewHint(ui.Tr("controls.none", "No command matches the search."))
	p.where = ui.NewFittingText()
	p.where.TextSize, p.where.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	p.Object = container.NewPadded(container.NewBorder(container.NewVBox(head, p.search, p.where), nil, nil, nil,
		container.NewStack(p.empty, p.none, container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 0, 0, scrollBar), p.list)))))
	p.Load()
	return p
}

// Load makes the cards of what the library holds.
func (p *Panel) Load() {
	p.shown = p.o.App.Commands.List()
	p.rebuild()
}

// Commands are those of the library, in their order, as they were loaded last.
func (p *Panel) Commands() []saved.Command { return p.shown }

// changed follows a change of the library.
func (p *Panel) changed(err error) {
	if err != nil {
		p.o.Fail(err)
		return
	}
	p.Load()
	p.o.OnChanged()
}

// rebuild lays out the cards that the search leaves, group by group.
func (p *Panel) rebuild() {
	word := strings.ToLower(strings.TrimSpace(p.search.Text))
	for _, c := range p.cards {
		c.drop()
	}
	p.cards = nil
	p.list.RemoveAll()
	var groups []string
	by := map[string][]*card{}
	for _, c := range p.shown {
		if word != "" && !strings.Contains(strings.ToLower(c.Name+" "+c.Group+" "+c.Draft.Topic), word) {
			continue
		}
		if !slices.Contains(groups, c.Group) {
			groups = append(groups, c.Group)
		}
		k := newCard(p, c)
		by[c.Group] = append(by[c.Group], k)
		p.cards = append(p.cards, k)
	}
	for _, g := range groups {
		if g != "" {
			heading := ui.NewFittingText()
			heading.Line.TextStyle.Bold = true
			heading.TextSize, heading.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
			heading.SetText(g)
			p.list.Add(heading)
		}
		for _, k := range by[g] {
			p.list.Add(k.object)
		}
	}
	ui.Show(p.empty, len(p.shown) == 0)
	ui.Show(p.none, len(p.shown) > 0 && len(p.cards) == 0)
	ui.SetEnabled(p.undo, p.o.App.Commands.CanUndo())
	p.list.Refresh()
	p.Tick(p.o.Now())
}

// Tick brings the reported states up to date.
func (p *Panel) Tick(now time.Time) {
	p.tellWhere()
	for _, k := range p.cards {
		k.refresh(now)
	}
}

// tellWhere says where commands go that are for any connection, and whether they can.
func (p *Panel) tellWhere() {
	text, colour := "", theme.ColorNamePlaceHolder
	switch k := p.o.Current(); {
	case p.o.App.ReadOnly():
		text, colour = ui.Tr("controls.where.readonly", "Read-only: nothing is sent. The lock in the toolbar opens it."), theme.ColorNameWarning
	case !slices.ContainsFunc(p.shown, func(c saved.Command) bool { return c.Profile == "" }):
	case k != nil:
		text = ui.Tr("controls.where", "Commands for any connection go to {{.Name}}", map[string]any{"Name": k.Name()})
	}
	p.where.SetText(text)
	p.where.SetColour(colour)
	if p.where.Visible() != (text != "") {
		ui.Show(p.where, text != "")
		p.Object.Refresh()
	}
}

// Sending counts what has no outcome yet.
func (p *Panel) Sending() (n int) {
	for _, k := range p.cards {
		n += k.sending
	}
	return n
}

// Close stops sliders that have a last value to send: nothing goes on after the panel.
func (p *Panel) Close() {
	for _, k := range p.cards {
		k.drop()
	}
}

// Trigger sends a command as its button would; byShortcut makes it ask first in any case.
func (p *Panel) Trigger(id string, byShortcut bool) {
	for _, k := range p.cards {
		if k.command.ID == id {
			k.press(byShortcut)
			return
		}
	}
}

// connection is where a command goes; nil if it is not open.
func (p *Panel) connection(c *saved.Command) *app.Connection {
	if c.Profile != "" {
		return p.o.App.Connection(c.Profile)
	}
	takes := func(k *app.Connection) bool {
		return k != nil && (k.Profile().Protocol == profile.WebSocket) == (c.Draft.Topic == "")
	}
	if k := p.o.Current(); takes(k) {
		return k
	}
	var only *app.Connection
	for _, k := range p.o.App.Connections() {
		if takes(k) {
			if only != nil {
				return nil // it would be a guess
			}
			only = k
		}
	}
	return only
}

// locked says why a command cannot be sent whatever is done with it; empty if it can.
func (p *Panel) locked(c *saved.Command) string {
	if p.o.App.ReadOnly() {
		return ui.Tr("controls.locked", "Locked: the window is read-only")
	}
	if k := p.connection(c); k != nil && k.ReadOnly() {
		return ui.Tr("controls.locked.one", "Locked: {{.Name}} is read-only", map[string]any{"Name": k.Name()})
	}
	return ""
}

// missing says why there is no connection for a command.
func (p *Panel) missing(c *saved.Command) string {
	if c.Profile == "" {
		return ui.Tr("controls.missing.any", "select a connection in the tree")
	}
	return ui.Tr("controls.missing.one", "{{.Name}} is not open", map[string]any{"Name": p.target(c)})
}

// target names where a command goes.
func (p *Panel) target(c *saved.Command) string {
	if k := p.connection(c); k != nil {
		return k.Name()
	}
	if c.Profile != "" {
		if prof, err := p.o.App.Profiles.Get(c.Profile); err == nil {
			return prof.Name
		}
	}
	return ui.Tr("controls.nowhere", "the connection")
}
