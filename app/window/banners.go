package window

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// bannerBar shows, for each connection that failed, what happened and what to try. It takes no
// room while all is well.
type bannerBar struct {
	app  *app.App
	edit func(*app.Connection)
	asks func(*app.Connection)
	// certificate shows what a server that is not trusted showed.
	certificate func(*app.Connection)
	// diagnose examines the way step by step.
	diagnose func(*app.Connection)
	object   *fyne.Container
	banners  map[uint32]*banner
}

func newBannerBar(a *app.App, edit, asks, certificate, diagnose func(*app.Connection)) *bannerBar {
	return &bannerBar{app: a, edit: edit, asks: asks, certificate: certificate, diagnose: diagnose, object: container.NewVBox(), banners: map[uint32]*banner{}}
}

// banner is one failure on the screen; it is remade when the sentence changes.
type banner struct {
	said   string
	object fyne.CanvasObject
}

func (b *bannerBar) refresh() {
	live := map[uint32]bool{}
	for _, c := range b.app.Connections() {
		err := troubleOf(c.Status())
		if err == nil {
			continue
		}
		live[c.Ordinal] = true
		e := connections.Explain(err)
		said := e.What
		if !namedIn(c.Name(), err, said) {
			said = c.Name() + ": " + said
		}
		if e.Try != "" {
			said += " " + e.Try
		}
		b.show(c, e.Kind, said)
	}
	for ordinal, old := range b.banners {
		if !live[ordinal] {
			b.object.Remove(old.object)
			delete(b.banners, ordinal)
		}
	}
}

// namedIn reports whether a sentence about err names the connection already: one that was never
// given a name is called by its address.
func namedIn(name string, err error, said string) bool {
	var f *connections.Failure
	return errors.As(err, &f) && f.Addr == name && strings.Contains(said, name)
}

// troubleOf is why a connection failed, or which filters an open one does not get.
func troubleOf(st connections.Status) error {
	if st.Err != nil {
		return st.Err
	}
	var refused []string
	for _, f := range st.Filters {
		if f.Refused {
			refused = append(refused, f.Filter)
		}
	}
	if len(refused) == 0 {
		return nil
	}
	return &connections.Failure{Kind: connections.FailureFilter, Detail: strings.Join(refused, ", ")}
}

// repaint makes all banners anew, in the colours of the theme as it is now.
func (b *bannerBar) repaint() {
	b.object.RemoveAll()
	clear(b.banners)
	b.refresh()
}

func (b *bannerBar) show(c *app.Connection, kind connections.FailureKind, said string) {
	old := b.banners[c.Ordinal]
	if old != nil && old.said == said {
		return
	}
	made := &banner{said: said, object: b.render(c, kind, said)}
	b.banners[c.Ordinal] = made
	if old != nil {
		b.object.Remove(old.object)
	}
	b.object.Add(made.object)
}

func (b *bannerBar) render(c *app.Connection, kind connections.FailureKind, said string) fyne.CanvasObject {
	text := widget.NewLabel(said)
	text.Wrapping = fyne.TextWrapWord
	icon := widget.NewIcon(theme.NewErrorThemedResource(theme.ErrorIcon()))
	buttons := container.NewHBox(layout.NewSpacer())
	if wantsSecret(kind) {
		buttons.Add(widget.NewButton(ui.Tr("banner.password", "Password…"), func() { b.asks(c) }))
	}
	if certificateOf(c.Status()) != nil {
		buttons.Add(widget.NewButton(ui.Tr("banner.certificate", "Certificate…"), func() { b.certificate(c) }))
	}
	buttons.Add(widget.NewButton(ui.Tr("banner.diagnose", "Diagnose"), func() { b.diagnose(c) }))
	if c.Saved() {
		buttons.Add(widget.NewButton(ui.Tr("banner.edit", "Edit…"), func() { b.edit(c) }))
	}
	if kind != connections.FailureFilter {
		buttons.Add(widget.NewButton(ui.Tr("banner.retry", "Retry now"), c.RetryNow))
	}
	back := canvas.NewRectangle(theme.Color(theme.ColorNameHeaderBackground))
	edge := canvas.NewRectangle(theme.Color(theme.ColorNameError))
	edge.SetMinSize(fyne.NewSize(3, 0))
	row := container.NewBorder(nil, nil, container.NewHBox(edge, container.NewCenter(icon)), container.NewCenter(buttons), text)
	return container.NewStack(back, row)
}

// wantsSecret reports whether another password, or one at all, could mend a failure.
func wantsSecret(kind connections.FailureKind) bool {
	switch kind {
	case connections.FailureCredentials, connections.FailureNotAuthorised, connections.FailureCredentialsLost,
		connections.FailurePassphrase, connections.FailureProxyAuth:
		return true
	}
	return false
}
