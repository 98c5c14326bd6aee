package controls

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"

	"streamscope/app/command/saved"
	"streamscope/app/window/ui"
)

// menu is what can be done with a card.
func (k *card) menu() *fyne.Menu {
	lib, id := k.panel.o.App.Commands, k.command.ID
	at := slices.IndexFunc(k.panel.shown, func(c saved.Command) bool { return c.ID == id })
	up := fyne.NewMenuItem(ui.Tr("controls.up", "Move up"), func() { k.panel.changed(lib.Move(id, at-1)) })
	up.Disabled = at <= 0
	down := fyne.NewMenuItem(ui.Tr("controls.down", "Move down"), func() { k.panel.changed(lib.Move(id, at+1)) })
	down.Disabled = at >= len(k.panel.shown)-1
	return fyne.NewMenu("",
		fyne.NewMenuItem(ui.Tr("controls.menu.edit", "Edit…"), func() { k.panel.Edit(k.command) }),
		fyne.NewMenuItem(ui.Tr("controls.duplicate", "Duplicate"), func() { k.panel.changed(lib.Add([]saved.Command{k.command})) }),
		fyne.NewMenuItemSeparator(), up, down, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("controls.delete", "Delete"), func() {
			k.panel.changed(lib.Remove(id))
			k.panel.o.Flash(ui.Tr("controls.deleted", "“{{.Name}}” is deleted. The arrow in the panel takes it back.", map[string]any{"Name": k.command.Name}))
		}))
}

// menu is what can be done with all of them.
func (p *Panel) menu() *fyne.Menu {
	lib := p.o.App.Commands
	redo := fyne.NewMenuItem(ui.Tr("controls.redo", "Make the change again"), func() { p.changed(lib.Redo()) })
	redo.Disabled = !lib.CanRedo()
	export := fyne.NewMenuItem(ui.Tr("controls.export", "Export commands…"), p.export)
	export.Disabled = len(p.shown) == 0
	return fyne.NewMenu("", redo, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(ui.Tr("controls.import", "Import commands…"), p.importFile), export)
}

// MenuItems are the commands for the main menu, each with its shortcut.
func (p *Panel) MenuItems() []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, c := range p.shown {
		item := fyne.NewMenuItem(c.Name, func() { p.Trigger(c.ID, true) })
		if s, err := ParseShortcut(c.Shortcut); err == nil && c.Shortcut != "" {
			item.Shortcut = s
		}
		items = append(items, item)
	}
	return items
}

func (p *Panel) export() {
	d := dialog.NewFileSave(func(f fyne.URIWriteCloser, err error) {
		if err != nil || f == nil {
			return
		}
		path := f.URI().Path()
		_ = f.Close()
		list := p.shown
		p.o.Background.Go(func() func() {
			err := saved.Export(path, list)
			return func() {
				if err != nil {
					p.o.Fail(fmt.Errorf("export the commands: %w", err))
					return
				}
				p.o.Flash(ui.TrN(len(list), "controls.exported", "{{.N}} command exported.", "{{.N}} commands exported.", nil))
			}
		})
	}, p.o.Parent)
	d.SetFileName("commands.json")
	ui.ShowPicker(d, p.o.Parent)
}

func (p *Panel) importFile() {
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil || f == nil {
			return
		}
		path := f.URI().Path()
		_ = f.Close()
		p.o.Background.Go(func() func() {
			list, err := saved.Read(path)
			return func() {
				if err != nil {
					p.o.Fail(fmt.Errorf("import commands: %w", err))
				}
				if len(list) > 0 {
					p.changed(p.o.App.Commands.Add(list))
				}
			}
		})
	}, p.o.Parent)
	d.SetFilter(storage.NewExtensionFileFilter([]string{".json"}))
	ui.ShowPicker(d, p.o.Parent)
}

// ParseShortcut reads a shortcut as it is written: modifiers, then a key, joined by +. One
// modifier other than Shift is needed, so that typing cannot send.
func ParseShortcut(text string) (fyne.Shortcut, error) {
	parts := strings.Split(text, "+")
	s := &desktop.CustomShortcut{}
	for i, part := range parts {
		part = strings.TrimSpace(part)
		if i == len(parts)-1 {
			s.KeyName = fyne.KeyName(strings.ToUpper(part))
			break
		}
		switch strings.ToLower(part) {
		case "ctrl", "control":
			s.Modifier |= fyne.KeyModifierControl
		case "alt", "option":
			s.Modifier |= fyne.KeyModifierAlt
		case "shift":
			s.Modifier |= fyne.KeyModifierShift
		case "super", "cmd", "win":
			s.Modifier |= fyne.KeyModifierSuper
		default:
			return nil, saved.Problem(ui.Tr("controls.shortcut.modifier", "“{{.Part}}” is no modifier: use Ctrl, Alt, Shift or Super.", map[string]any{"Part": part}))
		}
	}
	if s.Modifier&^fyne.KeyModifierShift == 0 {
		return nil, saved.Problem(ui.Tr("controls.shortcut.bare", "A shortcut needs Ctrl, Alt or Super: typing must never send."))
	}
	if n := len(s.KeyName); n == 0 || n > 1 && !isFunctionKey(string(s.KeyName)) {
		return nil, saved.Problem(ui.Tr("controls.shortcut.key", "Write one letter, one digit or F1 to F12 after the modifiers."))
	}
	return s, nil
}

func isFunctionKey(name string) bool {
	var n int
	_, err := fmt.Sscanf(name, "F%d", &n)
	return err == nil && n >= 1 && n <= 12 && name == fmt.Sprintf("F%d", n)
}
