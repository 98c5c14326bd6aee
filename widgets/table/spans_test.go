package table

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// rows are the selected ones.
func (s *shown) rows() []int { return slices.Collect(s.SelectedRows()) }

// bandsInView are the rows that look selected.
func (s *shown) bandsInView() (rows []int) {
	for _, o := range append(slices.Clone(s.bands.Objects), s.band) {
		if o.Visible() {
			first := s.list.RowAt(o.Position().Y + 1)
			for i := range int(o.Size().Height/s.list.RowHeight() + 0.5) {
				rows = append(rows, first+i)
			}
		}
	}
	slices.Sort(rows)
	return rows
}

func TestSeveralRangesAreSelected(t *testing.T) {
	const control, shift = fyne.KeyModifierControl, fyne.KeyModifierShift
	type click struct {
		row int
		m   fyne.KeyModifier
	}
	for _, c := range []struct {
		what   string
		clicks []click
		want   []int
		// first and last of the range that was selected last
		first, last int
	}{
		{"one", []click{{3, control}}, []int{3}, 3, 3},
		{"two apart", []click{{3, 0}, {7, control}}, []int{3, 7}, 7, 7},
		{"upwards", []click{{7, 0}, {3, control}}, []int{3, 7}, 3, 3},
		{"out of the others", []click{{3, 0}, {7, control}, {3, control}}, []int{7}, 7, 7},
		{"the last one out", []click{{3, 0}, {3, control}}, nil, -1, -1},
		{"the one selected last out", []click{{3, 0}, {9, control}, {9, control}}, []int{3}, 3, 3},
		{"the middle out", []click{{3, 0}, {6, shift}, {4, control}}, []int{3, 5, 6}, 3, 3},
		{"a range besides", []click{{1, 0}, {5, control}, {7, shift | control}}, []int{1, 5, 6, 7}, 5, 7},
		{"over another", []click{{6, 0}, {4, control}, {8, shift | control}}, []int{4, 5, 6, 7, 8}, 4, 8},
		{"a range alone", []click{{1, 0}, {5, control}, {7, shift}}, []int{5, 6, 7}, 5, 7},
		{"a click alone", []click{{1, 0}, {5, control}, {5, 0}}, []int{5}, 5, 5},
	} {
		s := showTable(t, 100)
		s.Several = true
		for _, k := range c.clicks {
			s.click(k.row, desktop.MouseButtonPrimary, k.m)
		}
		if got := s.rows(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v are selected, not %v", c.what, got, c.want)
		}
		if got := slices.Compact(s.bandsInView()); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v look selected, not %v", c.what, got, c.want)
		}
		s.expectSelected(t, c.first, c.last)
	}
}

func TestSeveralRangesFollowTheirRows(t *testing.T) {
	s := showTable(t, 20)
	s.Several = true
	asked := 0
	s.OnMenu = func(int, fyne.Position) { asked++ }
	s.click(2, desktop.MouseButtonPrimary, 0)
	s.click(4, desktop.MouseButtonPrimary, fyne.KeyModifierControl)
	s.click(6, desktop.MouseButtonPrimary, fyne.KeyModifierControl)
	at := s.at(2)
	s.click(2, desktop.MouseButtonSecondary, 0)
	s.TappedSecondary(&at)
	if got := s.rows(); !slices.Equal(got, []int{2, 4, 6}) || asked != 1 {
		t.Errorf("a menu over one of them left %v", got)
	}
	s.source.n += 10
	s.Prepended(10)
	if got := s.rows(); !slices.Equal(got, []int{12, 14, 16}) {
		t.Errorf("new rows at the top moved them to %v", got)
	}
	s.source.n = 16
	s.Refresh()
	if got := s.rows(); !slices.Equal(got, []int{12, 14}) {
		t.Errorf("of fewer rows %v are selected", got)
	}
	s.expectSelected(t, 14, 14)
	s.TypedShortcut(&fyne.ShortcutSelectAll{})
	if got := s.rows(); len(got) != 16 {
		t.Errorf("%d of all are selected", len(got))
	}
	s.keys(fyne.KeyDown)
	if got := s.rows(); len(got) != 1 {
		t.Errorf("%v are selected by a key", got)
	}
}

// A table whose owner knows of one range only has no others.
func TestOneRangeIsTheRule(t *testing.T) {
	s := showTable(t, 20)
	s.click(2, desktop.MouseButtonPrimary, 0)
	s.click(6, desktop.MouseButtonPrimary, fyne.KeyModifierControl)
	if got := s.rows(); !slices.Equal(got, []int{6}) {
		t.Errorf("%v are selected", got)
	}
}

func TestCopyOfSeveralRanges(t *testing.T) {
	s := showTable(t, 100)
	s.Several = true
	s.click(5, desktop.MouseButtonPrimary, 0)
	s.click(1, desktop.MouseButtonPrimary, fyne.KeyModifierControl)
	want := "14:01:39.663\t23.87 °C\t1\t297\n14:01:35.515\t23.35 °C\t1\t285\n"
	if got := s.SelectedText(); got != want {
		t.Errorf("%q was copied, not %q", got, want)
	}
}
