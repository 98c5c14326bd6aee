package topictree

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// told writes down what the tree tells by its callbacks.
func told(s *shown) *[]string {
	var log []string
	say := func(what string) func(int, uint64) {
		return func(i int, key uint64) { log = append(log, fmt.Sprintf("%s %d #%d", what, i, key)) }
	}
	s.OnSelect, s.OnActivate, s.OnPin = say("select"), say("activate"), say("pin")
	s.OnToggleAll, s.OnCopy = say("all"), say("copy")
	s.OnToggle = func(i int, key uint64, open bool) { say(fmt.Sprintf("open=%v", open))(i, key) }
	s.OnMenu = func(i int, key uint64, _ fyne.Position) { say("menu")(i, key) }
	return &log
}

func expect(t *testing.T, log *[]string, want ...string) {
	t.Helper()
	if !slices.Equal(*log, want) {
		t.Errorf("told %q, want %q", *log, want)
	}
	*log = nil
}

func (s *shown) at(x float32, row int) fyne.PointEvent {
	position := fyne.NewPos(x, s.list.RowY(row)+5)
	return fyne.PointEvent{Position: position, AbsolutePosition: position}
}

func (s *shown) press(button desktop.MouseButton, x float32, row int) {
	s.MouseDown(&desktop.MouseEvent{PointEvent: s.at(x, row), Button: button})
}

func (s *shown) click(x float32, row int) { s.press(desktop.MouseButtonPrimary, x, row) }

func (s *shown) keys(names ...fyne.KeyName) {
	for _, name := range names {
		s.TypedKey(&fyne.KeyEvent{Name: name})
	}
}

// texts is what row i shows, from left to right.
func (s *shown) texts(i int) string {
	var parts []string
	s.list.Each(func(k int, o fyne.CanvasObject) {
		if k != i {
			return
		}
		for _, c := range o.(*rowView).objects {
			if text, ok := c.(*canvas.Text); ok && text.Visible() {
				parts = append(parts, text.Text)
			}
		}
	})
	return strings.Join(parts, "|")
}

func TestRowsShowWhatTheyStandFor(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	for i, want := range map[int]string{
		0:  "▾|●|Plant A|12\u2009034",
		3:  "temperature|22.4 °C|0 s|★",
		6:  "▸|motor|3|on|3 s",
		7:  "recipe|{\"id\": 4711, \"name\": \"door pa…|retained",
		8:  "image|JFIF · 64 KiB|cut: 64 KiB of 212 MB|2 min|✂",
		9:  "a-very-long-topic-na…|-0.00012345|59 min",
		10: "silent|18.02|3 h|◌",
		13: "▾|●|Bench WS|4|lost since 14:02:10",
		14: "new↵line� �evil|a b↵c|◌",
	} {
		if got := s.texts(i); got != want {
			t.Errorf("row %d shows %q, want %q", i, got, want)
		}
	}
}

func TestMarkup(t *testing.T) {
	p := newPlant()
	p.rows = p.rows[:5]
	s := showTree(t, p, 620, 120)
	test.AssertRendersToMarkup(t, "tree.xml", s.window.Canvas())
}

func TestMouse(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	log := told(s)

	s.click(200, 3)
	expect(t, log, "select 3 #4")
	s.clock = s.clock.Add(time.Second)
	s.click(200, 3)
	expect(t, log) // slow: two single clicks
	s.click(200, 3)
	expect(t, log, "activate 3 #4")
	s.click(200, 3)
	expect(t, log) // a third click begins anew

	s.click(60, 6) // the chevron of a closed branch, three levels in
	expect(t, log, "select 6 #7", "open=true 6 #7")
	s.click(40, 2)
	expect(t, log, "select 2 #3", "open=false 2 #3")
	s.click(100, 11)
	s.click(100, 11)
	expect(t, log, "select 11 #12", "open=true 11 #12")

	s.click(597, 4)
	expect(t, log, "pin 4 #5")
	s.click(597, 1) // a branch can't be pinned
	expect(t, log, "select 1 #2")
	s.click(100, 16) // below the last row
	expect(t, log)
}

func TestMenuBelongsToTheRowAtThePress(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	log := told(s)
	s.press(desktop.MouseButtonSecondary, 100, 4)
	s.plant.rows = slices.Insert(s.plant.rows, 2, Row{Key: 99, Depth: 2, Name: "new"})
	s.Reset(nil)
	at := s.at(100, 4)
	s.TappedSecondary(&at)
	expect(t, log, "select 4 #5", "menu 5 #5")

	s.TappedSecondary(&at) // handed on by another menu's overlay, without a press
	expect(t, log, "select 4 #4", "menu 4 #4")
}

func TestKeys(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	log := told(s)
	s.keys(fyne.KeyDown, fyne.KeyDown, fyne.KeyEnd, fyne.KeyHome)
	expect(t, log, "select 0 #1", "select 1 #2", "select 15 #16", "select 0 #1")

	s.Select(3)
	s.keys(fyne.KeyLeft, fyne.KeyLeft)
	expect(t, log, "select 3 #4", "select 2 #3", "open=false 2 #3")
	s.keys(fyne.KeyRight) // into an open branch
	expect(t, log, "select 3 #4")
	s.keys(fyne.KeyRight, fyne.KeyReturn, fyne.KeySpace)
	expect(t, log, "activate 3 #4", "activate 3 #4")

	s.Select(6)
	s.keys(fyne.KeyRight, fyne.KeyLeft, fyne.KeyReturn)
	expect(t, log, "select 6 #7", "open=true 6 #7", "select 2 #3", "open=false 2 #3")
	test.Type(s.Tree, "*p")
	expect(t, log, "all 2 #3") // a branch can't be pinned
	s.Select(5)
	test.Type(s.Tree, "p*")
	expect(t, log, "select 5 #6", "pin 5 #6")
	s.TypedShortcut(&fyne.ShortcutCopy{})
	expect(t, log, "copy 5 #6")
}

func TestMenuByKey(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	log := told(s)
	s.Select(5)
	s.keys(desktop.KeyMenu, fyne.KeyF10)
	expect(t, log, "select 5 #6", "menu 5 #6")
	s.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	s.keys(fyne.KeyF10)
	s.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	s.keys(fyne.KeyF10)
	expect(t, log, "menu 5 #6")
}

func TestParentIsFoundFarAbove(t *testing.T) {
	p := &plant{}
	branch(p.add(0, "root", ""), 1000, true)
	branch(p.add(1, "many", ""), 1000, true)
	for range 1000 {
		p.add(2, "leaf", "")
	}
	s := showTree(t, p, 620, 396)
	s.Select(1001)
	s.keys(fyne.KeyLeft)
	if i, _, _ := s.Selected(); i != 1 {
		t.Errorf("the parent is row %d", i)
	}
}

func TestResetKeepsTheTopRowAndTheSelection(t *testing.T) {
	p := &plant{}
	for i := range 1000 {
		p.add(0, fmt.Sprint("topic ", i), "")
	}
	s := showTree(t, p, 620, 396)
	s.Select(500)
	s.list.ScrollBy(7)
	before := s.list.RowY(500)

	p.rows = slices.Insert(p.rows, 3, make([]Row, 40)...)
	s.Reset(p.index)
	if i, key, _ := s.Selected(); i != 540 || key != 501 {
		t.Errorf("row %d #%d is selected", i, key)
	}
	if y := s.list.RowY(540); y != before {
		t.Errorf("the selected row moved from %v to %v", before, y)
	}

	top, _ := s.InView()
	p.rows = slices.Delete(p.rows, top, top+2) // the anchor itself goes
	s.Reset(p.index)
	if y := s.list.RowY(538); y != before {
		t.Errorf("the selected row moved from %v to %v when the top rows went", before, y)
	}

	s.list.ScrollBy(-7) // half a row goes, none comes
	before = s.list.RowY(538)
	p.rows = slices.Delete(p.rows, 0, 10)
	s.Reset(p.index)
	if y := s.list.RowY(528); y != before {
		t.Errorf("the selected row moved from %v to %v after scrolling by less than a row", before, y)
	}

	p.rows = slices.DeleteFunc(p.rows, func(r Row) bool { return r.Key == 501 })
	s.Reset(p.index)
	if i, key, ok := s.Selected(); i != -1 || key != 501 || !ok {
		t.Errorf("row %d #%d is selected after it went", i, key)
	}
	if s.bands.selected.Visible() {
		t.Error("a row that isn't there looks selected")
	}
}

func TestRefreshWithNothingNewTouchesNothing(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	s.touched, s.plant.fills = 0, 0
	painted := s.sparks.print
	s.Refresh()
	if s.touched != 0 || s.sparks.print != painted {
		t.Errorf("%d cells were touched", s.touched)
	}
	if s.plant.fills != 1 {
		t.Errorf("the source was asked %d times", s.plant.fills)
	}
	s.plant.rows[4].Value = "4.032 bar"
	s.Refresh()
	if s.touched != 1 {
		t.Errorf("one value changed, %d cells were touched", s.touched)
	}
	s.plant.rows[4].Trend[39] += 0.1
	s.Refresh()
	if s.sparks.print == painted {
		t.Error("a trend changed unseen")
	}
}

// A window that nothing dirties isn't drawn again.
func TestRefreshWithNothingNewLeavesTheWindowClean(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	s.window.Canvas().Focus(s.Tree)
	test.MoveMouse(s.window.Canvas(), fyne.NewPos(50, 50))
	s.Select(3)
	dirtied := countDirt(t)
	s.Refresh()
	s.Reset(s.plant.index)
	if *dirtied != 0 {
		t.Errorf("dirtied %d times", *dirtied)
	}
	s.plant.rows[4].Value = "4.032 bar"
	if s.Refresh(); *dirtied != 1 {
		t.Errorf("one value changed, dirtied %d times", *dirtied)
	}
}

func TestChangedValueIsMarkedForAMoment(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	marked := func(i int) (is bool) {
		s.list.Each(func(k int, o fyne.CanvasObject) { is = is || k == i && o.(*rowView).changed.Visible() })
		return is
	}
	if s.Refresh(); marked(3) || s.Marked() {
		t.Error("a value that nobody saw change is marked")
	}
	s.plant.rows[3].Change++
	s.plant.rows[10].Change++ // stale: nothing live about it
	if s.Refresh(); !marked(3) || marked(4) || marked(10) || !s.Marked() {
		t.Error("not the changed value alone is marked")
	}
	s.clock = s.clock.Add(markFor)
	if !s.Marked() {
		t.Error("the owner is told to stop before the mark is gone")
	}
	if s.Refresh(); marked(3) {
		t.Error("the mark stays")
	}
	s.clock = s.clock.Add(markFor)
	if s.Refresh(); s.Marked() {
		t.Error("the tree asks for refreshes for ever")
	}
}

func TestInteracting(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	if s.Interacting() {
		t.Error("a tree left alone says it is in use")
	}
	test.MoveMouse(s.window.Canvas(), fyne.NewPos(50, 50))
	if !s.Interacting() {
		t.Error("the pointer isn't noticed")
	}
	s.MouseOut()
	s.window.Canvas().Focus(s.Tree)
	s.keys(fyne.KeyDown)
	if !s.Interacting() {
		t.Error("keys aren't noticed")
	}
	if s.clock = s.clock.Add(keysFor); s.Interacting() {
		t.Error("a key is remembered for ever")
	}
	var menu *widget.PopUpMenu
	s.OnMenu = func(_ int, _ uint64, at fyne.Position) {
		menu = widget.NewPopUpMenu(fyne.NewMenu("", fyne.NewMenuItem("Copy", nil)), s.window.Canvas())
		menu.ShowAtPosition(at)
	}
	at := s.at(100, 4)
	s.TappedSecondary(&at)
	s.MouseOut()
	if !s.Interacting() {
		t.Error("the menu isn't noticed")
	}
	if menu.Hide(); s.Interacting() {
		t.Error("a closed menu is remembered")
	}
}

func TestTips(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	for _, c := range []struct {
		row  int
		part Part
		want string
	}{
		{3, PartName, ""},
		{9, PartName, "a-very-long-topic-name-that-does-not-fit-into-its-column"},
		{7, PartValue, `{"id": 4711, "name": "door panel left", "steps": [1, 2, 3, 4, 5, 6, 7, 8]}`},
		{8, PartMarks, "too large: only the beginning was kept"},
		{3, PartPin, "Take off the watch list"},
		{4, PartPin, "Put on the watch list"},
		{1, PartPin, ""},
		{99, PartName, ""},
	} {
		if got := s.tipText(c.row, c.part); got != c.want {
			t.Errorf("tip of row %d, part %d is %q", c.row, c.part, got)
		}
	}
	s.OnTip = func(i int, key uint64, part Part) string { return "plant/line4\n/press" }
	if got := s.tipText(3, PartName); got != "plant/line4↵/press" {
		t.Errorf("the owner's tip shows as %q", got)
	}
}

func TestPointerFollowsTheRowsThatScrollUnderIt(t *testing.T) {
	s := showTree(t, newPlant(), 620, 100)
	test.MoveMouse(s.window.Canvas(), fyne.NewPos(50, 30))
	if s.pointer.row != 1 {
		t.Errorf("the pointer is on row %d", s.pointer.row)
	}
	test.Scroll(s.window.Canvas(), fyne.NewPos(50, 30), 0, -3*s.RowHeight())
	if s.pointer.row != 4 || !strings.HasSuffix(s.texts(4), "☆") {
		t.Errorf("the pointer is on row %d, which shows %s", s.pointer.row, s.texts(4))
	}
	if strings.HasSuffix(s.texts(1), "☆") {
		t.Error("a row out of view offers its star")
	}
}

func TestThemeChangeReachesEveryText(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	test.ApplyTheme(t, themes()["light"])
	light := s.window.Canvas().Capture()
	test.ApplyTheme(t, themes()["dark"])
	s.touched = 0
	s.Refresh()
	if s.touched != 0 {
		t.Errorf("%d cells had kept colours of the old theme", s.touched)
	}
	test.ApplyTheme(t, themes()["light"])
	if got := s.window.Canvas().Capture(); !sameImage(got, light) {
		t.Error("light isn't what it was before dark")
	}
}

func TestAnotherWidthMovesTheColumns(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	s.window.Resize(fyne.NewSize(900, 396))
	if got, want := s.texts(7), `recipe|{"id": 4711, "name": "door panel left", "steps": [1, 2,…|retained`; got != want {
		t.Errorf("row 7 shows %q", got)
	}
	s.window.Resize(fyne.NewSize(200, 396))
	if got, want := s.texts(3), "te…|22.4 °C|★"; got != want {
		t.Errorf("row 3 shows %q, want %q", got, want)
	}
}

func TestAMillionTopics(t *testing.T) {
	s := &shown{Tree: New(endless(1_000_000)), clock: time.Unix(0, 0)}
	test.NewTempApp(t)
	s.window = test.NewTempWindow(t, s.Tree)
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(400, 400))
	s.keys(fyne.KeyEnd)
	if i, key, _ := s.Selected(); i != 999_999 || key != 999_999 {
		t.Fatalf("End leads to %d", i)
	}
	first, n := s.InView()
	if first+n != 1_000_000 || s.texts(999_999) != "999999|v" {
		t.Errorf("in view are %d rows from %d on; the last shows %s", n, first, s.texts(999_999))
	}
	test.Scroll(s.window.Canvas(), fyne.NewPos(50, 50), 0, s.RowHeight())
	if now, _ := s.InView(); now != first-1 {
		t.Errorf("one row up leads from %d to %d", first, now)
	}
}

// endless is a source of that many rows, each named after its index.
type endless int

func (e endless) Len() int { return int(e) }
func (e endless) Fill(first int, rows []Row) {
	for k := range rows {
		rows[k] = Row{Key: uint64(first + k), Name: fmt.Sprint(first + k), Value: "v"}
	}
}
