package past

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/topics"
	"streamscope/app/window/ui"
)

// selected are the messages of the selected rows, oldest first.
func (h *History) selected() []topics.Entry {
	var places []int
	for row := range h.Table.SelectedRows() {
		if row < h.list.rows() {
			places = append(places, h.list.place(row))
		}
	}
	return h.list.inOrder(places)
}

// showMenu offers what can be done with the selected rows and with the whole list.
func (h *History) showMenu(at fyne.Position) {
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", h.items()...), h.o.Window.Canvas(), at)
}

func (h *History) items() []*fyne.MenuItem {
	chosen := h.selected()
	item := func(on bool, label string, f func()) *fyne.MenuItem {
		i := fyne.NewMenuItem(label, f)
		i.Disabled = !on
		return i
	}
	utc := fyne.NewMenuItem(ui.Tr("history.menu.utc", "Times in UTC"), func() { h.SetUTC(!h.clock.utc) })
	utc.Checked = h.clock.utc
	only := fyne.NewMenuItem(ui.Tr("history.menu.hitsonly", "When searching, list hits only"), func() { h.setHitsOnly(!h.list.hitsOnly) })
	only.Checked = h.list.hitsOnly
	some, any := len(chosen) > 0, h.Len() > 0
	return []*fyne.MenuItem{
		item(some, ui.Tr("history.menu.copyrows", "Copy rows"), func() { h.copyText(h.Table.SelectedText()) }),
		item(len(chosen) == 1, ui.Tr("history.menu.copypayload", "Copy payload"), func() { h.copyText(string(chosen[0].Payload)) }),
		item(any, ui.Tr("history.menu.selectall", "Select all"), func() { h.Table.TypedShortcut(&fyne.ShortcutSelectAll{}) }),
		fyne.NewMenuItemSeparator(),
		item(len(chosen) == 1, ui.Tr("history.menu.comparelatest", "Compare with the latest"), h.compareSelected),
		item(len(chosen) > 1, ui.Tr("history.menu.compareends", "Compare the first and the last selected"), h.compareSelected),
		fyne.NewMenuItemSeparator(),
		item(some, ui.Tr("history.menu.selectedcsv", "Export selected as CSV…"), func() { h.Export(false, true) }),
		item(some, ui.Tr("history.menu.selectedlines", "Export selected as JSON Lines…"), func() { h.Export(false, false) }),
		item(any, ui.Tr("history.menu.allcsv", "Export all as CSV…"), func() { h.Export(true, true) }),
		item(any, ui.Tr("history.menu.alllines", "Export all as JSON Lines…"), func() { h.Export(true, false) }),
		fyne.NewMenuItemSeparator(), utc, only,
		fyne.NewMenuItemSeparator(),
		item(h.node != 0, ui.Tr("history.menu.clear", "Clear this history…"), h.Clear),
	}
}

func (h *History) copyText(text string) {
	fyne.CurrentApp().Clipboard().SetContent(text)
	h.o.OnCopied(ui.Tr("history.copied", "Copied."))
}

// compareWithLatest shows what changed since the message of a row.
func (h *History) compareWithLatest(row int) {
	if e := h.list.at(row); e != nil {
		h.o.OnCompare(*e, nil)
	}
}

// compareSelected compares the ends of the selection, or the only selected message with the
// latest.
func (h *History) compareSelected() {
	switch chosen := h.selected(); len(chosen) {
	case 0:
		if h.moment.entry != nil {
			h.o.OnCompare(*h.moment.entry, nil)
		}
	case 1:
		h.o.OnCompare(chosen[0], nil)
	default:
		h.o.OnCompare(chosen[0], &chosen[len(chosen)-1])
	}
}

// Clear drops what is held of the topic, after a question.
func (h *History) Clear() {
	if h.node == 0 {
		return
	}
	s := h.sel
	words := ui.TrN(len(h.list.entries), "history.clear.text",
		"The message that it holds is dropped from this window. Nothing is sent to the broker; the topic comes back with its next message.",
		"The {{.N}} messages that it holds are dropped from this window. Nothing is sent to the broker; the topic comes back with its next message.", nil)
	if rows := s.Conn.Index().Rows([]topics.NodeID{h.node}, nil); rows[0].Topics > 0 {
		words += "\n" + ui.TrN(rows[0].Topics, "history.clear.beneath", "So is the topic beneath it.", "So are the {{.N}} topics beneath it.", nil)
	}
	ask := dialog.NewConfirm(ui.Tr("history.clear.title", "Clear this history?"), fmt.Sprintf("%s\n\n%s", s.Topic, words),
		func(ok bool) {
			if ok {
				h.o.OnClear(s)
			}
		}, h.o.Window)
	ask.SetConfirmText(ui.Tr("history.clear.ok", "Clear"))
	ask.SetConfirmImportance(widget.DangerImportance)
	ask.Show()
}
