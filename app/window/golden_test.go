package window

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"streamscope/app/workspace"
	"streamscope/connections/profile"
)

// inLight is a desk whose window is light and of a fixed size, whatever this machine has.
func inLight(t *testing.T) *desk {
	t.Helper()
	folder := t.TempDir()
	doc := workspace.Default()
	doc.Theme = workspace.ThemeLight
	doc.Window = workspace.Window{Width: 900, Height: 640}
	if err := workspace.Save(folder, doc); err != nil {
		t.Fatal(err)
	}
	return sitDownAt(t, folder, Options{})
}

// looksLike compares a pane with a description in testdata.
func (d *desk) looksLike(golden string, pane fyne.CanvasObject, size fyne.Size) {
	d.Helper()
	d.ticks()
	c := test.NewCanvas()
	c.SetPadded(false)
	c.SetContent(pane)
	c.Resize(size)
	test.AssertRendersToMarkup(d.T, golden, c)
}

func TestTheWelcomePageLooks(t *testing.T) {
	d := inLight(t)
	d.looksLike("welcome.xml", d.win.welcome.object, fyne.NewSize(700, 420))
	p := profile.New()
	p.Name, p.Host, p.User, p.Colour = "Packing hall", "broker.local", "anna", profile.Palette()[1]
	valid, _ := p.Validate()
	if err := d.app.Profiles.Save(valid); err != nil {
		t.Fatal(err)
	}
	d.win.arrange()
	d.looksLike("welcome-saved.xml", d.win.welcome.object, fyne.NewSize(700, 420))
}

func TestTheComposerLooks(t *testing.T) {
	d := inLight(t)
	c, object := d.composer(), d.win.composer.Get().Object
	d.looksLike("composer.xml", object, fyne.NewSize(340, 600))
	c.format.SetSelected("JSON")
	c.topic.SetText("plant/+/set")
	c.payload.SetText("{}")
	d.looksLike("composer-problem.xml", object, fyne.NewSize(340, 600))
}

func TestTheProfileFormLooks(t *testing.T) {
	d := inLight(t)
	d.clicks("Add a connection…")
	d.fills("form.host", "mqtt://broker")
	d.clicks("Everything (#)")
	for _, o := range d.seen() {
		if tabs, ok := o.(*container.AppTabs); ok {
			d.looksLike("form.xml", tabs.Items[0].Content, fyne.NewSize(560, 460))
			return
		}
	}
	t.Fatal("the form has no pages")
}
