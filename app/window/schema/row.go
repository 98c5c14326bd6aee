package schema

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

// Options is what a [Row] needs.
type Options struct {
	Work *ui.Background
	// Window returns the window that the choice of a file stands in.
	Window func() fyne.Window
	// Fail shows an error.
	Fail func(error)
	// Name gives a part its name, for those who drive the window from outside.
	Name func(name string, o fyne.CanvasObject)
	// Title stands above the row; empty for none.
	Title string
	// None says what no file means.
	None string
	// Changed is called when the user has changed something.
	Changed func()
}

// Row asks for the files that describe messages, and for the one that is meant.
type Row struct {
	Object fyne.CanvasObject
	// Message is the choice of the message; a name may also be typed.
	Message *widget.SelectEntry

	o     Options
	names *ui.QuietText
	files []string
}

// New makes a row without files.
func New(o Options) *Row {
	r := &Row{o: o, names: ui.NewFittingText(), Message: widget.NewSelectEntry(nil)}
	add := widget.NewButtonWithIcon(ui.Tr("decoder.schema.add", "Add a file…"), theme.FolderOpenIcon(), r.browse)
	none := ui.IconButton(theme.ContentClearIcon(), ui.Tr("decoder.schema.none", "Without a schema"), func() { r.Set(nil, ""); o.Changed() })
	r.Message.SetPlaceHolder(ui.Tr("decoder.schema.message", "Message, such as plant.Reading"))
	r.Message.OnChanged = func(string) { o.Changed() }
	o.Name("add", add)
	o.Name("message", r.Message)
	title := widget.NewLabel(o.Title)
	ui.Show(title, o.Title != "")
	r.Object = container.NewVBox(title, container.NewBorder(nil, nil, nil, container.NewHBox(add, none), r.names), r.Message)
	r.Set(nil, "")
	return r
}

// Files returns the paths that were chosen.
func (r *Row) Files() []string { return slices.Clone(r.files) }

// Chosen returns the name of the message; empty for the only one there is.
func (r *Row) Chosen() string { return strings.TrimSpace(r.Message.Text) }

// Set shows files and a message, and finds out which messages there are to choose from.
func (r *Row) Set(files []string, message string) {
	r.files = slices.Clone(files)
	bases := make([]string, 0, len(files))
	for _, f := range files {
		bases = append(bases, filepath.Base(f))
	}
	r.names.SetText(strings.Join(bases, ", "))
	if len(files) == 0 {
		r.names.SetText(r.o.None)
	}
	changed := r.Message.OnChanged
	r.Message.OnChanged = nil
	r.Message.SetText(message)
	r.Message.OnChanged = changed
	if len(files) == 0 {
		r.Message.SetOptions(nil)
		return
	}
	files = r.files
	r.o.Work.Go(func() func() {
		schema, err := protobuf.Load(files)
		if err != nil {
			return nil // the verdict on the whole choice says it
		}
		messages := schema.Messages()
		return func() {
			if slices.Equal(files, r.files) {
				r.Message.SetOptions(messages)
			}
		}
	})
}

func (r *Row) browse() {
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil {
			r.o.Fail(err)
			return
		}
		if f == nil {
			return
		}
		_ = f.Close()
		r.Set(append(r.files, f.URI().Path()), r.Message.Text)
		r.o.Changed()
	}, r.o.Window())
	d.SetFilter(storage.NewExtensionFileFilter([]string{".proto", ".pb", ".desc", ".bin", ".binpb", ".protoset"}))
	ui.ShowPicker(d, r.o.Window())
}
