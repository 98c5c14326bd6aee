package compose

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/payload/decode"
	"streamscope/app/window/schema"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// schemaRows say which message of Protocol Buffers the payload is: the one by which the profile
// reads the topic, until the user chooses another.
type schemaRows struct {
	pane   *Pane
	object *fyne.Container
	row    *schema.Row
	from   *ui.QuietText
	// byHand tells that the user chose; else filter is that of the binding that was taken, empty
	// for none.
	byHand bool
	filter string
	// reading tells that a schema is being read from disk.
	reading bool
}

func newSchemaRows(c *Pane) *schemaRows {
	s := &schemaRows{pane: c, from: ui.NewFittingText()}
	s.row = schema.New(schema.Options{
		Work: c.o.Background, Window: func() fyne.Window { return c.o.Window },
		Fail: func(err error) { c.o.Flash(err.Error()) }, Changed: s.chosen,
		Name: func(part string, o fyne.CanvasObject) { c.nameOne("composer.schema."+part, o) },
		None: ui.Tr("composer.schema.none", "Schema: none"),
	})
	s.from.TextSize, s.from.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	s.object = container.NewVBox(s.row.Object, s.from)
	s.object.Hide()
	return s
}

// chosen is called when the user has changed the row. An empty one is the profile's again.
func (s *schemaRows) chosen() {
	s.byHand = len(s.row.Files()) > 0 || s.row.Chosen() != ""
	if s.byHand {
		s.tellFrom("")
	}
	s.pane.check()
}

// get returns what is chosen; nil if nothing is.
func (s *schemaRows) get() *command.Schema {
	if files := s.row.Files(); len(files) > 0 {
		return &command.Schema{Files: files, Message: s.row.Chosen()}
	}
	return nil
}

// set shows the schema of a draft; nil leaves it to the profile.
func (s *schemaRows) set(d *command.Schema) {
	s.tellFrom("")
	if s.byHand = d != nil; s.byHand {
		s.row.Set(d.Files, d.Message)
		return
	}
	s.row.Set(nil, "")
}

// follow shows the row for its format only, and takes the message by which the profile reads the
// topic.
func (s *schemaRows) follow(k *app.Connection, topic string) {
	shown := s.pane.chosenFormat() == command.FormatProtobuf
	ui.Show(s.object, shown)
	if !shown || s.byHand {
		return
	}
	b := bindingOf(k, topic)
	if b.Filter == s.filter && slices.Equal(b.Files, s.row.Files()) && b.Message == s.row.Chosen() {
		return
	}
	s.row.Set(b.Files, b.Message)
	s.tellFrom(b.Filter)
}

// bindingOf is the binding that reads a topic as a message of a schema; zero if none does.
func bindingOf(k *app.Connection, topic string) profile.Binding {
	if k == nil || topic == "" {
		return profile.Binding{}
	}
	filter, ok := k.Decoders().Bound(topic)
	for _, b := range k.Profile().Decoders {
		if ok && b.Filter == filter && b.Format == string(decode.Protobuf) && len(b.Files) > 0 {
			return b
		}
	}
	return profile.Binding{}
}

func (s *schemaRows) tellFrom(filter string) {
	s.filter = filter
	said := ""
	if filter != "" {
		said = ui.Tr("composer.schema.from", "As payloads of {{.Filter}} are read", map[string]any{"Filter": filter})
	}
	s.from.SetText(said)
	ui.Show(s.from, said != "")
}

// sketch is the message with its fields empty; empty if the schema was not read.
func (s *schemaRows) sketch() string {
	if of := s.get(); of != nil {
		return s.pane.o.App.Sender.Sketch(*of)
	}
	return ""
}

// read reads the schema from disk, and has the payload checked when that is done.
func (s *schemaRows) read(of *command.Schema) {
	if s.reading || of == nil {
		return
	}
	s.reading = true
	c := s.pane
	c.o.Background.Go(func() func() {
		_ = c.o.App.Sender.ReadSchema(*of) // what is wrong with it is said where the payload is checked
		return func() {
			s.reading = false
			c.checked = fingerprint{}
			c.check()
		}
	})
}
