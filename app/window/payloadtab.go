package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/payload"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/textview"
)

// The ways to read a payload, in the order of the choice.
const (
	readAuto = iota
	readText
	readJSON
	readHex
)

// inlineBytes is the largest payload that is laid out on the UI goroutine; a larger one is
// prepared in the background.
const inlineBytes = 32 << 10

// payloadTab shows the latest payload whole.
type payloadTab struct {
	work   *ui.Background
	object fyne.CanvasObject
	view   *textview.View
	read   *widget.Select
	note   *ui.QuietText

	seq     uint64
	loading bool
}

func newPayloadTab(work *ui.Background) *payloadTab {
	t := &payloadTab{work: work, view: textview.New(), note: ui.NewFittingText()}
	t.note.TextSize, t.note.Colour = theme.SizeNameCaptionText, theme.ColorNameWarning
	t.read = widget.NewSelect([]string{
		ui.Tr("payload.auto", "Automatic"), ui.Tr("payload.text", "Text"), ui.Tr("payload.json", "JSON"), ui.Tr("payload.hex", "Hex"),
	}, func(string) { t.seq = 0 })
	t.read.SetSelectedIndex(readAuto)
	wrap := widget.NewCheck(ui.Tr("payload.wrap", "Wrap"), t.view.SetWrap)
	wrap.SetChecked(true)
	find := ui.IconButton(theme.SearchIcon(), ui.Tr("payload.find", "Find in the payload"), t.view.ShowFind)
	bar := container.NewBorder(nil, nil, container.NewHBox(t.read, wrap, find), nil, t.note)
	t.object = container.NewBorder(bar, nil, nil, nil, t.view)
	return t
}

// Reset empties the tab; the next refresh shows another topic from its top.
func (t *payloadTab) Reset() {
	t.seq = 0
	t.view.Open(textview.Text(nil))
	t.note.SetText("")
}

func (t *payloadTab) refresh(x *topics.Index, r *topics.Row) {
	if r.Seq == t.seq || t.loading {
		return
	}
	e, ok := x.Latest(r.Node)
	if !ok {
		t.view.SetDocument(textview.Text(nil))
		return
	}
	t.seq = r.Seq
	how := t.read.SelectedIndex()
	if len(e.Payload) <= inlineBytes {
		t.show(readable(e.Payload, how))
		return
	}
	t.loading = true
	seq := t.seq
	t.work.Go(func() func() {
		doc, note := readable(e.Payload, how)
		return func() {
			t.loading = false
			if t.seq == seq {
				t.show(doc, note)
			}
		}
	})
}

func (t *payloadTab) show(doc textview.Document, note string) {
	t.view.SetDocument(doc)
	t.note.SetText(note)
}

// readable makes a document of a payload in the way asked for; note says why it is another way.
func readable(b []byte, how int) (doc textview.Document, note string) {
	switch how {
	case readText:
		return textview.Text(b), ""
	case readHex:
		return payload.HexDump(b), ""
	case readJSON:
		pretty, err := payload.PrettyJSON(b)
		if err != nil {
			return textview.Text(b), ui.Tr("payload.notjson", "Not JSON: {{.Why}}", map[string]any{"Why": err.Error()})
		}
		return textview.JSON(pretty), ""
	}
	switch payload.Detect(b) {
	case payload.KindJSON:
		if pretty, err := payload.PrettyJSON(b); err == nil {
			return textview.JSON(pretty), ""
		}
		return textview.Text(b), ""
	case payload.KindBinary:
		return payload.HexDump(b), ""
	default:
		return textview.Text(b), ""
	}
}
