package window

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
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
	add := widget.NewButtonWithIcon(tr("menu.new", "New connection…"), theme.ContentAddIcon(), func() { m.dialog.Hide(); w.newProfile() })
	bar := container.NewBorder(nil, nil, add, m.undo)
	m.dialog = dialog.NewCustom(tr("manage.title", "Connections"), tr("close", "Close"),
		container.NewBorder(bar, nil, nil, nil, container.NewVScroll(m.rows)), w.win)
	m.load()
	m.dialog.Resize(fyne.NewSize(680, 460))
	m.dialog.SetOnClosed(w.arrange)
	m.dialog.Show()
}

func (m *manager) load() {
	list, problems := m.window.app.Profiles.List()
	m.rows.RemoveAll()
	for i, p := range list {
		m.rows.Add(m.row(i, len(list), p))
	}
	if len(list) == 0 {
		m.rows.Add(newHint(tr("manage.empty", "No connection is saved yet.")))
	}
	for _, p := range problems {
		l := widget.NewLabel(p.Error())
		l.Wrapping, l.Importance = fyne.TextWrapWord, widget.DangerImportance
		m.rows.Add(l)
	}
	m.rows.Refresh()
	m.undo.RemoveAll()
	if m.deleted != nil {
		m.undo.Add(widget.NewButtonWithIcon(tr("manage.undo", "Undo the deletion"), theme.ContentUndoIcon(), func() {
			m.try(m.window.app.Profiles.Restore(*m.deleted))
			m.deleted = nil
			m.load()
		}))
	}
}

func (m *manager) row(i, n int, p profile.Profile) fyne.CanvasObject {
	w := m.window
	mark := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(chipMark), canvas.NewCircle(colourOf(p.Colour))))
	name, where := newFittingText(), newFittingText()
	name.SetText(p.Name)
	where.colour = theme.ColorNamePlaceHolder
	where.SetText(address(p))
	up := iconButton(theme.MoveUpIcon(), tr("manage.up", "Move up"), func() { m.try(w.app.Profiles.Move(p.ID, i-1)) })
	down := iconButton(theme.MoveDownIcon(), tr("manage.down", "Move down"), func() { m.try(w.app.Profiles.Move(p.ID, i+1)) })
	setEnabled(&up.Button, i > 0)
	setEnabled(&down.Button, i < n-1)
	connect := widget.NewButton(tr("welcome.connect", "Connect"), func() { m.dialog.Hide(); w.connect(p) })
	setEnabled(connect, w.app.Connection(p.ID) == nil)
	return container.NewBorder(nil, nil, mark, container.NewHBox(
		up, down,
		iconButton(theme.DocumentCreateIcon(), tr("welcome.edit", "Edit"), func() { m.dialog.Hide(); w.editProfile(p) }),
		iconButton(theme.ContentCopyIcon(), tr("manage.duplicate", "Duplicate"), func() {
			_, err := w.app.Profiles.Duplicate(p.ID)
			m.try(err)
		}),
		iconButton(theme.DeleteIcon(), tr("manage.delete", "Delete"), func() { m.remove(p) }),
		connect,
	), container.NewGridWithColumns(2, name, where))
}

// remove deletes a profile; the deletion can be undone until the dialog closes.
func (m *manager) remove(p profile.Profile) {
	if m.window.app.Connection(p.ID) != nil {
		m.window.status.Flash(tr("manage.open", "Close {{.Name}} before deleting it.", map[string]any{"Name": p.Name}))
		dialog.ShowInformation(tr("manage.title", "Connections"),
			tr("manage.open", "Close {{.Name}} before deleting it.", map[string]any{"Name": p.Name}), m.window.win)
		return
	}
	d, err := m.window.app.Profiles.Delete(p.ID)
	if err == nil {
		m.deleted = &d
	}
	m.try(err)
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
		w.status.Flash(tr("flash.unsaved", "{{.Name}} is not saved, so there is nothing to edit.", map[string]any{"Name": c.Name()}))
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
