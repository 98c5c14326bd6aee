package saved

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"streamscope/app/command"
)

func open(t *testing.T) *Library {
	t.Helper()
	l, err := Open(filepath.Join(t.TempDir(), "commands.json"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func press(name string) Command {
	return New(name, command.Draft{Topic: "plant/press/set", Payload: "on", Format: command.FormatText, QoS: 1})
}

func (l *Library) names() string {
	var all []string
	for _, c := range l.List() {
		all = append(all, c.Name)
	}
	return strings.Join(all, " ")
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCommandsAreKept(t *testing.T) {
	l := open(t)
	c := press("start")
	c.Control = Control{Kind: Slider, Min: 0, Max: 10, Step: 0.5, State: &State{Topic: "plant/press", Path: []string{"a.b", "0"}}}
	c.Draft.Payload, c.Draft.Template = `{{ask "value"}}`, true
	do(t, l.Put(c))
	do(t, l.Put(press("stop")))
	again, err := Open(l.path)
	do(t, err)
	if d := cmp.Diff(l.List(), again.List()); d != "" {
		t.Error(d)
	}
	if found, err := again.Find("START"); err != nil || found.ID != c.ID {
		t.Errorf("found %q, %v", found.Name, err)
	}
	if _, err := again.Find("nothing"); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown one: %v", err)
	}
}

func TestChangesCanBeTakenBack(t *testing.T) {
	l := open(t)
	a, b, c := press("a"), press("b"), press("c")
	do(t, l.Put(a))
	do(t, l.Put(b))
	do(t, l.Put(c))
	do(t, l.Move(c.ID, 0))
	do(t, l.Remove(b.ID))
	for _, want := range []string{"c a", "c a b", "a b c", "a b"} {
		if got := l.names(); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
		do(t, l.Undo())
	}
	do(t, l.Redo())
	do(t, l.Redo())
	if got := l.names(); got != "a b" && got != "a b c" {
		t.Errorf("made again: %q", got)
	}
	again, err := Open(l.path)
	do(t, err)
	if again.names() != l.names() {
		t.Errorf("the file has %q, the list %q", again.names(), l.names())
	}
}

func TestAnyChangesUndone(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		l, err := Open(filepath.Join(dir, fmt.Sprintf("%d.json", n)))
		if err != nil {
			rt.Fatal(err)
		}
		states := [][]Command{l.List()}
		for i := range rapid.IntRange(1, 12).Draw(rt, "changes") {
			list := l.List()
			var id string
			if len(list) > 0 {
				id = list[rapid.IntRange(0, len(list)-1).Draw(rt, "which")].ID
			}
			switch k := rapid.IntRange(0, 3).Draw(rt, "kind"); {
			case k == 1 && id != "":
				err = l.Remove(id)
			case k == 2 && id != "":
				err = l.Move(id, rapid.IntRange(-1, 5).Draw(rt, "to"))
			default:
				err = l.Put(press(fmt.Sprint("command ", i)))
			}
			if err != nil {
				rt.Fatal(err)
			}
			states = append(states, l.List())
		}
		for i := len(states) - 2; i >= 0; i-- {
			if err := l.Undo(); err != nil {
				rt.Fatal(err)
			}
			if d := cmp.Diff(states[i], l.List()); d != "" {
				rt.Fatalf("step %d: %s", i, d)
			}
		}
	})
}

func TestWhatCannotBeUsedIsRefused(t *testing.T) {
	template := func(c *Command) { c.Draft.Payload, c.Draft.Template = `{{ask "value"}}`, true }
	for name, change := range map[string]func(*Command){
		"no name":              func(c *Command) { c.Name = " " },
		"a wildcard":           func(c *Command) { c.Draft.Topic = "plant/+/set" },
		"no such kind":         func(c *Command) { c.Control.Kind = "lever" },
		"nowhere for a value":  func(c *Command) { c.Control = Control{Kind: Number} },
		"equal sides":          func(c *Command) { template(c); c.Control = Control{Kind: Toggle, On: "1", Off: "1"} },
		"an empty range":       func(c *Command) { template(c); c.Control = Control{Kind: Slider} },
		"no options":           func(c *Command) { template(c); c.Control = Control{Kind: Choice} },
		"a state from nowhere": func(c *Command) { c.Control.State = &State{} },
	} {
		l := open(t)
		c := press("x")
		change(&c)
		if err := l.Put(c); err == nil || len(l.List()) != 0 {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestExportAndImport(t *testing.T) {
	l := open(t)
	do(t, l.Put(press("a")))
	file := filepath.Join(t.TempDir(), "commands.json")
	do(t, Export(file, l.List()))
	read, err := Read(file)
	do(t, err)
	do(t, l.Add(read))
	do(t, l.Add(read))
	if got := l.names(); got != "a a (2) a (3)" {
		t.Errorf("%q", got)
	}
	do(t, os.WriteFile(file, []byte(`{"version":1,"commands":[{"name":"x"`), 0o600))
	if _, err := Read(file); err == nil {
		t.Error("a broken file was read")
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("a file of the user's was moved: %v", err)
	}
}

func TestNumbersAreSentToTheStep(t *testing.T) {
	for _, c := range []struct {
		control Control
		v       float64
		want    string
	}{
		{Control{Min: 0, Max: 10, Step: 0.5}, 3.26, "3.5"},
		{Control{Min: 0, Max: 10, Step: 0.5}, 3, "3.0"},
		{Control{Min: 0, Max: 10, Step: 1}, 3.4999, "3"},
		{Control{Min: 0, Max: 10, Step: 3}, 10, "9"},
		{Control{Min: 0.25, Max: 10, Step: 1}, 3, "3.25"},
		{Control{Min: 0, Max: 10}, 1.0 / 3, "0.3333333333333333"},
		{Control{Min: 0, Max: 10, Step: 1}, 70, "10"},
		{Control{}, -3.25, "-3.25"},
	} {
		if got := c.control.Format(c.v); got != c.want {
			t.Errorf("%+v at %v: %s, want %s", c.control, c.v, got, c.want)
		}
	}
}

func TestJudge(t *testing.T) {
	now := time.Unix(1000, 0)
	state := &State{Topic: "x"}
	asked := func(v string, ago time.Duration) Asked { return Asked{Value: v, At: now.Add(-ago), Any: true} }
	heard := func(v string, ago time.Duration) Report { return Report{Text: v, Heard: true, At: now.Add(-ago)} }
	for name, c := range map[string]struct {
		control Control
		asked   Asked
		report  Report
		want    Standing
	}{
		"no state":                 {Control{}, asked("1", 0), Report{}, NoState},
		"nothing heard":            {Control{State: state}, asked("1", 0), Report{}, Unheard},
		"silent":                   {Control{State: state}, asked("1", 0), Report{Text: "1", Heard: true, Stale: true}, Silent},
		"only reported":            {Control{State: state}, Asked{}, heard("1", 0), Reported},
		"as asked":                 {Control{State: state}, asked("ON", time.Second), heard("on", 0), Agrees},
		"a number otherwise":       {Control{State: state}, asked("1.50", time.Second), heard("1.5", 0), Agrees},
		"within the step":          {Control{State: state, Step: 0.5}, asked("1.5", time.Second), heard("1.4", 0), Agrees},
		"a moment ago":             {Control{State: state}, asked("1", time.Second), heard("0", 2*time.Second), Pending},
		"too long ago":             {Control{State: state}, asked("1", 4*time.Second), heard("0", 5*time.Second), Differs},
		"reported otherwise since": {Control{State: state}, asked("1", 2*time.Second), heard("0", time.Second), Differs},
	} {
		if got := c.control.Judge(c.asked, c.report, now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"version":1,"commands":[{"id":"c-1","name":"x","draft":{"topic":"a","payload":"1","format":"text"},"control":{"kind":"button"}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := filepath.Join(t.TempDir(), "c.json")
		do(t, os.WriteFile(file, b, 0o600))
		list, _ := Read(file)
		for _, c := range list {
			if err := c.Validate(); err != nil {
				t.Errorf("%q was taken: %v", c.Name, err)
			}
		}
	})
}
