package window

import (
	"context"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// manager is the dialog that lists the saved profiles: connect, edit, duplicate, reorder,
// delete with undo.
type manager struct {
	window  *Window
	dialog  *dialog.CustomDialog
	rows    *fyne.Container
	undo    *fyne.Container
	deleted *profile.Deleted
}

func (w *Window) manageProfiles() {
	m := &manager{window: w, rows: container.NewVBox(), undo: container.NewHBox()}
	add := widget.NewButtonWithIcon(ui.Tr("menu.new", "New connection…"), theme.ContentAddIcon(), func() { m.dialog.Hide(); w.newProfile() })
	bar := container.NewBorder(nil, nil, add, m.undo)
	m.dialog = dialog.NewCustom(ui.Tr("manage.title", "Connections"), ui.Tr("close", "Close"),
		container.NewBorder(bar, nil, nil, nil, container.NewVScroll(m.rows)), w.win)
	m.load()
	m.dialog.Resize(fyne.NewSize(760, 480))
	w.manager = m
	m.dialog.SetOnClosed(func() {
		m.finish()
		w.manager = nil
		w.arrange()
	})
	m.dialog.Show()
}

func (m *manager) load() {
	list, problems := m.window.app.Profiles.List()
	m.rows.RemoveAll()
	at := map[string]int{}
	for i, p := range list {
		at[p.ID] = i
	}
	for _, g := range underHeadings(list) {
		if g.name != "" {
			m.rows.Add(widget.NewLabelWithStyle(g.name, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}))
		}
		for i, p := range g.profiles {
			m.rows.Add(m.row(g.profiles, i, at, p))
		}
	}
	if len(list) == 0 {
		m.rows.Add(ui.NewHint(ui.Tr("manage.empty", "No connection is saved yet.")))
	}
	for _, p := range problems {
		l := widget.NewLabel(p.Error())
		l.Wrapping, l.Importance = fyne.TextWrapWord, widget.DangerImportance
		m.rows.Add(l)
	}
	m.rows.Refresh()
	m.undo.RemoveAll()
	if m.deleted != nil {
		m.undo.Add(widget.NewButtonWithIcon(ui.Tr("manage.undo", "Undo the deletion"), theme.ContentUndoIcon(), func() {
			m.try(m.window.app.Profiles.Restore(*m.deleted))
			m.deleted = nil
			m.load()
		}))
	}
}

// row shows the i-th profile of a group. It moves within the group; at are the places in the
// whole order.
func (m *manager) row(group []profile.Profile, i int, at map[string]int, p profile.Profile) fyne.CanvasObject {
	move := func(by int) { m.try(m.window.app.Profiles.Move(p.ID, at[group[i+by].ID])) }
	w := m.window
	mark := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(chipMark), canvas.NewCircle(ui.ColourOf(p.Colour))))
	name, where := ui.NewFittingText(), ui.NewFittingText()
	name.SetText(p.Name)
	where.Colour = theme.ColorNamePlaceHolder
	where.SetText(address(p))
	up := ui.IconButton(theme.MoveUpIcon(), ui.Tr("manage.up", "Move up"), func() { move(-1) })
	down := ui.IconButton(theme.MoveDownIcon(), ui.Tr("manage.down", "Move down"), func() { move(1) })
	ui.SetEnabled(&up.Button, i > 0)
	ui.SetEnabled(&down.Button, i < len(group)-1)
	connect := widget.NewButton(ui.Tr("welcome.connect", "Connect"), func() { m.dialog.Hide(); w.connect(p) })
	ui.SetEnabled(connect, w.app.Connection(p.ID) == nil)
	return container.NewBorder(nil, nil, mark, container.NewHBox(
		up, down,
		ui.IconButton(theme.DocumentCreateIcon(), ui.Tr("welcome.edit", "Edit"), func() { m.dialog.Hide(); w.editProfile(p) }),
		ui.IconButton(theme.ContentCopyIcon(), ui.Tr("manage.duplicate", "Duplicate"), func() {
			twin, err := w.app.Profiles.Duplicate(p.ID)
			m.try(err)
			if err == nil {
				w.copySecrets(p, twin)
			}
		}),
		ui.IconButton(theme.DeleteIcon(), ui.Tr("manage.delete", "Delete"), func() { m.remove(p) }),
		connect,
	), container.NewGridWithColumns(2, name, where))
}

// remove deletes a profile; the deletion can be undone until the dialog closes.
func (m *manager) remove(p profile.Profile) {
	if m.window.app.Connection(p.ID) != nil {
		m.window.status.Flash(ui.Tr("manage.open", "Close {{.Name}} before deleting it.", map[string]any{"Name": p.Name}))
		dialog.ShowInformation(ui.Tr("manage.title", "Connections"),
			ui.Tr("manage.open", "Close {{.Name}} before deleting it.", map[string]any{"Name": p.Name}), m.window.win)
		return
	}
	d, err := m.window.app.Profiles.Delete(p.ID)
	if err == nil {
		m.finish()
		m.deleted = &d
	}
	m.try(err)
}

// finish deletes the secrets of the profile whose deletion cannot be undone any more.
func (m *manager) finish() {
	if m.deleted == nil {
		return
	}
	id, w := m.deleted.ID, m.window
	m.deleted = nil
	w.background.Go(func() func() {
		ctx, cancel := context.WithTimeout(context.Background(), dropPatience) // also while the program ends
		defer cancel()
		err := w.app.DropSecrets(ctx, id)
		if err == nil {
			return nil
		}
		w.log.Warn("secrets of a deleted connection are left", "profile", id, "err", err)
		return func() {
			w.status.Flash(ui.Tr("manage.secretsleft", "The passwords of the deleted connection could not be deleted: the place where they are kept is locked."))
		}
	})
}

// dropPatience bounds how long deleting secrets may hold up the end of the program.
const dropPatience = 5 * time.Second

// copySecrets gives a duplicate the secrets of its original, or says that it could not.
func (w *Window) copySecrets(from, to profile.Profile) {
	if len(from.Secrets()) == 0 {
		return
	}
	w.background.Go(func() func() {
		err := w.app.CopySecrets(w.background.Context, from, to)
		if err == nil {
			return nil
		}
		w.log.Info("secrets were not copied", "err", err)
		return func() {
			w.status.Flash(ui.Tr("manage.notcopied", "The passwords were not copied to {{.Name}}: the place where they are kept is locked. They will be asked for.",
				map[string]any{"Name": to.Name}))
		}
	})
}

// try shows the error of a change, if any, and the list as it stands after it.
func (m *manager) try(err error) {
	if err != nil {
		m.window.fail(err)
	}
	m.load()
}

// editConnection edits the profile of an open connection.
func (w *Window) editConnection(c *app.Connection) {
	p, err := w.app.Profiles.Get(c.Profile().ID)
	if err != nil {
		w.status.Flash(ui.Tr("flash.unsaved", "{{.Name}} is not saved, so there is nothing to edit.", map[string]any{"Name": c.Name()}))
		return
	}
	w.editProfile(p)
}

// address writes where a profile leads to.
func address(p profile.Profile) string {
	s := p.Host + ":" + strconv.Itoa(p.Port)
	if p.User != "" {
		s = p.User + "@" + s
	}
	return s
}
