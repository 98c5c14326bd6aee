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
	f.field(rows, "", tr("form.preview", "Preview"), f.preview.object)
	f.field(rows, profile.FieldOpening, tr("form.opening", "Send on opening"), f.openingRows())
	f.entry(rows, profile.FieldSubprotocols, tr("form.subprotocols", "Subprotocols"), tr("form.alpn.hint", "empty, or names with commas between"), strings.Join(s.Subprotocols, ", "), func(t string) { s.Subprotocols = commaList(t) })
	f.entry(rows, profile.FieldOrigin, tr("form.origin", "Origin"), tr("form.origin.hint", "empty, or https://site.example"), s.Origin, func(t string) { s.Origin = t })
	f.number(rows, profile.FieldPingInterval, tr("form.ping", "Ping every, s"), "30", uint64(s.PingInterval), 16, func(n uint64) { s.PingInterval = int(n) })
	f.check1(rows, "", tr("form.compression", "Offer compression"), &s.Compression)
	return rows
}

// templateRow offers ready-made starting points. Host, name and what the user wrote elsewhere
// stay.
func (f *profileForm) templateRow(rows *fyne.Container) {
	list := mapping.Templates()
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = tr("template."+t.ID, t.Name)
	}
	about := widget.NewLabel("")
	about.Wrapping, about.Importance, about.SizeName = fyne.TextWrapWord, widget.LowImportance, theme.SizeNameCaptionText
	setSentence(about, f.about)
	s := widget.NewSelect(names, nil)
	s.PlaceHolder = tr("form.template.choose", "Choose a starting point…")
	s.OnChanged = func(string) {
		t := list[s.SelectedIndex()]
		d, from := &f.draft, t.Profile.Clone()
		d.Stream, d.AsksPassword = from.Stream, from.AsksPassword
		d.Transport.Path = from.Transport.Path
		if from.Port != 0 {
			d.Port = from.Port
		}
		f.about = tr("template."+t.ID+".about", t.About)
		f.rebuild()
	}
	f.field(rows, "", tr("form.template", "Start from"), container.NewVBox(s, about))
}

// mappingRows edits how topics are made of frames.
func (f *profileForm) mappingRows(rows *fyne.Container) {
	m := &f.draft.Stream.Mapping
	kinds := []string{profile.MapFixed, profile.MapKeys, profile.MapLeaves}
	how := widget.NewSelect([]string{
		tr("form.map.fixed", "All frames on one topic"),
		tr("form.map.keys", "A topic made of values in the JSON"),
		tr("form.map.leaves", "A topic for each value in the JSON"),
	}, nil)
	how.SetSelectedIndex(max(0, slices.Index(kinds, m.Kind)))
	how.OnChanged = func(string) { m.Kind = kinds[how.SelectedIndex()]; f.rebuild() }
	f.field(rows, profile.FieldMapping, tr("form.map", "Topics"), how)
	hint := map[string]string{profile.MapFixed: "boat", profile.MapKeys: "{device}/{sensor}", profile.MapLeaves: "boat"}[m.Kind]
	f.entry(rows, profile.FieldMappingTopic, tr("form.map.topic", "Topic"), hint, m.Topic, func(t string) { m.Topic = t })
	if m.Kind != profile.MapFixed {
		f.entry(rows, "", tr("form.map.each", "Each of"), tr("form.map.each.hint", "keys to an array, with commas; empty for none"), strings.Join(m.Each, ", "), func(t string) { m.Each = commaList(t) })
	}
	if m.Kind == profile.MapKeys {
		f.entry(rows, "", tr("form.map.value", "Value"), tr("form.map.value.hint", "keys to the value, with commas; empty for the whole"), strings.Join(m.Value, ", "), func(t string) { m.Value = commaList(t) })
	}
	f.entry(rows, "", tr("form.map.time", "Time"), tr("form.map.time.hint", "keys to the payload's own time; empty for none"), strings.Join(m.Time, ", "), func(t string) { m.Time = commaList(t); f.timeFormat() })
	choice(f, rows, profile.FieldMappingTime, tr("form.map.format", "Time is in"),
		[]string{tr("form.map.none", "—"), "RFC 3339", tr("form.map.s", "seconds"), tr("form.map.ms", "milliseconds"), tr("form.map.us", "microseconds"), tr("form.map.ns", "nanoseconds")},
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
		remove := iconButton(theme.DeleteIcon(), tr("form.opening.remove", "Remove this message"), func() {
			s.Opening = append(s.Opening[:i:i], s.Opening[i+1:]...)
			f.rebuild()
		})
		rows.Add(container.NewBorder(nil, nil, nil, container.NewVBox(remove), text))
	}
	add := widget.NewButtonWithIcon(tr("form.opening.add", "Add a message"), theme.ContentAddIcon(), func() {
		s.Opening = append(s.Opening, profile.Opening{})
		f.rebuild()
	})
	note := widget.NewLabel(tr("form.opening.note", "{{.User}} and {{.Password}} stand for the credentials.",
		map[string]any{"User": "{{user}}", "Password": "{{password}}"}))
	note.Importance, note.SizeName = widget.LowImportance, theme.SizeNameCaptionText
	rows.Add(container.NewHBox(add, note))
	return rows
}
