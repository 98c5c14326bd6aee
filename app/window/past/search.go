package past

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
)

// searchEntry goes from hit to hit by Enter, and back with Shift.
type searchEntry struct {
	widget.Entry
	history *History
	shift   bool
}

func newSearchEntry(h *History) *searchEntry {
	e := &searchEntry{history: h}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = ui.Tr("history.search", "Search these payloads…")
	e.OnChanged = h.setQuery
	return e
}

// KeyDown is part of [desktop.Keyable].
func (e *searchEntry) KeyDown(k *fyne.KeyEvent) {
	e.shift = e.shift || k.Name == desktop.KeyShiftLeft || k.Name == desktop.KeyShiftRight
	e.Entry.KeyDown(k)
}

// KeyUp is part of [desktop.Keyable].
func (e *searchEntry) KeyUp(k *fyne.KeyEvent) {
	if k.Name == desktop.KeyShiftLeft || k.Name == desktop.KeyShiftRight {
		e.shift = false
	}
	e.Entry.KeyUp(k)
}

// FocusLost is for Fyne.
func (e *searchEntry) FocusLost() {
	e.shift = false
	e.Entry.FocusLost()
}

// TypedKey is for Fyne.
func (e *searchEntry) TypedKey(k *fyne.KeyEvent) {
	switch {
	case k.Name != fyne.KeyReturn && k.Name != fyne.KeyEnter && k.Name != fyne.KeyEscape:
		e.Entry.TypedKey(k)
	case k.Name == fyne.KeyEscape:
		e.SetText("")
	case e.shift:
		e.history.step(-1)
	default:
		e.history.step(1)
	}
}

// ShowFind puts the keyboard into the search.
func (h *History) ShowFind() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(h.search); c != nil {
		c.Focus(h.search)
	}
}

// setQuery searches for something else.
func (h *History) setQuery(query string) {
	if query == h.query {
		return
	}
	h.query = query
	h.searchAnew()
}

// setHitsOnly chooses between a list of the hits and one of all messages with the hits marked.
func (h *History) setHitsOnly(on bool) {
	h.list.hitsOnly = on
	h.searchAnew()
}

func (h *History) searchAnew() {
	h.stopSearch()
	h.queries++
	h.searching = false
	h.list.hits, h.list.searched = nil, 0
	h.list.filtered = h.list.hitsOnly && h.query != ""
	h.Table.Empty = ""
	if h.list.filtered {
		h.Table.Empty = ui.Tr("history.none", "No listed message has this in its payload.")
	}
	h.find()
	h.arrange()
	h.moment.view.Find(h.query)
}

// find searches what was not searched yet.
func (h *History) find() {
	l := &h.list
	if h.query == "" || h.searching || l.searched >= len(l.entries) {
		return
	}
	ctx, stop := context.WithCancel(h.o.Work.Context)
	h.searching, h.stopSearch = true, stop
	queries, query, part, from, dropped := h.queries, h.query, l.entries[l.searched:], l.searched, l.dropped
	h.o.Work.Go(func() func() {
		hits := find(ctx, part, query)
		stop()
		return func() {
			if h.queries == queries {
				h.searching = false
				h.foundMore(hits, from-(l.dropped-dropped), len(part))
			}
		}
	})
}

// foundMore takes in the hits among n messages that begin at place from, which is negative if
// some of them are gone.
func (h *History) foundMore(hits []int, from, n int) {
	l := &h.list
	rows := l.rows()
	for _, i := range hits {
		if from+i >= 0 {
			l.hits = append(l.hits, from+i)
		}
	}
	l.searched = max(0, from+n)
	switch {
	case !l.filtered:
		h.Table.Refresh()
	case h.by != byTime || !h.descending:
		h.arrange()
	default:
		h.Table.Prepended(l.rows() - rows)
	}
	h.find()
	h.refreshWords()
}

// step selects the next hit in a direction.
func (h *History) step(direction int) {
	if h.query == "" {
		return
	}
	first, _ := h.Table.Selected()
	if row := h.list.step(first, direction); row >= 0 {
		h.Table.Select(row, row)
	}
}

func (h *History) foundText() string {
	switch n := len(h.list.hits); {
	case h.query == "":
		return ""
	case h.searching && n == 0:
		return "…"
	case h.searching:
		return ui.Count(n) + "…"
	case n == 0:
		return ui.Tr("history.nohits", "no hits")
	default:
		if first, _ := h.Table.Selected(); first >= 0 && first < h.list.rows() && h.list.hit(first) {
			return strconv.Itoa(h.list.hitNumber(first)) + "/" + ui.Count(n)
		}
		if n == 1 {
			return ui.Tr("history.onehit", "1 hit")
		}
		return ui.TrN(n, "history.hits", "{{.N}} hit", "{{.N}} hits", nil)
	}
}
