package charts

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	fynetooltip "github.com/dweymouth/fyne-tooltip"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// settings is the popover of one chart: its lines, axes, thresholds, and the chart as a whole. It
// leaves the chart in sight, where every change shows at once.
type settings struct {
	panel *panel
	lines *fyne.Container
	marks *fyne.Container
	pop   *widget.PopUp
	tabs  *container.AppTabs
}

// showSettings opens the chart's popover.
func (p *panel) showSettings() {
	s := &settings{panel: p, lines: container.NewVBox(), marks: container.NewVBox()}
	s.listLines()
	s.listMarks()
	s.tabs = container.NewAppTabs(
		ui.ClippedTab(ui.Tr("charts.tab.lines", "Lines"), container.NewVScroll(s.lines)),
		ui.ClippedTab(ui.Tr("charts.tab.axes", "Axes"), container.NewVScroll(s.axes())),
		ui.ClippedTab(ui.Tr("charts.tab.marks", "Thresholds"), container.NewVScroll(s.marks)),
		ui.ClippedTab(ui.Tr("charts.tab.chart", "Chart"), container.NewVScroll(s.whole())),
	)
	title := heading(ui.Tr("charts.settings.title", "Settings of {{.Chart}}", map[string]any{"Chart": p.short()}))
	closer := ui.IconButton(theme.CancelIcon(), ui.Tr("close", "Close"), func() { s.pop.Hide() })
	head := container.NewBorder(nil, nil, nil, closer, title)
	cv := p.window().Canvas()
	s.pop = widget.NewPopUp(container.NewPadded(container.NewBorder(head, nil, nil, nil, s.tabs)), cv)
	p.board.opened(s.pop)
	size := fyne.NewSize(640, 340) // fits the smallest window that the program is made for
	s.pop.Resize(size)
	s.pop.ShowAtPosition(beside(rectOf(p.object), size, cv.Size()))
}

// opened gives a popover its tooltips, and takes those of the one before away: a popover says
// nothing when it closes.
func (b *Board) opened(pop *widget.PopUp) {
	if b.pop != nil {
		b.pop.Hide()
		fynetooltip.DestroyPopUpToolTipLayer(b.pop)
	}
	b.pop = pop
	if pop != nil {
		fynetooltip.AddPopUpToolTipLayer(pop)
	}
}

// beside finds a place for a popover over a chart that leaves the chart in sight if it can.
func beside(chart rect, pop, canvas fyne.Size) fyne.Position {
	const gap = 6
	x := max(canvas.Width-pop.Width-gap, 0)
	if y := chart.at.Y - pop.Height - gap; y >= 0 {
		return fyne.NewPos(x, y)
	}
	return fyne.NewPos(x, min(gap, max(canvas.Height-pop.Height, 0)))
}

// listLines has a row for each line.
func (s *settings) listLines() {
	s.lines.RemoveAll()
	for _, l := range s.panel.lines {
		s.lines.Add(s.lineRow(l))
	}
	if len(s.panel.lines) == 0 {
		s.lines.Add(ui.NewHint(ui.Tr("charts.tab.lines.empty", "Nothing is on this chart yet.")))
	}
}

func (s *settings) lineRow(l *line) fyne.CanvasObject {
	p := s.panel
	values, words := styles()
	style := widget.NewSelect(words, nil)
	style.SetSelectedIndex(max(slices.Index(values, l.spec.Style), 0))
	style.OnChanged = func(string) { l.spec.Style = values[style.SelectedIndex()]; p.redone() }
	side := sideSelect(l.spec.Right, func(right bool) { p.setSide(key(l.spec), right) })
	name := widget.NewEntry()
	name.SetText(l.spec.Name)
	name.PlaceHolder = ui.SeriesName(l.spec.Topic, l.spec.Path)
	name.OnChanged = func(text string) { l.spec.Name = strings.TrimSpace(text); p.redone() }
	var colour *ttwidget.Button
	colour = ui.IconButton(p.dotOf(l), ui.Tr("charts.colour", "Colour"), func() {
		p.board.popUp(p.colourMenu(l, func() { colour.SetIcon(p.dotOf(l)) }), colour)
	})
	off := ui.IconButton(theme.DeleteIcon(), ui.Tr("charts.off", "Take off the chart"), func() { p.remove(key(l.spec)); s.listLines() })
	var more *ttwidget.Button
	more = ui.IconButton(theme.MoreVerticalIcon(), ui.Tr("charts.line.more", "More for this line"), func() {
		p.board.popUp(p.lineMenu(l), more)
	})
	return container.NewBorder(nil, nil, colour, container.NewHBox(style, side, more, off), name)
}

func sideSelect(right bool, set func(bool)) *widget.Select {
	c := widget.NewSelect([]string{ui.Tr("charts.left", "Left"), ui.Tr("charts.right", "Right")}, nil)
	c.SetSelectedIndex(map[bool]int{true: 1}[right])
	c.OnChanged = func(string) { set(c.SelectedIndex() == 1) }
	return c
}

// axes has a group for each side.
func (s *settings) axes() fyne.CanvasObject {
	p := s.panel
	return container.NewGridWithColumns(2,
		s.axis(ui.Tr("charts.axis.left", "Left axis"), &p.spec.Left),
		s.axis(ui.Tr("charts.axis.right", "Right axis"), &p.spec.Right))
}

func (s *settings) axis(title string, a *profile.ChartAxis) fyne.CanvasObject {
	p := s.panel
	problem := newProblem()
	low, high := widget.NewEntry(), widget.NewEntry()
	low.PlaceHolder, high.PlaceHolder = ui.Tr("charts.axis.auto", "as the values are"), ui.Tr("charts.axis.auto", "as the values are")
	if a.Low != nil && a.High != nil {
		low.SetText(number(*a.Low))
		high.SetText(number(*a.High))
	}
	apply := func() {
		was := *a
		var word string
		a.Low, a.High, word = readRange(low.Text, high.Text, a.Log)
		problem.SetText(word)
		if word != "" {
			a.Low, a.High = was.Low, was.High
		}
		p.lay()
		p.redone()
	}
	scale := widget.NewSelect([]string{ui.Tr("charts.linear", "Linear"), ui.Tr("charts.log", "Logarithmic")}, nil)
	scale.SetSelectedIndex(map[bool]int{true: 1}[a.Log])
	scale.OnChanged = func(string) { a.Log = scale.SelectedIndex() == 1; apply() }
	low.OnChanged, high.OnChanged = func(string) { apply() }, func(string) { apply() }
	unit := widget.NewEntry()
	unit.SetText(a.Unit)
	unit.PlaceHolder = ui.Tr("charts.unit.auto", "what the values say")
	unit.OnChanged = func(text string) { a.Unit = strings.TrimSpace(text); p.redone() }
	form := container.New(layout.NewFormLayout(),
		widget.NewLabel(ui.Tr("charts.scale", "Scale")), scale,
		widget.NewLabel(ui.Tr("charts.from", "From")), low,
		widget.NewLabel(ui.Tr("charts.to", "To")), high,
		widget.NewLabel(ui.Tr("charts.unit", "Unit")), unit)
	return container.NewVBox(heading(title), form, problem)
}

func heading(text string) fyne.CanvasObject {
	l := widget.NewLabel(text)
	l.TextStyle.Bold = true
	return l
}

// newProblem is the place for the sentence on what is wrong with a field.
func newProblem() *widget.Label {
	l := widget.NewLabel("")
	l.Wrapping, l.Importance = fyne.TextWrapWord, widget.DangerImportance
	return l
}

// whole has what belongs to the chart as such.
func (s *settings) whole() fyne.CanvasObject {
	p := s.panel
	title := widget.NewEntry()
	title.SetText(p.spec.Title)
	title.PlaceHolder = p.about()
	title.OnChanged = func(text string) { p.spec.Title = strings.TrimSpace(text); p.board.arrange(); p.board.changed() }
	linked := widget.NewCheck(ui.Tr("charts.linked.long", "Share the time axis with the other charts"), func(on bool) { p.setLinked(on) })
	linked.SetChecked(!p.spec.Unlinked)
	stats := widget.NewCheck(ui.Tr("charts.stats.long", "Show statistics of what is in view"), nil)
	stats.SetChecked(p.spec.Stats)
	stats.OnChanged = func(bool) { p.toggleStats() }
	var names []string
	for _, d := range windowLengths() {
		names = append(names, windowName(d))
	}
	length := widget.NewSelect(names, nil)
	length.SetSelectedIndex(slices.Index(windowLengths(), p.chart.State().Window))
	length.OnChanged = func(string) { p.setWindow(windowLengths()[length.SelectedIndex()]) }
	return container.New(layout.NewFormLayout(),
		widget.NewLabel(ui.Tr("charts.title", "Title")), title,
		widget.NewLabel(ui.Tr("charts.window", "Length of time")), length,
		widget.NewLabel(""), linked, widget.NewLabel(""), stats)
}

// readRange reads the ends of an axis; both empty is one that follows the values. The word says
// what is wrong.
func readRange(low, high string, log bool) (from, to *float64, word string) {
	low, high = strings.TrimSpace(low), strings.TrimSpace(high)
	if low == "" && high == "" {
		return nil, nil, ""
	}
	a, okA := readNumber(low)
	b, okB := readNumber(high)
	switch {
	case !okA || !okB:
		return nil, nil, ui.Tr("charts.range.numbers", "Both ends are numbers, or both are empty.")
	case b <= a:
		return nil, nil, ui.Tr("charts.range.order", "The lower end is not below the upper.")
	case log && a <= 0:
		return nil, nil, ui.Tr("charts.range.log", "A logarithmic axis begins above 0.")
	}
	return &a, &b, ""
}

// readNumber reads a number as people write it, with a point or a comma.
func readNumber(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	return v, err == nil && math.Abs(v) < 1e300
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
