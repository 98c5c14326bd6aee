package window

import (
	"context"
	"slices"

	"fyne.io/fyne/v2/dialog"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// connect opens a saved profile, asking for its password first if it has one.
func (w *Window) connect(p profile.Profile) {
	valid, problems := p.Validate()
	if len(profile.Blocking(problems)) > 0 {
		w.editProfile(p)
		return
	}
	w.withSecrets(p, func(s app.Secrets) { w.open(valid, s) })
}

func (w *Window) connectNamed(name string) {
	list, _ := w.app.Profiles.List()
	for _, p := range list {
		if p.Name == name || p.ID == name {
			w.connect(p)
			return
		}
	}
	w.status.Flash(ui.Tr("flash.noprofile", "There is no saved connection called {{.Name}}.", map[string]any{"Name": name}))
}

// connectAtStart opens the profiles that ask for it and, unless the command line names what to
// open, those that were open when the program ended.
func (w *Window) connectAtStart() {
	list, _ := w.app.Profiles.List()
	named := w.opt.Demo || w.opt.Unsaved != nil || len(w.opt.Connect) > 0
	for _, p := range list {
		wasOpen := !named && slices.Contains(w.state.doc.Open, p.ID)
		if (p.ConnectAtStart || wasOpen) && w.app.Connection(p.ID) == nil {
			w.connect(p)
		}
	}
}

func (w *Window) open(p profile.Valid, secrets app.Secrets) {
	w.opened(w.app.Open(p, secrets))
}

// opened brings what was left of a connection back into the panes.
func (w *Window) opened(c *app.Connection) {
	if w.quitting.Load() {
		return
	}
	w.restoreConnection(c)
	if _, ok := w.pausedSeq[c.Ordinal]; w.paused && !ok {
		w.pauseConnection(c)
	}
	w.tree.watch.Load()
	w.charts.Opened(c)
	w.tree.changed()
	w.chips.refresh(c.Status().Since)
	w.arrange()
	w.saveSoon()
}

func (w *Window) startDemo() {
	w.status.Flash(ui.Tr("flash.demo", "Starting the demo plant…"))
	w.background.Go(func() func() {
		open, err := w.app.StartDemo(context.Background(), w.opt.Demo)
		return func() {
			if err != nil {
				w.fail(err)
				return
			}
			w.status.Flash("")
			for _, c := range open {
				w.opened(c)
			}
		}
	})
}

// closeConnection ends a connection and takes it off the window. The panes forget it at once;
// its goroutines end in the background.
func (w *Window) closeConnection(c *app.Connection) {
	w.capture()
	w.charts.Forget(c)
	if w.detail.sel.Conn == c {
		w.detail.Show(ui.Selection{})
	}
	w.app.Forget(c)
	w.tree.Forget(c)
	w.tree.watch.Load()
	w.arrange()
	w.saveSoon()
	name, waits := c.Name(), w.app.Sender.Waiting()
	before := waits.Len(c.ID())
	w.background.Go(func() func() {
		w.app.Close(c)
		n := waits.Len(c.ID()) - before
		if n <= 0 {
			return nil
		}
		return func() {
			w.status.Flash(ui.Tr("flash.unconfirmed", "What {{.Name}} has not confirmed is kept under “Waiting” beside “Sent” ({{.N}}). Nothing goes by itself.",
				map[string]any{"N": n, "Name": name}))
		}
	})
}

// confirmClear asks before everything that a connection received is dropped.
func (w *Window) confirmClear(c *app.Connection) {
	dialog.ShowConfirm(ui.Tr("clear.title", "Clear {{.Name}}?", map[string]any{"Name": c.Name()}),
		ui.Tr("clear.text", "All topics and their history are dropped from this window. Nothing is sent to the broker."),
		func(ok bool) {
			if ok {
				c.Index().Clear(0)
				w.tree.changed()
			}
		}, w.win)
}

func (w *Window) clearBranch(s ui.Selection) {
	if id, ok := s.Conn.Index().Find(s.Topic); ok {
		s.Conn.Index().Clear(id)
		w.tree.changed()
		w.detail.Show(w.detail.sel)
	}
}
