package retained

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/command/retained"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
	"streamscope/widgets/table"
)

// Options is what a [Window] needs.
type Options struct {
	App        *app.App
	Background *ui.Background
	// NewWindow makes the window that everything stands in.
	NewWindow func(title string) fyne.Window
	// OnEdit takes a message into the composer.
	OnEdit func(c *app.Connection, m retained.Message)
	// Now is the present, for the name of a backup.
	Now func() time.Time
}

// Window is the window, open or not. All of it belongs to the UI goroutine.
type Window struct {
	o   Options
	win fyne.Window // nil while it is closed

	conns  []*app.Connection
	conn   *widget.Select
	filter *widget.Entry
	list   *ttwidget.Button
	search *widget.Entry
	note   *ui.QuietText
	table  *table.Table
	rows   *rows

	clear, clearAll, back, edit, diff *ttwidget.Button
	working                           *working
	bar                               *widget.ProgressBar
	progress                          *fyne.Container
	progressText                      *ui.QuietText

	// asked is the connection and the filter that the listing is of.
	asked    *app.Connection
	filters  []string
	listing  *retained.Listing
	clientID string
	// said is what stands behind the words about the list, until something else runs.
	said string
	// sifting counts the searches, so that only the latest comes to the screen.
	sifting uint64
}

// New makes a window that is closed.
func New(o Options) *Window {
	w := &Window{o: o, rows: &rows{}}
	w.conn = widget.NewSelect(nil, func(string) { w.refresh() })
	w.conn.PlaceHolder = ui.Tr("composer.target", "Connection…")
	w.filter = widget.NewEntry()
	w.filter.SetPlaceHolder(ui.Tr("retained.filter", "Topic filter, such as plant/line4/#"))
	w.filter.OnSubmitted = func(string) { w.ask() }
	w.filter.OnChanged = func(string) { w.refresh() }
	w.search = widget.NewEntry()
	w.search.SetPlaceHolder(ui.Tr("retained.search", "Find in topics and values"))
	w.search.OnChanged = func(string) { w.sift() }
	w.note = ui.NewFittingText()
	w.note.Colour = theme.ColorNamePlaceHolder
	w.table = newTable(w.rows)
	w.table.OnSelect = func(int, int) { w.refresh() }
	w.table.OnActivate = func(int) { w.editOne() }
	w.table.OnMenu = func(_ int, at fyne.Position) {
		widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", w.items()...), w.win.Canvas(), at)
	}
	button := func(label, tip string, icon fyne.Resource, f func()) *ttwidget.Button {
		b := ttwidget.NewButtonWithIcon(label, icon, f)
		b.SetToolTip(tip)
		return b
	}
	w.list = button(ui.Tr("retained.list", "List"), ui.Tr("retained.list.tip", "Ask the broker, on a connection of its own, what it retains (Enter)"), theme.SearchIcon(), w.ask)
	w.clear = button(ui.Tr("retained.clear", "Clear selected…"), ui.Tr("retained.clear.tip", "Let the broker forget the selected messages"), theme.DeleteIcon(), func() { w.confirm(w.selected()) })
	w.clearAll = button(ui.Tr("retained.clearall", "Clear all listed…"), ui.Tr("retained.clearall.tip", "Let the broker forget every message in the list"), theme.DeleteIcon(), func() { w.confirm(w.rows.list) })
	w.edit = button(ui.Tr("retained.edit", "Edit…"), ui.Tr("retained.edit.tip", "Take the message into the composer (Enter or double click)"), theme.DocumentCreateIcon(), w.editOne)
	w.diff = button(ui.Tr("retained.compare", "Compare…"), ui.Tr("retained.compare.tip", "Compare the message with the latest that was received, or two selected ones with each other"), theme.VisibilityIcon(), w.compare)
	w.back = button(ui.Tr("retained.back", "Put back…"), ui.Tr("retained.back.tip", "Publish again what was cleared, from the file that was kept"), theme.HistoryIcon(), w.chooseBackup)
	w.bar = widget.NewProgressBar()
	w.progressText = ui.NewFittingText()
	stop := widget.NewButtonWithIcon(ui.Tr("cancel", "Cancel"), theme.CancelIcon(), func() {
		if w.working != nil {
			w.working.stop()
		}
	})
	w.progress = container.NewBorder(nil, nil, nil, stop, container.NewVBox(w.progressText, w.bar))
	return w
}

// Open opens the window, or brings it to the front, for a connection and a branch of it; nil
// and "" leave them to the user.
func (w *Window) Open(c *app.Connection, branch string) {
	if w.win == nil {
		w.build()
	}
	w.connections(c)
	if branch != "" {
		w.filter.SetText(strings.TrimSuffix(branch, "/") + "/#")
	}
	w.win.Show()
	w.win.RequestFocus()
	w.refresh()
	if branch != "" {
		w.ask()
	} else {
		w.win.Canvas().Focus(w.filter)
	}
}

func (w *Window) build() {
	w.win = w.o.NewWindow(ui.Tr("retained.title", "Retained messages"))
	top := container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(180, w.conn.MinSize().Height), w.conn), w.list, w.filter)
	second := container.NewBorder(nil, nil, nil, container.NewGridWrap(fyne.NewSize(240, w.search.MinSize().Height), w.search), w.note)
	foot := container.NewHBox(w.clear, w.clearAll, w.edit, w.diff, layout.NewSpacer(), w.back)
	body := container.NewBorder(container.NewVBox(top, second), container.NewVBox(w.progress, foot), nil, nil, w.table)
	content := container.NewPadded(body)
	ui.Furnish(w.win, content, w.Close)
	w.win.SetMainMenu(fyne.NewMainMenu(w.menu()))
	ui.EscapeLeaves(w.win, nil)
	w.win.Resize(fyne.NewSize(960, 600))
}

// connections fills the choice, and turns it to c.
func (w *Window) connections(c *app.Connection) {
	w.conns = slices.DeleteFunc(w.o.App.Connections(), func(c *app.Connection) bool { return c.Profile().Protocol != profile.MQTT })
	names := make([]string, len(w.conns))
	at := -1
	for i, k := range w.conns {
		names[i] = k.Name()
		if k == c || c == nil && k == w.asked || c == nil && len(w.conns) == 1 {
			at = i
		}
	}
	w.conn.SetOptions(names)
	if at >= 0 {
		w.conn.SetSelectedIndex(at)
	} else {
		w.conn.ClearSelected()
	}
}

// chosen is the connection that will be asked; nil if none is.
func (w *Window) chosen() *app.Connection {
	if i := w.conn.SelectedIndex(); i >= 0 && i < len(w.conns) {
		return w.conns[i]
	}
	return nil
}

// IsOpen reports whether the window stands on the screen.
func (w *Window) IsOpen() bool { return w.win != nil }

// Close closes the window and stops what runs: nothing goes on after it.
func (w *Window) Close() {
	if w.win == nil {
		return
	}
	if w.working != nil {
		w.working.stop()
	}
	win := w.win
	w.win = nil
	ui.Discard(win)
	w.listing, w.rows.list = nil, nil
}

// Tick follows what changes outside of the window, such as read-only mode; for the UI goroutine.
func (w *Window) Tick() {
	if w.win != nil {
		w.refresh()
	}
}

// Working names what runs just now, for the status bar; empty for nothing.
func (w *Window) Working() string {
	if w.working == nil {
		return ""
	}
	return w.progressText.Full
}

// refresh enables what can be done.
func (w *Window) refresh() {
	idle := w.working == nil
	c := w.chosen()
	ui.SetEnabled(&w.list.Button, idle && c != nil && strings.TrimSpace(w.filter.Text) != "")
	may := idle && w.asked != nil && !w.asked.ReadOnly()
	n := len(w.selected())
	ui.SetEnabled(&w.clear.Button, may && n > 0)
	ui.SetEnabled(&w.clearAll.Button, may && len(w.rows.list) > 0)
	ui.SetEnabled(&w.edit.Button, n == 1)
	ui.SetEnabled(&w.diff.Button, n == 1 || n == 2)
	ui.SetEnabled(&w.back.Button, idle && c != nil && !c.ReadOnly())
	ui.Show(w.progress, !idle)
	w.note.SetText(w.describe())
}

// describe says what the list is.
func (w *Window) describe() string {
	switch {
	case w.listing == nil && w.chosen() == nil:
		return ui.Tr("retained.none", "Choose an MQTT connection and a filter. The broker is asked on a connection of its own.")
	case w.listing == nil:
		return ui.Tr("retained.hint", "The broker is asked on a connection of its own, so that tree and charts stay as they are.")
	}
	words := ui.Tr("retained.count", "{{.N}} retained under {{.Filter}} on {{.Connection}}, asked as {{.ID}}", map[string]any{
		"N": ui.Count(len(w.listing.Messages)), "Filter": strings.Join(w.filters, ", "), "Connection": w.asked.Name(), "ID": w.clientID,
	})
	if len(w.rows.list) != len(w.listing.Messages) {
		words = ui.Tr("retained.sifted", "{{.N}} of them shown · ", map[string]any{"N": ui.Count(len(w.rows.list))}) + words
	}
	if len(w.listing.Refused) > 0 {
		words += " · " + ui.Tr("retained.refused", "the broker refused: {{.Why}}", map[string]any{"Why": refusal(w.listing.Refused[0])})
	} else if !w.listing.Complete {
		words += " · " + ui.Tr("retained.partial", "not all: a limit was reached")
	}
	if w.asked.ReadOnly() {
		words += " · " + ui.Tr("retained.readonly", "read-only: nothing can be cleared")
	}
	if w.said != "" {
		words = w.said + " · " + words
	}
	return words
}

// sift shows the messages that have what is searched for. Looking through many megabytes takes
// its time, so it is done in the background.
func (w *Window) sift() {
	w.sifting++
	listing, word, job := w.listing, []byte(strings.ToLower(strings.TrimSpace(w.search.Text))), w.sifting
	if listing == nil || len(word) == 0 {
		w.found(listing, nil)
		return
	}
	w.o.Background.Go(func() func() {
		hits := make([]retained.Message, 0, 16)
		for i := range listing.Messages {
			m := &listing.Messages[i]
			if strings.Contains(strings.ToLower(m.Topic), string(word)) || bytes.Contains(bytes.ToLower(m.Payload), word) {
				hits = append(hits, *m)
			}
		}
		return func() {
			if w.sifting == job && w.win != nil {
				w.found(listing, hits)
			}
		}
	})
}

// found shows hits, or all of a listing for nil.
func (w *Window) found(l *retained.Listing, hits []retained.Message) {
	w.rows.list = hits
	if hits == nil && l != nil {
		w.rows.list = l.Messages
	}
	w.table.Select(-1, -1)
	w.table.Refresh()
	w.refresh()
}

// selected are the messages of the selected rows.
func (w *Window) selected() []retained.Message {
	first, last := w.table.Selected()
	if first < 0 || last >= len(w.rows.list) {
		return nil
	}
	return w.rows.list[first : last+1]
}

func (w *Window) editOne() {
	if list := w.selected(); len(list) == 1 {
		w.o.OnEdit(w.asked, list[0])
	}
}

func (w *Window) items() []*fyne.MenuItem {
	item := func(b *ttwidget.Button) *fyne.MenuItem {
		i := fyne.NewMenuItem(b.Text, b.OnTapped)
		i.Disabled = b.Disabled()
		return i
	}
	return []*fyne.MenuItem{item(w.edit), item(w.diff), item(w.clear)}
}

// menu has all of the window for the keyboard.
func (w *Window) menu() *fyne.Menu {
	item := func(b *ttwidget.Button, key fyne.KeyName) *fyne.MenuItem {
		i := fyne.NewMenuItem(b.Text, func() {
			if !b.Disabled() {
				b.OnTapped()
			}
		})
		if key != "" {
			i.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
		}
		return i
	}
	find := fyne.NewMenuItem(w.search.PlaceHolder, func() { w.win.Canvas().Focus(w.search) })
	find.Shortcut = &desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierShortcutDefault}
	closing := fyne.NewMenuItem(ui.Tr("close", "Close"), w.Close)
	closing.Shortcut = &desktop.CustomShortcut{KeyName: fyne.KeyW, Modifier: fyne.KeyModifierShortcutDefault}
	return fyne.NewMenu(ui.Tr("retained.title", "Retained messages"),
		item(w.list, fyne.KeyR), find, fyne.NewMenuItemSeparator(),
		item(w.edit, fyne.KeyE), item(w.diff, fyne.KeyK), item(w.clear, fyne.KeyD), item(w.clearAll, ""), item(w.back, ""),
		fyne.NewMenuItemSeparator(), closing)
}

// rows are what the table shows.
type rows struct{ list []retained.Message }

// The columns of the table.
const (
	columnTopic = iota
	columnValue
	columnSize
	columnQoS
	columnProps
)

const shortRunes = 200

func newTable(r *rows) *table.Table {
	t := table.New(r,
		table.Column{Title: ui.Tr("retained.topic", "Topic"), Width: 380},
		table.Column{Title: ui.Tr("retained.value", "Value"), Grow: true},
		table.Column{Title: ui.Tr("history.size", "Size"), Width: 80, Align: fyne.TextAlignTrailing},
		table.Column{Title: "QoS", Width: 44, Align: fyne.TextAlignTrailing},
		table.Column{Title: ui.Tr("retained.props", "Properties"), Width: 160})
	t.Empty = ui.Tr("retained.empty", "Nothing to show: list what the broker retains under a filter.")
	return t
}

// Len implements table.Source.
func (r *rows) Len() int { return len(r.list) }

// Row implements table.Source.
func (r *rows) Row(i int, cells []string) {
	if i < 0 || i >= len(r.list) {
		return
	}
	m := &r.list[i]
	cells[columnTopic] = m.Topic
	cells[columnValue] = excerpt(m)
	cells[columnSize] = ui.Size(m.Size)
	cells[columnQoS] = string('0' + rune(m.QoS))
	cells[columnProps] = properties(m)
}

// excerpt is the beginning of a message as it stands: of what is to be cleared no part may be taken
// for the whole.
func excerpt(m *retained.Message) string {
	text := command.Excerpt(m.Payload, shortRunes)
	if m.Size > int64(len(m.Payload)) && !strings.HasSuffix(text, "…") {
		text += "…"
	}
	return text
}

// properties writes what MQTT 5 keeps with a message.
func properties(m *retained.Message) string {
	p := m.Props
	if p.Empty() {
		return ""
	}
	var parts []string
	if p.ContentType != "" {
		parts = append(parts, p.ContentType)
	}
	if p.Expiry > 0 {
		parts = append(parts, ui.Tr("retained.expires", "expires in {{.Age}}", map[string]any{"Age": ui.Age(time.Duration(p.Expiry) * time.Second)}))
	}
	if p.ResponseTopic != "" {
		parts = append(parts, ui.Tr("retained.answers", "answers to {{.Topic}}", map[string]any{"Topic": p.ResponseTopic}))
	}
	for _, u := range p.User {
		parts = append(parts, u.Name+": "+u.Value)
	}
	return strings.Join(parts, " · ")
}
