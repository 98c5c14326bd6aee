package window

import (
	"testing"

	"streamscope/app/window/ui"
)

func TestWatchingOnlyABranch(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.opens("plant/line1", true)
	d.menuOf("plant/line1")
	d.clicks("Watch only this branch")
	d.mustRead("only plant/line1/# is subscribed to")
	d.await("the broker's answer", func() bool {
		f := d.only().Status().Filters
		return len(f) == 1 && f[0].Filter == "plant/line1/#"
	})
	p.Send("plant/line2/press/temp", "99", false)
	p.Send("plant/line1/press/temp", "98", false)
	p.Flush()
	d.await("what is beneath", func() bool { return d.latest("plant/line1/press/temp") == "98" })
	if d.latest("plant/line2/press/temp") == "99" {
		t.Error("another branch is still received")
	}

	// The banner follows to another branch, and goes with one click.
	d.win.tree.choose(ui.Selection{Conn: d.only(), Node: 1, Topic: "boat"})
	d.chooses("Connection", "Watch only the selected branch")
	d.mustRead("only boat/# is subscribed to")
	d.mustNotRead("plant/line1/#")
	d.clicks("Watch everything again")
	d.mustNotRead("is subscribed to")
	d.await("everything again", func() bool {
		f := d.only().Status().Filters
		return len(f) == 1 && f[0].Filter == "#"
	})
	d.hears(p, "plant/line2/press/temp", "97")
}

func TestHidingABranchFromItsMenu(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.menuOf("plant")
	d.clicks("Hide with the filter")
	d.shows("boat", "boat/depth")
	d.mustRead("-plant/#", "still subscribed to, received and counted")
}

func TestWhoFloodsIsAWindowOfItsOwn(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	before := len(d.fyne.Driver().AllWindows())
	for range 2 {
		d.chooses("Tools", "Who floods?")
		if n := len(d.fyne.Driver().AllWindows()); !d.win.floods.Get().IsOpen() || n != before+1 {
			t.Fatalf("%d windows became %d, open: %v", before, n, d.win.floods.Get().IsOpen())
		}
	}
	d.quits()
	if d.win.floods.Get().IsOpen() {
		t.Error("it outlives the program's window")
	}
}
