package topictree

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func TestPictures(t *testing.T) {
	for name, th := range themes() {
		t.Run(name, func(t *testing.T) {
			test.NewTempApp(t)
			test.ApplyTheme(t, th)
			s := showIn(t, New(newPlant()), nil, 620, 396)
			s.Select(3)
			s.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(50, 100)}})
			test.AssertImageMatches(t, "tree_"+name+".png", s.window.Canvas().Capture())
		})
	}
}

func TestPictureOfChanges(t *testing.T) {
	test.NewTempApp(t)
	test.ApplyTheme(t, themes()["light"])
	p := newPlant()
	s := showIn(t, New(p), p, 400, 300)
	s.window.Canvas().Focus(s.Tree)
	s.Select(4)
	for _, i := range []int{3, 4, 6} {
		p.rows[i].Change++
	}
	s.clock = s.clock.Add(time.Second)
	s.Refresh()
	test.AssertImageMatches(t, "changed.png", s.window.Canvas().Capture())
}

func TestPictureOfWatchList(t *testing.T) {
	test.NewTempApp(t)
	test.ApplyTheme(t, themes()["dark"])
	p := &plant{}
	for i, name := range []string{"press/temp", "tank/level", "line4/a/b/very/deep/topic/name/that/goes/on"} {
		r := p.add(0, name, []string{"22.4 °C", "71 %", "run"}[i])
		r.Pinned, r.Trend, r.Age = true, wave(30, float64(i)), "3 s"
	}
	p.rows[2].Trend = nil
	s := showIn(t, NewFlat(p), p, 420, 70)
	test.AssertImageMatches(t, "watchlist.png", s.window.Canvas().Capture())
}

func TestPictureOfNarrowTree(t *testing.T) {
	test.NewTempApp(t)
	test.ApplyTheme(t, themes()["light"])
	p := newPlant()
	s := showIn(t, New(p), p, 250, 200)
	test.AssertImageMatches(t, "narrow.png", s.window.Canvas().Capture())
}
