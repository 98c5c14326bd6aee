package window

import (
	"time"

	"fyne.io/fyne/v2"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/window/audit"
	"streamscope/app/window/compose"
	"streamscope/app/window/confirm"
	"streamscope/app/window/controls"
	"streamscope/app/window/ui"
)

// newConfirm makes the questions before something is sent.
func (w *Window) newConfirm() *confirm.Dialogs {
	c := confirm.New(confirm.Options{Window: w.win, Do: w.do, Colour: func(session string) string {
		if c := w.app.Connection(session); c != nil {
			return c.Profile().Colour
		}
		return ""
	}})
	w.app.SetConfirmer(c)
	return c
}

// newAudit makes the window that lists what was sent.
func (w *Window) newAudit() *audit.Window {
	return audit.New(audit.Options{Log: w.app.Audit, Background: w.background, NewWindow: w.fyne.NewWindow})
}

// newComposer makes the drawer from which messages are sent, and says what it needs from the
// window.
func (w *Window) newComposer() *compose.Pane {
	return compose.New(compose.Options{
		App: w.app, Background: w.background, Window: w.win, OnClose: func() { w.setComposer(false) },
		Flash: func(s string) { w.status.Flash(s) }, Name: w.names.Set,
		OnRepeat: func(c *app.Connection, d command.Draft, asked map[string]string) { w.repeat.Open(c, d, asked) },
		OnKeep: func(d command.Draft, c *app.Connection) {
			w.setControls(true)
			w.controls.Get().Keep(d, c.Profile().ID)
		},
	})
}

// newControls makes the panel of saved commands.
func (w *Window) newControls() *controls.Panel {
	return controls.New(controls.Options{
		App: w.app, Background: w.background, Parent: w.win, Now: time.Now,
		Current: w.currentConnection, Fail: w.fail, Flash: func(s string) { w.status.Flash(s) },
		OnClose:   func() { w.setControls(false) },
		OnChanged: func() { w.win.SetMainMenu(w.mainMenu()) },
	})
}

// currentConnection is the connection that a command for any goes to: the one of the selection, or
// the only one that is open.
func (w *Window) currentConnection() *app.Connection {
	if c := w.tree.selected.Conn; c != nil {
		return c
	}
	if all := w.app.Connections(); len(all) == 1 {
		return all[0]
	}
	return nil
}

func (w *Window) setControls(on bool) {
	w.showControls = on
	if on {
		w.controls.Get().Load()
	}
	w.arrange()
	w.saveSoon()
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
	word, icon := "", ui.LockOpenIcon
	if on {
		word, icon = ui.Tr("menu.readonly", "Read-only"), ui.LockIcon
	}
	if w.lockBtn.Text != word {
		w.lockBtn.Icon = icon
		w.lockBtn.SetText(word)
	}
	ui.Highlight(&w.lockBtn.Button, on)
	if w.readOnlyItem.Checked != on {
		w.readOnlyItem.Checked = on
		if m := w.win.MainMenu(); m != nil {
			m.Refresh()
		}
	}
	w.composer.If((*compose.Pane).Repaint)
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
			w.composer.If((*compose.Pane).Repaint)
		}
	})
}

// readOnlyMenu is the item of a connection's menu.
func (w *Window) readOnlyMenu(c *app.Connection) *fyne.MenuItem {
	i := fyne.NewMenuItem(ui.Tr("chip.menu.readonly", "Read-only: send nothing"), func() { w.toggleProfileReadOnly(c) })
	i.Checked = c.Profile().ReadOnly
	return i
}
