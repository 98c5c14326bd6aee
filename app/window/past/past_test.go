package past

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/app/window/uitest"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// reader is someone who reads a topic's past: both panes on the index of a connection that is
// never opened.
type reader struct {
	*uitest.Bench
	h      *History
	d      *Diff
	conn   *app.Connection
	topic  string
	said   string
	failed error
	at     int64
}

func sitDown(t *testing.T) *reader {
	t.Helper()
	r := &reader{Bench: uitest.New(t, nil), topic: "a/b"}
	r.conn = r.App.Prepare(r.Profile(nil), app.Secrets{}, nil)
	o := Options{
		Window: r.Win, Work: r.Work,
		OnCopied: func(s string) { r.said = s }, OnDone: func(s string) { r.said = s }, OnFail: func(err error) { r.failed = err },
		OnCompare: func(older topics.Entry, newer *topics.Entry) { r.d.Compare(older, newer); r.tick() },
		OnClear:   func(s ui.Selection) { s.Conn.Index().Clear(s.Node); r.h.Reset() },
	}
	r.h = NewHistory(o)
	r.d = NewDiff(o, r.h)
	r.Win.SetContent(container.NewHSplit(r.h.Object, r.d.Object))
	r.Win.Resize(fyne.NewSize(1000, 500))
	r.at = r.conn.Now() - int64(time.Hour)
	return r
}

// hears puts messages into the index, a second apart.
func (r *reader) hears(payloads ...string) {
	for _, p := range payloads {
		r.receives(&connections.Message{Payload: []byte(p)})
	}
	r.tick()
}

func (r *reader) receives(m *connections.Message) {
	m.Topic = r.topic
	r.at += int64(time.Second)
	r.conn.Index().Put(m, r.at)
}

// tick brings both panes up to date, as the window does.
func (r *reader) tick() {
	x := r.conn.Index()
	id, ok := x.Find(r.topic)
	if !ok {
		return
	}
	rows := x.Rows([]topics.NodeID{id}, nil)
	s := ui.Selection{Conn: r.conn, Node: id, Topic: r.topic}
	r.h.Refresh(s, &rows[0])
	r.d.Refresh(s, &rows[0])
}

// column lists the cells of a column, from the top.
func (r *reader) column(k int) string {
	var list []string
	for i := range r.h.Len() {
		cells := make([]string, 6)
		r.h.Row(i, cells)
		list = append(list, cells[k])
	}
	return strings.Join(list, " ")
}

func (r *reader) values() string { return r.column(columnValue) }

func (r *reader) mustRead(name, got, want string) {
	r.Helper()
	if !strings.Contains(got, want) {
		r.Errorf("%s reads %q, want %q in it", name, got, want)
	}
}

// lines is what the comparison shows, with its marks.
func (r *reader) lines() string {
	doc := r.d.view.Document()
	var list []string
	for i := range doc.Len() {
		sign := " "
		if c, ok := doc.(changes); ok {
			sign = string(" +-~"[c.Mark(i)])
		}
		list = append(list, sign+doc.Line(i))
	}
	return strings.Join(list, "|")
}

func TestTheListGoesOnUntilItIsPaused(t *testing.T) {
	r := sitDown(t)
	r.hears("1", "2", "3")
	if r.values() != "3 2 1" {
		t.Errorf("values %s", r.values())
	}
	r.mustRead("the note", r.h.note.Full, "3 messages held, 3 received")
	r.h.hold.OnTapped()
	r.hears("4", "5")
	if r.values() != "3 2 1" {
		t.Errorf("paused, values %s", r.values())
	}
	r.mustRead("the note", r.h.note.Full, "Paused: 2 new")
	r.h.hold.OnTapped()
	if r.values() != "5 4 3 2 1" || strings.Contains(r.h.note.Full, "Paused") {
		t.Errorf("values %s, note %q", r.values(), r.h.note.Full)
	}
}

func TestALongHistoryIsReadInTheBackground(t *testing.T) {
	r := sitDown(t)
	for i := range 5 * inlineMessages {
		r.receives(&connections.Message{Payload: fmt.Append(nil, i)})
	}
	r.tick()
	r.Await("all", func() bool { return r.h.Len() == 5*inlineMessages })
	r.hears("x")
	if r.h.Len() != 5*inlineMessages+1 || string(r.h.list.at(0).Payload) != "x" {
		t.Errorf("%d messages, the first is %q", r.h.Len(), r.h.list.at(0).Payload)
	}
}

func TestColumnsShowOnceTheyHaveSomething(t *testing.T) {
	r := sitDown(t)
	r.hears("1")
	titles := func() string {
		var b strings.Builder
		for _, o := range test.LaidOutObjects(r.h.Table) {
			if text, ok := o.(*canvas.Text); ok && text.Visible() && text.Text != "" {
				b.WriteString(text.Text + " ")
			}
		}
		return b.String()
	}
	if got := titles(); strings.Contains(got, "Flags") || strings.Contains(got, "Properties") {
		t.Errorf("the table has %s", got)
	}
	r.receives(&connections.Message{Payload: []byte("2"), Retained: true, Dup: true, Props: &connections.Properties{
		ContentType: "text/plain", User: []connections.UserProperty{{Name: "site", Value: "north"}},
	}})
	r.tick()
	r.mustRead("the table", titles(), "Flags")
	r.mustRead("the table", titles(), "Properties")
	r.mustRead("the flags", r.column(columnFlags), "retained, dup")
	r.mustRead("the properties", r.column(columnProps), "text/plain · site=north")
}

func TestSearch(t *testing.T) {
	r := sitDown(t)
	r.hears("run", "Stop", "run", "stop 2")
	r.h.search.SetText("STOP")
	r.Await("both hits", func() bool { return r.h.found.Full == "2 hits" })
	if r.values() != "stop 2 Stop" {
		t.Errorf("values %s", r.values())
	}
	r.hears("run", "stop 3")
	r.Await("the new hit", func() bool { return r.values() == "stop 3 stop 2 Stop" })
	r.h.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	r.h.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if first, _ := r.h.Table.Selected(); first != 1 || r.h.found.Full != "2/3" || r.h.moment.entry.Seq != 4 {
		t.Errorf("row %d, %s, message %d", first, r.h.found.Full, r.h.moment.entry.Seq)
	}

	r.h.setHitsOnly(false)
	r.Await("the hits anew", func() bool { return len(r.h.list.hits) == 3 })
	marked := ""
	for i := range r.h.Len() {
		marked += map[bool]string{true: "x", false: "."}[r.h.Marked(i)]
	}
	if marked != "x.x.x." {
		t.Errorf("marked %s", marked)
	}
	if first, _ := r.h.Table.Selected(); first != 2 {
		t.Errorf("the message moved to row %d", first)
	}
	r.h.step(1)
	if first, _ := r.h.Table.Selected(); first != 4 {
		t.Errorf("the next hit is in row %d", first)
	}
	r.h.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if r.h.Len() != 6 || r.h.found.Full != "" || r.h.Marked(0) {
		t.Errorf("%d rows, %q", r.h.Len(), r.h.found.Full)
	}
	r.h.setHitsOnly(true)
	r.h.search.SetText("nowhere")
	r.Await("the end", func() bool { return r.h.found.Full == "no hits" })
}

func TestAnOrderStandsStill(t *testing.T) {
	r := sitDown(t)
	r.hears("3", "20", "1")
	r.h.Table.OnSort(columnValue)
	r.Await("the order", func() bool { return r.values() == "20 3 1" })
	r.hears("5")
	r.mustRead("the note", r.h.note.Full, "in this order: 1 new")
	if r.values() != "20 3 1" {
		t.Errorf("values %s", r.values())
	}
	r.h.hold.OnTapped()
	r.Await("the new one", func() bool { return r.values() == "20 5 3 1" })
	r.h.Table.OnSort(columnValue)
	r.Await("the other way round", func() bool { return r.values() == "1 3 5 20" })
	r.h.Table.OnSort(columnTime)
	r.hears("7")
	if r.values() != "7 5 1 20 3" {
		t.Errorf("values %s", r.values())
	}
}

func TestAMomentIsShownWhole(t *testing.T) {
	r := sitDown(t)
	r.hears(`{"a":1}`, `{"a":2}`)
	r.h.Table.Select(1, 1)
	if !r.h.moment.object.Visible() || r.h.moment.view.Document().Line(1) != `  "a": 1` {
		t.Errorf("shown: %v, %q", r.h.moment.object.Visible(), r.h.moment.view.Document().Line(1))
	}
	r.mustRead("the title", r.h.moment.title.Full, "Viewing "+r.h.clock.short(r.at-int64(time.Second)))
	r.hears(`{"a":3}`)
	if first, _ := r.h.Table.Selected(); first != 2 || r.h.moment.entry.Seq != 1 {
		t.Errorf("row %d, message %d", first, r.h.moment.entry.Seq)
	}
	r.h.Table.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if first, _ := r.h.Table.Selected(); first != -1 || r.h.moment.object.Visible() {
		t.Error("Escape does not go back to the list")
	}
	// One that is large, and cannot be read.
	r.hears(`{"a":` + strings.Repeat("1", inlineBytes) + `x`)
	r.h.Table.Select(0, 0)
	r.Await("the large one", func() bool { return r.h.moment.view.Document().Len() > 0 })
}

func TestTimesInUTC(t *testing.T) {
	zone := time.Local
	time.Local = time.FixedZone("there", 3*3600)
	t.Cleanup(func() { time.Local = zone })
	r := sitDown(t)
	r.at = time.Date(2026, 1, 2, 22, 59, 58, 5e6, time.UTC).UnixNano()
	r.hears("1")
	if r.column(columnTime) != "2026-01-03 01:59:59.005" {
		t.Errorf("local: %s", r.column(columnTime))
	}
	r.h.SetUTC(true)
	if r.column(columnTime) != "2026-01-02 22:59:59.005" {
		t.Errorf("UTC: %s", r.column(columnTime))
	}
	r.mustRead("the note", r.h.note.Full, "UTC")
}

func TestWhatChanged(t *testing.T) {
	r := sitDown(t)
	r.hears(`{"t":1,"u":"C"}`)
	r.mustRead("the view", r.emptyDiff(), "no message before")
	r.hears(`{"t":2,"v":[1, 2]}`)
	if got := r.lines(); got != `~t:  1  →  2|-u:  "C"|+v:  [1,2]` {
		t.Errorf("values: %s", got)
	}
	r.mustRead("the summary", r.d.summary.Full, "1 changed · 1 added · 1 removed")
	r.mustRead("the sides", r.d.sides.Full, "the latest")
	r.d.how.SetSelectedIndex(viewText)
	if got := r.lines(); !strings.Contains(got, `-  "t": 1,|-  "u": "C"|+  "t": 2,`) {
		t.Errorf("text: %s", got)
	}
	r.d.how.SetSelectedIndex(viewValues)
	for _, test := range []struct{ older, newer, summary, empty, lines string }{
		{"same", "same", "No change", "the same 4 B", ""},
		{`{"a":1,"b":2}`, `{ "b":2, "a":1 }`, "No change", "only white space, the order of keys", ""},
		{"on", "off", "lines added: 1 · removed: 1 · compared as text", "", "-on|+off"},
		{`{"a":1}`, `{"a":`, "compared as text", "", `-{|-  "a": 1|-}|+{"a":`},
		{"\x00\x01\xff", "\x00\x02\xff", "compared as bytes", "", "-00000000  00 01 ff"},
		{strings.Repeat("\x00", maxHex) + "\xfe", strings.Repeat("\x00", maxHex) + "\xff", "They differ", "what follows is not", ""},
		{strings.Repeat("x ", 5000) + "1" + strings.Repeat(" y", 5000), strings.Repeat("x ", 5000) + "2" + strings.Repeat(" y", 5000), "removed: 1", "",
			"-⋯  9.0 KiB are the same|-x x "},
		{strings.Repeat("\n", 300_000), "x", "They differ", "too big", ""},
	} {
		r.hears(test.older)
		r.Await("the first", func() bool { return !r.d.busy })
		r.tick()
		r.Await("the first", func() bool { return !r.d.busy })
		r.hears(test.newer)
		r.Await("the comparison", func() bool { return !r.d.busy })
		r.mustRead("the summary", r.d.summary.Full, test.summary)
		r.mustRead("the view", r.emptyDiff(), test.empty)
		r.mustRead("the comparison", r.lines(), test.lines)
	}
}

// emptyDiff is what stands in place of a comparison.
func (r *reader) emptyDiff() string { return r.d.shown.empty }

func TestTheComparisonCanBeChosenAndHeld(t *testing.T) {
	r := sitDown(t)
	r.hears("1", "2", "3")
	r.d.hold.OnTapped()
	r.hears("4")
	if r.lines() != "-2|+3" {
		t.Errorf("held: %s", r.lines())
	}
	r.mustRead("the sides", r.d.sides.Full, "held")
	r.d.hold.OnTapped()
	r.tick()
	if r.lines() != "-3|+4" {
		t.Errorf("going on: %s", r.lines())
	}

	r.h.Table.Select(2, 2) // "2"
	r.h.compareSelected()
	if r.lines() != "-2|+4" || !r.d.follow.Visible() {
		t.Errorf("against the latest: %s", r.lines())
	}
	r.hears("5")
	if r.lines() != "-2|+5" {
		t.Errorf("against the latest: %s", r.lines())
	}
	r.h.Table.Select(4, 1) // "1" to "4"
	r.h.compareSelected()
	r.hears("6")
	if r.lines() != "-1|+4" {
		t.Errorf("two that were chosen: %s", r.lines())
	}
	r.d.follow.OnTapped()
	r.tick()
	if r.lines() != "-5|+6" || r.d.follow.Visible() {
		t.Errorf("back: %s", r.lines())
	}
}

func TestTheHistoryGoesIntoAFile(t *testing.T) {
	r := sitDown(t)
	r.hears("1", "=2", "3")
	file := filepath.Join(t.TempDir(), "out.csv")
	save := func(chosen source, last uint64) {
		out, err := storage.Writer(storage.NewFileURI(file))
		if err != nil {
			t.Fatal(err)
		}
		r.said, r.failed = "", nil
		r.h.write(out, asCSV, origin{"Bench", r.topic}, chosen, last)
		r.Await("the end", func() bool { return r.h.export == nil })
	}
	save(held(r.conn.Index(), r.h.node, 2), 2)
	b, err := os.ReadFile(file)
	if err != nil || strings.Count(string(b), "\r\n") != 3 || !strings.Contains(string(b), "'=2") {
		t.Errorf("%v: %s", err, b)
	}
	r.mustRead("the status", r.said, "2 messages written to out.csv")

	// One that is cancelled leaves no file; it shows its progress before.
	began := make(chan bool)
	goOn := make(chan bool)
	out, err := storage.Writer(storage.NewFileURI(file))
	if err != nil {
		t.Fatal(err)
	}
	r.h.write(out, asCSV, origin{"Bench", r.topic}, func(yield func(*topics.Entry) bool) {
		e := topics.Entry{Seq: 1}
		yield(&e)
		close(began)
		<-goOn
		for yield(&e) {
			e.Seq++
		}
	}, 100)
	<-began
	r.h.export.began = time.Now().Add(-progressAfter)
	r.tick()
	if r.h.export.dialog == nil {
		t.Fatal("no progress is shown")
	}
	r.h.export.dialog.Hide()
	close(goOn)
	r.Await("the end", func() bool { return r.h.export == nil })
	r.mustRead("the status", r.said, "cancelled")
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("half a file was left: %v", err)
	}
}

func TestAHistoryIsClearedAfterAQuestion(t *testing.T) {
	r := sitDown(t)
	r.hears("1", "2")
	r.topic = "a/b/beneath"
	r.hears("x")
	r.topic = "a/b"
	r.h.Reset()
	r.tick()
	r.h.Clear()
	_, asked := uitest.Top(r.Win, func(l *widget.Label) bool { return strings.Contains(l.Text, "the topic beneath") })
	if !asked {
		t.Error("the question does not tell what goes with it")
	}
	r.Presses(r.Win, "Clear")
	if _, held := r.conn.Index().Find("a/b"); held || r.h.Len() != 0 {
		t.Errorf("the topic is held: %v, %d rows", held, r.h.Len())
	}
	if c := r.conn.Counts(); c.Cleared != 3 || c.Received != c.Kept+c.Evicted+c.Cleared+c.Excluded {
		t.Errorf("counts %+v", c)
	}
	r.hears("3")
	if r.values() != "3" {
		t.Errorf("values %s", r.values())
	}
}

func TestDecodedPayloadsAreComparedByValue(t *testing.T) {
	r := sitDown(t)
	r.conn.SetDecoders([]profile.Binding{{Filter: "a/#", Format: "cbor"}})
	r.hears("\xa1\x61t\x01", "\xa1\x61t\x02")
	if got := r.lines(); got != "~t:  1  →  2" {
		t.Errorf("values: %s", got)
	}
	r.h.Table.Select(0, 0)
	if got := r.h.moment.view.Document().Line(1); got != `  "t": 2` {
		t.Errorf("the moment reads %q", got)
	}
	r.hears("\xa1\x61t")
	r.h.Table.Select(0, 0)
	if r.h.moment.why.Full == "" {
		t.Error("nothing says why it cannot be read")
	}
}

func TestMessagesApartAreSelectedTogether(t *testing.T) {
	r := sitDown(t)
	r.hears("1", "2", "3", "4", "5")
	click := func(row int, m fyne.KeyModifier) {
		const header, height = 1.5, 22
		at := fyne.PointEvent{Position: fyne.NewPos(40, (header+float32(row))*height)}
		r.h.Table.MouseDown(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary, Modifier: m})
		r.h.Table.MouseUp(&desktop.MouseEvent{PointEvent: at, Button: desktop.MouseButtonPrimary})
	}
	click(0, 0)
	click(3, fyne.KeyModifierShortcutDefault)
	if r.h.moment.entry.Seq != 2 {
		t.Errorf("message %d is shown, not the one clicked last", r.h.moment.entry.Seq)
	}
	r.hears("6") // they keep their messages
	var got []string
	for _, e := range r.h.selected() {
		got = append(got, string(e.Payload))
	}
	if strings.Join(got, " ") != "2 5" {
		t.Errorf("%q are selected", got)
	}
	if text := r.h.Table.SelectedText(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "\t5\t") || !strings.Contains(text, "\t2\t") {
		t.Errorf("%q would be copied", text)
	}
	r.h.compareSelected()
	if r.lines() != "-2|+5" {
		t.Errorf("they compare as %s", r.lines())
	}
}

// What has to be decoded is listed, and put in order, by what it says.
func TestTheListReadsPayloads(t *testing.T) {
	r := sitDown(t)
	r.hears("\xa1\x61v\x0a", "\xa1\x61v\x02", "\xa1\x61v\x05") // CBOR: {"v": 10}, 2, 5
	r.conn.SetDecoders([]profile.Binding{{Filter: r.topic, Format: string(decode.CBOR)}})
	if got := r.values(); got != "5 2 10" {
		t.Errorf("the list reads %q", got)
	}
	if n := len(r.h.told.bySeq); n != 3 {
		t.Errorf("%d of 3 values are remembered", n)
	}
	r.conn.SetDecoders([]profile.Binding{{Filter: r.topic, Format: string(decode.Hex)}})
	if got := r.values(); strings.Contains(got, "10") {
		t.Errorf("read as hex it is still %q", got)
	}
	r.conn.SetDecoders([]profile.Binding{{Filter: r.topic, Format: string(decode.CBOR)}})
	r.h.sort(columnValue)
	r.Await("the order", func() bool { return !r.h.sorting })
	if got := r.values(); got != "10 5 2" {
		t.Errorf("in order it reads %q", got)
	}
}
