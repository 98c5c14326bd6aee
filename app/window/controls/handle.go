package controls

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/command/saved"
	"streamscope/app/window/ui"
)

// control makes what the user handles.
func (k *card) control() fyne.CanvasObject {
	c := &k.command
	beside := func(o fyne.CanvasObject) fyne.CanvasObject {
		return container.NewGridWithColumns(2, k.name(), o)
	}
	switch c.Control.Kind {
	case saved.Toggle:
		return beside(k.toggle())
	case saved.Slider:
		return k.slide()
	case saved.Number, saved.Text:
		return beside(k.field())
	case saved.Choice:
		return beside(k.choice())
	case saved.Colour:
		return beside(k.colour())
	default:
		b := ttwidget.NewButtonWithIcon(c.Name, iconOf(c.Icon), func() { k.press(false) })
		b.Alignment = widget.ButtonAlignLeading
		b.SetToolTip(k.tip())
		k.parts = append(k.parts, b)
		return b
	}
}

// name is the command's name where it does not stand on a button; its tip says the rest.
func (k *card) name() *ttwidget.Label {
	l := ttwidget.NewLabel(k.command.Name)
	l.Truncation = fyne.TextTruncateEllipsis
	l.SetToolTip(k.tip())
	return l
}

// topic is where the command goes, as it is written.
func (k *card) topic() string {
	if t := k.command.Draft.Topic; t != "" {
		return t
	}
	return ui.Tr("outcome.frame", "the WebSocket")
}

// tip says what does not fit on the card.
func (k *card) tip() string {
	c := &k.command
	tip := c.Name + "\n" + ui.Tr("controls.button.tip", "Sends to {{.Topic}}", map[string]any{"Topic": k.topic()})
	if c.Profile != "" {
		tip += "\n" + ui.Tr("controls.tip.only", "Only to {{.Name}}", map[string]any{"Name": k.panel.target(c)})
	}
	if c.Shortcut != "" {
		tip += "\n" + c.Shortcut
	}
	return tip
}

// toggle shows the side that is reported; a click asks for the other one. Without a state the
// two sides are buttons: nobody knows where the device stands.
func (k *card) toggle() fyne.CanvasObject {
	on := widget.NewButton(ui.Tr("controls.on", "On"), func() { k.send(k.command.Control.On) })
	off := widget.NewButton(ui.Tr("controls.off", "Off"), func() { k.send(k.command.Control.Off) })
	k.parts = append(k.parts, on, off)
	k.follow = func(reported string) {
		is, known := k.command.Control.Position(reported)
		ui.Highlight(on, known && is)
		ui.Highlight(off, known && !is)
	}
	k.lose = func() {
		ui.Highlight(on, false)
		ui.Highlight(off, false)
	}
	return container.NewGridWithColumns(2, off, on)
}

// slide sends at a pace while it is moved, and always its last value. One that asks before it
// sends asks when it is let go.
func (k *card) slide() fyne.CanvasObject {
	c := &k.command.Control
	s := widget.NewSlider(c.Min, c.Max)
	s.Step = c.Step
	if c.Step == 0 {
		s.Step = (c.Max - c.Min) / 1000
	}
	k.parts = append(k.parts, s)
	value := ui.NewQuietText()
	show := func(v float64) { value.SetText(c.Format(v) + unit(c.Unit)) }
	value.SetText("–") // where it stands is not known before it is moved or reported
	if a := k.panel.asked[k.key()]; a.Any {
		if v, ok := number(a.Value); ok {
			s.Value = v
			show(v)
		}
	}
	k.slider = newPacer(c.Pace(), k.panel.o.Background.Do, func(v float64) { k.deliver(c.Format(v), true) })
	moving, quiet := false, false
	s.OnChanged = func(v float64) {
		show(v)
		if quiet {
			return
		}
		moving = true
		if k.command.Confirm == "" {
			k.slider.Set(v)
		}
	}
	s.OnChangeEnded = func(v float64) {
		moving = false
		if quiet {
			return
		}
		if k.command.Confirm == "" {
			k.slider.Set(v)
		} else {
			k.send(c.Format(v))
		}
	}
	k.follow = func(reported string) {
		v, ok := number(reported)
		text := reported + unit(c.Unit) // the knob stands on a step, the device perhaps not
		if moving || !ok || k.slider.Busy() || k.sending > 0 || value.Full == text {
			return
		}
		quiet = true
		s.SetValue(v)
		quiet = false
		value.SetText(text)
	}
	return container.New(layout.NewCustomPaddedVBoxLayout(0), container.NewBorder(nil, nil, nil, value, k.name()),
		container.NewThemeOverride(s, tracked{fyne.CurrentApp().Settings().Theme()}))
}

// tracked is a theme in which a slider's track is seen on the ground of a card.
type tracked struct{ fyne.Theme }

func (t tracked) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if n == theme.ColorNameInputBackground {
		n = theme.ColorNameInputBorder
	}
	return t.Theme.Color(n, v)
}

func unit(u string) string {
	if u == "" {
		return ""
	}
	return " " + u
}

func number(s string) (v float64, ok bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// field sends what is typed, on Enter.
func (k *card) field() fyne.CanvasObject {
	e := widget.NewEntry()
	c := &k.command.Control
	e.SetPlaceHolder(ui.Tr("controls.value", "Value"))
	if c.Unit != "" {
		e.SetPlaceHolder(c.Unit)
	}
	e.AlwaysShowValidationError = true // else the tick of the digit before stands beside what is wrong
	e.Validator = func(s string) error {
		if s == "" {
			return nil
		}
		return c.Check(s)
	}
	submit := func(s string) {
		if err := c.Check(s); err != nil {
			k.say(err.Error(), theme.ColorNameError)
			return
		}
		k.send(s)
	}
	e.OnSubmitted = submit
	send := ui.IconButton(theme.MailSendIcon(), ui.Tr("controls.send", "Send (Enter)"), func() { submit(e.Text) })
	k.parts = append(k.parts, e, send)
	return container.NewBorder(nil, nil, nil, send, e)
}

func (k *card) choice() fyne.CanvasObject {
	options := k.command.Control.Options
	labels := make([]string, len(options))
	for i, o := range options {
		labels[i] = o.Label
	}
	quiet := false
	var s *widget.Select
	s = widget.NewSelect(labels, func(string) {
		if i := s.SelectedIndex(); !quiet && i >= 0 {
			k.send(options[i].Value)
		}
	})
	k.parts = append(k.parts, s)
	s.PlaceHolder = ui.Tr("controls.choose", "Choose…")
	k.follow = func(reported string) {
		at := slices.IndexFunc(options, func(o saved.Option) bool { return o.Value == reported })
		if at == s.SelectedIndex() {
			return
		}
		quiet = true
		if s.ClearSelected(); at >= 0 {
			s.SetSelectedIndex(at)
		}
		quiet = false
	}
	k.revert = func() {
		quiet = true
		s.ClearSelected()
		quiet = false
	}
	return s
}

func (k *card) colour() fyne.CanvasObject {
	shown := canvas.NewRectangle(theme.Color(theme.ColorNameDisabled))
	shown.CornerRadius = 4
	shown.SetMinSize(fyne.NewSize(24, 24))
	pick := widget.NewButton(ui.Tr("controls.colour", "Choose a colour…"), func() {
		d := dialog.NewColorPicker(k.command.Name, ui.Tr("controls.colour.text", "It is sent as #rrggbb."), func(c color.Color) {
			n := color.NRGBAModel.Convert(c).(color.NRGBA)
			k.send(fmt.Sprintf("#%02x%02x%02x", n.R, n.G, n.B))
		}, k.panel.o.Parent)
		d.Advanced = true
		d.Show()
	})
	k.parts = append(k.parts, pick)
	k.follow = func(reported string) {
		if k.command.Control.Check(reported) == nil {
			shown.FillColor = ui.ColourOf(reported)
			shown.Refresh()
		}
	}
	return container.NewBorder(nil, nil, shown, nil, pick)
}
