package window

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"streamscope/app/window/ui"
	"streamscope/connections/brokertest"
)

// plantOf sends a small plant: two lines with a press each, and a boat.
func plantOf(d *desk, p *brokertest.Publisher) {
	d.Helper()
	for topic, payload := range map[string]string{
		"plant/line1/press/temp": "21.5", "plant/line1/press/state": "run",
		"plant/line2/press/temp": "22.5", "plant/line2/press/state": "idle",
		"boat/depth": `{"value":4.2,"unit":"m","sensor":{"id":7,"ok":true}}`,
	} {
		p.Send(topic, payload, false)
	}
	p.Flush()
	d.await("the plant", func() bool { return d.win.tree.filter.Hits.Full == "5" })
}

func (d *desk) shows(topics ...string) {
	d.Helper()
	d.await("rows "+strings.Join(topics, " "), func() bool { return cmp.Equal(d.topicsInSight(), topics) })
}

func TestTopicsAreFilteredByTyping(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.shows("boat", "boat/depth", "plant", "plant/line1", "plant/line2")
	d.opens("plant/line2", true)
	d.shows("boat", "boat/depth", "plant", "plant/line1", "plant/line2", "plant/line2/press")

	d.chooses("View", "Filter topics")
	if d.focused() != fyne.Focusable(d.win.tree.filter.Entry) {
		t.Error("the filter has not got the focus")
	}
	d.fills("filter", "Press/TEMP")
	d.shows("plant", "plant/line1", "plant/line1/press", "plant/line1/press/temp", "plant/line2", "plant/line2/press", "plant/line2/press/temp")
	d.await("the hits", func() bool { return d.win.tree.filter.Hits.Full == "2/5" })
	if l, _ := d.row("plant/line1/press/temp"); l.Value != "21.5" {
		t.Errorf("the hit is %+v", l.Row)
	}
	d.fills("filter", "TEMP")
	d.await("marked hits", func() bool { l, _ := d.row("plant/line1/press/temp"); return l.Hit && l.HitStart == 0 && l.HitEnd == 4 })

	// A topic that comes while the filter stands is found, too.
	d.hears(p, "plant/line3/press/temp", "23.5")
	d.await("a third hit", func() bool { return d.win.tree.filter.Hits.Full == "3/6" })

	d.fills("filter", "no such thing")
	d.shows()
	if d.win.tree.filter.Hits.Full != "0/6" {
		t.Errorf("hits: %s", d.win.tree.filter.Hits.Full)
	}

	d.focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	d.await("all topics", func() bool { return d.win.tree.filter.Hits.Full == "6" })
	if d.win.tree.filter.Entry.Text != "" {
		t.Error("Escape leaves the filter's text")
	}
	d.shows("boat", "boat/depth", "plant", "plant/line1", "plant/line2", "plant/line2/press", "plant/line3")
}

func TestEnterInTheFilterGoesToTheTree(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.fills("filter", "temp")
	d.focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.focused() != fyne.Focusable(d.win.tree.tree) {
		t.Error("the tree has not got the focus")
	}
}

func TestAllIsExpandedAndCollapsed(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.chooses("View", "Expand all")
	d.shows("boat", "boat/depth", "plant", "plant/line1", "plant/line1/press", "plant/line1/press/state", "plant/line1/press/temp",
		"plant/line2", "plant/line2/press", "plant/line2/press/state", "plant/line2/press/temp")
	d.hears(p, "plant/line3/press/temp", "23.5")
	d.await("a new branch to open with the rest", func() bool { _, ok := d.row("plant/line3/press/temp"); return ok })

	d.chooses("View", "Collapse all")
	d.shows("boat", "plant")
	d.opens("plant", true)
	d.shows("boat", "plant", "plant/line1", "plant/line2", "plant/line3")

	d.win.tree.tree.OnToggle(0, d.root().Key, false)
	d.shows()
	d.chooses("View", "Expand all")
	d.await("the connection to open with the rest", func() bool { _, ok := d.row("plant/line1/press/temp"); return ok })
}

func TestABranchIsExpandedFromItsMenu(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.menuOf("plant/line1")
	d.clicks("Expand all beneath")
	d.shows("boat", "boat/depth", "plant", "plant/line1", "plant/line1/press", "plant/line1/press/state", "plant/line1/press/temp", "plant/line2")
}

func TestATopicIsReadInFull(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.mustRead("Select a topic in the tree to see its value, payload and history.")

	d.selects("boat/depth")
	d.mustNotRead("Select a topic in the tree")
	if d.win.detail.title.Full != "boat/depth" || d.win.detail.value.Full != "4.2 m" && d.win.detail.value.Full != "4.2" {
		t.Errorf("title %q, value %q", d.win.detail.title.Full, d.win.detail.value.Full)
	}
	if meta := d.win.detail.meta.Full; !strings.Contains(meta, " ago") || !strings.Contains(meta, "QoS 0") || !strings.Contains(meta, "52 B") {
		t.Errorf("meta %q", meta)
	}
	pretty := d.payload()
	if !strings.Contains(pretty, "\n") || !strings.Contains(pretty, `"unit": "m"`) {
		t.Errorf("payload %q", pretty)
	}
	d.readsAs("Text")
	if got := d.payload(); got != `{"value":4.2,"unit":"m","sensor":{"id":7,"ok":true}}` {
		t.Errorf("text %q", got)
	}
	d.readsAs("Hex")
	if got := d.payload(); !strings.Contains(got, "7b 22 76 61") {
		t.Errorf("hex %q", got)
	}
	d.readsAs("JSON")
	if d.payload() != pretty {
		t.Errorf("JSON %q", d.payload())
	}

	d.opens("plant/line1", true)
	d.await("the press", func() bool { _, ok := d.row("plant/line1/press"); return ok })
	d.opens("plant/line1/press", true)
	d.selects("plant/line1/press/state")
	if d.payload() != "run" {
		t.Errorf("payload %q", d.payload())
	}
	d.mustNotRead("Not JSON: ") // what was chosen by hand was for the other topic
	d.readsAs("JSON")
	d.mustRead("Not JSON: ")
	d.readsAs("Automatic")
	d.mustNotRead("Not JSON: ")
	d.hears(p, "plant/line1/press/state", "stop")
	d.await("the new state", func() bool { return d.payload() == "stop" && d.win.detail.value.Full == "stop" })
}

// readsAs chooses how the payload is read.
func (d *desk) readsAs(how string) {
	d.Helper()
	d.win.detail.payload.Read.SetSelected(how)
	d.ticks()
}

func TestABinaryPayloadIsShownAsHex(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "raw", "\x00\x01\xfe\xff")
	d.selects("raw")
	if !strings.Contains(d.payload(), "00 01 fe ff") {
		t.Errorf("payload %q", d.payload())
	}
}

func TestALargePayloadDoesNotOutliveItsTopic(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "large", strings.Repeat("x", 2*inlineBytes))
	d.hears(p, "small", "12")
	d.selects("large")
	d.await("the large one", func() bool { return strings.HasPrefix(d.payload(), "xxx") })
	d.readsAs("Text")
	d.selects("small")
	for range 3 {
		d.turn()
		d.ticks()
	}
	if d.payload() != "12" {
		t.Errorf("%d bytes of another topic are shown", len(d.payload()))
	}
}

// A branch has no payload, so nothing of what was selected before may stand there as its own.
func TestABranchShowsNoPayloadOfAnother(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.selects("boat/depth")
	d.turnsTo("Values")
	if len(d.values()) == 0 {
		t.Fatal("the topic has no values")
	}
	d.turnsTo("History")
	d.turnsTo("Payload")
	d.selects("plant")
	if d.payload() != "" || d.win.detail.value.Full != "" {
		t.Errorf("a branch shows %q, %q", d.win.detail.value.Full, d.payload())
	}
	d.mustRead("4 topics beneath")
	d.mustRead("No message has come on this topic itself. Open the branch in the tree to see the topics beneath it.")
	d.turnsTo("Values")
	if rows := d.values(); len(rows) != 0 {
		t.Errorf("a branch has the values %v", rows)
	}
	d.turnsTo("History")
	if n := d.win.detail.history.Len(); n != 0 {
		t.Errorf("a branch has %d messages", n)
	}
	if !d.win.detail.chart.Disabled() {
		t.Error("a branch can be put on the chart")
	}
}

// values lists the rows of the values tab.
func (d *desk) values() []*valueRow {
	var rows []*valueRow
	d.win.detail.values.list.Each(func(_ int, o fyne.CanvasObject) { rows = append(rows, o.(*valueRow)) })
	return rows
}

func (d *desk) valueOf(name string) *valueRow {
	d.Helper()
	for _, r := range d.values() {
		if r.name.Full == name {
			return r
		}
	}
	d.Fatalf("there is no value %q", name)
	return nil
}

func TestTheValuesOfAPayload(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.selects("boat/depth")
	d.turnsTo("Values")
	got := map[string]string{}
	for _, r := range d.values() {
		got[r.name.Full] = r.value.Full
	}
	if len(got) != 4 || !strings.HasPrefix(got["value"], "4.2") || got["unit"] != "m" || got["sensor › id"] != "7" || got["sensor › ok"] != "true" {
		t.Errorf("values %v", got)
	}
	if !d.valueOf("unit").chart.Disabled() {
		t.Error("a word can be put on the chart")
	}

	d.valueOf("sensor › id").chart.OnTapped()
	if !d.win.showCharts || !d.win.charts.Has(ui.Selection{Conn: d.only(), Topic: "boat/depth", Path: []string{"sensor", "id"}}) {
		t.Error("the value is not on the chart")
	}
	d.valueOf("sensor › id").show.OnTapped()
	d.await("the tree to show the value", func() bool { return d.value("boat/depth") == "7" })
	d.valueOf("sensor › id").pin.OnTapped()
	if w := d.watched(); len(w) != 1 || w[0].Name != "boat/depth › sensor › id" || w[0].Value != "7" {
		t.Errorf("watched: %+v", w)
	}

	d.hears(p, "boat/depth", `{"value":5}`)
	d.await("the values to follow", func() bool { return len(d.win.detail.values.fields) == 1 })
}

func TestTheHistoryIsNewestFirstAndCopiedWhole(t *testing.T) {
	d, _, p := connected(t)
	long := "3" + strings.Repeat("x", 3*shortRunes)
	for _, payload := range []string{"1", "2", long} {
		d.hears(p, "a/b", payload)
	}
	d.selects("a/b")
	d.turnsTo("History")
	var got []string
	for i := range d.win.detail.history.Len() {
		cells := make([]string, 6)
		d.win.detail.history.Row(i, cells)
		got = append(got, cells[1][:1])
	}
	if !cmp.Equal(got, []string{"3", "2", "1"}) {
		t.Errorf("history %v", got)
	}
	d.mustRead("3 messages held, 3 received")

	table := d.win.detail.history.Table
	table.Select(0, 0)
	table.TypedShortcut(&fyne.ShortcutCopy{Clipboard: d.fyne.Clipboard()})
	if !strings.Contains(d.clipboard(), "\t"+long+"\t") {
		t.Errorf("copied %q", d.clipboard())
	}

	d.hears(p, "a/b", "4")
	d.await("the new one on top", func() bool { return d.win.detail.history.Len() == 4 })
	if first, _ := table.Selected(); first != 1 {
		t.Errorf("the selection moved to row %d", first)
	}
}

func TestTheDetailsOfATopic(t *testing.T) {
	d, m, p := connected(t)
	p.Send("kept", "1", true)
	p.Sync()
	d.await("the message", func() bool { return d.latest("kept") == "1" })
	d.selects("kept")
	d.turnsTo("Details")
	facts := func() map[string]string {
		got := map[string]string{}
		for _, f := range d.win.detail.facts.facts {
			got[f[0]] = f[1]
		}
		return got
	}
	want := map[string]string{"Topic": "kept", "Connection": "Bench", "Messages": "1", "Size": "1 B", "QoS": "0", "Retained": "no"}
	for k, v := range want {
		if facts()[k] != v {
			t.Errorf("%s is %q, want %q", k, facts()[k], v)
		}
	}

	// Who subscribes anew gets it as retained, of an age that nobody knows.
	other := d.saves(m, nil)
	d.win.closeConnection(d.only())
	d.win.connect(other)
	d.await("the retained message", func() bool { return d.isOpen() && d.latest("kept") == "1" })
	d.selects("kept")
	d.ticks()
	if facts()["Retained"] != "yes" {
		t.Errorf("facts %v", facts())
	}
	if l, _ := d.row("kept"); l.Age != "retained" || !l.Retained {
		t.Errorf("the row is %+v", l.Row)
	}
	d.mustRead("retained  ·  QoS 0")
}

func TestCopying(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.selects("boat/depth")
	tree := d.win.tree.tree
	tree.TypedShortcut(&fyne.ShortcutCopy{Clipboard: d.fyne.Clipboard()})
	if !strings.Contains(d.clipboard(), "boat/depth") {
		t.Errorf("Ctrl+C in the tree copied %q", d.clipboard())
	}
	d.menuOf("boat/depth")
	d.clicks("Copy value")
	if d.clipboard() != `{"value":4.2,"unit":"m","sensor":{"id":7,"ok":true}}` {
		t.Errorf("copied %q", d.clipboard())
	}
	d.menuOf("boat/depth")
	d.clicks("Copy topic")
	if d.clipboard() != "boat/depth" {
		t.Errorf("copied %q", d.clipboard())
	}
	d.ticks()
	d.mustRead("Topic copied.")
}

func TestWhatChangedInATopic(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "a/b", `{"t":1,"u":"C"}`)
	d.hears(p, "a/b", `{"t":2,"u":"C"}`)
	d.selects("a/b")
	d.chooses("View", "What changed in the topic")
	d.mustRead("1 changed")
	d.hears(p, "a/b", `{"t":2,"u":"C"}`)
	d.ticks()
	d.mustRead("No change")

	// Two that are chosen in the history.
	d.turnsTo("History")
	d.win.detail.history.Table.Select(2, 2)
	d.clicks("Compare")
	d.ticks()
	if d.win.detail.tabs.SelectedIndex() != tabDiff {
		t.Error("the comparison is not shown")
	}
	d.mustRead("1 changed")
}

func TestAHistoryIsClearedWhileDisconnected(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "a/b", "1")
	d.hears(p, "a/c", "1")
	d.selects("a/b")
	d.turnsTo("History")
	d.chooses("Connection", "Disconnect")
	d.await("the end", func() bool { return !d.isOpen() })
	d.win.detail.history.Clear()
	d.mustRead("Clear this history?")
	d.clicks("Clear")
	if n := d.win.detail.history.Len(); n != 0 {
		t.Errorf("%d messages are left", n)
	}
	d.await("the row to go", func() bool { _, ok := d.row("a/b"); return !ok })
	d.countsAddUp()
}
