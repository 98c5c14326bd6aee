package window

import (
	"streamscope/app/window/floods"
	"streamscope/app/window/ui"
)

// newFloods makes the window that tells who floods. What is done there shows in this one.
func (w *Window) newFloods() *floods.Window {
	return floods.New(floods.Options{
		App: w.app, Background: w.background, NewWindow: w.fyne.NewWindow,
		OnShow: func(s ui.Selection) {
			w.reveal(s)
			w.win.RequestFocus()
		},
		OnWatchOnly: w.watchOnly,
		OnHide:      func(s ui.Selection) { w.tree.filter.Exclude(s.Topic) },
		OnCopy:      w.copyTopic, CanWatchOnly: narrowable,
	})
}
