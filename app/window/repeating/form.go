package repeating

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/command"
	"streamscope/app/command/repeat"
	"streamscope/app/command/saved"
	"streamscope/app/window/ui"
)

// form asks how often, how many times and with which values.
type form struct {
	object fyne.CanvasObject
	// changed is told after every change.
	changed func()

	every, times, low, high, period, decimals, file, column *widget.Entry
	shape                                                   *widget.Select
	bounds, rounds, rows                                    *fyne.Container
}

func shapeNames() []string {
	names := map[repeat.Shape]string{
		repeat.Constant: ui.Tr("repeat.shape.constant", "The message as it is"),
		repeat.Sine:     ui.Tr("repeat.shape.sine", "Sine"),
		repeat.Ramp:     ui.Tr("repeat.shape.ramp", "Ramp"),
		repeat.Step:     ui.Tr("repeat.shape.step", "Steps: low, high, low"),
		repeat.Walk:     ui.Tr("repeat.shape.walk", "Random walk"),
		repeat.Rows:     ui.Tr("repeat.shape.rows", "Rows of a CSV file"),
	}
	var all []string
	for _, s := range repeat.Shapes() {
		all = append(all, names[s])
	}
	return all
}

func newForm(parent fyne.Window, changed func()) *form {
	f := &form{changed: changed}
	entry := func(text string) *widget.Entry {
		e := widget.NewEntry()
		e.SetText(text)
		e.OnChanged = func(string) { f.changed() }
		return e
	}
	f.every, f.times = entry("1000"), entry("")
	f.times.SetPlaceHolder(ui.Tr("repeat.f.endless", "until it is stopped"))
	f.low, f.high, f.period, f.decimals = entry("0"), entry("100"), entry("10"), entry("1")
	f.file, f.column = entry(""), entry("1")
	f.shape = widget.NewSelect(shapeNames(), func(string) {
		f.follow()
		f.changed()
	})
	pick := ui.IconButton(theme.FolderOpenIcon(), ui.Tr("repeat.f.pick", "Choose a CSV file"), func() { f.pick(parent) })
	row := func(label string, o fyne.CanvasObject) fyne.CanvasObject {
		l := widget.NewLabel(label)
		return container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(150, l.MinSize().Height), l), nil, o)
	}
	f.bounds = container.NewVBox(
		row(ui.Tr("repeat.f.range", "From, to"), container.NewGridWithColumns(2, f.low, f.high)),
		row(ui.Tr("repeat.f.decimals", "Digits after the point"), f.decimals))
	f.rounds = container.NewVBox(row(ui.Tr("repeat.f.period", "Period (s)"), f.period))
	f.rows = container.NewVBox(
		row(ui.Tr("repeat.f.file", "CSV file"), container.NewBorder(nil, nil, nil, pick, f.file)),
		row(ui.Tr("repeat.f.column", "Column"), f.column))
	f.object = container.New(layout.NewCustomPaddedVBoxLayout(2),
		row(ui.Tr("repeat.f.every", "Every (ms)"), f.every),
		row(ui.Tr("repeat.f.times", "How many times"), f.times),
		row(ui.Tr("repeat.f.shape", "Values"), f.shape), f.bounds, f.rounds, f.rows)
	f.shape.Selected = f.shape.Options[0]
	f.follow()
	return f
}

// follow shows what the chosen shape has to be told.
func (f *form) follow() {
	s := f.chosen()
	ui.Show(f.bounds, s != repeat.Constant && s != repeat.Rows)
	ui.Show(f.rounds, s == repeat.Sine || s == repeat.Ramp || s == repeat.Step)
	ui.Show(f.rows, s == repeat.Rows)
}

func (f *form) chosen() repeat.Shape { return repeat.Shapes()[max(f.shape.SelectedIndex(), 0)] }

func (f *form) pick(parent fyne.Window) {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			return
		}
		f.file.SetText(r.URI().Path())
		_ = r.Close()
	}, parent)
	d.SetFilter(storage.NewExtensionFileFilter([]string{".csv", ".txt", ".tsv"}))
	ui.ShowPicker(d, parent)
}

// longest is the longest time between two messages.
const longest = 24 * time.Hour

// plan reads the fields into a plan; the error says which is wrong.
func (f *form) plan(d command.Draft) (repeat.Plan, error) {
	p := repeat.Plan{Draft: d, Generator: repeat.Generator{Shape: f.chosen(), File: strings.TrimSpace(f.file.Text)}}
	ms, err := strconv.ParseFloat(strings.TrimSpace(f.every.Text), 64)
	if err != nil || !(ms >= 1) || ms > float64(longest.Milliseconds()) {
		return p, errors.New(ui.Tr("repeat.e.every", "Enter the time between two messages: 1 ms to a day."))
	}
	p.Every = time.Duration(ms * float64(time.Millisecond))
	if text := strings.TrimSpace(f.times.Text); text != "" {
		if p.Times, err = strconv.ParseUint(text, 10, 64); err != nil || p.Times == 0 {
			return p, errors.New(ui.Tr("repeat.e.times", "Enter how many times, or leave it empty."))
		}
	}
	g := &p.Generator
	if g.Shape != repeat.Constant && !takesValue(d) {
		return p, errors.New(ui.Tr("repeat.e.value", "Write {{.Ask}} into the message and let placeholders be filled: that is where the values go.", map[string]any{"Ask": `{{ask "value"}}`}))
	}
	switch g.Shape {
	case repeat.Constant:
		return p, nil
	case repeat.Rows:
		if g.Column, err = strconv.Atoi(strings.TrimSpace(f.column.Text)); err != nil || g.Column < 1 {
			return p, errors.New(ui.Tr("repeat.e.column", "Columns are counted from 1."))
		}
		if g.File == "" {
			return p, errors.New(ui.Tr("repeat.e.file", "Choose a CSV file."))
		}
		return p, nil
	default:
	}
	return p, f.bound(g)
}

// bound reads what a shape with numbers needs.
func (f *form) bound(g *repeat.Generator) error {
	var wrong error
	number := func(e *widget.Entry) float64 {
		v, err := strconv.ParseFloat(strings.TrimSpace(e.Text), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			wrong = errors.New(ui.Tr("repeat.e.number", "“{{.Text}}” is no number.", map[string]any{"Text": e.Text}))
		}
		return v
	}
	g.Min, g.Max = number(f.low), number(f.high)
	digits := number(f.decimals)
	if g.Shape != repeat.Walk {
		seconds := number(f.period)
		if wrong == nil && !(seconds >= 0.001 && seconds <= longest.Seconds()) {
			wrong = errors.New(ui.Tr("repeat.e.period", "The period is 0.001 s to a day."))
		}
		g.Period = time.Duration(seconds * float64(time.Second))
	}
	if wrong == nil && !(digits >= 0 && digits <= 12) {
		wrong = errors.New(ui.Tr("repeat.e.decimals", "0 to 12 digits can follow the point."))
	}
	g.Decimals = int(digits)
	return wrong
}

func takesValue(d command.Draft) bool {
	for _, a := range d.Asks() {
		if a.Label == saved.ValueLabel {
			return true
		}
	}
	return false
}

// first is how many values the preview shows.
const first = 12

// preview makes the first values of a plan, as they would be with every message in time.
func preview(p repeat.Plan) (string, error) {
	if p.Generator.Shape == repeat.Constant {
		return "", nil
	}
	next, err := p.Generator.Source()
	if err != nil {
		return "", err
	}
	n := uint64(first)
	if p.Times > 0 {
		n = min(n, p.Times)
	}
	var all []string
	for i := range n {
		all = append(all, command.Excerpt([]byte(next(time.Duration(i)*p.Every)), 20))
	}
	text := strings.Join(all, "  ")
	if p.Times == 0 || p.Times > n {
		text += "  …"
	}
	return text, nil
}
