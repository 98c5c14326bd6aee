package saved

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamscope/app/command"
)

func TestAControlTakesWhatIsTyped(t *testing.T) {
	toggle := Control{Kind: Toggle, On: "1", Off: "0"}
	upside := Control{Kind: Toggle, On: "off", Off: "on"} // a contact that opens
	slider := Control{Kind: Slider, Min: 10, Max: 20, Step: 0.5, Unit: "bar"}
	choice := Control{Kind: Choice, Options: []Option{{Label: "Heat", Value: "h"}, {Label: "Cool", Value: "c"}, {Label: "h", Value: "x"}}}
	for _, c := range []struct {
		control     Control
		typed, want string
		wrong       string
	}{
		{toggle, "on", "1", ""},
		{toggle, "OFF", "0", ""},
		{toggle, "1", "1", ""},
		{toggle, "yes", "", "neither"},
		{upside, "off", "off", ""},
		{slider, " 12.3 ", "12.5", ""},
		{slider, "9", "", "not between 10.0 and 20.0"},
		{slider, "NaN", "", "no number"},
		{Control{Kind: Number}, " 1e3 ", "1e3", ""},
		{choice, "heat", "h", ""},
		{choice, "h", "h", ""},
		{choice, "warm", "", "one of Heat, Cool, h"},
		{Control{Kind: Colour}, "#ff0000", "#ff0000", ""},
		{Control{Kind: Colour}, "red", "", "#rrggbb"},
		{Control{Kind: Text}, " as it is ", " as it is ", ""},
	} {
		got, err := c.control.Value(c.typed)
		if got != c.want || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s takes %q as %q, %v", c.control.Kind, c.typed, got, err)
		}
	}
}

func TestNearNames(t *testing.T) {
	l, err := Open(filepath.Join(t.TempDir(), "commands.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Start the press", "Stop the press", "Oven", "Oven light", "Ofen"} {
		if err := l.Put(New(name, command.Draft{Topic: "a", Format: command.FormatText})); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string][]string{
		"oven":           {"Oven", "Oven light", "Ofen"},
		"Stop the pres5": {"Stop the press", "Start the press"},
		"press":          {"Start the press", "Stop the press"},
		"???":            {"Start the press", "Stop the press", "Oven"},
	} {
		if got := l.Near(name, 3); !slices.Equal(got, want) {
			t.Errorf("near %q: %q", name, got)
		}
	}
}
