package window

import (
	"bytes"
	"image/png"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/assets"
	"streamscope/connections/profile"
)

// welcome is what the window shows while nothing is connected: its doors.
type welcome struct {
	window *Window
	object *fyne.Container
	logo   fyne.CanvasObject
}

func newWelcome(w *Window) *welcome {
	return &welcome{window: w, object: container.NewStack(), logo: logo()}
}

// logo is the program's icon. It is decoded here, once: Fyne would do it at every refresh.
func logo() fyne.CanvasObject {
	icon, err := png.Decode(bytes.NewReader(assets.Logo))
	if err != nil {
		fyne.LogError("the icon cannot be read", err)
	}
	l := canvas.NewImageFromImage(icon)
	l.FillMode = canvas.ImageFillContain
	l.SetMinSize(fyne.NewSquareSize(72))
	return l
}

// Load lists the saved profiles anew. Who shows the page refreshes it.
func (v *welcome) Load() {
	w := v.window
	title := ui.NewQuietText()
	title.TextSize = theme.SizeNameHeadingText
	title.SetText("Streamscope")
	lead := widget.NewLabel(ui.Tr("welcome.lead", "See what your devices say now."))
	lead.Alignment = fyne.TextAlignCenter

	add := widget.NewButtonWithIcon(ui.Tr("welcome.add", "Add a connection…"), theme.ContentAddIcon(), w.newProfile)
	add.Importance = widget.HighImportance
	demo := widget.NewButtonWithIcon(ui.Tr("welcome.demo", "Try the demo plant"), theme.MediaPlayIcon(), w.startDemo)
	bring := widget.NewButtonWithIcon(ui.Tr("welcome.import", "Import connections…"), theme.DownloadIcon(), w.importFile)
	rows := container.NewVBox(
		container.NewCenter(v.logo), container.NewCenter(title), lead, ui.NewSpace(8),
		container.NewGridWithColumns(3, add, demo, bring),
	)
	list, problems := w.app.Profiles.List()
	if len(list) > 0 {
		rows.Add(ui.NewSpace(8))
		rows.Add(widget.NewLabelWithStyle(ui.Tr("welcome.saved", "Saved connections"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true}))
		saved := container.NewVBox()
		for _, g := range underHeadings(list) {
			if g.name != "" {
				saved.Add(widget.NewLabelWithStyle(g.name, fyne.TextAlignLeading, fyne.TextStyle{Italic: true}))
			}
			for _, p := range g.profiles {
				saved.Add(v.row(p))
			}
		}
		scroll := container.NewVScroll(saved)
		scroll.SetMinSize(fyne.NewSize(460, min(280, saved.MinSize().Height)))
		rows.Add(scroll)
	}
	for _, p := range problems {
		l := widget.NewLabel(p.Error())
		l.Importance, l.Wrapping = widget.DangerImportance, fyne.TextWrapWord
		rows.Add(l)
	}
	v.object.Objects = []fyne.CanvasObject{container.NewCenter(rows)}
}

func (v *welcome) row(p profile.Profile) fyne.CanvasObject {
	dot := canvas.NewCircle(ui.ColourOf(p.Colour))
	mark := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(chipMark), dot))
	name := ui.NewFittingText()
	name.SetText(p.Name)
	where := ui.NewFittingText()
	where.Colour = theme.ColorNamePlaceHolder
	where.SetText(address(p))
	connect := widget.NewButton(ui.Tr("welcome.connect", "Connect"), func() { v.window.connect(p) })
	edit := ui.IconButton(theme.DocumentCreateIcon(), ui.Tr("welcome.edit", "Edit"), func() { v.window.editProfile(p) })
	texts := container.NewGridWithColumns(2, name, where)
	return container.NewBorder(nil, nil, mark, container.NewHBox(edit, connect), texts)
}
