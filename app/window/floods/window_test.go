package floods

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/app/window/uitest"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// bench is a user in front of the window. The connections are closed: the test itself puts
// messages into their indexes.
type bench struct {
	*uitest.Bench
	*Window
	conns []*app.Connection
	told  []string
	clock time.Time
}

func sitDown(t *testing.T, names ...string) *bench {
	t.Helper()
	b := &bench{Bench: uitest.New(t, nil), clock: time.Now()}
	for _, name := range names {
		b.conns = append(b.conns, b.App.Prepare(b.Profile(func(p *profile.Profile) { p.Name = name }), nil, nil))
	}
	tell := func(what string) func(ui.Selection) {
		return func(s ui.Selection) { b.told = append(b.told, what+" "+s.Conn.Name()+" "+s.Topic) }
	}
	b.Window = New(Options{
		App: b.App, Background: b.Work, NewWindow: b.Fyne.NewWindow,
		OnShow: tell("show"), OnWatchOnly: tell("only"), OnHide: tell("hide"), OnCopy: tell("copy"),
		CanWatchOnly: func(s ui.Selection) bool { return s.Topic != "fixed" },
		Now:          func() time.Time { return b.clock },
	})
	b.OnLeave = b.Close
	return b
}

func (b *bench) hears(conn int, messages map[string]int) {
	x := b.conns[conn].Index()
	for topic, n := range messages {
		for range n {
			x.Put(&connections.Message{Topic: topic, Payload: []byte("1234"), Size: 4}, b.conns[conn].Now())
			time.Sleep(time.Millisecond)
		}
	}
	x.Housekeep()
}

// turn lets a moment pass, and waits until what was asked is answered.
func (b *bench) turn(d time.Duration) {
	b.Helper()
	b.clock = b.clock.Add(d)
	b.Tick(b.clock)
	b.Await("an answer", func() bool { return !b.busy })
}

func (b *bench) topics() []string {
	var list []string
	for _, f := range b.rows.list {
		list = append(list, f.Path)
	}
	return list
}

func (b *bench) expect(want ...string) {
	b.Helper()
	if got := b.topics(); !slices.Equal(got, want) {
		b.Errorf("the table shows %q, want %q", got, want)
	}
}

func TestTheGreatestStandFirst(t *testing.T) {
	b := sitDown(t, "A", "B")
	b.hears(0, map[string]int{"a/x": 3, "a/y": 5})
	b.hears(1, map[string]int{"b": 4})
	b.turn(0)
	if b.IsOpen() || len(b.topics()) != 0 {
		t.Error("a closed window asks")
	}
	b.Open()
	b.turn(0)
	b.by.SetSelectedIndex(int(topics.ByChange))
	b.turn(0)
	if got := b.topics()[0]; got != "b" {
		t.Errorf("%q changed last", got)
	}
	cells := make([]string, columnChange+1)
	b.rows.Row(0, cells)
	if cells[columnConnection] != "B" || cells[columnMessages] != "4" || cells[columnSize] != "4 B" {
		t.Errorf("row %q", cells)
	}
	b.kind.SetSelected("Branches")
	b.by.SetSelectedIndex(int(topics.BySize))
	b.turn(0)
	b.expect("a")
	b.rows.Row(0, cells)
	if cells[columnTopics] != "2" || cells[columnMessages] != "8" || cells[columnSize] != "32 B" {
		t.Errorf("row %q", cells)
	}
}

func TestRowsStayUnderTheHand(t *testing.T) {
	b := sitDown(t, "A")
	b.hears(0, map[string]int{"a": 1})
	b.hears(0, map[string]int{"b": 1})
	b.Open()
	b.by.SetSelectedIndex(int(topics.ByChange))
	b.turn(0)
	b.expect("b", "a")
	b.win.Canvas().Unfocus()
	b.table.Select(1, 1)
	b.table.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(20, 60)}})
	b.hears(0, map[string]int{"a": 3, "c": 1})
	b.turn(rankEvery)
	b.expect("b", "a")
	if b.rows.list[1].Messages != 4 {
		t.Errorf("the figures stand still: %+v", b.rows.list[1])
	}
	b.table.MouseOut()
	b.hears(0, map[string]int{"a": 1})
	b.turn(rankEvery)
	b.expect("a", "c", "b")
	if first, last := b.table.Selected(); first != 0 || last != 0 || b.selected.Topic != "a" {
		t.Errorf("rows %d to %d are selected, %+v", first, last, b.selected)
	}
	id, _ := b.conns[0].Index().Find("a")
	b.conns[0].Index().Clear(id)
	b.turn(rankEvery)
	b.expect("c", "b")
	if first, _ := b.table.Selected(); first >= 0 || b.selected.Conn != nil || !b.show.Disabled() {
		t.Errorf("row %d is selected after it was cleared", first)
	}
}

func TestWhatCanBeDoneWithARow(t *testing.T) {
	b := sitDown(t, "A")
	b.hears(0, map[string]int{"fixed": 1})
	b.hears(0, map[string]int{"a": 1})
	b.Open()
	b.by.SetSelectedIndex(int(topics.ByChange))
	b.turn(0)
	b.table.Select(0, 0)
	for _, button := range []fyne.Tappable{b.show, b.only, b.hide} {
		test.Tap(button)
	}
	items := b.items()
	b.table.Select(1, 1)
	if !b.only.Disabled() || b.show.Disabled() {
		t.Error("what is not subscribed to can be watched alone")
	}
	items[1].Action() // a menu belongs to the row that it was opened on
	b.table.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	want := []string{"show A a", "only A a", "hide A a", "copy A a", "show A fixed"}
	if !slices.Equal(b.told, want) {
		t.Errorf("told %q, want %q", b.told, want)
	}
	b.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if b.IsOpen() {
		t.Error("Escape leaves it open")
	}
	b.Open()
	if !b.IsOpen() {
		t.Error("it does not open again")
	}
	if b.table.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}); b.IsOpen() {
		t.Error("Escape leaves it open where the table has the focus")
	}
}

func TestTitlesAskForTheirOrder(t *testing.T) {
	for by := topics.ByRate; by <= topics.ByChange; by++ {
		if got := byOf(columnOf(by)); got != by {
			t.Errorf("the column of %d asks for %d", by, got)
		}
	}
	b := sitDown(t, "A")
	b.table.OnSort(columnBytes)
	if b.question.by != topics.ByByteRate {
		t.Errorf("asked for %+v", b.question)
	}
}

func TestPercent(t *testing.T) {
	for share, want := range map[float64]string{0: "", 0.001: "< 1 %", 0.01: "1 %", 0.625: "63 %", 1: "100 %"} {
		if got := percent(share); got != want {
			t.Errorf("%v is %q, want %q", share, got, want)
		}
	}
}

func TestNoMoreRowsThanAnybodyReads(t *testing.T) {
	b := sitDown(t, "A", "B")
	for i := range 3 * most {
		x := b.conns[i%2].Index()
		x.Put(&connections.Message{Topic: fmt.Sprint("t", i), Size: int64(i), Payload: nil}, b.conns[i%2].Now())
	}
	b.Open()
	b.by.SetSelectedIndex(int(topics.BySize))
	b.turn(0)
	if n := len(b.topics()); n != most || b.topics()[0] != fmt.Sprint("t", 3*most-1) || b.topics()[1] != fmt.Sprint("t", 3*most-2) {
		t.Errorf("%d rows, the first %q", n, b.topics()[:2])
	}
}
