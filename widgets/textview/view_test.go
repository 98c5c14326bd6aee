package textview

import (
	"fmt"
	"image/color"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

const machine = `{
  "device": "press-4",
  "on": true,
  "temp": {
    "value": 22.40,
    "unit": "°C"
  },
  "hist": [
    1,
    -2.5e3,
    null
  ],
  "odd": "tab	and bell and byte end"
}`

// reader is a window with a view in it, and what a user does there.
type reader struct {
	t *testing.T
	*View
	w fyne.Window
}

func read(t *testing.T, d Document) *reader {
	t.Helper()
	test.NewTempApp(t)
	test.ApplyTheme(t, variantTheme{theme.DefaultTheme(), theme.VariantLight})
	v := New()
	w := test.NewTempWindow(t, v)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(480, 240))
	v.Open(d)
	return &reader{t, v, w}
}

// variantTheme is a theme in one variant, whatever the system prefers.
type variantTheme struct {
	fyne.Theme
	variant fyne.ThemeVariant
}

func (v variantTheme) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return v.Theme.Color(n, v.variant)
}

// point is the middle of a glyph of a line in view.
func (r *reader) point(line, at int) fyne.Position {
	r.t.Helper()
	for _, row := range r.pane.rows {
		g := row.shape.glyph(at)
		if row.line == line && g >= row.from && g <= row.to {
			x := r.pane.gutterWidth() + r.pane.x(row, g) + 1
			return fyne.NewPos(x, row.y+inset+r.pane.rowHeight()/2)
		}
	}
	r.t.Fatalf("line %d is not in view", line)
	return fyne.Position{}
}

func (r *reader) press(p fyne.Position, m fyne.KeyModifier) {
	r.pane.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}, Button: desktop.MouseButtonPrimary, Modifier: m})
}

func (r *reader) release(p fyne.Position) {
	r.pane.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}, Button: desktop.MouseButtonPrimary})
}

func (r *reader) drag(from, to fyne.Position) {
	r.press(from, 0)
	r.pane.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to}})
	r.pane.DragEnd()
	r.release(to)
}

func (r *reader) key(names ...fyne.KeyName) {
	for _, n := range names {
		r.w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: n})
	}
}

func (r *reader) shiftKey(names ...fyne.KeyName) {
	focused := r.w.Canvas().Focused().(desktop.Keyable)
	focused.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	r.key(names...)
	focused.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
}

func (r *reader) shortcut(s fyne.Shortcut) {
	r.w.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(s)
}

func (r *reader) clipboard() string { return fyne.CurrentApp().Clipboard().Content() }

func (r *reader) wantSelected(want string) {
	r.t.Helper()
	if got := r.Selected(); got != want {
		r.t.Errorf("selected %q, want %q", got, want)
	}
}

// screen is the text in view, row by row.
func (r *reader) screen() string {
	var out []string
	for _, row := range r.pane.rows {
		out = append(out, row.shape.slice(row.from, row.to))
	}
	return strings.Join(out, "\n")
}

func (r *reader) topLine() int { return r.pane.rows[0].line }

func TestSelectByMouse(t *testing.T) {
	r := read(t, JSON([]byte(machine)))

	r.drag(r.point(1, 3), r.point(2, 4))
	r.wantSelected("device\": \"press-4\",\n  \"o")

	r.shortcut(&fyne.ShortcutCopy{})
	if got := r.clipboard(); got != r.Selected() {
		t.Errorf("the clipboard has %q", got)
	}

	r.press(r.point(4, 6), fyne.KeyModifierShift)
	r.wantSelected("device\": \"press-4\",\n  \"on\": true,\n  \"temp\": {\n    \"v")

	r.press(r.point(3, 0), 0)
	r.wantSelected("")
}

func TestDoubleClickSelectsAWord(t *testing.T) {
	r := read(t, JSON([]byte(machine)))
	for _, c := range []struct {
		line, at int
		want     string
	}{{1, 4, "device"}, {4, 15, "22.40"}, {9, 6, "2.5e3"}, {5, 13, "°"}} {
		r.pane.DoubleTapped(&fyne.PointEvent{Position: r.point(c.line, c.at)})
		r.wantSelected(c.want)
	}
}

func TestSelectByKeys(t *testing.T) {
	r := read(t, Text([]byte("alpha\nbe\ngamma\n")))
	r.press(r.point(0, 1), 0)
	r.release(r.point(0, 1))

	r.shiftKey(fyne.KeyRight, fyne.KeyRight)
	r.wantSelected("lp")
	r.shiftKey(fyne.KeyEnd)
	r.wantSelected("lpha")
	r.shiftKey(fyne.KeyDown)
	r.wantSelected("lpha\nbe")
	r.shiftKey(fyne.KeyDown)
	r.wantSelected("lpha\nbe\ngamma")
	r.shiftKey(fyne.KeyHome)
	r.wantSelected("lpha\nbe\n")
	r.shiftKey(fyne.KeyLeft)
	r.wantSelected("lpha\nbe")
	r.shiftKey(fyne.KeyUp, fyne.KeyHome)
	r.wantSelected("a")

	r.shortcut(&fyne.ShortcutSelectAll{})
	r.wantSelected("alpha\nbe\ngamma\n")
	r.shortcut(&desktop.CustomShortcut{KeyName: fyne.KeyHome, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift})
	r.wantSelected("")
}

func TestCopyGivesTheTrueText(t *testing.T) {
	const hostile = "a\tb\x07\xb0\u202e c\r\n" + "next\r\n"
	r := read(t, Text([]byte(hostile)))
	if got := r.screen(); !strings.Contains(got, `\x07\xb0\u202e c`) || strings.Contains(got, "\u202e") {
		t.Errorf("on the screen stands %q", got)
	}
	r.SelectAll()
	r.Copy()
	if got := r.clipboard(); got != hostile {
		t.Errorf("copied %q", got)
	}
	// A caret never stands within an escape: one step over it is one byte.
	r.press(r.point(0, 3), 0)
	r.release(r.point(0, 3))
	r.shiftKey(fyne.KeyRight)
	r.wantSelected("\x07")
	r.shiftKey(fyne.KeyRight)
	r.wantSelected("\x07\xb0")
	r.shiftKey(fyne.KeyRight)
	r.wantSelected("\x07\xb0\u202e")
}

func TestDraggingBeyondTheEdgeScrolls(t *testing.T) {
	r := read(t, numbered(1000))
	from := r.point(0, 0)
	r.press(from, 0)
	for range 20 {
		r.pane.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(200, 400)}})
	}
	if r.topLine() < 50 {
		t.Errorf("the first line in view is %d", r.topLine())
	}
	if got := strings.Count(r.Selected(), "\n"); got < r.topLine() {
		t.Errorf("%d lines are selected", got)
	}
}

// numbered has lines "line 0", "line 1", …
func numbered(n int) Document {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return Text([]byte(strings.TrimSuffix(b.String(), "\n")))
}

func TestScrollByKeys(t *testing.T) {
	r := read(t, numbered(1000))
	r.View.Focus()
	r.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown)
	if r.topLine() != 3 {
		t.Errorf("three lines down is line %d", r.topLine())
	}
	r.key(fyne.KeyPageDown)
	page := r.topLine() - 3
	if page < 8 || page > 14 {
		t.Errorf("a page is %d lines", page)
	}
	r.key(fyne.KeyEnd)
	if last := r.pane.rows[len(r.pane.rows)-1]; last.line != 999 {
		t.Errorf("at the end the last line is %d", last.line)
	}
	r.key(fyne.KeyHome)
	if r.topLine() != 0 {
		t.Errorf("at the beginning the first line is %d", r.topLine())
	}
	if r.Selected() != "" {
		t.Error("scrolling selected something")
	}
}

func TestScrollToTheSide(t *testing.T) {
	r := read(t, Text([]byte("short\n"+strings.Repeat("0123456789", 20))))
	r.View.Focus()
	if !r.pane.right.needed() {
		t.Fatal("there is no bar for the long line")
	}
	for range 200 {
		r.key(fyne.KeyRight)
	}
	// What is drawn is the end of the line, and only what fits.
	var shown string
	for _, text := range r.pane.body.texts[:r.pane.body.txCount] {
		shown += text.Text
	}
	if !strings.HasSuffix(shown, "6789") || len(shown) > 80 || strings.Contains(shown, "short") {
		t.Errorf("shown is %q", shown)
	}
	r.SetWrap(true)
	if r.pane.right.needed() || r.pane.across != 0 {
		t.Error("wrapped lines still scroll to the side")
	}
	if got := r.screen(); strings.Count(got, "\n") < 4 {
		t.Errorf("wrapped: %q", got)
	}
}

func TestWrappedLinesScrollEvenly(t *testing.T) {
	r := read(t, Text([]byte(strings.Repeat(strings.Repeat("word ", 60)+"\n", 50))))
	r.SetWrap(true)
	r.View.Focus()
	seen := map[int]bool{}
	for range 2000 {
		first := r.pane.rows[0]
		seen[first.line*100+first.part] = true
		r.key(fyne.KeyDown)
	}
	end := r.pane.rows[len(r.pane.rows)-1]
	if end.line != 50 {
		t.Errorf("the last row in view is of line %d", end.line)
	}
	rows := r.pane.shape(0).rowCount()
	if want := 50*rows + 1 - len(r.pane.rows); len(seen) < want-1 || len(seen) > want+2 {
		t.Errorf("%d rows were at the top, want about %d", len(seen), want)
	}
}

func TestFind(t *testing.T) {
	r := read(t, numbered(300))
	r.ShowFind()
	entry := r.w.Canvas().Focused()
	test.Type(entry, "LINE 10")

	want := func(current, count int, text string) {
		t.Helper()
		c, n, done := r.Hits()
		if c != current || n != count || !done || r.bar.count.Text != text {
			t.Errorf("hit %d of %d (%v), the bar says %q; want %q", c, n, done, r.bar.count.Text, text)
		}
	}
	want(1, 11, "1/11") // 10 and 100 to 109
	r.key(fyne.KeyReturn)
	want(2, 11, "2/11")
	r.point(100, 0) // is in view
	r.shiftKey(fyne.KeyReturn, fyne.KeyReturn)
	want(11, 11, "11/11")
	r.FindNext()
	want(1, 11, "1/11")

	r.Find("nothing of the kind")
	want(0, 0, "no hits")

	r.key(fyne.KeyEscape)
	if r.bar.root.Visible() || r.pane.search.query != "" || r.w.Canvas().Focused() != fyne.Focusable(r.pane) {
		t.Error("Escape did not close the search")
	}
}

func TestFindTakesTheSelection(t *testing.T) {
	r := read(t, JSON([]byte(machine)))
	r.pane.DoubleTapped(&fyne.PointEvent{Position: r.point(3, 4)})
	r.View.Focus()
	r.shortcut(&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierShortcutDefault})
	if r.bar.entry.Text != "temp" {
		t.Errorf("the query is %q", r.bar.entry.Text)
	}
}

func TestANewerValueDoesNotJump(t *testing.T) {
	version := func(n int) Document {
		var b strings.Builder
		for i := range 500 {
			fmt.Fprintf(&b, "line %d: value %d\n", i, i*n)
		}
		return Text([]byte(b.String()))
	}
	r := read(t, version(1))
	r.Find("value 300")
	r.pane.scrollBy(7)
	top, across := r.pane.top, r.pane.across
	r.drag(r.point(300, 0), r.point(300, 4))

	r.SetDocument(version(3))

	if r.pane.top != top || r.pane.across != across {
		t.Errorf("the view jumped from %v to %v", top, r.pane.top)
	}
	if got := r.screen(); !strings.Contains(got, "line 300: value 900") {
		t.Errorf("the newer text is not shown: %s", got)
	}
	r.wantSelected("line")
	if _, n, _ := r.Hits(); n != 1 {
		t.Errorf("%d hits in the newer text", n)
	}

	r.SetDocument(Text([]byte("short")))
	if r.screen() != "short" {
		t.Errorf("a shorter text shows %q", r.screen())
	}
	r.Open(version(1))
	if r.topLine() != 0 || r.Selected() != "" {
		t.Error("another document does not begin at its beginning")
	}
}

func TestFolding(t *testing.T) {
	r := read(t, JSON([]byte(machine)))
	at := r.point(3, 0)
	r.press(fyne.NewPos(2, at.Y), 0)

	if got := r.screen(); !strings.Contains(got, "\"temp\": { … },\n  \"hist\"") {
		t.Errorf("folded: %s", got)
	}
	r.SelectAll()
	r.wantSelected(machine)

	r.Find("22.40")
	if got := r.screen(); !strings.Contains(got, "22.40") {
		t.Errorf("a hit in a folded part stays hidden: %s", got)
	}

	r.FoldAll(true)
	if got, want := len(r.pane.rows), 7; got != want {
		t.Errorf("%d rows with all folded, want %d: %s", got, want, r.screen())
	}
	r.SetDocument(JSON([]byte(strings.Replace(machine, "22.40", "23.10", 1))))
	if got := len(r.pane.rows); got != 7 {
		t.Errorf("a newer value unfolded: %s", r.screen())
	}
	r.FoldAll(false)
	if !strings.Contains(r.screen(), "23.10") {
		t.Errorf("unfolded: %s", r.screen())
	}
}

func TestMenuCanBeExtended(t *testing.T) {
	r := read(t, Text([]byte("a")))
	var labels []string
	r.Menu = func(items []*fyne.MenuItem) []*fyne.MenuItem {
		for _, i := range items {
			labels = append(labels, i.Label)
		}
		return append(items, fyne.NewMenuItem("More", nil))
	}
	r.pane.TappedSecondary(&fyne.PointEvent{})
	if got := strings.Join(labels, "|"); !strings.HasPrefix(got, "Copy|Copy all|Select all|Find") {
		t.Errorf("the menu has %s", got)
	}
	if r.w.Canvas().Overlays().Top() == nil {
		t.Error("no menu opened")
	}
}

// counting counts which lines were asked for.
type counting struct {
	Document
	asked map[int]int
}

func (c *counting) Line(i int) string {
	c.asked[i]++
	return c.Document.Line(i)
}

func TestAHugeDocumentCostsAScreenful(t *testing.T) {
	doc := &counting{Text([]byte(strings.Repeat("{\"t\": 22.40, \"unit\": \"C\"}\n", 2_000_000))), map[int]int{}}
	r := read(t, doc)
	if len(doc.asked) > 100 {
		t.Errorf("the first screen asked for %d lines", len(doc.asked))
	}
	for _, wrap := range []bool{false, true} {
		r.SetWrap(wrap)
		clear(doc.asked)
		r.pane.scrollToShare(0.5)
		if top := r.topLine(); top < 999_000 || top > 1_001_000 {
			t.Errorf("half way is line %d", top)
		}
		r.pane.scrollBy(1)
		first := r.pane.rows[0]
		r.pane.scrollBy(1)
		if moved := first.y - r.pane.rows[0].y; moved != 1 {
			t.Errorf("scrolled by 1 at line 1,000,000 the text moved by %v", moved)
		}
		r.pane.scrollToShare(1)
		if last := r.pane.rows[len(r.pane.rows)-1]; last.line != 2_000_000 {
			t.Errorf("the last line is %d", last.line)
		}
		if len(doc.asked) > 300 {
			t.Errorf("scrolling asked for %d lines", len(doc.asked))
		}
	}
}

func TestALongSearchIsSliced(t *testing.T) {
	r := read(t, numbered(20_000))
	var waiting []func()
	r.later = func(f func()) { waiting = append(waiting, f) }
	tick := time.Unix(0, 0)
	r.now = func() time.Time { tick = tick.Add(slice / 2); return tick }

	r.Find("line 19")
	if _, _, done := r.Hits(); done {
		t.Fatal("the search held on until its end")
	}
	slices := 0
	for len(waiting) > 0 {
		next := waiting[0]
		waiting = waiting[1:]
		next()
		if slices++; slices > 1000 {
			t.Fatal("the search does not end")
		}
	}
	if _, n, done := r.Hits(); n != 1111 || !done || slices < 10 {
		t.Errorf("%d hits after %d slices", n, slices)
	}

	// A newer query ends the search that is on its way.
	r.Find("line 1")
	stale := waiting[0]
	r.Find("line 19999")
	before := r.pane.search.next
	stale()
	if r.pane.search.next != before || r.pane.search.query != "line 19999" {
		t.Error("an older search went on")
	}
}

func TestSelectingGoesOnFromAHit(t *testing.T) {
	r := read(t, numbered(300))
	r.Find("line 250")
	r.View.Focus()
	r.shiftKey(fyne.KeyEnd)
	r.wantSelected("line 250")
	r.point(250, 0) // is in view
}
