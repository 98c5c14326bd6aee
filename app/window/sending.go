package window

import (
	"fyne.io/fyne/v2"

	"streamscope/app"
	"streamscope/app/window/compose"
	"streamscope/app/window/confirm"
	"streamscope/app/window/ui"
)

// newComposer makes the drawer from which messages are sent, and says what it needs from the
// window.
func (w *Window) newComposer() *compose.Pane {
	w.confirm = confirm.New(confirm.Options{Window: w.win, Do: w.do, Colour: func(session string) string {
		if c := w.app.Connection(session); c != nil {
			return c.Profile().Colour
		}
		return ""
	}})
	w.app.SetConfirmer(w.confirm)
	return compose.New(compose.Options{
		App: w.app, Background: w.background, Window: w.win, OnClose: func() { w.setComposer(false) },
		Flash: func(s string) { w.status.Flash(s) }, Name: w.names.Set,
	})
}

// toggleReadOnly lets nothing be sent from this window, or lets it again.
func (w *Window) toggleReadOnly() { w.setReadOnly(!w.app.ReadOnly()) }

func (w *Window) setReadOnly(on bool) {
	w.app.SetReadOnly(on)
	w.showReadOnly()
	word := ui.Tr("readonly.off", "Messages can be sent again.")
	if on {
		word = ui.Tr("readonly.on", "Read-only: nothing is sent over any connection.")
	}
	w.status.Flash(word)
	w.saveSoon()
}

// showReadOnly brings button and menu in line.
func (w *Window) showReadOnly() {
	on := w.app.ReadOnly()
	pressed(w.lockBtn, on)
	if w.readOnlyItem.Checked != on {
		w.readOnlyItem.Checked = on
		if m := w.win.MainMenu(); m != nil {
			m.Refresh()
		}
	}
	w.composer.Repaint()
}

// toggleProfileReadOnly makes one connection read-only, or lets it send again.
func (w *Window) toggleProfileReadOnly(c *app.Connection) {
	on := !c.Profile().ReadOnly
	w.background.Go(func() func() {
		err := c.SetReadOnly(on)
		return func() {
			if err != nil {
				w.fail(err)
			}
			w.composer.Repaint()
		}
	})
}

// readOnlyMenu is the item of a connection's menu.
func (w *Window) readOnlyMenu(c *app.Connection) *fyne.MenuItem {
	i := fyne.NewMenuItem(ui.Tr("chip.menu.readonly", "Read-only: send nothing"), func() { w.toggleProfileReadOnly(c) })
	i.Checked = c.Profile().ReadOnly
	return i
}
