package topictree

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

const benchRows = 40

// BenchmarkRefresh compares one refresh of 40 rows with three changing texts each to the
// same with Fyne's labels, and shows what a refresh without news costs.
func BenchmarkRefresh(b *testing.B) {
	b.Run("labels", func(b *testing.B) {
		test.NewTempApp(b)
		var labels []*widget.Label
		list := container.NewVBox()
		for range benchRows {
			row := []*widget.Label{widget.NewLabel(""), widget.NewLabel(""), widget.NewLabel("")}
			labels = append(labels, row...)
			list.Add(container.NewHBox(row[0], row[1], row[2]))
		}
		test.NewTempWindow(b, list).Resize(fyne.NewSize(620, 900))
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			for k, l := range labels {
				l.SetText(fmt.Sprintf("%d.%d", n%1000, k))
			}
		}
	})
	p := &plant{}
	for i := range benchRows {
		p.add(1, fmt.Sprint("topic ", i), "")
	}
	for _, changing := range []bool{true, false} {
		b.Run(fmt.Sprintf("tree/changing=%v", changing), func(b *testing.B) {
			s := showTree(b, p, 620, benchRows*22)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				for k := range p.rows {
					if row := &p.rows[k]; changing {
						row.Name = fmt.Sprintf("%d.%d", n%1000, k)
						row.Value, row.Age = row.Name+" °C", row.Name+" s"
						row.Change++
					}
				}
				s.Refresh()
			}
			b.ReportMetric(float64(s.touched)/float64(b.N), "cells/op")
		})
	}
}

// BenchmarkScroll scrolls a million rows by one row at a time.
func BenchmarkScroll(b *testing.B) {
	test.NewTempApp(b)
	s := showIn(b, New(endless(1_000_000)), nil, 620, benchRows*22)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		s.list.ScrollBy(s.RowHeight())
	}
}

func TestRefreshWithNothingNewCostsAlmostNothing(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	s.Refresh()
	if n := testing.AllocsPerRun(100, s.Refresh); n > 60 {
		t.Errorf("%v allocations", n)
	}
}

func TestTrendsStayWithTheirRows(t *testing.T) {
	p := &plant{}
	for i := range 100 {
		p.add(0, fmt.Sprint(i), "").Trend = []float32{0, 1}
	}
	s := showTree(t, p, 620, 220)
	for _, dy := range []float32{7, 15, -3, -4, 200, -1, 0.4} {
		s.list.ScrollBy(dy)
		first, n := s.InView()
		if len(s.sparks.rows) != n || s.sparks.rows[0].Name != fmt.Sprint(first) {
			t.Fatalf("%d trends from row %s on for %d rows from %d on", len(s.sparks.rows), s.sparks.rows[0].Name, n, first)
		}
		if y := s.sparks.raster.Position().Y; y != s.list.RowY(first) {
			t.Fatalf("trends begin at %v, rows at %v", y, s.list.RowY(first))
		}
	}
}

func TestSparklinesAreOneObject(t *testing.T) {
	s := showTree(t, newPlant(), 620, 396)
	img := s.sparks.raster.Generator(128, 16*44)
	if again := s.sparks.raster.Generator(128, 16*44); again != img {
		t.Error("the same size is painted on another image")
	}
	if n := testing.AllocsPerRun(10, func() { s.sparks.raster.Generator(128, 16*44) }); n > 0 {
		t.Errorf("painting costs %v allocations", n)
	}
}
