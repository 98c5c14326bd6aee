package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// narrowBar says, for as long as it is so, that of a connection only one branch is received, and
// takes back that it is.
type narrowBar struct {
	app     *app.App
	object  *fyne.Container
	banners map[uint32]narrowBanner
}

type narrowBanner struct {
	filter string
	object fyne.CanvasObject
}

func newNarrowBar(a *app.App) *narrowBar {
	return &narrowBar{app: a, object: container.NewVBox(), banners: map[uint32]narrowBanner{}}
}

func (b *narrowBar) refresh() {
	live := map[uint32]bool{}
	for _, c := range b.app.Connections() {
		filter := c.WatchedOnly()
		if filter == "" {
			continue
		}
		live[c.Ordinal] = true
		old, is := b.banners[c.Ordinal]
		if is && old.filter == filter {
			continue
		}
		if is {
			b.object.Remove(old.object)
		}
		made := narrowBanner{filter, b.render(c, filter)}
		b.banners[c.Ordinal] = made
		b.object.Add(made.object)
	}
	for ordinal, old := range b.banners {
		if !live[ordinal] {
			b.object.Remove(old.object)
			delete(b.banners, ordinal)
		}
	}
}

// repaint makes all banners anew, in the colours of the theme as it is now.
func (b *narrowBar) repaint() {
	b.object.RemoveAll()
	clear(b.banners)
	b.refresh()
}

func (b *narrowBar) render(c *app.Connection, filter string) fyne.CanvasObject {
	text := widget.NewLabel(ui.Tr("narrow.only", "{{.Name}}: only {{.Filter}} is subscribed to. Nothing else is received.",
		map[string]any{"Name": c.Name(), "Filter": filter}))
	text.Wrapping = fyne.TextWrapWord
	back := widget.NewButton(ui.Tr("narrow.all", "Watch everything again"), func() {
		c.WatchAll()
		b.refresh()
	})
	edge := canvas.NewRectangle(theme.Color(theme.ColorNameWarning))
	edge.SetMinSize(fyne.NewSize(3, 0))
	icon := container.NewCenter(widget.NewIcon(theme.InfoIcon()))
	row := container.NewBorder(nil, nil, container.NewHBox(edge, icon), container.NewCenter(back), text)
	return container.NewStack(canvas.NewRectangle(theme.Color(theme.ColorNameHeaderBackground)), row)
}

// watchOnly asks the broker for a branch and for nothing else; one click takes it back.
func (w *Window) watchOnly(s ui.Selection) {
	if !narrowable(s) {
		w.status.Flash(ui.Tr("flash.branch", "Select a topic or a branch of a broker in the tree first."))
		return
	}
	if err := s.Conn.WatchOnly(s.Topic + "/#"); err != nil {
		w.fail(err)
		return
	}
	w.narrow.refresh()
}

// narrowable reports whether a part of what a connection sends can be asked for.
func narrowable(s ui.Selection) bool {
	return s.Conn != nil && s.Topic != "" && s.Conn.Profile().Protocol != profile.WebSocket
}

// watchAll takes back what watchOnly did, for all connections.
func (w *Window) watchAll() {
	for _, c := range w.app.Connections() {
		c.WatchAll()
	}
	w.narrow.refresh()
}
