package compose

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/window/ui"
	"streamscope/connections/mqtt"
	"streamscope/widgets/table"
)

// waitingList shows what could not be sent and was kept, and what a kept session of MQTT would send
// again by itself.
type waitingList struct {
	pane   *Pane
	object fyne.CanvasObject
	table  *table.Table
	// what says what will happen with the chosen row.
	what *widget.Label
	send *widget.Button
	drop *widget.Button
	rows []waits
	at   int
}

// waits is one row: held, or of a kept session.
type waits struct {
	held  *command.Held
	conn  *app.Connection
	again *mqtt.Unconfirmed
}

func (w waits) key() string {
	if w.held != nil {
		return fmt.Sprint("h", w.held.ID)
	}
	return fmt.Sprint("u", w.conn.Ordinal, "/", w.again.ID, w.again.Again)
}

func newWaitingList(c *Pane) *waitingList {
	l := &waitingList{pane: c, at: -1}
	l.table = table.New(l,
		table.Column{Title: ui.Tr("waiting.for", "For"), Width: 70},
		table.Column{Title: ui.Tr("waiting.topic", "Topic"), Grow: true},
		table.Column{Title: ui.Tr("waiting.payload", "Payload"), Width: 60},
		table.Column{Title: ui.Tr("waiting.state", "State"), Width: 98},
	)
	l.table.Empty = ui.Tr("waiting.empty", "Nothing waits. What cannot be sent is kept only if you say so.")
	l.table.OnSelect = func(i, last int) {
		l.at = -1
		if i == last && i >= 0 && i < len(l.rows) {
			l.at = i
		}
		l.enable()
	}
	l.send = widget.NewButtonWithIcon(ui.Tr("waiting.send", "Send now"), theme.MailSendIcon(), l.sendNow)
	l.drop = widget.NewButtonWithIcon(ui.Tr("waiting.drop", "Drop"), theme.DeleteIcon(), l.dropIt)
	l.what = widget.NewLabel("")
	l.what.Wrapping, l.what.SizeName, l.what.Importance = fyne.TextWrapWord, theme.SizeNameCaptionText, widget.LowImportance
	l.what.Hide()
	l.object = container.NewBorder(nil, container.NewVBox(l.what, container.NewHBox(l.send, l.drop)), nil, nil, l.table)
	l.enable()
	return l
}

// refresh reads the list anew; the window's tick calls it.
func (l *waitingList) refresh() {
	var rows []waits
	for _, h := range l.pane.o.App.Sender.Waiting().List() {
		rows = append(rows, waits{held: &h, conn: l.pane.o.App.Connection(h.Profile)})
	}
	for _, k := range l.pane.o.App.Connections() {
		for _, u := range k.Unconfirmed() {
			rows = append(rows, waits{conn: k, again: &u})
		}
	}
	same := len(rows) == len(l.rows)
	for i := range rows {
		same = same && rows[i].key() == l.rows[i].key() && rows[i].conn == l.rows[i].conn
	}
	if same {
		l.enable()
		return
	}
	chosen := ""
	if l.at >= 0 {
		chosen = l.rows[l.at].key()
	}
	l.rows, l.at = rows, -1
	for i, w := range rows {
		if w.key() == chosen {
			l.at = i
		}
	}
	l.table.Moved(l.at, l.at)
	l.enable()
	title := ui.Tr("waiting.tab", "Waiting")
	if n := len(rows); n > 0 {
		title = ui.Tr("waiting.tab.n", "Waiting ({{.N}})", map[string]any{"N": n})
	}
	if tab := l.pane.lower.Items[1]; tab.Text != title {
		tab.Text = title
		l.pane.lower.Refresh()
	}
}

func (l *waitingList) enable() {
	ui.SetEnabled(l.drop, l.at >= 0)
	ok, what := false, ""
	if l.at >= 0 {
		w := l.rows[l.at]
		ok = w.conn != nil && isOpen(w.conn) && !w.conn.ReadOnly() && (w.held != nil || !w.again.Again)
		_, what = w.state()
	}
	if l.what.Text != what {
		ui.SetSentence(l.what, what)
		l.object.Refresh()
	}
	ui.SetEnabled(l.send, ok)
}

// sendNow sends what the user chose. If it cannot go after all, it is asked for again.
func (l *waitingList) sendNow() {
	if l.at < 0 || l.send.Disabled() {
		return
	}
	w := l.rows[l.at]
	if w.held != nil {
		if h, ok := l.pane.o.App.Sender.Waiting().Take(w.held.ID); ok {
			l.pane.pass(w.conn, h.Draft, h.Options)
		}
	} else {
		l.pane.sendAgain(w.conn, *w.again)
	}
	l.refresh()
}

func (l *waitingList) dropIt() {
	if l.at < 0 {
		return
	}
	if w := l.rows[l.at]; w.held != nil {
		l.pane.o.App.Sender.Waiting().Take(w.held.ID)
	} else {
		w.conn.Forget(w.again.ID)
	}
	l.refresh()
}

// Len implements table.Source.
func (l *waitingList) Len() int { return len(l.rows) }

// Row implements table.Source.
func (l *waitingList) Row(i int, cells []string) {
	if i >= len(l.rows) {
		return
	}
	w := l.rows[i]
	if h := w.held; h != nil {
		cells[0], cells[1], cells[2] = h.Connection, h.Draft.Topic, h.Draft.Payload
	} else {
		cells[0], cells[1], cells[2] = w.conn.Name(), w.again.Topic, command.Excerpt(w.again.Payload, 100)
	}
	cells[3], _ = w.state()
}

// state says in a word how a message stands, and in a sentence what will happen with it.
func (w waits) state() (word, sentence string) {
	switch h := w.held; {
	case h != nil && h.Unconfirmed:
		return ui.Tr("waiting.maybe.word", "not confirmed"),
			ui.Tr("waiting.maybe", "It was sent, and the broker never confirmed it. It goes again when you send it: then it may come twice.")
	case h != nil:
		return ui.Tr("waiting.asks.word", "kept"),
			ui.Tr("waiting.asks", "Kept since {{.Time}}. It goes when you send it.", map[string]any{"Time": h.Since.Format(time.TimeOnly)})
	case w.again.Again:
		return ui.Tr("waiting.again.word", "goes again"),
			ui.Tr("waiting.again", "It goes again on connecting: the session is kept, and the broker has not confirmed it.")
	}
	return ui.Tr("waiting.aside.word", "held back"), ui.Tr("waiting.aside", "The broker has not confirmed it; it is held back because of read-only.")
}
