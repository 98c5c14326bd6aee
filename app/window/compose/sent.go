package compose

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

// sentList shows what was sent, newest first, with its outcome: to search, to send again, to take
// back into the fields, or to keep as a command.
type sentList struct {
	pane    *Pane
	object  fyne.CanvasObject
	search  *widget.Entry
	table   *table.Table
	again   *widget.Button
	edit    *widget.Button
	keep    *ttwidget.Button
	all     []command.Entry
	entries []command.Entry
	at      int
}

func newSentList(c *Pane) *sentList {
	l := &sentList{pane: c, at: -1}
	l.search = widget.NewEntry()
	l.search.SetPlaceHolder(ui.Tr("sent.search", "Search what was sent…"))
	l.search.OnChanged = func(string) { l.narrow() }
	l.table = table.New(l,
		table.Column{Title: ui.Tr("sent.time", "Sent"), Width: 64},
		table.Column{Title: ui.Tr("sent.topic", "Topic"), Grow: true},
		table.Column{Title: ui.Tr("sent.payload", "Payload"), Width: 64},
		table.Column{Title: ui.Tr("sent.outcome", "Outcome"), Width: 98},
	)
	l.table.Empty = ui.Tr("sent.empty", "Nothing has been sent yet.")
	l.table.OnSelect = func(i, last int) {
		l.at = -1
		if i == last && i >= 0 && i < len(l.entries) {
			l.at = i
		}
		l.enable()
	}
	l.table.OnActivate = func(i int) { l.take(i) }
	l.again = widget.NewButtonWithIcon(ui.Tr("sent.again", "Send again"), theme.MailSendIcon(), l.repeat)
	l.edit = widget.NewButtonWithIcon(ui.Tr("sent.edit", "Edit"), theme.DocumentCreateIcon(), func() { l.take(l.at) })
	l.keep = ttwidget.NewButtonWithIcon(ui.Tr("sent.keep", "Keep…"), theme.DocumentSaveIcon(), l.save)
	l.keep.SetToolTip(ui.Tr("sent.keep.tip", "Keep it as a command: a button or another control in the panel"))
	ui.Show(l.keep, c.o.OnKeep != nil)
	l.object = container.NewBorder(l.search, container.NewHBox(l.again, l.edit, l.keep), nil, nil, l.table)
	l.refresh()
	l.enable()
	return l
}

func (l *sentList) refresh() {
	l.all = l.pane.o.App.Sent.Entries()
	l.narrow()
}

// narrow shows the entries that hold what is searched for.
func (l *sentList) narrow() {
	var chosen uint64
	if l.at >= 0 && l.at < len(l.entries) {
		chosen = l.entries[l.at].ID
	}
	words := strings.Fields(strings.ToLower(l.search.Text))
	l.entries, l.at = l.entries[:0:0], -1
	for _, e := range l.all {
		if holds(&e, words) {
			if e.ID == chosen {
				l.at = len(l.entries)
			}
			l.entries = append(l.entries, e)
		}
	}
	l.table.Moved(l.at, l.at)
	l.enable()
}

// holds reports whether an entry holds every word.
func holds(e *command.Entry, words []string) bool {
	text := strings.ToLower(strings.Join([]string{
		e.Draft.Topic, e.Draft.Payload, e.Filled, e.FilledTopic, e.Outcome, e.Connection, e.Name, e.Reason, e.Time.Local().Format(time.DateTime),
	}, "\n"))
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (l *sentList) enable() {
	for _, b := range []*widget.Button{l.again, l.edit, &l.keep.Button} {
		ui.SetEnabled(b, l.at >= 0)
	}
}

// take brings an entry back into the fields. It never sends.
func (l *sentList) take(i int) {
	if i < 0 || i >= len(l.entries) {
		return
	}
	e := l.entries[i]
	if k := l.connection(&e); k != nil {
		l.pane.turnTo(k)
	}
	l.pane.Load(e.Draft)
}

// repeat sends an entry once more, to the connection that it went to.
func (l *sentList) repeat() {
	if l.at < 0 || l.at >= len(l.entries) {
		return
	}
	e := l.entries[l.at]
	k := l.connection(&e)
	if k == nil {
		l.pane.o.Flash(ui.Tr("sent.closed", "The connection {{.Name}} is closed. Open it, or edit the message and choose another.", map[string]any{"Name": e.Connection}))
		return
	}
	if k.ReadOnly() {
		l.pane.o.Flash(l.pane.whyReadOnly(k))
		return
	}
	l.pane.pass(k, e.Draft.Clone(), command.SendOptions{Origin: session.OriginComposer, Name: e.Name})
}

func (l *sentList) save() {
	if l.at >= 0 && l.at < len(l.entries) && l.pane.o.OnKeep != nil {
		e := l.entries[l.at]
		l.pane.o.OnKeep(e.Draft.Clone(), l.connection(&e))
	}
}

// connection is the open connection that an entry went to; nil if it is closed.
func (l *sentList) connection(e *command.Entry) *app.Connection {
	if e.Profile == "" { // kept by an earlier version
		return l.pane.connection()
	}
	return l.pane.o.App.Connection(e.Profile)
}

// Len implements table.Source.
func (l *sentList) Len() int { return len(l.entries) }

// Row implements table.Source.
func (l *sentList) Row(i int, cells []string) {
	if i >= len(l.entries) {
		return
	}
	e := &l.entries[i]
	cells[0] = e.Time.Local().Format("15:04:05")
	cells[1], cells[2], cells[3] = e.Draft.Topic, e.Draft.Payload, verdictName(command.Verdict(e.Outcome))
	if e.FilledTopic != "" {
		cells[1] = e.FilledTopic
	}
	if e.Filled != "" {
		cells[2] = e.Filled
	}
	if a := e.Answer; a != nil {
		switch {
		case a.TimedOut:
			cells[3] = ui.Tr("sent.noanswer", "no answer")
		case a.Reason == "":
			cells[3] = ui.Tr("sent.answered", "answered: {{.What}}", map[string]any{"What": a.Payload})
		}
	}
}

// verdictName is a verdict in words.
func verdictName(v command.Verdict) string {
	switch v {
	case command.VerdictSent:
		return ui.Tr("verdict.sent", "sent")
	case command.VerdictAcknowledged:
		return ui.Tr("verdict.acknowledged", "acknowledged")
	case command.VerdictNoSubscriber:
		return ui.Tr("verdict.nobody", "no subscriber")
	case command.VerdictRefused:
		return ui.Tr("verdict.refused", "refused")
	case command.VerdictWaiting:
		return ui.Tr("verdict.waiting", "waiting")
	case command.VerdictUnknown:
		return ui.Tr("verdict.unknown", "unknown")
	}
	return string(v)
}
