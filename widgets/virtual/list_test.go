package virtual

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"pgregory.net/rapid"
)

// shown is a list of n rows in a window, 100 × 220 (ten rows), that counts its callbacks.
type shown struct {
	*List
	window           fyne.Window
	created, updated int
}

func show10(t testing.TB, n int) *shown {
	test.NewTempApp(t)
	s := &shown{}
	s.List = New(
		func() fyne.CanvasObject { s.created++; return canvas.NewText("", nil) },
		func(i int, o fyne.CanvasObject) { s.updated++; o.(*canvas.Text).Text = fmt.Sprint(i) })
	s.SetLen(n)
	s.window = test.NewTempWindow(t, s.List)
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(100, 220))
	return s
}

// rows is the text and place of every row that is drawn, from top to bottom.
func (s *shown) rows(t *testing.T) (texts []string, ys []float32) {
	t.Helper()
	s.Each(func(i int, o fyne.CanvasObject) {
		if !o.Visible() {
			t.Errorf("row %d is hidden", i)
		}
		texts = append(texts, o.(*canvas.Text).Text)
		ys = append(ys, o.Position().Y)
	})
	drawn := 0
	for _, o := range s.body.Objects {
		if o.Visible() {
			drawn++
		}
	}
	if drawn != len(texts) {
		t.Errorf("%d objects are drawn for %d rows", drawn, len(texts))
	}
	return texts, ys
}

func TestOnlyRowsInViewExist(t *testing.T) {
	s := show10(t, 1_000_000)
	texts, ys := s.rows(t)
	if len(texts) != 10 || texts[0] != "0" || texts[9] != "9" || ys[9] != 198 {
		t.Errorf("rows %v at %v", texts, ys)
	}
	s.SetTop(Position{500, 0.5})
	texts, ys = s.rows(t)
	if len(texts) != 11 || texts[0] != "500" || ys[0] != -11 || ys[10] != 209 {
		t.Errorf("rows %v at %v", texts, ys)
	}
	if s.created > 12 {
		t.Errorf("%d objects for 11 rows in view", s.created)
	}
}

func TestAMillionRowsScrollExactly(t *testing.T) {
	s := show10(t, 1_000_000)
	s.ScrollTo(999_999)
	if top := s.Top(); top != (Position{999_990, 0}) {
		t.Fatalf("the last row in view leaves the top at %v", top)
	}
	texts, ys := s.rows(t)
	if texts[9] != "999999" || ys[9] != 198 {
		t.Errorf("the last row is %s at %v", texts[9], ys[9])
	}
	for k := 1; k <= 3; k++ {
		s.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, s.RowHeight())})
		if top := s.Top(); top != (Position{999_990 - k, 0}) {
			t.Errorf("%d rows up: top is %v", k, top)
		}
	}
	s.ScrollBy(1)
	if y := s.RowY(999_987); y != -1 {
		t.Errorf("one pixel down moved the row to %v", y)
	}
}

func TestScrollingByOneRowUpdatesOneRow(t *testing.T) {
	s := show10(t, 1000)
	s.updated = 0
	s.ScrollBy(s.RowHeight())
	if s.updated != 1 {
		t.Errorf("%d rows were updated", s.updated)
	}
	texts, _ := s.rows(t)
	if texts[0] != "1" || texts[9] != "10" {
		t.Errorf("rows %v", texts)
	}
	s.updated = 0
	s.Refresh()
	if s.updated != 10 {
		t.Errorf("a refresh updated %d rows of 10", s.updated)
	}
}

func TestFillIsAskedOncePerUpdate(t *testing.T) {
	s := show10(t, 1000)
	var fills [][2]int
	s.Fill = func(first, count int) { fills = append(fills, [2]int{first, count}) }
	s.Refresh()
	s.ScrollBy(s.RowHeight() * 3)
	s.ScrollBy(1)
	want := "[[0 10] [3 10] [3 11]]"
	if got := fmt.Sprint(fills); got != want {
		t.Errorf("filled %s, want %s", got, want)
	}
}

func TestShrinkingKeepsTheLastRowAtTheEdge(t *testing.T) {
	s := show10(t, 1000)
	s.ScrollTo(999)
	s.SetLen(25)
	if texts, _ := s.rows(t); texts[9] != "24" {
		t.Errorf("rows %v", texts)
	}
	s.SetLen(3)
	if texts, ys := s.rows(t); len(texts) != 3 || ys[0] != 0 {
		t.Errorf("rows %v at %v", texts, ys)
	}
	s.SetLen(0)
	if texts, _ := s.rows(t); len(texts) != 0 || s.RowAt(5) != -1 {
		t.Errorf("rows %v of an empty list", texts)
	}
}

func TestRowAt(t *testing.T) {
	s := show10(t, 1000)
	s.SetTop(Position{100, 0.5})
	for y, want := range map[float32]int{-1: -1, 0: 100, 10.9: 100, 11: 101, 219: 110, 220: -1} {
		if got := s.RowAt(y); got != want {
			t.Errorf("at %v is row %d, want %d", y, got, want)
		}
	}
}

func TestStep(t *testing.T) {
	s := show10(t, 1000)
	for _, c := range []struct {
		at   int
		key  fyne.KeyName
		want int
	}{
		{5, fyne.KeyUp, 4}, {0, fyne.KeyUp, 0}, {5, fyne.KeyDown, 6}, {999, fyne.KeyDown, 999},
		{5, fyne.KeyPageDown, 14}, {5, fyne.KeyPageUp, 0}, {5, fyne.KeyHome, 0}, {5, fyne.KeyEnd, 999},
		{-1, fyne.KeyDown, 0}, {-1, fyne.KeyEnd, 999},
	} {
		if got, ok := s.Step(c.at, c.key); got != c.want || !ok {
			t.Errorf("%s from %d leads to %d, %v; want %d", c.key, c.at, got, ok, c.want)
		}
	}
	if _, ok := s.Step(5, fyne.KeyA); ok {
		t.Error("A is taken for a navigation key")
	}
}

func TestDraggingTheThumbReachesBothEnds(t *testing.T) {
	s := show10(t, 1_000_000)
	at := func(y float32) fyne.PointEvent { return fyne.PointEvent{Position: fyne.NewPos(5, y)} }
	s.bar.MouseDown(&desktop.MouseEvent{PointEvent: at(10), Button: desktop.MouseButtonPrimary})
	s.bar.Dragged(&fyne.DragEvent{PointEvent: at(500)})
	if top := s.Top(); top != (Position{999_990, 0}) {
		t.Errorf("at the end the top is %v", top)
	}
	s.bar.Dragged(&fyne.DragEvent{PointEvent: at(-50)})
	s.bar.DragEnd()
	if top := s.Top(); top != (Position{}) {
		t.Errorf("at the start the top is %v", top)
	}
	s.bar.MouseDown(&desktop.MouseEvent{PointEvent: at(200), Button: desktop.MouseButtonPrimary})
	if top := s.Top(); top != (Position{9, 0}) {
		t.Errorf("a click below the thumb leads to %v", top)
	}
	if _, length := s.bar.span(); length != minThumb {
		t.Errorf("the thumb of a long list is %v long", length)
	}
}

// Whatever is done to it, a list shows neighbouring rows, each its own, without a hole.
func TestViewIsAlwaysWhole(t *testing.T) {
	s := show10(t, 100)
	rapid.Check(t, func(r *rapid.T) {
		r.Repeat(map[string]func(*rapid.T){
			"scroll": func(r *rapid.T) { s.ScrollBy(rapid.Float32Range(-5000, 5000).Draw(r, "dy")) },
			"to":     func(r *rapid.T) { s.ScrollTo(rapid.IntRange(-5, 2_000_000).Draw(r, "row")) },
			"len": func(r *rapid.T) {
				s.SetLen(rapid.OneOf(rapid.IntRange(0, 30), rapid.IntRange(0, 2_000_000)).Draw(r, "n"))
			},
			"size": func(r *rapid.T) { s.List.Resize(fyne.NewSize(100, rapid.Float32Range(0, 500).Draw(r, "h"))) },
			"": func(*rapid.T) {
				texts, ys := s.rows(t)
				for k, text := range texts {
					if want := fmt.Sprint(s.Top().Row + k); text != want {
						r.Fatalf("row %s where %s belongs", text, want)
					}
					if k > 0 && ys[k] != ys[k-1]+s.RowHeight() {
						r.Fatalf("a hole above row %s", text)
					}
				}
				if n := len(texts); n > 0 && n < s.Len() && ys[n-1]+s.RowHeight() < s.List.Size().Height-1 {
					r.Fatal("empty room below the last row")
				}
			},
		})
	})
}
