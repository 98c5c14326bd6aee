package table

import (
	"fmt"
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// history is a source of made-up messages, newest first.
type history struct {
	n     int
	asked int
}

func (h *history) Len() int { return h.n }

func (h *history) Row(i int, cells []string) {
	h.asked++
	k := h.n - i
	cells[0] = fmt.Sprintf("14:%02d:%02d.%03d", k/60%60, k%60, k*37%1000)
	cells[1] = fmt.Sprintf("%d.%02d °C", 20+k%4, k*13%100)
	cells[2] = "1"
	cells[3] = fmt.Sprint(k * 3 % 1000)
}

func columns() []Column {
	return []Column{
		{Title: "Time", Width: 104, Monospace: true},
		{Title: "Value", Grow: true},
		{Title: "QoS", Width: 36},
		{Title: "Bytes", Width: 60, Align: fyne.TextAlignTrailing},
	}
}

type shown struct {
	*Table
	source *history
	window fyne.Window
	clock  time.Time
}

// showTable shows n rows, ten of them in view.
func showTable(t testing.TB, n int) *shown {
	test.NewTempApp(t)
	s := &shown{source: &history{n: n}, clock: time.Unix(0, 0)}
	s.Table = New(s.source, columns()...)
	s.now = func() time.Time { return s.clock }
	s.window = test.NewTempWindow(t, s.Table)
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(420, 242))
	return s
}

func (s *shown) texts(i int) string {
	var parts []string
	s.list.Each(func(k int, o fyne.CanvasObject) {
		if k == i {
			for _, c := range o.(*rowView).cells {
				parts = append(parts, c.Text.Text)
			}
		}
	})
	return strings.Join(parts, "|")
}

func (s *shown) at(row int) fyne.PointEvent {
	position := fyne.NewPos(50, s.list.Position().Y+s.list.RowY(row)+5)
	return fyne.PointEvent{Position: position, AbsolutePosition: position}
}

func (s *shown) click(row int, button desktop.MouseButton, modifier fyne.KeyModifier) {
	s.MouseDown(&desktop.MouseEvent{PointEvent: s.at(row), Button: button, Modifier: modifier})
	s.MouseUp(&desktop.MouseEvent{PointEvent: s.at(row), Button: button})
}

func (s *shown) keys(names ...fyne.KeyName) {
	for _, name := range names {
		s.TypedKey(&fyne.KeyEvent{Name: name})
	}
}

func (s *shown) expectSelected(t *testing.T, first, last int) {
	t.Helper()
	if a, b := s.Selected(); a != first || b != last {
		t.Errorf("rows %d to %d are selected, not %d to %d", a, b, first, last)
	}
}

func TestRows(t *testing.T) {
	s := showTable(t, 1_000_000)
	if got := s.texts(0); got != "14:46:40.000|20.00 °C|1|0" {
		t.Errorf("the first row shows %q", got)
	}
	s.keys(fyne.KeyEnd)
	s.expectSelected(t, 999_999, 999_999)
	if got := s.texts(999_999); got != "14:00:01.037|21.13 °C|1|3" {
		t.Errorf("the last row shows %q", got)
	}
	first, n := s.InView()
	if first != 999_990 || n != 10 {
		t.Errorf("%d rows from %d on are in view", n, first)
	}
}

func TestMouseSelects(t *testing.T) {
	s := showTable(t, 100)
	var told, activated []int
	s.OnSelect = func(first, last int) { told = append(told, first, last) }
	s.OnActivate = func(i int) { activated = append(activated, i) }
	s.click(3, desktop.MouseButtonPrimary, 0)
	s.click(6, desktop.MouseButtonPrimary, fyne.KeyModifierShift)
	s.click(1, desktop.MouseButtonPrimary, fyne.KeyModifierShift)
	s.expectSelected(t, 1, 3)
	if want := []int{3, 3, 3, 6, 1, 3}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	s.click(5, desktop.MouseButtonPrimary, 0)
	s.click(5, desktop.MouseButtonPrimary, 0)
	s.clock = s.clock.Add(time.Second)
	s.click(5, desktop.MouseButtonPrimary, 0)
	if want := []int{5}; !slices.Equal(activated, want) {
		t.Errorf("activated %v, want %v", activated, want)
	}
}

func TestDraggingSelectsBeyondTheView(t *testing.T) {
	s := showTable(t, 100)
	s.MouseDown(&desktop.MouseEvent{PointEvent: s.at(8), Button: desktop.MouseButtonPrimary})
	s.Dragged(&fyne.DragEvent{PointEvent: s.at(9)})
	s.expectSelected(t, 8, 9)
	below := fyne.PointEvent{Position: fyne.NewPos(50, 300)}
	s.Dragged(&fyne.DragEvent{PointEvent: below})
	s.Dragged(&fyne.DragEvent{PointEvent: below})
	s.expectSelected(t, 8, 11)
	above := fyne.PointEvent{Position: fyne.NewPos(50, 2)}
	s.Dragged(&fyne.DragEvent{PointEvent: above})
	s.Dragged(&fyne.DragEvent{PointEvent: above})
	s.DragEnd()
	s.Dragged(&fyne.DragEvent{PointEvent: s.at(5)})
	s.expectSelected(t, 0, 8)
}

func TestMenuKeepsARangeThatHoldsItsRow(t *testing.T) {
	s := showTable(t, 100)
	var rows []int
	s.OnMenu = func(i int, _ fyne.Position) { rows = append(rows, i) }
	s.Select(2, 5)
	for _, row := range []int{3, 7} {
		at := s.at(row)
		s.click(row, desktop.MouseButtonSecondary, 0)
		s.TappedSecondary(&at)
		if row == 3 {
			s.expectSelected(t, 2, 5)
		}
	}
	s.expectSelected(t, 7, 7)
	s.keys(desktop.KeyMenu)
	if want := []int{3, 7, 7}; !slices.Equal(rows, want) {
		t.Errorf("menus for %v, want %v", rows, want)
	}
}

func TestKeys(t *testing.T) {
	s := showTable(t, 100)
	s.keys(fyne.KeyDown, fyne.KeyDown)
	s.expectSelected(t, 1, 1)
	s.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftRight})
	s.keys(fyne.KeyPageDown, fyne.KeyUp)
	s.expectSelected(t, 1, 9)
	s.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftRight})
	s.keys(fyne.KeyHome)
	s.expectSelected(t, 0, 0)
}

func TestCopy(t *testing.T) {
	s := showTable(t, 100)
	clipboard := test.NewClipboard()
	s.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if got := clipboard.Content(); got != "" {
		t.Errorf("nothing selected, copied %q", got)
	}
	s.Select(98, 99)
	s.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	want := "14:00:02.074\t22.26 °C\t1\t6\n14:00:01.037\t21.13 °C\t1\t3\n"
	if got := clipboard.Content(); got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	s.TypedShortcut(&fyne.ShortcutSelectAll{})
	if lines := strings.Count(s.SelectedText(), "\n"); lines != 100 {
		t.Errorf("%d lines of all 100", lines)
	}
}

func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{
		"21.4 °C": "21.4 °C", `{"a": 1}`: `{"a": 1}`, `"a"`: `"""a"""`, "a\tb": "\"a\tb\"", "a\n\"b\"": "\"a\n\"\"b\"\"\"",
	} {
		if got := quoted(in); got != want {
			t.Errorf("%q is quoted as %q, want %q", in, got, want)
		}
	}
}

func TestNewRowsAtTheTop(t *testing.T) {
	s := showTable(t, 100)
	s.source.n += 3
	s.Prepended(3)
	if first, _ := s.InView(); first != 0 {
		t.Errorf("a table at its top shows rows from %d on", first)
	}
	s.Select(20, 20)
	row, y := s.texts(20), s.list.RowY(20)
	s.source.n += 5
	s.Prepended(5)
	s.expectSelected(t, 25, 25)
	if s.texts(25) != row || s.list.RowY(25) != y {
		t.Errorf("the selected row moved from %v to %v", y, s.list.RowY(25))
	}
}

func TestSelectionEndsWithItsRows(t *testing.T) {
	s := showTable(t, 100)
	s.Select(50, 60)
	s.source.n = 55
	s.Refresh()
	s.expectSelected(t, 50, 54)
	s.source.n = 10
	s.Refresh()
	s.expectSelected(t, -1, -1)
	s.Empty = "No messages yet"
	s.source.n = 0
	s.Refresh()
	if !s.empty.Text.Visible() || s.band.Visible() {
		t.Error("an empty table doesn't look empty")
	}
}

func TestRefreshWithNothingNewTouchesNothing(t *testing.T) {
	s := showTable(t, 100)
	s.touched, s.source.asked = 0, 0
	s.Refresh()
	if s.touched != 0 || s.source.asked != 10 {
		t.Errorf("%d cells were touched, %d rows asked for", s.touched, s.source.asked)
	}
}

func TestResizingColumns(t *testing.T) {
	s := showTable(t, 100)
	g := &s.grid
	pull := func(from, to float32) {
		s.header.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(from, 5)}})
		s.header.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(to, 5)}})
		s.header.DragEnd()
	}
	for k := range 3 {
		at := g.x[k] + g.w[k] + gap/2
		pull(at, at-20)
		if now := g.x[k] + g.w[k] + gap/2; now != at-20 {
			t.Errorf("edge %d went from %v to %v", k, at, now)
		}
	}
	if right := g.x[3] + g.w[3]; right != g.width-gap/2 {
		t.Errorf("the last column ends at %v of %v", right, g.width)
	}
	pull(g.x[0]+g.w[0]+gap/2, 4000)
	if g.w[1] != minWidth {
		t.Errorf("the growing column is left %v", g.w[1])
	}
	kept := s.Widths()
	pull(g.x[0]+g.w[0]+gap/2, 50)
	s.SetWidths(kept)
	if !slices.Equal(s.Widths(), kept) {
		t.Errorf("widths are %v, not %v", s.Widths(), kept)
	}
}

func TestPictures(t *testing.T) {
	for name, is := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		t.Run(name, func(t *testing.T) {
			test.NewTempApp(t)
			test.ApplyTheme(t, variant{theme.DefaultTheme(), is})
			table := New(&history{n: 100}, columns()...)
			w := test.NewTempWindow(t, table)
			w.SetPadded(false)
			w.Resize(fyne.NewSize(420, 180))
			w.Canvas().Focus(table)
			table.Select(2, 4)
			test.MoveMouse(w.Canvas(), fyne.NewPos(50, 150))
			test.AssertImageMatches(t, "table_"+name+".png", w.Canvas().Capture())
		})
	}
}

// variant is the default theme, always light or always dark.
type variant struct {
	fyne.Theme
	is fyne.ThemeVariant
}

func (v variant) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return v.Theme.Color(name, v.is)
}

// finds is a source in which every third row was searched for.
type finds struct{ *history }

func (finds) Marked(i int) bool { return i%3 == 0 }

func TestMarkedRows(t *testing.T) {
	s := showTable(t, 20)
	marked := func() (list []int) {
		s.list.Each(func(i int, o fyne.CanvasObject) {
			if o.(*rowView).mark.Visible() {
				list = append(list, i)
			}
		})
		slices.Sort(list)
		return list
	}
	if got := marked(); len(got) != 0 {
		t.Errorf("marked are %v", got)
	}
	s.SetSource(finds{s.source})
	if got := marked(); !slices.Equal(got[:3], []int{0, 3, 6}) {
		t.Errorf("marked are %v", got)
	}
	s.ScrollTo(19)
	if got := marked(); got[len(got)-1] != 18 || slices.Contains(got, 17) {
		t.Errorf("marked are %v", got)
	}
}

func TestAColumnIsLeftOut(t *testing.T) {
	s := showTable(t, 20)
	s.ShowColumn(2, false)
	test.AssertRendersToMarkup(t, "hidden.xml", s.window.Canvas())
	if k := s.grid.at(s.grid.x[3] + 1); k != 3 {
		t.Errorf("column %d is at the place of the last", k)
	}
	// The edge between value and bytes resizes the bytes.
	was := s.grid.w[3]
	s.grid.pull(1, s.grid.x[3]-gap/2-10)
	if s.grid.w[3] != was+10 {
		t.Errorf("the last column is %v wide, was %v", s.grid.w[3], was)
	}
	s.ShowColumn(2, true)
	if s.grid.w[2] != 36 {
		t.Errorf("the column came back with a width of %v", s.grid.w[2])
	}
}

func TestATitleAsksForAnOrder(t *testing.T) {
	s := showTable(t, 3)
	s.grid.columns[1].Sorts = true
	var asked []int
	s.OnSort = func(k int) { asked = append(asked, k) }
	for k := range s.grid.columns {
		s.header.Tapped(&fyne.PointEvent{Position: fyne.NewPos(s.grid.x[k]+5, 5)})
	}
	s.header.Tapped(&fyne.PointEvent{Position: fyne.NewPos(s.grid.x[2]-gap/2, 5)})
	if !slices.Equal(asked, []int{1}) {
		t.Errorf("asked for %v", asked)
	}
	for _, test := range []struct {
		column     int
		descending bool
		want       string
	}{{1, true, "▾ Value"}, {1, false, "▴ Value"}, {0, false, "Value"}, {-1, false, "Value"}} {
		s.SetSorted(test.column, test.descending)
		if got := s.header.titles[1].Text.Text; got != test.want {
			t.Errorf("the title is %q, want %q", got, test.want)
		}
	}
}

func TestRowsThatMovedTakeTheSelectionAlong(t *testing.T) {
	s := showTable(t, 100)
	told := 0
	s.Select(3, 3)
	s.OnSelect = func(int, int) { told++ }
	s.ScrollTo(50)
	first, _ := s.InView()
	s.Moved(7, 7)
	s.expectSelected(t, 7, 7)
	if now, _ := s.InView(); now != first || told != 0 {
		t.Errorf("the view moved from %d to %d, OnSelect was told %d times", first, now, told)
	}
	s.Moved(-1, -1)
	s.expectSelected(t, -1, -1)
}

func TestTheTableKnowsOfTheHandInIt(t *testing.T) {
	s := showTable(t, 20)
	s.OnMenu = func(int, fyne.Position) {}
	expect := func(what string, want bool) {
		t.Helper()
		if s.Interacting() != want {
			t.Errorf("%s: interacting is %v", what, !want)
		}
	}
	expect("untouched", false)
	s.MouseIn(&desktop.MouseEvent{PointEvent: s.at(1)})
	expect("pointer inside", true)
	s.MouseOut()
	expect("pointer outside", false)
	s.click(2, desktop.MouseButtonPrimary, 0)
	expect("clicked", true)
	s.clock = s.clock.Add(keysFor)
	expect("a while later", false)
	s.keys(fyne.KeyDown)
	expect("a key", true)
	s.clock = s.clock.Add(keysFor)
	expect("a while after the key", false)
}
