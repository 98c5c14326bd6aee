package subscriptions

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections"
)

// row is one subscription: switch, mark, filter, what the broker said, and the count.
type row struct {
	object fyne.CanvasObject
	said   *ui.QuietText
	count  *ui.QuietText
}

const (
	markSize   = 10
	countWidth = 150
)

func newRow(d *Dialog, i int) *row {
	s := d.subs[i]
	r := &row{said: ui.NewFittingText(), count: ui.NewQuietText()}
	on := widget.NewCheck("", nil)
	on.SetChecked(!s.Off)
	on.OnChanged = func(on bool) {
		s := s
		s.Off = !on
		d.confirmed(s, func() { d.change(i, s) })
	}
	filter := ui.NewFittingText()
	filter.Line.TextStyle.Bold = true
	filter.SetText(s.Filter)
	r.said.TextSize, r.said.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	r.count.TextSize, r.count.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	edit := ui.IconButton(theme.DocumentCreateIcon(), ui.Tr("subscriptions.edit", "Change this subscription"), func() { d.editor.edit(i, s) })
	remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("subscriptions.remove", "Remove this subscription"), func() { d.remove(i) })
	n := strconv.Itoa(i)
	d.o.Name("subscriptions.on."+n, on)
	d.o.Name("subscriptions.edit."+n, edit)
	d.o.Name("subscriptions.remove."+n, remove)
	d.o.Name("subscriptions.said."+n, r.said)
	d.o.Name("subscriptions.count."+n, r.count)
	room := canvas.NewRectangle(nil)
	room.SetMinSize(fyne.NewSize(countWidth, 0))
	r.object = container.NewBorder(nil, nil,
		container.NewHBox(on, NewMark(s.Colour)),
		container.NewHBox(container.NewStack(room, r.count), container.NewCenter(container.NewHBox(edit, remove))),
		container.New(layout.NewCustomPaddedVBoxLayout(0), filter, r.said))
	return r
}

// NewMark is the colour that the user knows a subscription by; nothing where it has none.
func NewMark(colour string) fyne.CanvasObject {
	dot := canvas.NewCircle(nil)
	if colour != "" {
		dot.FillColor = ui.ColourOf(colour)
	}
	return container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(markSize), dot))
}

// answer shows what became of the subscription.
func (r *row) answer(a answer) {
	r.said.SetText(a.text)
	r.said.SetColour(a.colour)
}

func (r *row) counted(messages uint64, topics int) {
	r.count.SetText(ui.TrN(topics, "subscriptions.count", "{{.Messages}}, {{.N}} topic", "{{.Messages}}, {{.N}} topics", map[string]any{
		"Messages": ui.TrN(messages, "subscriptions.messages", "{{.N}} message", "{{.N}} messages", nil)}))
}

// answer is what became of a subscription, in words.
type answer struct {
	text   string
	colour fyne.ThemeColorName
}

// answerTo says what the broker makes of a subscription as the connection stands. Doubled is
// another one that brings some of its messages, too; empty for none.
func answerTo(s connections.Subscription, st connections.Status, only, doubled string) answer {
	asked := append([]string{"QoS " + strconv.Itoa(int(s.QoS))}, Words(s)...)
	twice := ""
	if doubled != "" {
		twice = "  ·  " + ui.Tr("subscriptions.twice.row", "overlaps {{.Other}}: may come twice", map[string]any{"Other": doubled})
	}
	say := func(colour fyne.ThemeColorName, word string) answer {
		return answer{strings.Join(asked, ", ") + "  ·  " + word, colour}
	}
	switch {
	case s.Off:
		return say(theme.ColorNamePlaceHolder, ui.Tr("subscriptions.off", "switched off"))
	case only != "":
		return say(theme.ColorNamePlaceHolder, ui.Tr("subscriptions.aside", "set aside"))
	case st.State != connections.StateOpen:
		return say(theme.ColorNamePlaceHolder, ui.Tr("subscriptions.later", "will be asked for when connected"))
	}
	for _, f := range st.Filters {
		switch {
		case f.Filter != s.Filter:
		case f.Refused:
			return say(theme.ColorNameError, ui.Tr("subscriptions.refused", "refused: {{.Reason}}", map[string]any{"Reason": f.Reason}))
		case f.Covered != "":
			return say(theme.ColorNameForeground, ui.Tr("subscriptions.covered", "comes with {{.Wider}}, at QoS {{.QoS}}",
				map[string]any{"Wider": f.Covered, "QoS": f.Granted}))
		case f.Granted < s.QoS:
			return say(theme.ColorNameWarning, ui.Tr("subscriptions.less", "granted with QoS {{.QoS}} only", map[string]any{"QoS": f.Granted}))
		default:
			a := say(theme.ColorNameSuccess, ui.Tr("subscriptions.granted", "granted with QoS {{.QoS}}", map[string]any{"QoS": f.Granted})+twice)
			if twice != "" {
				a.colour = theme.ColorNameWarning
			}
			return a
		}
	}
	return say(theme.ColorNamePlaceHolder, ui.Tr("subscriptions.asking", "asking…"))
}
