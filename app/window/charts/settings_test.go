package charts

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamscope/connections/profile"
)

func TestRangesAreRead(t *testing.T) {
	for _, c := range []struct {
		low, high string
		log, auto bool
		wrong     bool
	}{
		{"", "", false, true, false}, {" 1,5 ", "2.5", false, false, false}, {"-3", "1e3", false, false, false},
		{"1", "", false, false, true}, {"x", "2", false, false, true}, {"2", "2", false, false, true}, {"3", "2", false, false, true},
		{"0", "2", true, false, true}, {"0.1", "2", true, false, false}, {"NaN", "2", false, false, true}, {"1", "Inf", false, false, true},
	} {
		from, to, word := readRange(c.low, c.high, c.log)
		if (word != "") != c.wrong || (from == nil) != (c.auto || c.wrong) || (to == nil) != (from == nil) {
			t.Errorf("%+v: %v, %v, %q", c, from, to, word)
		}
	}
}

func TestThresholdsAreRead(t *testing.T) {
	for _, c := range []struct {
		low, high string
		from, to  float64
		wrong     bool
	}{
		{"3", "", 3, 3, false}, {"3", " 4,5", 3, 4.5, false}, {"", "", 0, 0, true}, {"3", "x", 0, 0, true}, {"3", "3", 0, 0, true}, {"4", "3", 0, 0, true},
	} {
		from, to, word := readMark(c.low, c.high)
		if (word != "") != c.wrong || from != c.from || to != c.to {
			t.Errorf("%+v: %v, %v, %q", c, from, to, word)
		}
	}
}

func TestThePopoverLooks(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "oven/temp", "20 °C")
	h.board.Add(of(c, "oven/temp"))
	h.hears(c, "tank", "70 %")
	h.board.Add(of(c, "tank"))
	p := h.board.panels[0]
	p.lines[1].spec.Right = true
	low, high := 10.0, 30.0
	p.spec.Left = profile.ChartAxis{Low: &low, High: &high}
	p.spec.Marks = []profile.ChartMark{{Label: "hot", Low: 25, High: 30, Colour: "#c93c37"}, {Label: "set point", Low: 21, High: 21}}
	p.lay()
	p.showSettings()
	content := h.board.pop.Content
	h.board.pop.Hide()
	page := test.NewCanvas()
	page.SetContent(content)
	page.Resize(fyne.NewSize(640, 340))
	for i, golden := range []string{"lines.xml", "axes.xml", "marks.xml", "chart.xml"} {
		tabsOf(t, content).SelectIndex(i)
		test.AssertRendersToMarkup(t, golden, page)
	}
}

// A field that is filled in wrongly says so and changes nothing.
func TestAWrongThresholdIsRefused(t *testing.T) {
	h := newHall(t)
	p := h.board.open(h.board.newSpec())
	s := &settings{panel: p, lines: fyneBox(), marks: fyneBox()}
	p.spec.Marks = []profile.ChartMark{{Low: 1, High: 1}}
	s.listMarks()
	entries := entriesOf(s.marks)
	entries[1].SetText("5")
	entries[2].SetText("4")
	if m := p.spec.Marks[0]; m.Low != 5 || m.High != 5 {
		t.Errorf("%+v", m)
	}
	entries[2].SetText("8")
	if m := p.spec.Marks[0]; m.Low != 5 || m.High != 8 || !m.Band() {
		t.Errorf("%+v", m)
	}
	if h.changes == 0 {
		t.Error("nobody was told")
	}
}

func TestAPopoverLeavesTheChartInSight(t *testing.T) {
	size := fyne.NewSize(640, 340)
	below := rect{fyne.NewPos(0, 400), fyne.NewSize(1024, 300)}
	if at := beside(below, size, fyne.NewSize(1024, 700)); at.Y+size.Height > below.at.Y || at.X+size.Width > 1024 {
		t.Errorf("it stands at %v", at)
	}
	if at := beside(rect{}, size, fyne.NewSize(500, 300)); at.X != 0 || at.Y != 0 {
		t.Errorf("it stands at %v", at)
	}
}
