package window

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/payload/mapping"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// streamPage says what is sent on opening a raw WebSocket, and how topics are made of what
// comes.
func (f *profileForm) streamPage() fyne.CanvasObject {
	s := f.draft.Stream
	rows := container.New(layout.NewFormLayout())
	f.templateRow(rows)
	f.mappingRows(rows)
	f.preview = newMappingPreview(f, f.sampled)
	f.field(rows, "", ui.Tr("form.preview", "Preview"), f.preview.object)
	f.field(rows, profile.FieldOpening, ui.Tr("form.opening", "Send on opening"), f.openingRows())
	f.entry(rows, profile.FieldSubprotocols, ui.Tr("form.subprotocols", "Subprotocols"), ui.Tr("form.alpn.hint", "empty, or names with commas between"), strings.Join(s.Subprotocols, ", "), func(t string) { s.Subprotocols = commaList(t) })
	f.entry(rows, profile.FieldOrigin, ui.Tr("form.origin", "Origin"), ui.Tr("form.origin.hint", "empty, or https://site.example"), s.Origin, func(t string) { s.Origin = t })
	f.number(rows, profile.FieldPingInterval, ui.Tr("form.ping", "Ping every, s"), "30", uint64(s.PingInterval), 16, func(n uint64) { s.PingInterval = int(n) })
	f.number(rows, profile.FieldMessageLimit, ui.Tr("form.limit", "Largest message, B"), ui.Tr("form.limit.hint", "16777216 (16 MiB), after decompression"), uint64(s.MessageLimit), 62, func(n uint64) { s.MessageLimit = int64(n) })
	f.check1(rows, "", ui.Tr("form.compression", "Offer compression"), &s.Compression)
	return rows
}

// templateRow offers ready-made starting points. Host, name and what the user wrote elsewhere
// stay.
func (f *profileForm) templateRow(rows *fyne.Container) {
	list := mapping.Templates()
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = ui.Tr("template."+t.ID, t.Name)
	}
	about := widget.NewLabel("")
	about.Wrapping, about.Importance, about.SizeName = fyne.TextWrapWord, widget.LowImportance, theme.SizeNameCaptionText
	ui.SetSentence(about, f.about)
	s := widget.NewSelect(names, nil)
	s.PlaceHolder = ui.Tr("form.template.choose", "Choose a starting point…")
	s.OnChanged = func(string) {
		t := list[s.SelectedIndex()]
		d, from := &f.draft, t.Profile.Clone()
		d.Stream, d.AsksPassword = from.Stream, from.AsksPassword
		d.Transport.Path = from.Transport.Path
		if from.Port != 0 {
			d.Port = from.Port
		}
		f.about = ui.Tr("template."+t.ID+".about", t.About)
		f.rebuild()
	}
	f.field(rows, "", ui.Tr("form.template", "Start from"), container.NewVBox(s, about))
}

// mappingRows edits how topics are made of frames.
func (f *profileForm) mappingRows(rows *fyne.Container) {
	m := &f.draft.Stream.Mapping
	kinds := []string{profile.MapFixed, profile.MapKeys, profile.MapLeaves}
	how := widget.NewSelect([]string{
		ui.Tr("form.map.fixed", "All frames on one topic"),
		ui.Tr("form.map.keys", "A topic made of values in the JSON"),
		ui.Tr("form.map.leaves", "A topic for each value in the JSON"),
	}, nil)
	how.SetSelectedIndex(max(0, slices.Index(kinds, m.Kind)))
	how.OnChanged = func(string) { m.Kind = kinds[how.SelectedIndex()]; f.rebuild() }
	f.field(rows, profile.FieldMapping, ui.Tr("form.map", "Topics"), how)
	hint := map[string]string{profile.MapFixed: "boat", profile.MapKeys: "{device}/{sensor}", profile.MapLeaves: "boat"}[m.Kind]
	f.entry(rows, profile.FieldMappingTopic, ui.Tr("form.map.topic", "Topic"), hint, m.Topic, func(t string) { m.Topic = t })
	if m.Kind != profile.MapFixed {
		f.entry(rows, "", ui.Tr("form.map.each", "Each of"), ui.Tr("form.map.each.hint", "keys to an array, with commas; empty for none"), strings.Join(m.Each, ", "), func(t string) { m.Each = commaList(t) })
	}
	if m.Kind == profile.MapKeys {
		f.entry(rows, "", ui.Tr("form.map.value", "Value"), ui.Tr("form.map.value.hint", "keys to the value, with commas; empty for the whole"), strings.Join(m.Value, ", "), func(t string) { m.Value = commaList(t) })
	}
	f.entry(rows, "", ui.Tr("form.map.time", "Time"), ui.Tr("form.map.time.hint", "keys to the payload's own time; empty for none"), strings.Join(m.Time, ", "), func(t string) { m.Time = commaList(t); f.timeFormat() })
	choice(f, rows, profile.FieldMappingTime, ui.Tr("form.map.format", "Time is in"),
		[]string{ui.Tr("form.map.none", "—"), "RFC 3339", ui.Tr("form.map.s", "seconds"), ui.Tr("form.map.ms", "milliseconds"), ui.Tr("form.map.us", "microseconds"), ui.Tr("form.map.ns", "nanoseconds")},
		[]string{"", "rfc3339", "s", "ms", "us", "ns"}, &m.TimeFormat)
}

// timeFormat gives a path to the time the usual format until the user says otherwise.
func (f *profileForm) timeFormat() {
	if m := &f.draft.Stream.Mapping; len(m.Time) == 0 {
		m.TimeFormat = ""
	} else if m.TimeFormat == "" {
		m.TimeFormat = "rfc3339"
	}
}

// openingRows edits the messages that are sent when the connection opens.
func (f *profileForm) openingRows() fyne.CanvasObject {
	s := f.draft.Stream
	rows := container.NewVBox()
	for i := range s.Opening {
		o := &s.Opening[i]
		text := widget.NewMultiLineEntry()
		text.SetMinRowsVisible(2)
		text.TextStyle.Monospace = true
		text.SetText(o.Text)
		text.OnChanged = func(t string) { o.Text = t; f.check() }
		remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("form.opening.remove", "Remove this message"), func() {
			s.Opening = append(s.Opening[:i:i], s.Opening[i+1:]...)
			f.rebuild()
		})
		rows.Add(container.NewBorder(nil, nil, nil, container.NewVBox(remove), text))
	}
	add := widget.NewButtonWithIcon(ui.Tr("form.opening.add", "Add a message"), theme.ContentAddIcon(), func() {
		s.Opening = append(s.Opening, profile.Opening{})
		f.rebuild()
	})
	note := widget.NewLabel(ui.Tr("form.opening.note", "{{.User}} and {{.Password}} stand for the credentials. These messages go even when the connection is read-only.",
		map[string]any{"User": "{{user}}", "Password": "{{password}}"}))
	note.Importance, note.SizeName, note.Wrapping = widget.LowImportance, theme.SizeNameCaptionText, fyne.TextWrapWord
	rows.Add(container.NewBorder(nil, nil, container.NewVBox(add), nil, note))
	return rows
}
