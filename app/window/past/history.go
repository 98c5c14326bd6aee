package past

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

// Options is what the panes of this package need.
type Options struct {
	Window fyne.Window
	Work   *ui.Background
	// OnCopied says what was put on the clipboard, OnDone what else was done; OnFail shows an
	// error.
	OnCopied func(what string)
	OnDone   func(what string)
	OnFail   func(error)
	// OnCompare asks for what changed from one message to another. Without a newer one it is the
	// latest, whichever that is.
	OnCompare func(older topics.Entry, newer *topics.Entry)
	// OnClear drops what is held of a topic and all beneath.
	OnClear func(ui.Selection)
}

// The columns of the table.
const (
	columnTime = iota
	columnValue
	columnSize
	columnQoS
	columnFlags
	columnProps
)

const (
	// inlineMessages is how many messages are read at once on the UI goroutine.
	inlineMessages = 1000
	// shortRunes bounds the text of a value in a row.
	shortRunes = 160
	timeWidth  = 104
	dateWidth  = 190
)

// History lists the messages of a topic, with the payload of the selected one beneath. It goes
// on with the topic, but stands still while it is paused or in an order other than time; then
// it counts what is new.
type History struct {
	o Options
	// Object is what to show.
	Object fyne.CanvasObject

	// Table is the list in it.
	Table  *table.Table
	note   *ui.QuietText
	search *searchEntry
	found  *ui.QuietText
	hold   *ttwidget.Button
	split  *ui.Split
	moment *moment

	sel  ui.Selection
	node topics.NodeID
	list list
	told told
	// received is how many messages the topic has had by now.
	received uint64
	clock    clock

	paused     bool
	by         key
	descending bool
	// reading, sorting and searching tell that the like is done in the background. What comes
	// back from a topic, an order or a query that is not the one of now is thrown away.
	reading, sorting, searching bool
	topics, orders, queries     int
	query                       string
	stopSearch                  context.CancelFunc
	export                      *exporting
}

// NewHistory makes a list of nothing.
func NewHistory(o Options) *History {
	h := &History{o: o, by: byTime, descending: true, stopSearch: func() {}}
	h.list.hitsOnly = true
	h.Table = table.New(h,
		table.Column{Title: ui.Tr("history.time", "Time"), Width: timeWidth, Monospace: true, Sorts: true},
		table.Column{Title: ui.Tr("history.value", "Value"), Grow: true, Sorts: true},
		table.Column{Title: ui.Tr("history.size", "Size"), Width: 56, Align: fyne.TextAlignTrailing, Sorts: true},
		table.Column{Title: ui.Tr("history.qos", "QoS"), Width: 32, Align: fyne.TextAlignCenter},
		table.Column{Title: ui.Tr("history.flags", "Flags"), Width: 84, Hidden: true},
		table.Column{Title: ui.Tr("history.props", "Properties"), Width: 130, Hidden: true},
	)
	h.Table.Several = true
	h.Table.OnSelect = func(first, _ int) { h.showMoment(first) }
	h.Table.OnMenu = func(_ int, at fyne.Position) { h.showMenu(at) }
	h.Table.OnActivate = func(i int) { h.compareWithLatest(i) }
	h.Table.OnEscape = h.hideMoment
	h.Table.OnSort = h.sort
	h.Table.SetSorted(columnTime, true)
	h.moment = newMoment(h)
	h.note, h.found = ui.NewFittingText(), ui.NewQuietText()
	h.note.TextSize, h.note.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	h.found.TextSize, h.found.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	h.split = ui.NewVSplit(h.Table, h.moment.object)
	h.split.Offset = 0.6
	h.Object = container.NewBorder(h.bar(), h.note, nil, nil, h.split)
	h.refreshWords()
	return h
}

func (h *History) bar() fyne.CanvasObject {
	h.search = newSearchEntry(h)
	previous := ui.IconButton(theme.MoveUpIcon(), ui.Tr("history.previous", "To the hit above (Shift+Enter)"), func() { h.step(-1) })
	next := ui.IconButton(theme.MoveDownIcon(), ui.Tr("history.next", "To the hit below (Enter)"), func() { h.step(1) })
	h.hold = ui.IconButton(theme.MediaPauseIcon(), "", h.toggleHold)
	more := ui.IconButton(theme.MoreVerticalIcon(), ui.Tr("history.more", "Copy, compare, export, clear…"), nil)
	more.OnTapped = func() {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(more)
		h.showMenu(at.AddXY(0, more.Size().Height))
	}
	return container.NewBorder(nil, nil, nil, container.NewHBox(h.found, previous, next, h.hold, more), h.search)
}

// Named are the parts that tests and tools look for.
func (h *History) Named() map[string]fyne.CanvasObject {
	return map[string]fyne.CanvasObject{
		"history": h.Table, "history.search": h.search, "history.found": h.found, "history.hold": h.hold, "history.note": h.note,
	}
}

// Reset forgets the topic before.
func (h *History) Reset() {
	h.topics++
	h.orders++
	h.queries++
	h.list.reset()
	h.node, h.received = 0, 0
	h.reading, h.sorting, h.searching, h.paused = false, false, false, false
	h.stopSearch()
	h.Table.Select(-1, -1)
	h.hideMoment()
	h.Table.Refresh()
	h.refreshWords()
}

// Len is how many messages are listed.
func (h *History) Len() int { return h.list.rows() }

// standsStill tells that new messages are counted and not shown.
func (h *History) standsStill() bool { return h.paused || h.list.order != nil || h.sorting }

// Refresh follows the topic; the tick calls it while the list is in sight. r is the row of s.
func (h *History) Refresh(s ui.Selection, r *topics.Row) {
	if h.node != 0 && (r.Node != h.node || r.Count < h.list.count) {
		h.Reset() // it was cleared, and began anew
	}
	h.sel, h.node, h.received = s, r.Node, r.Count
	h.clock.today = s.Conn.Now()
	h.export.refresh()
	if r.Count != h.list.count && !h.standsStill() {
		h.read()
	}
	h.refreshWords()
}

// read fetches what came since the last time.
func (h *History) read() {
	if h.reading {
		return
	}
	x, node, count := h.sel.Conn.Index(), h.node, h.received
	want := int(min(count-h.list.count, maxListed))
	if want <= inlineMessages {
		h.take(x.History(node, 0, want), count)
		return
	}
	h.reading = true
	topic := h.topics
	h.o.Work.Go(func() func() {
		entries := x.History(node, 0, want)
		return func() {
			if h.topics == topic {
				h.reading = false
				h.take(entries, count)
				h.refreshWords()
			}
		}
	})
}

func (h *History) take(entries []topics.Entry, count uint64) {
	rows := h.list.rows()
	h.list.count = count
	h.list.older = h.list.older || len(entries) == maxListed
	added := h.list.add(entries)
	h.showColumns(entries)
	h.find()
	switch {
	case h.by != byTime || !h.descending:
		h.arrange()
	case h.list.filtered:
		h.Table.Prepended(h.list.rows() - rows)
	default:
		h.Table.Prepended(added)
	}
}

// showColumns brings up the columns for what only some messages have, once one has it.
func (h *History) showColumns(entries []topics.Entry) {
	for i := range entries {
		e := &entries[i]
		if e.Retained || e.Dup || e.Cut {
			h.Table.ShowColumn(columnFlags, true)
		}
		if !e.Props.Empty() {
			h.Table.ShowColumn(columnProps, true)
		}
	}
	h.widen()
}

// widen makes room for dates where the oldest message is not of today.
func (h *History) widen() {
	want := float32(timeWidth)
	if len(h.list.entries) > 0 && !h.clock.isToday(h.list.entries[0].Time) {
		want = dateWidth
	}
	if w := h.Table.Widths(); w[columnTime] < want {
		w[columnTime] = want
		h.Table.SetWidths(w)
	}
}

// toggleHold lets the list stand still or go on.
func (h *History) toggleHold() {
	if !h.standsStill() {
		h.paused = true
		h.refreshWords()
		return
	}
	h.paused = false
	if h.node != 0 && h.received != h.list.count {
		h.list.order = nil // arranged anew with what is new
		h.read()
	}
	h.refreshWords()
}

// sort puts the rows in the order of a column, or turns it round.
func (h *History) sort(column int) {
	by := map[int]key{columnTime: byTime, columnValue: byValue, columnSize: bySize}[column]
	if by == h.by {
		h.descending = !h.descending
	} else {
		h.by, h.descending = by, true
	}
	h.Table.SetSorted(column, h.descending)
	h.arrange()
}

// arrange puts the rows in the order that was asked for.
func (h *History) arrange() {
	h.orders++
	h.list.order, h.sorting = nil, false
	if h.by == byTime && h.descending {
		h.rearranged()
		return
	}
	h.sorting = true
	places := make([]int, h.list.rows())
	for i := range places {
		places[i] = h.list.place(len(places) - 1 - i)
	}
	read := h.reads()
	orders, dropped, entries, by, descending := h.orders, h.list.dropped, h.list.entries, h.by, h.descending
	h.o.Work.Go(func() func() {
		order := ordered(entries, places, by, descending, read)
		return func() {
			if h.orders == orders {
				h.sorting = false
				h.list.setOrder(order, h.list.dropped-dropped)
				h.rearranged()
			}
		}
	})
}

// rearranged shows rows that are other ones, and keeps the message selected that was.
func (h *History) rearranged() {
	row := -1
	if h.moment.entry != nil {
		row = h.list.rowOf(h.moment.entry.Seq)
	}
	h.Table.Select(-1, -1)
	h.Table.Refresh()
	if row >= 0 {
		h.Table.Select(row, row)
	} else {
		h.Table.ScrollTo(0)
	}
	h.refreshWords()
}

// reads is how the payloads of the topic are read.
func (h *History) reads() reading {
	if h.sel.Conn == nil { // nor are there any
		return reading{}
	}
	return reading{h.sel.Conn.Decoders(), h.sel.Topic}
}

// told remembers the values that had to be decoded, so that each is decoded once however often its
// row is drawn.
type told struct {
	conn  *app.Connection
	read  reading
	bySeq map[uint64]string
}

// mostTold bounds the values that are remembered: many times what is in view.
const mostTold = 1000

// of is the short form of a message's value.
func (t *told) of(conn *app.Connection, read reading, e *topics.Entry) string {
	if read.direct(e) {
		return read.short(e, shortRunes)
	}
	if t.conn != conn || t.read != read || len(t.bySeq) >= mostTold {
		*t = told{conn, read, map[uint64]string{}}
	}
	text, known := t.bySeq[e.Seq]
	if !known {
		text = read.short(e, shortRunes)
		t.bySeq[e.Seq] = text
	}
	return text
}

// Row is for the table.
func (h *History) Row(i int, cells []string) {
	e := h.list.at(i)
	if e == nil {
		return
	}
	cells[columnTime] = h.clock.short(e.Time)
	cells[columnValue] = h.told.of(h.sel.Conn, h.reads(), e)
	cells[columnSize] = ui.Size(e.Size)
	cells[columnQoS] = string('0' + rune(e.QoS))
	cells[columnFlags] = flags(e)
	cells[columnProps] = propsText(e.Props)
}

// FullRow is what is copied of a row: the payload whole, and the date.
func (h *History) FullRow(i int, cells []string) {
	h.Row(i, cells)
	if e := h.list.at(i); e != nil {
		cells[columnTime] = h.clock.full(e.Time)
		cells[columnValue] = string(e.Payload)
	}
}

// Marked is for the table: hits among other rows.
func (h *History) Marked(i int) bool { return h.query != "" && !h.list.hitsOnly && h.list.hit(i) }

// refreshWords brings the words around the table up to date.
func (h *History) refreshWords() {
	h.note.SetText(h.noteText())
	h.found.SetText(h.foundText())
	icon, tip := theme.MediaPauseIcon(), ui.Tr("history.pause", "Let the list stand still")
	if h.standsStill() {
		icon, tip = theme.MediaPlayIcon(), ui.Tr("history.resume", "Show what is new")
	}
	if h.hold.Icon != icon {
		h.hold.SetIcon(icon)
	}
	h.hold.SetToolTip(tip)
}

func (h *History) noteText() string {
	if h.node == 0 {
		return ""
	}
	n := len(h.list.entries)
	words := ui.TrN(n, "history.all", "{{.N}} message held, {{.Total}} received", "{{.N}} messages held, {{.Total}} received",
		map[string]any{"Total": ui.Count(h.received)})
	if h.list.older {
		words = ui.TrN(n, "history.newest", "The newest message", "The newest {{.N}} messages", nil)
	}
	if h.standsStill() {
		still := ui.Tr("history.paused", "Paused: {{.N}} new", map[string]any{"N": ui.Count(h.received - h.list.count)})
		if !h.paused {
			still = ui.Tr("history.ordered", "Stands still in this order: {{.N}} new", map[string]any{"N": ui.Count(h.received - h.list.count)})
		}
		words = still + "  ·  " + words
	}
	if h.clock.utc {
		words = ui.Tr("history.utc", "UTC") + "  ·  " + words
	}
	return words
}

// SetUTC chooses between UTC and local time.
func (h *History) SetUTC(on bool) {
	h.clock.utc = on
	title := ui.Tr("history.time", "Time")
	if on {
		title = ui.Tr("history.time.utc", "Time (UTC)")
	}
	h.Table.SetTitle(columnTime, title)
	h.Table.Refresh()
	h.moment.refreshWords()
	h.refreshWords()
}
