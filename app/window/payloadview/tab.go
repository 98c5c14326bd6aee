package payloadview

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/textview"
)

// Options is what the tab and its dialogs need.
type Options struct {
	Work *ui.Background
	// Window returns the window that dialogs belong to.
	Window func() fyne.Window
	// Fail shows an error.
	Fail func(error)
	// Name makes an object known to those who drive the window from outside.
	Name func(name string, o fyne.CanvasObject)
}

// Tab shows the latest payload whole.
type Tab struct {
	o      Options
	Object fyne.CanvasObject
	View   *textview.View
	// Read is the choice of formats.
	Read *widget.Select

	raw     *widget.Button
	edit    *ttwidget.Button
	fold    *ttwidget.Button
	picture *canvas.Image
	head    *fyne.Container
	why     *ui.QuietText
	wrong   *ui.QuietText
	working *fyne.Container
	bar     *widget.ProgressBar
	tools   fyne.CanvasObject
	// none stands in the place of all where a branch has no message of its own.
	none fyne.CanvasObject

	formats []decode.Format
	sel     ui.Selection
	entry   decode.Input
	// byHand holds what was chosen for a topic during this run.
	byHand map[handKey]decode.Choice
	asRaw  bool
	wraps  bool

	set     *decode.Set
	seq     uint64
	loading bool
	// pointed tells that the place of an error was scrolled to: once is enough.
	pointed bool
	// job counts what was begun, so that only the latest comes to the screen.
	job    uint64
	layout *layout
}

type handKey struct {
	conn  *app.Connection
	topic string
}

// New makes the tab, empty.
func New(o Options) *Tab {
	t := &Tab{o: o, View: textview.New(), why: ui.NewFittingText(), wrong: ui.NewFittingText(), byHand: map[handKey]decode.Choice{}}
	t.why.TextSize, t.why.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	t.wrong.TextSize, t.wrong.Colour = theme.SizeNameCaptionText, theme.ColorNameError
	t.wrong.Hide()
	t.picture = &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}
	t.picture.Hide()
	t.Read = widget.NewSelect(nil, nil)
	t.offer(decode.Standard().Formats())
	t.raw = widget.NewButton(ui.Tr("payload.bytes", "Bytes"), t.toggleRaw)
	wrap := widget.NewCheck(ui.Tr("payload.wrap", "Wrap"), t.setWrap)
	wrap.SetChecked(true)
	find := ui.IconButton(theme.SearchIcon(), ui.Tr("payload.find", "Find in the payload"), t.View.ShowFind)
	t.edit = ui.IconButton(theme.SettingsIcon(), ui.Tr("payload.always", "Always read these payloads this way…"), t.Always)
	t.fold = ui.IconButton(ui.FoldIcon, "", t.toggleFolds)
	t.fold.Hide()
	all := ui.IconButton(theme.ListIcon(), ui.Tr("payload.bindings", "How payloads of this connection are read…"), func() {
		if t.sel.Conn != nil {
			ShowBindings(t.o, t.sel.Conn, t.entry)
		}
	})
	t.bar = widget.NewProgressBar()
	stop := ui.IconButton(theme.CancelIcon(), ui.Tr("payload.stop", "Show no more than the beginning"), t.stop)
	t.working = container.NewBorder(nil, nil, nil, stop, t.bar)
	t.working.Hide()
	t.tools = ui.NewWrap(t.Read, t.raw, wrap, find, t.fold, t.edit, all)
	t.none = ui.NewHint(ui.Tr("payload.none", "No message has come on this topic itself. Open the branch in the tree to see the topics beneath it."))
	t.none.Hide()
	t.head = container.NewVBox(t.tools, t.why, t.wrong, t.working)
	t.Object = ui.NewHeaded(t.head, container.NewStack(t.View, t.picture, t.none))
	for name, object := range map[string]fyne.CanvasObject{
		"payload.read": t.Read, "payload.raw": t.raw, "payload.always": t.edit, "payload.fold": t.fold, "payload.bindings": all, "payload.picture": t.picture,
	} {
		o.Name(name, object)
	}
	return t
}

// offer fills the choice of formats.
func (t *Tab) offer(formats []decode.Format) {
	t.formats = append([]decode.Format{decode.Auto}, formats...)
	t.Read.OnChanged = nil
	t.Read.Options = nil
	for _, f := range t.formats {
		t.Read.Options = append(t.Read.Options, FormatName(f))
	}
	t.Read.SetSelectedIndex(0)
	t.Read.OnChanged = func(string) { t.chosen() }
}

// choice is how the topic at hand is to be read.
func (t *Tab) choice() decode.Choice {
	if c, ok := t.byHand[handKey{t.sel.Conn, t.sel.Topic}]; ok {
		return c
	}
	return decode.Choice{Format: decode.Auto}
}

// chosen takes what the user chose for the topic at hand. A format that has to be told more
// asks for it.
func (t *Tab) chosen() {
	f := t.formats[max(t.Read.SelectedIndex(), 0)]
	key := handKey{t.sel.Conn, t.sel.Topic}
	if t.asRaw {
		t.toggleRaw()
	}
	switch {
	case f == decode.Auto:
		delete(t.byHand, key)
	case needsOptions(f) && t.byHand[key].Format != f && t.sel.Conn != nil:
		t.askOptions(f)
		return
	default:
		t.byHand[key] = decode.Choice{Format: f, Options: t.byHand[key].Options, Files: t.byHand[key].Files, Message: t.byHand[key].Message}
	}
	t.again()
}

// askOptions asks for the options of a format, and goes back to what was chosen if there are
// none.
func (t *Tab) askOptions(f decode.Format) {
	key := handKey{t.sel.Conn, t.sel.Topic}
	e := newEditor(t.o, key.conn, t.entry)
	e.byHand(f, func(c decode.Choice) {
		t.byHand[key] = c
		t.again()
	}, t.showChoice)
}

// showChoice makes the choice on the screen the one that holds.
func (t *Tab) showChoice() {
	f := t.choice().Format
	for i, known := range t.formats {
		if known == f {
			changed := t.Read.OnChanged
			t.Read.OnChanged = nil
			t.Read.SetSelectedIndex(i)
			t.Read.OnChanged = changed
		}
	}
}

func (t *Tab) toggleRaw() {
	t.asRaw = !t.asRaw
	t.raw.Importance = widget.MediumImportance
	if t.asRaw {
		t.raw.Importance = widget.HighImportance
	}
	t.raw.Refresh()
	t.again()
}

// Always opens the editor for a binding of the topic at hand, as it is read now.
func (t *Tab) Always() {
	if t.sel.Conn == nil || t.sel.Topic == "" {
		return
	}
	e := newEditor(t.o, t.sel.Conn, t.entry)
	key := handKey{t.sel.Conn, t.sel.Topic}
	e.saved = func() { // what was tried by hand holds for good now
		delete(t.byHand, key)
		t.showChoice()
		t.again()
	}
	e.always(t.sel.Topic, t.choice())
}

// Bindings opens the list of the connection's bindings.
func (t *Tab) Bindings(c *app.Connection) { ShowBindings(t.o, c, t.entry) }

// again shows the message at hand anew.
func (t *Tab) again() { t.seq, t.pointed = 0, false }

// Reset empties the tab; the next refresh shows another topic from its top.
func (t *Tab) Reset() {
	t.seq, t.set, t.entry, t.loading = 0, nil, decode.Input{}, false
	t.job++
	t.stop()
	t.View.Open(textview.Text(nil))
	t.why.SetText("")
	t.setWrong("")
	t.picture.Hide()
	t.View.Show()
	t.showNone(false)
}

// showNone tells that there is nothing to read, and puts the tools away.
func (t *Tab) showNone(on bool) {
	ui.Show(t.none, on)
	ui.Show(t.tools, !on)
}

// Refresh brings the tab up to date; called by the tick.
func (t *Tab) Refresh(s ui.Selection, r *topics.Row) {
	defer t.settle()
	if t.sel.Conn != s.Conn || t.sel.Topic != s.Topic {
		t.sel, t.pointed = s, false
		if formats := s.Conn.Decoders().Formats(); !slices.Equal(formats, t.formats[1:]) {
			t.offer(formats)
		}
		t.showChoice()
	}
	t.progress()
	t.showFolds()
	set := s.Conn.Decoders()
	if r.Seq == t.seq && set == t.set || t.loading {
		return
	}
	e, ok := s.Conn.Index().Latest(r.Node)
	t.showNone(!ok)
	if !ok {
		t.View.SetDocument(textview.Text(nil))
		return
	}
	t.seq, t.set = r.Seq, set
	t.entry = decode.Input{Topic: s.Topic, Props: e.Props, Payload: e.Payload, Seq: e.Seq, Cut: e.Cut}
	t.begin(set, t.choice(), t.entry, t.asRaw)
}

// begin reads a message, in the background if that may take a while.
func (t *Tab) begin(set *decode.Set, choice decode.Choice, in decode.Input, raw bool) {
	t.job++
	t.stop()
	if len(in.Payload) <= inlineBytes && set.Direct(in.Topic, in.Props, in.Payload) && quick(choice.Format) {
		t.show(read(set, choice, in, raw))
		return
	}
	job := t.job
	t.loading = true
	t.o.Work.Go(func() func() {
		s := read(set, choice, in, raw)
		return func() {
			t.loading = false
			if t.job == job {
				t.show(s)
			}
		}
	})
}

// quick tells whether a format reads a small payload in no time: nothing is unpacked.
func quick(f decode.Format) bool {
	return f == decode.Auto || f == decode.Text || f == decode.JSON || f == decode.Hex
}

// settle gives the head the room that it needs now. Fyne misses that where what is beneath the head
// changes in the same frame, too: the sentence on what is wrong would stand over the payload.
func (t *Tab) settle() {
	if t.head.Size().Height != t.head.MinSize().Height {
		t.Object.Refresh()
	}
}

func (t *Tab) show(s shown) {
	defer t.settle()
	why := because(&s.result)
	if o, ok := s.doc.(textview.Outliner); ok && len(o.Outline()) > 0 {
		why = ui.Tr("payload.long", "{{.Why}} · long, so it opens folded", map[string]any{"Why": why})
	}
	t.why.SetText(why)
	t.setWrong(trouble(&s.result))
	if s.image != nil {
		t.picture.Image = s.image
		t.picture.Refresh()
	}
	ui.Show(t.picture, s.image != nil)
	ui.Show(t.View, s.image == nil)
	if s.image != nil {
		return
	}
	// The lines of a dump are of one length, and name their offsets themselves.
	_, dump := s.doc.(hexDocument)
	t.View.SetWrap(t.wraps && !dump)
	t.View.SetLineNumbers(!dump)
	t.View.SetDocument(s.doc)
	t.showFolds()
	if s.line >= 0 && !t.pointed {
		t.pointed = true
		t.View.ShowLine(s.line)
	}
	if s.rest {
		start, _ := s.doc.(*textview.JSONDocument)
		t.finish(s.result.Document, start)
	}
}

func (t *Tab) setWrap(on bool) {
	t.wraps = on
	_, dump := t.View.Document().(hexDocument)
	t.View.SetWrap(on && !dump)
}

// showFolds offers to unfold what is folded, or to fold what can be.
func (t *Tab) showFolds() {
	can, folded := t.View.Folds()
	ui.Show(t.fold, can)
	icon, tip := ui.FoldIcon, ui.Tr("payload.fold", "Fold all (-)")
	if folded {
		icon, tip = ui.UnfoldIcon, ui.Tr("payload.unfold", "Unfold all (+)")
	}
	if t.fold.Icon != icon {
		t.fold.SetIcon(icon)
	}
	t.fold.SetToolTip(tip)
}

func (t *Tab) toggleFolds() {
	_, folded := t.View.Folds()
	t.View.FoldAll(!folded)
	t.showFolds()
}

func (t *Tab) setWrong(sentence string) {
	t.wrong.SetText(sentence)
	ui.Show(t.wrong, sentence != "")
}

// finish lays a big document out while its beginning is being read.
func (t *Tab) finish(document []byte, start *textview.JSONDocument) {
	l, job := &layout{}, t.job
	l.of.Store(int64(len(document)))
	t.layout = l
	t.bar.SetValue(0)
	t.working.Show()
	t.o.Work.Go(func() func() {
		doc, err := layOut(document, start, l.goOn)
		return func() {
			if t.job != job || l.stopped.Load() {
				return
			}
			t.layout = nil
			t.working.Hide()
			if err != nil {
				t.setWrong(err.Error())
			}
			t.View.SetDocument(doc)
		}
	})
}

// stop ends the laying out of a big document; its beginning stays.
func (t *Tab) stop() {
	if t.layout != nil {
		t.layout.stopped.Store(true)
		t.layout = nil
		t.working.Hide()
	}
}

func (t *Tab) progress() {
	if t.layout != nil {
		t.bar.SetValue(t.layout.share())
	}
}
