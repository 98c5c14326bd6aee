package past

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/textview"
)

// Side is one of two messages of a connection that are compared.
type Side struct {
	Topic string
	Entry topics.Entry
	// Name says in a few words which message it is.
	Name string
}

// Compared is what changed from one message to another: a heading of a few words, and the
// comparison itself.
type Compared struct {
	Summary string
	// Empty stands in place of a comparison without lines.
	Empty string

	shown result
}

// Compare compares two messages, as values where both are documents. It may take some 100 ms: it
// is not for the UI goroutine.
func Compare(c *app.Connection, older, newer Side) Compared {
	r := comparedSides(sided{ui.Selection{Conn: c, Topic: older.Topic}, &older.Entry}, sided{ui.Selection{Conn: c, Topic: newer.Topic}, &newer.Entry}, viewValues)
	return Compared{Summary: r.summary, Empty: r.empty, shown: r}
}

// Object shows a comparison of two messages.
func (c Compared) Object(older, newer Side) fyne.CanvasObject {
	view := textview.New()
	view.SetWrap(true)
	view.SetLineNumbers(c.shown.numbers)
	view.SetEmpty(c.Empty)
	view.SetDocument(c.shown.doc)
	summary, sides := ui.NewFittingText(), ui.NewFittingText()
	summary.Line.TextStyle.Bold = true
	summary.SetText(c.Summary)
	sides.TextSize, sides.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	sides.SetText(ui.Tr("diff.sides", "{{.Older}} to {{.Newer}}", map[string]any{"Older": older.Name, "Newer": newer.Name}))
	return container.NewBorder(container.NewVBox(summary, sides), nil, nil, nil, container.NewClip(view))
}
