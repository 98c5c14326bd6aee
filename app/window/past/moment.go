package past

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/textview"
)

// inlineBytes is the largest payload that is read on the UI goroutine. What is packed in so few
// bytes still takes no longer than a frame.
const inlineBytes = 4 << 10

// moment shows one earlier message whole, beneath the list.
type moment struct {
	history *History
	object  fyne.CanvasObject
	view    *textview.View
	title   *ui.QuietText
	facts   *ui.QuietText
	why     *ui.QuietText
	// entry is what is shown; nil hides the pane.
	entry *topics.Entry
}

func newMoment(h *History) *moment {
	m := &moment{history: h, view: textview.New(), title: ui.NewFittingText(), facts: ui.NewFittingText(), why: ui.NewFittingText()}
	m.title.Line.TextStyle.Bold = true
	m.facts.TextSize, m.facts.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	m.why.TextSize, m.why.Colour = theme.SizeNameCaptionText, theme.ColorNameWarning
	m.view.SetWrap(true)
	m.view.SetEmpty(ui.Tr("history.emptypayload", "(empty payload)"))
	compare := widget.NewButton(ui.Tr("history.compare.short", "Compare"), h.compareSelected)
	compare.Importance = widget.LowImportance
	closer := ui.IconButton(theme.CancelIcon(), ui.Tr("history.live", "Back to live (Escape)"), h.hideMoment)
	head := container.NewBorder(nil, nil, nil, container.NewHBox(compare, closer), m.title)
	m.object = container.NewBorder(container.NewVBox(head, m.facts), m.why, nil, nil, m.view)
	m.object.Hide()
	return m
}

// showMoment shows the message of a row.
func (h *History) showMoment(row int) {
	e := h.list.at(row)
	if e == nil {
		return
	}
	h.refreshWords()
	if h.moment.entry != nil && h.moment.entry.Seq == e.Seq {
		return
	}
	shown := *e
	h.moment.entry = &shown
	h.moment.refreshWords()
	h.readMoment(shown)
	if !h.moment.object.Visible() {
		h.moment.object.Show()
		h.split.Refresh()
		h.Table.ScrollTo(row) // it may have come to lie beneath
	}
}

func (h *History) readMoment(e topics.Entry) {
	s := h.sel
	if len(e.Payload) <= inlineBytes {
		h.moment.show(read(s, &e))
		return
	}
	h.moment.view.Open(textview.Text(nil))
	h.o.Work.Go(func() func() {
		doc, why := read(s, &e)
		return func() {
			if now := h.moment.entry; now != nil && now.Seq == e.Seq {
				h.moment.show(doc, why)
			}
		}
	})
}

// read makes a document of a message. It may run on any goroutine.
func read(s ui.Selection, e *topics.Entry) (doc textview.Document, why string) {
	result := readAs(s, e)
	why = result.Note
	if result.Err != nil {
		why = result.Err.Error()
	}
	return document(&result), why
}

func (m *moment) show(doc textview.Document, why string) {
	m.view.Open(doc)
	m.view.Find(m.history.query)
	m.why.SetText(why)
	ui.Show(m.why, why != "")
}

func (m *moment) refreshWords() {
	if m.entry == nil {
		return
	}
	e, c := m.entry, m.history.clock
	m.title.SetText(ui.Tr("history.viewing", "Viewing {{.Time}}", map[string]any{"Time": c.short(e.Time)}))
	own := ""
	if e.Own != 0 {
		own = ui.Tr("history.own", "says that it is of {{.Time}}", map[string]any{"Time": c.short(e.Own)})
	}
	m.facts.SetText(joined(ui.Size(e.Size), "QoS "+string('0'+rune(e.QoS)), flags(e), own, propsText(e.Props)))
}

// hideMoment goes back to the list alone.
func (h *History) hideMoment() {
	if h.moment.entry == nil {
		return
	}
	h.moment.entry = nil
	h.moment.object.Hide()
	h.split.Refresh()
	h.Table.Select(-1, -1)
}
