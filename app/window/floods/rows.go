package floods

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

// The columns of the table.
const (
	columnTopic = iota
	columnConnection
	columnTopics
	columnRate
	columnShare
	columnBytes
	columnSize
	columnMessages
	columnChange
)

func newTable(r *rows) *table.Table {
	figure := func(title string, width float32, sorts bool) table.Column {
		return table.Column{Title: title, Width: width, Align: fyne.TextAlignTrailing, Sorts: sorts}
	}
	t := table.New(r,
		table.Column{Title: ui.Tr("floods.topic", "Topic"), Grow: true},
		table.Column{Title: ui.Tr("facts.connection", "Connection"), Width: 110, Hidden: true},
		figure(ui.Tr("floods.topics", "Topics"), 70, false),
		figure(ui.Tr("floods.rate", "Messages/s"), 90, true),
		figure(ui.Tr("floods.share", "Share"), 56, false),
		figure(ui.Tr("floods.bytes", "Bytes/s"), 90, true),
		figure(ui.Tr("floods.size", "Size"), 80, true),
		figure(ui.Tr("floods.messages", "Messages"), 90, false),
		figure(ui.Tr("floods.change", "Last change"), 90, true))
	t.Empty = ui.Tr("floods.empty", "Nothing was received yet.")
	return t
}

// orders are what can be ranked by, in the order of [topics.By].
func orders() []string {
	return []string{
		ui.Tr("floods.by.rate", "messages a second"), ui.Tr("floods.by.bytes", "bytes a second"),
		ui.Tr("floods.by.size", "size"), ui.Tr("floods.by.change", "last change"),
	}
}

func columnOf(by topics.By) int {
	return map[topics.By]int{
		topics.ByRate: columnRate, topics.ByByteRate: columnBytes, topics.BySize: columnSize, topics.ByChange: columnChange,
	}[by]
}

func byOf(column int) topics.By {
	for by := topics.ByRate; by <= topics.ByChange; by++ {
		if columnOf(by) == column {
			return by
		}
	}
	return topics.ByRate
}

// rows are what the table shows.
type rows struct {
	list     []flood
	branches bool
}

func (r *rows) at(i int) *flood {
	if i < 0 || i >= len(r.list) {
		return nil
	}
	return &r.list[i]
}

// Len implements table.Source.
func (r *rows) Len() int { return len(r.list) }

// Row implements table.Source.
func (r *rows) Row(i int, cells []string) {
	f := r.at(i)
	if f == nil {
		return
	}
	size := f.Size
	if r.branches {
		size = int64(f.Bytes)
	}
	cells[columnTopic] = f.Path
	cells[columnConnection] = f.conn.Name()
	cells[columnTopics] = ui.Count(f.Topics)
	cells[columnRate] = ui.Rate(f.Rate)
	cells[columnShare] = percent(f.share)
	cells[columnBytes] = byteRate(f.ByteRate)
	cells[columnSize] = ui.Size(size)
	cells[columnMessages] = ui.Count(f.Messages)
	cells[columnChange] = ui.Age(time.Duration(f.age))
}

// byteRate writes bytes a second; what is not nothing never reads as nothing.
func byteRate(perSecond float64) string {
	if perSecond > 0 && perSecond < 10 {
		return strconv.FormatFloat(max(perSecond, 0.1), 'f', 1, 64) + " B/s"
	}
	return ui.Size(int64(perSecond)) + "/s"
}

// percent writes a share; what is not nothing never reads as nothing.
func percent(share float64) string {
	switch {
	case share <= 0:
		return ""
	case share < 0.01:
		return "< 1 %"
	}
	return strconv.Itoa(int(share*100+0.5)) + " %"
}
