package textview

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"pgregory.net/rapid"
)

// list is JSON text of n objects of five lines each, in so many wrappers.
func list(n, wrappers int) []byte {
	var b strings.Builder
	for i := range wrappers {
		fmt.Fprintf(&b, "%s{\n%s\"in\": ", strings.Repeat("  ", i), strings.Repeat("  ", i+1))
	}
	b.WriteString("[\n")
	for i := range n {
		fmt.Fprintf(&b, "  {\n    \"id\": %d,\n    \"at\": {\n      \"x\": 1\n    }\n  },\n", i)
	}
	b.WriteString("  0\n]")
	for range wrappers {
		b.WriteString("\n}")
	}
	return []byte(b.String())
}

func TestALongDocumentOpensFolded(t *testing.T) {
	for _, c := range []struct {
		name     string
		document Document
		rows     int
		screen   string
	}{
		{"a short one", JSON(list(300, 0)), 1803, "[\n  {\n    \"id\": 0,"},
		{"a list", JSON(list(400, 0)), 403, "[\n  { \"id\": 0, \"at\": { \"x\": 1 } },\n  { \"id\": 1, \"at\": { \"x\": 1 } },"},
		{"a list in a wrapper", JSON(list(400, 1)), 405, "{\n  \"in\": [\n  { \"id\": 0, \"at\": { \"x\": 1 } },\n"},
		{"the beginning of a list", JSONStart(list(400, 0)[:5000]), 94, "[\n  { \"id\": 0, \"at\": { \"x\": 1 } },\n  { \"id\": 1, \"at\": { \"x\": 1 } },"},
		{"as it was sent", JSONRaw(list(400, 0)), 2403, "[\n  {\n    \"id\": 0,"},
		{"XML", Indented([]byte("<a>\n" + strings.Repeat("  <b>\n    <c/>\n  </b>\n", 1000) + "</a>")), 1002, "<a>\n  <b> <c/> </b>\n  <b> <c/> </b>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, c.document)
			if got := r.pane.folds.shown(); got != c.rows {
				t.Errorf("%d lines are shown, want %d", got, c.rows)
			}
			if got := r.screen(); !strings.HasPrefix(got, c.screen) {
				t.Errorf("it shows %s", got)
			}
		})
	}
}

func TestALongDocumentIsUnfoldedByPartsAndWhole(t *testing.T) {
	d := JSON(list(400, 0))
	r := read(t, d)
	at := r.point(1, 0)
	r.press(fyne.NewPos(2, at.Y), 0)
	if got := r.screen(); !strings.HasPrefix(got, "[\n  {\n    \"id\": 0,\n    \"at\": {\n      \"x\": 1\n    }\n  },\n  { \"id\": 1, \"at\": { \"x\": 1 } },") {
		t.Errorf("unfolded from the gutter: %s", got)
	}
	r.press(r.point(7, 3), 0) // on the … of the second
	r.release(r.point(7, 0))
	if got := r.screen(); !strings.Contains(got, "\n    \"id\": 1,\n") || !r.pane.sel.empty() {
		t.Errorf("unfolded by what stands in its place: %s", got)
	}
	r.SetDocument(JSON([]byte(strings.Replace(string(list(400, 0)), `"id": 1,`, `"id": 77,`, 1))))
	if got := r.screen(); !strings.Contains(got, "\n    \"id\": 77,\n") || !strings.Contains(got, "  { \"id\": 2, \"at\": { \"x\": 1 } },") {
		t.Errorf("a newer version: %s", got)
	}
	r.Focus()
	r.w.Canvas().Focused().TypedRune('+')
	if _, folded := r.Folds(); folded {
		t.Errorf("+ unfolds: %s", r.screen())
	}
	r.SetDocument(d)
	if _, folded := r.Folds(); folded {
		t.Error("a newer version of what was unfolded is folded")
	}
	r.w.Canvas().Focused().TypedRune('-')
	if got := r.pane.folds.shown(); got != 403 {
		t.Errorf("- folds: %d lines", got)
	}
	r.ShowLine(9)
	if got := r.screen(); !strings.Contains(got, "\"at\": {\n      \"x\": 1") {
		t.Errorf("line 9 is not shown: %s", got)
	}
	r.Open(d)
	if got := r.pane.folds.shown(); got != 403 {
		t.Errorf("opened again: %d lines", got)
	}
}

// What is long within a part is folded when the part is unfolded, unless the reader had it open.
func TestALongPartUnfoldsByLevels(t *testing.T) {
	var b strings.Builder
	b.WriteString("{\n")
	for k := range 5 {
		fmt.Fprintf(&b, "  \"part-%d\": {\n", k)
		for i := range 200 {
			fmt.Fprintf(&b, "    \"%d\": [\n      1\n    ],\n", i)
		}
		b.WriteString("    \"z\": 0\n  },\n")
	}
	b.WriteString("  \"end\": 0\n}")
	r := read(t, JSON([]byte(b.String())))
	fold := func() { r.press(fyne.NewPos(2, r.point(1, 0).Y), 0) }
	fold()
	if got := r.screen(); !strings.HasPrefix(got, "{\n  \"part-0\": {\n    \"0\": [ 1 ],\n    \"1\": [ 1 ],") {
		t.Fatalf("it shows %s", got)
	}
	r.press(fyne.NewPos(2, r.point(2, 0).Y), 0)
	fold()
	if got := r.screen(); !strings.HasPrefix(got, "{\n  \"part-0\": { \"0\": [ 1 ], \"1\": [ 1 ], ") {
		t.Fatalf("it shows %s", got)
	}
	fold()
	if got := r.screen(); !strings.HasPrefix(got, "{\n  \"part-0\": {\n    \"0\": [\n      1\n    ],\n    \"1\": [ 1 ],") {
		t.Fatalf("what was open before is not: %s", got)
	}
}

// The beginning of a text and all of it are folded alike, so that nothing jumps when all is there.
func TestTheBeginningIsFoldedAsTheWholeWillBe(t *testing.T) {
	for _, wrappers := range []int{0, 1, 2} {
		whole := list(5000, wrappers)
		start := JSONStart(whole[:20_000])
		r := read(t, start)
		before := r.screen()
		r.SetDocument(JSONWhole(whole, start))
		if got := r.screen(); got != before {
			t.Errorf("%d wrappers: %s\nthen\n%s", wrappers, before, got)
		}
	}
}

func TestIndentedTextIsFoldedByItsIndent(t *testing.T) {
	d := Indented([]byte("<a>\n  <b>\n    <c>1</c>\n\n    <d/>\n  </b>\n  <e/>\n</a>\n\ntail:\n  x\n  y"))
	want := map[int]int{0: 7, 1: 5, 9: 11}
	for i := range d.Len() {
		end, ok := d.Fold(i)
		if last, folds := want[i]; ok != folds || end != last {
			t.Errorf("line %d folds to %d %v, want %d", i, end, ok, last)
		}
	}
}

// The lines that are shown are those that nothing hides, whatever was folded and unfolded in what order.
func TestFoldsAgreeWithANaiveWay(t *testing.T) {
	const lines = 60
	rapid.Check(t, func(t *rapid.T) {
		var outline []Part
		for at := 1; at < lines-2; {
			first := rapid.IntRange(at, lines-2).Draw(t, "first")
			last := rapid.IntRange(first+1, lines-1).Draw(t, "last")
			outline = append(outline, Part{int32(first), int32(last)})
			at = last + 1
		}
		var f folds
		f.reset(lines, outline)
		folded := map[int]int{}
		for _, p := range outline {
			folded[int(p.First)] = int(p.Last)
		}
		d := Text(nil)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			if head := rapid.IntRange(0, lines-1).Draw(t, "line"); rapid.Bool().Draw(t, "unfold") {
				if end, ok := f.foldedAt(head); ok {
					f.unfold(head, end, nobody{d})
					delete(folded, head)
				}
			} else if _, ok := folded[head]; !ok && !f.outlined(head) && f.ordinalShown(head) {
				end := rapid.IntRange(head, lines-1).Draw(t, "end")
				f.fold(head, end)
				folded[head] = end
			}
		}
		var want []int
		for line, until := 0, -1; line < lines; line++ {
			if line <= until {
				continue
			}
			want = append(want, line)
			if end, ok := folded[line]; ok {
				until = end
			}
		}
		var got []int
		for o := range f.shown() {
			got = append(got, f.line(o))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// ordinalShown tells whether a line is shown.
func (f *folds) ordinalShown(line int) bool { return f.line(f.ordinal(line)) == line }

// nobody has no parts.
type nobody struct{ Document }

func (nobody) Fold(int) (int, bool) { return 0, false }

// Whatever the bytes are, an outline is parts of the document, in order.
func TestAnOutlineIsInOrderWhateverTheBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"{", "}", "[", "]", "\n", "\n", "\n  ", "\"a\": ", "\"", "\\", "<a>", "</a>", "1,", "\r\n    "}), 0, 200).Draw(t, "pieces")
		b := []byte(strings.Join(pieces, ""))
		start := JSONStart(b[:len(b)/2])
		forced := Indented(b)
		forced.settle(forced.Len(), 0)
		for name, d := range map[string]Outliner{"start": start, "whole": JSONWhole(b, start), "indented": forced} {
			lines := d.(Document).Len()
			last := int32(-1)
			for _, p := range d.Outline() {
				if p.First < last || p.Last <= p.First || int(p.Last) >= lines {
					t.Fatalf("%s of %q: %v in %d lines", name, b, d.Outline(), lines)
				}
				last = p.Last
			}
			var f folds
			f.reset(lines, d.Outline())
			for o := range f.shown() {
				if f.ordinal(f.line(o)) != o {
					t.Fatalf("%s of %q: row %d is line %d", name, b, o, f.line(o))
				}
			}
		}
	})
}
