package window

import (
	"fyne.io/fyne/v2"

	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/window/charts"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// newBoard makes the board of charts and says what it needs from the window.
func (w *Window) newBoard() *charts.Board {
	return charts.New(charts.Options{
		App: w.app, Do: w.do, Background: w.background, Window: w.win, NewWindow: w.fyne.NewWindow,
		Theme: func() fyne.Theme { return w.look }, Variant: variantNow,
		OnChanged: w.saveSoon,
		OnShow:    w.openDock,
		OnReveal:  func(s ui.Selection) { w.reveal(s) },
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

// openDock opens the dock and makes it as high as the charts need, as long as the panes above
// keep two fifths of the room.
func (w *Window) openDock(height float32) {
	if !w.showCharts {
		w.setCharts(true)
	}
	all := w.upper.Size().Height
	if now := w.charts.Object.Size().Height; all > 0 && now < height {
		w.upper.SetOffset(max(1-float64(height/all), 0.4))
	}
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
	return drawable(s.Conn.Decoders(), s.Topic, e.Props, e.Payload, s.Path)
}

// drawable tells whether a payload has a number, or says that it has none just now.
func drawable(set *decode.Set, topic string, props *connections.Properties, b []byte, path []string) bool {
	_, _, ok := set.Number(topic, props, b, path)
	return ok || payload.Missing(set.Document(topic, props, b), path)
}
