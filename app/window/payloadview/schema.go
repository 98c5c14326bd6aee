package payloadview

import (
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/payload/protobuf"
	"streamscope/app/window/ui"
)

// schemaRow asks for the files that describe messages of Protobuf, and for the one that is meant.
// Without files the fields show by their numbers.
type schemaRow struct {
	Object fyne.CanvasObject

	o       Options
	names   *ui.QuietText
	message *widget.SelectEntry
	files   []string
	changed func()
}

func newSchemaRow(o Options, changed func()) *schemaRow {
	r := &schemaRow{o: o, changed: changed, names: ui.NewFittingText(), message: widget.NewSelectEntry(nil)}
	add := widget.NewButtonWithIcon(ui.Tr("decoder.schema.add", "Add a file…"), theme.FolderOpenIcon(), r.browse)
	none := ui.IconButton(theme.ContentClearIcon(), ui.Tr("decoder.schema.none", "Without a schema"), func() { r.set(nil, ""); r.changed() })
	r.message.SetPlaceHolder(ui.Tr("decoder.schema.message", "Message, such as plant.Reading"))
	r.message.OnChanged = func(string) { r.changed() }
	o.Name("decoder.schema.add", add)
	o.Name("decoder.schema.message", r.message)
	r.Object = container.NewVBox(
		widget.NewLabel(ui.Tr("decoder.schema", "Schema (.proto, or a compiled descriptor set)")),
		container.NewBorder(nil, nil, nil, container.NewHBox(add, none), r.names), r.message)
	r.set(nil, "")
	return r
}

// set shows files and a message, and finds out which messages there are to choose from.
func (r *schemaRow) set(files []string, message string) {
	r.files = slices.Clone(files)
	bases := make([]string, 0, len(files))
	for _, f := range files {
		bases = append(bases, filepath.Base(f))
	}
	r.names.SetText(strings.Join(bases, ", "))
	if len(files) == 0 {
		r.names.SetText(ui.Tr("decoder.schema.bare", "none: fields show by their numbers"))
	}
	changed := r.message.OnChanged
	r.message.OnChanged = nil
	r.message.SetText(message)
	r.message.OnChanged = changed
	if len(files) == 0 {
		r.message.SetOptions(nil)
		return
	}
	files = r.files
	r.o.Work.Go(func() func() {
		schema, err := protobuf.Load(files)
		if err != nil {
			return nil // the verdict on the whole choice says it
		}
		messages := schema.Messages()
		return func() { r.message.SetOptions(messages) }
	})
}

func (r *schemaRow) browse() {
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil {
			r.o.Fail(err)
			return
		}
		if f == nil {
			return
		}
		_ = f.Close()
		r.set(append(r.files, f.URI().Path()), r.message.Text)
		r.changed()
	}, r.o.Window())
	d.SetFilter(storage.NewExtensionFileFilter([]string{".proto", ".pb", ".desc", ".bin", ".binpb", ".protoset"}))
	d.Resize(fyne.NewSize(700, 500))
	d.Show()
}
