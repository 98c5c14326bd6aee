package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// fold adds a section to a page that is closed until it is needed: at first it is open if it is
// filled, and then as the user left it.
func (f *profileForm) fold(page *fyne.Container, key, title string, filled bool, build func(rows *fyne.Container)) {
	rows := container.New(layout.NewFormLayout())
	build(rows)
	open, known := f.folds[key]
	if !known {
		open = filled
	}
	head := widget.NewButton(title, nil)
	head.Importance, head.Alignment, head.IconPlacement = widget.LowImportance, widget.ButtonAlignLeading, widget.ButtonIconLeadingText
	set := func(open bool) {
		f.folds[key] = open
		head.SetIcon(theme.MenuExpandIcon())
		if open {
			head.SetIcon(theme.MenuDropDownIcon())
		}
		ui.Show(rows, open)
	}
	set(open)
	head.OnTapped = func() {
		set(!f.folds[key])
		page.Refresh()
	}
	f.window.names.Set("form.fold."+key, head)
	page.Add(head)
	page.Add(rows)
}

// properties edits names and values that travel with a packet of MQTT 5.
func (f *profileForm) properties(rows *fyne.Container, id profile.Field, label string, list *[]profile.UserProperty) {
	box := container.NewVBox()
	for i := range *list {
		u := &(*list)[i]
		name := f.bare(ui.Tr("form.property.name", "Name"), u.Name, func(s string) { u.Name = s })
		value := f.bare(ui.Tr("form.property.value", "Value"), u.Value, func(s string) { u.Value = s })
		remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("form.property.remove", "Remove this property"), func() {
			*list = append((*list)[:i:i], (*list)[i+1:]...)
			f.rebuild()
		})
		box.Add(container.NewBorder(nil, nil, nil, remove, container.NewGridWithColumns(2, name, value)))
	}
	add := widget.NewButtonWithIcon(ui.Tr("form.property.add", "Add a property"), theme.ContentAddIcon(), func() {
		*list = append(*list, profile.UserProperty{})
		f.rebuild()
	})
	f.window.names.Set("form.add."+string(id), add)
	box.Add(container.NewHBox(add))
	f.field(rows, id, label, box)
}

// bare is a text field without label and sentence of its own.
func (f *profileForm) bare(hint, value string, set func(string)) *widget.Entry {
	e := widget.NewEntry()
	e.PlaceHolder = hint
	e.SetText(value)
	e.OnChanged = func(s string) { set(s); f.check() }
	return e
}

// groupRow offers the groups that are in use.
func (f *profileForm) groupRow(rows *fyne.Container) {
	list, _ := f.window.app.Profiles.List()
	var names []string
	for _, g := range underHeadings(list) {
		if g.name != "" {
			names = append(names, g.name)
		}
	}
	e := widget.NewSelectEntry(names)
	e.PlaceHolder = ui.Tr("form.group.hint", "empty, or a heading such as “Hall 3”")
	e.SetText(f.draft.Group)
	e.OnChanged = func(s string) { f.draft.Group = s; f.check() }
	f.field(rows, profile.FieldGroup, ui.Tr("form.group", "Group"), e)
	f.window.names.Set("form.group", e)
}
