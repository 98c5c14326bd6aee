package payloadview

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// ShowBindings opens the list of what a connection's profile says about its payloads. Sample
// is the message at hand, for the editor.
func ShowBindings(o Options, c *app.Connection, sample decode.Input) {
	l := &bindingList{o: o, conn: c, sample: sample, rows: container.NewVBox()}
	add := widget.NewButtonWithIcon(ui.Tr("decoder.add", "Add…"), theme.ContentAddIcon(), func() { l.edit(-1, profile.Binding{Format: string(decode.Auto)}) })
	o.Name("decoders.add", add)
	hint := widget.NewLabel(ui.Tr("decoders.hint", "Payloads of these topics are always read this way; of several that match, the narrowest counts. All others are read as their bytes or their content type say for certain."))
	hint.Wrapping, hint.Importance = fyne.TextWrapWord, widget.LowImportance
	l.dialog = dialog.NewCustom(ui.Tr("decoders.title", "How payloads of {{.Name}} are read", map[string]any{"Name": c.Name()}),
		ui.Tr("close", "Close"), container.NewBorder(hint, container.NewHBox(add), nil, nil, container.NewVScroll(l.rows)), o.Window())
	l.fill(c.Profile().Decoders)
	l.dialog.Resize(fyne.NewSize(620, 440))
	l.dialog.Show()
}

type bindingList struct {
	o      Options
	conn   *app.Connection
	sample decode.Input
	rows   *fyne.Container
	dialog *dialog.CustomDialog
}

func (l *bindingList) fill(bindings []profile.Binding) {
	l.rows.RemoveAll()
	for i, b := range bindings {
		l.rows.Add(l.row(i, b))
	}
	if len(bindings) == 0 {
		l.rows.Add(ui.NewHint(ui.Tr("decoders.none", "Nothing is set: every payload is read as it says itself.")))
	}
	l.rows.Refresh()
}

func (l *bindingList) row(i int, b profile.Binding) fyne.CanvasObject {
	filter, how := ui.NewFittingText(), ui.NewFittingText()
	filter.SetText(b.Filter)
	how.Colour = theme.ColorNamePlaceHolder
	how.SetText(bindingText(b))
	edit := ui.IconButton(theme.DocumentCreateIcon(), ui.Tr("decoder.edit", "Change"), func() { l.edit(i, b) })
	remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("decoder.remove", "Remove"), func() {
		left := slices.Delete(slices.Clone(l.conn.Profile().Decoders), i, i+1)
		keep(l.o, l.conn, left)
		l.fill(left)
	})
	l.o.Name("decoders.edit:"+b.Filter, edit)
	l.o.Name("decoders.remove:"+b.Filter, remove)
	return container.NewBorder(nil, nil, nil, container.NewHBox(edit, remove), container.NewGridWithColumns(2, filter, how))
}

// bindingText says how a binding reads payloads.
func bindingText(b profile.Binding) string {
	text := FormatName(decode.Format(b.Format))
	if b.Options != "" {
		text += " · " + payload.Short([]byte(b.Options), nil, 80)
	}
	if b.Message != "" {
		text += " · " + b.Message
	}
	if rule, ok := payload.RuleNamed(b.Numbers); ok && rule != payload.Usual {
		text += " · " + ruleName(rule)
	}
	return text
}

func (l *bindingList) edit(i int, b profile.Binding) {
	l.dialog.Hide()
	e := newEditor(l.o, l.conn, l.sample)
	e.row = i
	e.done = func() { ShowBindings(l.o, l.conn, l.sample) }
	topic := ""
	if i < 0 {
		topic = l.sample.Topic
		b.Filter = topic
	}
	e.bind(b, topic)
}
