package window

import (
	"fyne.io/fyne/v2"

	"streamscope/app/window/charts"
	"streamscope/app/window/ui"
)

// newBoard makes the board of charts and says what it needs from the window.
func (w *Window) newBoard() *charts.Board {
	return charts.New(charts.Options{
		App: w.app, Do: w.do, Background: w.background, Window: w.win, NewWindow: w.fyne.NewWindow,
		Theme: func() fyne.Theme { return calm{w.look} }, Variant: variantNow,
		OnChanged: w.saveSoon,
		OnShow: func() {
			if !w.showCharts {
				w.setCharts(true)
			}
		},
		OnReveal: func(s ui.Selection) { w.reveal(s) },
		Name: func(name string, o fyne.CanvasObject) {
			if o == nil {
				w.names.Remove(name)
			} else {
				w.names.Set(name, o)
			}
		},
		Flash: func(s string) { w.status.Flash(s) }, Fail: w.fail,
	})
}

// hasNumber tells whether a value can be drawn.
func hasNumber(s ui.Selection) bool {
	id, ok := s.Conn.Index().Find(s.Topic)
	if !ok {
		return false
	}
	e, ok := s.Conn.Index().Latest(id)
	if !ok {
		return false
	}
	_, _, number := s.Conn.Decoders().Number(s.Topic, e.Props, e.Payload, s.Path)
	return number
}
