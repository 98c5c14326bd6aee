package window

import (
	"fyne.io/fyne/v2"

	"streamscope/app/window/compose"
	"streamscope/app/window/ui"
	"streamscope/app/workspace"
)

// textScales are the sizes of text on offer.
var textScales = []struct {
	key, label string
	scale      float32
}{
	{"text.small", "Small", 0.9}, {"text.normal", "Normal", 1}, {"text.large", "Large", 1.2}, {"text.huge", "Very large", 1.45},
}

func (w *Window) applyLook() {
	s := &w.state.doc
	w.look = look{theme: s.Theme, scale: s.TextScale}
	w.fyne.Settings().SetTheme(w.look)
}

// themeMenu offers light, dark, or whatever the system has.
func (w *Window) themeMenu() *fyne.MenuItem {
	choices := []struct {
		label string
		theme workspace.Theme
	}{
		{ui.Tr("theme.system", "Like the system"), workspace.ThemeSystem},
		{ui.Tr("theme.light", "Light"), workspace.ThemeLight},
		{ui.Tr("theme.dark", "Dark"), workspace.ThemeDark},
	}
	var items []*fyne.MenuItem
	for _, c := range choices {
		i := fyne.NewMenuItem(c.label, nil)
		i.Checked = w.look.theme == c.theme
		i.Action = func() {
			w.state.doc.Theme = c.theme
			w.relook(items, i)
		}
		items = append(items, i)
	}
	m := fyne.NewMenuItem(ui.Tr("menu.theme", "Theme"), nil)
	m.ChildMenu = fyne.NewMenu("", items...)
	return m
}

func (w *Window) textMenu() *fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, s := range textScales {
		i := fyne.NewMenuItem(ui.Tr(s.key, s.label), nil)
		i.Checked = w.look.scale == s.scale || w.look.scale == 0 && s.scale == 1
		i.Action = func() {
			w.state.doc.TextScale = s.scale
			w.relook(items, i)
		}
		items = append(items, i)
	}
	m := fyne.NewMenuItem(ui.Tr("menu.text", "Text size"), nil)
	m.ChildMenu = fyne.NewMenu("", items...)
	return m
}

// relook applies a choice from a menu of exclusive ones.
func (w *Window) relook(items []*fyne.MenuItem, chosen *fyne.MenuItem) {
	for _, i := range items {
		i.Checked = i == chosen
	}
	w.applyLook()
	w.saveSoon()
}

// watchSettings redraws what holds a colour of the theme by value.
func (w *Window) watchSettings() {
	w.fyne.Settings().AddListener(func(fyne.Settings) {
		if w.quitting.Load() { // Fyne's watcher outlives its loop
			return
		}
		w.banners.repaint()
		w.narrow.repaint()
		w.composer.If((*compose.Pane).Repaint)
		w.charts.Retheme()
	})
}
