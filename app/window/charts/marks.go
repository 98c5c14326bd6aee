package charts

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// maxMarks is how many thresholds one chart can have: more could not be told apart.
const maxMarks = 20

// listMarks has a row for each threshold and band.
func (s *settings) listMarks() {
	s.marks.RemoveAll()
	p := s.panel
	for i := range p.spec.Marks {
		s.marks.Add(s.markRow(i))
	}
	if len(p.spec.Marks) == 0 {
		s.marks.Add(ui.NewHint(ui.Tr("charts.marks.empty", "A threshold is a line at a value; with a second value it is a band between both.")))
	}
	add := widget.NewButtonWithIcon(ui.Tr("charts.marks.add", "Add a threshold"), theme.ContentAddIcon(), func() {
		v := p.middle()
		p.spec.Marks = append(p.spec.Marks, profile.ChartMark{Low: v, High: v})
		p.marked()
		s.listMarks()
	})
	ui.SetEnabled(add, len(p.spec.Marks) < maxMarks)
	s.marks.Add(container.NewHBox(add))
}

func (s *settings) markRow(i int) fyne.CanvasObject {
	p := s.panel
	m := &p.spec.Marks[i]
	label, low, high := widget.NewEntry(), widget.NewEntry(), widget.NewEntry()
	label.SetText(m.Label)
	label.PlaceHolder = ui.Tr("charts.marks.label", "Label")
	label.OnChanged = func(text string) { m.Label = strings.TrimSpace(text); p.marked() }
	low.SetText(number(m.Low))
	low.PlaceHolder, high.PlaceHolder = ui.Tr("charts.marks.value", "Value"), ui.Tr("charts.marks.to", "to (band)")
	if m.Band() {
		high.SetText(number(m.High))
	}
	problem := newProblem()
	problem.Hide()
	apply := func(string) {
		from, to, word := readMark(low.Text, high.Text)
		problem.SetText(word)
		ui.Show(problem, word != "")
		if word == "" {
			m.Low, m.High = from, to
			p.marked()
		}
	}
	low.OnChanged, high.OnChanged = apply, apply
	side := sideSelect(m.Right, func(right bool) { m.Right = right; p.marked() })
	var colour *ttwidget.Button
	colour = ui.IconButton(p.markDot(m.Colour), ui.Tr("charts.colour", "Colour"), func() {
		p.board.popUp(p.markMenu(m.Colour, func(c string) {
			m.Colour = c
			colour.SetIcon(p.markDot(c))
			p.marked()
		}), colour)
	})
	remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("charts.marks.remove", "Remove this threshold"), func() {
		p.spec.Marks = slices.Delete(p.spec.Marks, i, i+1)
		p.marked()
		s.listMarks()
	})
	return container.NewVBox(container.NewBorder(nil, nil, colour,
		container.NewHBox(sized(92, low), sized(92, high), side, remove), label), problem)
}

// sized gives an object a width of its own.
func sized(width float32, o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewGridWrap(fyne.NewSize(width, o.MinSize().Height), o)
}

// readMark reads a threshold, or with a second value a band.
func readMark(low, high string) (from, to float64, word string) {
	from, ok := readNumber(low)
	if !ok {
		return 0, 0, ui.Tr("charts.marks.number", "A threshold is a number.")
	}
	if strings.TrimSpace(high) == "" {
		return from, from, ""
	}
	to, ok = readNumber(high)
	switch {
	case !ok:
		return 0, 0, ui.Tr("charts.marks.number", "A threshold is a number.")
	case to <= from:
		return 0, 0, ui.Tr("charts.range.order", "The lower end is not below the upper.")
	}
	return from, to, ""
}

// middle is a value that is in sight, to begin a threshold with.
func (p *panel) middle() float64 {
	from, to := p.chart.View().Stretch()
	for _, l := range p.lines {
		if n, _, _, mean, _, _, _ := l.data.Measure(from, to); n > 0 {
			v, _ := strconv.ParseFloat(strconv.FormatFloat(mean, 'g', 3, 64), 64)
			return v
		}
	}
	return 0
}

// marked hands the thresholds to the drawing.
func (p *panel) marked() {
	p.lay()
	p.board.changed()
}
