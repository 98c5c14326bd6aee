package charts

import (
	"slices"
	"testing"
)

func TestUnlikeUnitsPart(t *testing.T) {
	for _, c := range []struct {
		what        string
		unit        string
		left, right []string
		named       string
		want        bool
	}{
		{"the first", "°C", nil, nil, "", false},
		{"of the same unit", "°C", []string{"°C"}, nil, "", false},
		{"of another unit", "bar", []string{"°C"}, nil, "", true},
		{"of the unit that the right axis has", "bar", []string{"°C"}, []string{"bar"}, "", true},
		{"of a third unit", "%", []string{"°C"}, []string{"bar"}, "", false},
		{"of a unit that stands on both", "bar", []string{"bar"}, []string{"bar"}, "", false},
		{"beside values without a unit", "bar", []string{""}, nil, "", false},
		{"beside values some of which have none", "bar", []string{"", "°C"}, nil, "", true},
		{"while something without a unit is on the right", "bar", []string{"°C"}, []string{""}, "", false},
		{"of the right axis's unit, nothing on the left", "bar", nil, []string{"bar"}, "", true},
		{"of another unit, nothing on the left", "°C", nil, []string{"bar"}, "", false},
		{"where the user named the right axis so", "bar", []string{"°C"}, nil, "bar", true},
		{"where the user named the right axis otherwise", "bar", []string{"°C"}, nil, "K", false},
	} {
		if got := belongsRight(c.unit, c.left, c.right, c.named); got != c.want {
			t.Errorf("a value %s: right is %v", c.what, got)
		}
	}
}

// sides tells of each line whether it is on the right.
func sides(p *panel) (list []bool) {
	for _, l := range p.lines {
		list = append(list, l.spec.Right)
	}
	return list
}

func TestLinesFindTheirAxis(t *testing.T) {
	h := newHall(t)
	id := h.profile("Plant").ID()
	c := h.opens(id)
	h.hears(c, "temp", "20 °C")
	h.hears(c, "pressure_bar", "1.2")
	h.hears(c, "tank", `{"level":70,"unit":"%"}`)
	h.hears(c, "pump/speed/$unit", "rpm")
	h.hears(c, "pump/speed", "1400")
	h.board.Add(of(c, "temp"))
	h.board.Add(of(c, "late/pressure [bar]")) // nothing is known of it yet
	h.board.Add(of(c, "pressure_bar"))
	h.board.Add(of(c, "tank", "level"))
	p := h.board.panels[0]
	if got := sides(p); !slices.Equal(got, []bool{false, false, true, false}) {
		t.Errorf("the right axis has %v", got)
	}
	kept := h.changes
	h.hears(c, "late/pressure [bar]", "2")
	h.Await("the late one to find its axis", func() bool { return p.lines[1].spec.Right })
	if h.changes == kept {
		t.Error("that would be forgotten")
	}

	// What the user chose stays, whatever comes.
	h.board.Add(of(c, "unknown/x"))
	p.setSide(key(p.lines[4].spec), false)
	p.setSide(key(p.lines[2].spec), false)
	h.hears(c, "unknown/x", "3 bar")
	h.Await("the unit", func() bool { return p.lines[4].unit == "bar" })
	if got := sides(p); !slices.Equal(got, []bool{false, true, false, false, false}) {
		t.Errorf("the right axis has %v", got)
	}

	// On a chart of its own a line that nobody placed is the first of its unit.
	h.board.AddToNew(of(c, "pump/speed"))
	p.move(p.lines[1], h.board.panels[1])
	if got := sides(h.board.panels[1]); !slices.Equal(got, []bool{false, true}) || h.board.panels[1].lines[0].unit != "rpm" {
		t.Errorf("the right axis has %v", got)
	}
	h = h.comesBack()
	h.opens(id)
	if got := sides(h.board.panels[0]); !slices.Equal(got, []bool{false, false, false, false}) {
		t.Errorf("the right axis came back with %v", got)
	}
}
