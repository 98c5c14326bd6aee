package window

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/google/go-cmp/cmp"

	"streamscope/app/workspace"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

func TestTheUserComesBackToWhereHeWas(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	d := sitDown(t)
	d.saves(m, func(p *profile.Profile) { p.ConnectAtStart = true })
	d = d.comesBack()
	d.await("the connection", d.isOpen)
	p := brokertest.Dial(t, m.Addr(), "devices", "", "")
	plantOf(d, p)

	d.opens("plant/line1", true)
	d.await("its branch", func() bool { _, ok := d.row("plant/line1/press"); return ok })
	d.opens("plant/line1/press", true)
	d.opens("boat", false)
	d.await("all branches", func() bool { return len(d.topicsInSight()) == 7 })
	d.selects("plant/line1/press/temp")
	d.chooses("View", "Pin the topic")
	d.chooses("View", "Show the topic on the chart")
	d.firstChart().Chart.SetWindow(5 * time.Minute)
	d.chooses("Tools", "Publish")
	d.chooses("View", "Theme", "Dark")
	d.chooses("View", "Text size", "Large")
	d.win.left.SetOffset(0.4)
	d.win.right.SetOffset(0.6)
	d.win.upper.SetOffset(0.7)
	d.win.win.Resize(fyne.NewSize(1400, 900))
	rows := d.topicsInSight()

	d = d.comesBack()
	if got := d.win.win.Canvas().Size(); got != fyne.NewSize(1400, 900) {
		t.Errorf("the window has %v", got)
	}
	if d.win.left.Offset != 0.4 || d.win.right.Offset != 0.6 || d.win.upper.Offset != 0.7 {
		t.Errorf("the dividers are at %v, %v, %v", d.win.left.Offset, d.win.right.Offset, d.win.upper.Offset)
	}
	if !d.win.showCharts || !d.win.showComposer {
		t.Error("the chart or the composer is closed")
	}
	if variantNow() != theme.VariantDark || d.win.look.scale != 1.2 {
		t.Errorf("the look is %+v", d.win.look)
	}
	d.await("the connection", d.isOpen)
	if got := d.firstChart().Chart.State().Window; got != 5*time.Minute {
		t.Errorf("the chart shows %v", got)
	}
	p = brokertest.Dial(t, m.Addr(), "devices-2", "", "")
	plantOf(d, p)
	d.shows(rows...)
	if !cmp.Equal(d.onChart(), []string{"plant/line1/press/temp"}) || len(d.watched()) != 1 {
		t.Errorf("on the chart: %v, watched: %v", d.onChart(), d.watched())
	}
	d.await("the topic in the pane", func() bool {
		return d.win.detail.title.Full == "plant/line1/press/temp" && d.win.detail.value.Full == "21.5"
	})
	d.await("the selected row", func() bool {
		i, _, ok := d.win.tree.tree.Selected()
		return ok && i >= 0 && d.tree()[i].topic == "plant/line1/press/temp"
	})
}

func TestAFilterAndAChosenKeySurvive(t *testing.T) {
	d, m, p := connected(t)
	plantOf(d, p)
	d.selects("boat/depth")
	d.turnsTo("Values")
	d.valueOf("sensor › id").show.OnTapped()
	d.fills("filter", "depth")
	d.shows("boat", "boat/depth")
	d.chooses("View", "Collapse all")

	d = d.comesBack()
	if d.win.tree.filter.Entry.Text != "depth" {
		t.Errorf("the filter is %q", d.win.tree.filter.Entry.Text)
	}
	d.await("the connection", d.isOpen)
	p = brokertest.Dial(t, m.Addr(), "bench-2", "", "")
	plantOf2(d, p)
	d.shows("boat", "boat/depth")
	if d.value("boat/depth") != "7" {
		t.Errorf("the row shows %q", d.value("boat/depth"))
	}
	d.fills("filter", "")
	d.shows("boat", "plant")
}

// plantOf2 is plantOf while a filter stands.
func plantOf2(d *desk, p *brokertest.Publisher) {
	d.Helper()
	p.Send("plant/line1/press/temp", "21.5", false)
	p.Send("boat/depth", `{"value":4.2,"unit":"m","sensor":{"id":7,"ok":true}}`, false)
	p.Flush()
	d.await("the plant", func() bool { return d.win.tree.filter.Hits.Full == "1/2" })
}

// What was selected, shown and opened of a connection outlives a run in which it stays closed.
func TestARunWithoutConnectingForgetsNothing(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	d := sitDown(t)
	saved := d.saves(m, func(p *profile.Profile) { p.User, p.AsksPassword = "anna", true })
	d.win.connect(saved)
	d.await("the question", func() bool { return d.reads("Password for Bench") })
	d.clicks("Connect")
	d.await("the connection", d.isOpen)
	plantOf(d, brokertest.Dial(t, m.Addr(), "devices", "", ""))
	d.opens("plant/line1", true)
	d.await("its branch", func() bool { _, ok := d.row("plant/line1/press"); return ok })
	d.selects("boat/depth")
	d.win.charts.Add(d.win.detail.sel)
	d.quits()
	before, err := workspace.Load(d.folder)
	if err != nil || before.Selection == nil {
		t.Fatalf("%+v, %v", before, err)
	}

	d = sitDownAt(t, d.folder, Options{})
	d.await("the question", func() bool { return d.reads("Password for Bench") })
	d.clicks("Cancel")
	d.quits()
	after, err := workspace.Load(d.folder)
	before.Open, after.Open = nil, nil
	if diff := cmp.Diff(before, after); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
}

// The demo is opened in the background, so its rows may be listed before its view is restored.
func TestAViewIsRestoredAfterItsRowsWereListed(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	d := sitDown(t)
	valid, _ := profileFor(m, func(p *profile.Profile) { p.ID = "demo" }).Validate()
	d.win.open(valid, nil)
	d.await("the connection", d.isOpen)
	plantOf(d, brokertest.Dial(t, m.Addr(), "devices", "", ""))
	d.chooses("View", "Collapse all")
	d.shows("boat", "plant")
	d.quits()

	d = sitDownAt(t, d.folder, Options{})
	c := d.app.Open(valid, nil)
	d.await("the row", func() bool { return len(d.tree()) == 1 })
	d.win.opened(c)
	d.await("the connection", d.isOpen)
	plantOf(d, brokertest.Dial(t, m.Addr(), "devices-2", "", ""))
	d.shows("boat", "plant")
}

// A topic of the last run that is heard late must not take the selection from another.
func TestALateTopicTakesNoSelection(t *testing.T) {
	d, m, p := connected(t)
	plantOf(d, p)
	d.selects("boat/depth")
	d = d.comesBack()
	d.await("the connection", d.isOpen)
	if d.win.detail.title.Full != "boat/depth" {
		t.Errorf("the pane shows %q", d.win.detail.title.Full)
	}
	p = brokertest.Dial(t, m.Addr(), "bench-2", "", "")
	d.hears(p, "boat/speed", "3")
	d.selects("boat/speed")
	d.hears(p, "boat/depth", "5")
	d.shows("boat", "boat/depth", "boat/speed")
	d.ticks()
	if i, _, _ := d.win.tree.tree.Selected(); i < 0 || d.tree()[i].topic != "boat/speed" || d.win.detail.title.Full != "boat/speed" {
		t.Errorf("row %d is selected, the pane shows %q", i, d.win.detail.title.Full)
	}
}

func TestTheWorkspaceIsSavedInTheBackground(t *testing.T) {
	d := sitDown(t)
	d.chooses("View", "Theme", "Dark")
	d.win.saveIfDue(time.Now().Add(2 * saveDelay))
	d.await("the document", func() bool {
		doc, err := workspace.Load(d.folder)
		return err == nil && doc.Theme == workspace.ThemeDark
	})
}

func TestABrokenWorkspaceDoesNotKeepTheWindowShut(t *testing.T) {
	folder := t.TempDir()
	d := sitDownAt(t, folder, Options{})
	d.quits()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no document was written")
	}
	for _, f := range files {
		if err := os.WriteFile(f, []byte(`{"broken`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d = sitDownAt(t, folder, Options{})
	d.mustRead("Add a connection…")
}

func TestTheWindowOpensWhatItWasAskedFor(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	d := sitDown(t)
	d.saves(m, nil)
	d.quits()

	d = sitDownAt(t, d.folder, Options{Connect: []string{"Bench", "Nobody"}})
	d.await("the connection", d.isOpen)
	d.mustRead("There is no saved connection called Nobody.")
	d.quits()

	valid, _ := profileFor(m, func(p *profile.Profile) { p.Name = "From the command line" }).Validate()
	d = sitDownAt(t, t.TempDir(), Options{Unsaved: &Unsaved{Profile: valid}})
	d.await("the connection", d.isOpen)
	d.mustRead("From the command line  0/s")
	if list, _ := d.app.Profiles.List(); len(list) != 0 {
		t.Errorf("saved was %+v", list)
	}
	items := ""
	for _, i := range d.win.connectionMenu(d.only()).Items {
		items += i.Label + "\n"
	}
	if cmp.Equal(items, "") || d.only().Saved() {
		t.Errorf("the menu is %q", items)
	}
	d.quits()

	d = sitDownAt(t, t.TempDir(), Options{Demo: true})
	d.await("the demo", d.isOpen)
	if list, _ := d.app.Profiles.List(); len(list) != 2 || list[0].ID != "demo" {
		t.Errorf("saved was %+v", list)
	}
}

func TestQuittingTwiceAndInTheMiddleOfThings(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.hears(p, "large", string(make([]byte, 4*inlineBytes)))
	d.selects("large") // is laid out in the background
	d.chooses("File", "Try the demo plant")
	d.fills("filter", "p")
	d.chooses("View", "Expand all")
	d.win.Quit()
	d.win.Quit()
	d.quits()
	if n := len(d.app.Connections()); n != 0 {
		t.Errorf("%d connections are open", n)
	}
}
