package window

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"streamscope/app/window/ui"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// pins are those that the profile's file holds.
func (d *desk) pins() []profile.Pin {
	d.Helper()
	list, _ := d.app.Profiles.List()
	if len(list) != 1 {
		d.Fatalf("%d profiles", len(list))
	}
	return list[0].Pins
}

func TestPinsAreKeptWithTheProfile(t *testing.T) {
	d, m, p := connected(t)
	plantOf(d, p)
	d.chooses("View", "Expand all")
	d.selects("plant/line1/press/temp")
	d.chooses("View", "Pin the topic")
	if !d.win.tree.watch.object.Visible() {
		t.Error("the watch list stays hidden")
	}
	if l, _ := d.row("plant/line1/press/temp"); !l.Pinned {
		t.Error("the row has no star")
	}
	d.menuOf("boat/depth")
	d.clicks("Pin to the watch list")

	// A key of a JSON topic is another value than the topic.
	d.selects("boat/depth")
	d.turnsTo("Values")
	d.valueOf("sensor › id").pin.OnTapped()

	names := func(d *desk) (list []string) {
		for _, l := range d.watched() {
			list = append(list, l.Name+" = "+l.Value)
		}
		return list
	}
	shownThen := names(d)
	if len(shownThen) != 3 || shownThen[0] != "plant/line1/press/temp = 21.5" || shownThen[2] != "boat/depth › sensor › id = 7" {
		t.Errorf("watched: %v", shownThen)
	}
	want := []profile.Pin{{Topic: "plant/line1/press/temp"}, {Topic: "boat/depth"}, {Topic: "boat/depth", Path: []string{"sensor", "id"}}}
	if diff := cmp.Diff(want, d.pins()); diff != "" {
		t.Errorf("saved: %s", diff)
	}

	d = d.comesBack()
	if diff := cmp.Diff(want, d.pins()); diff != "" {
		t.Errorf("after a restart: %s", diff)
	}
	d.await("the watch list", func() bool { return d.isOpen() && len(d.watched()) == 3 })
	if w := d.watched()[0]; w.Note != "not heard yet" || !w.Stale || w.Value != "" {
		t.Errorf("before it is heard a pin is %+v", w.Row)
	}
	p = brokertest.Dial(t, m.Addr(), "bench-2", "", "")
	plantOf(d, p)
	d.await("the values", func() bool { return cmp.Equal(names(d), shownThen) })

	// A pin leads to its topic, and goes where it came from.
	d.win.tree.watch.tree.Select(0)
	if d.win.detail.title.Full != "plant/line1/press/temp" {
		t.Errorf("the pane shows %q", d.win.detail.title.Full)
	}
	d.win.tree.watch.tree.OnPin(0, d.watched()[0].Key)
	d.menuOf("boat/depth")
	d.clicks("Unpin")
	if diff := cmp.Diff(want[2:], d.pins()); diff != "" {
		t.Errorf("after unpinning: %s", diff)
	}
	d.selects("boat/depth")
	d.turnsTo("Values")
	d.valueOf("sensor › id").pin.OnTapped()
	if len(d.pins()) != 0 || d.win.tree.watch.object.Visible() {
		t.Error("an empty watch list takes room")
	}
}

func TestAPinnedRowShowsItsTopicInTheTree(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	id, _ := d.only().Index().Find("plant/line2/press/temp")
	d.win.togglePin(ui.Selection{Conn: d.only(), Node: id, Topic: "plant/line2/press/temp"})
	s := ui.Selection{}
	d.win.tree.watch.with(1, func(got ui.Selection) { s = got })
	d.win.reveal(s)
	d.await("the row, selected", func() bool {
		i, _, ok := d.win.tree.tree.Selected()
		return ok && i >= 0 && d.tree()[i].topic == "plant/line2/press/temp"
	})
}
