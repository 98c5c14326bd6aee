package controls

import (
	"runtime"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/google/go-cmp/cmp"

	"streamscope/app/command/saved"
)

func TestShortcuts(t *testing.T) {
	for text, want := range map[string]desktop.CustomShortcut{
		"Ctrl+Alt+1":     {KeyName: fyne.Key1, Modifier: fyne.KeyModifierControl | fyne.KeyModifierAlt},
		"ctrl + shift+k": {KeyName: fyne.KeyK, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift},
		"Alt+F5":         {KeyName: fyne.KeyF5, Modifier: fyne.KeyModifierAlt},
	} {
		got, err := ParseShortcut(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if d := cmp.Diff(want, *got.(*desktop.CustomShortcut)); d != "" {
			t.Errorf("%s: %s", text, d)
		}
	}
	for _, text := range []string{"", "K", "Shift+K", "Hyper+K", "Ctrl+", "Ctrl+Enter", "Ctrl+F13", "Ctrl+Return"} {
		if _, err := ParseShortcut(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestOptionsAreWrittenAsTheyAreRead(t *testing.T) {
	list := parseOptions("auto\n\n slow = 1 \nfast=2=3\n")
	want := []saved.Option{{Label: "auto", Value: "auto"}, {Label: "slow", Value: "1"}, {Label: "fast", Value: "2=3"}}
	if d := cmp.Diff(want, list); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(list, parseOptions(optionsText(list))); d != "" {
		t.Error(d)
	}
}

// TestASliderSendsAtItsPaceAndItsLastValue moves as fast as it can; its timer's goroutine hands
// what is due to this one.
func TestASliderSendsAtItsPaceAndItsLastValue(t *testing.T) {
	const pace = 20 * time.Millisecond
	due := make(chan func(), 100)
	var sent []float64
	var at []time.Time
	p := newPacer(pace, func(f func()) { due <- f }, func(v float64) { sent, at = append(sent, v), append(at, time.Now()) })
	last := 0.0
	for deadline := time.Now().Add(30 * time.Second); len(sent) < 4 && time.Now().Before(deadline); runtime.Gosched() {
		last++
		p.Set(last)
		select {
		case f := <-due:
			f()
		default:
		}
	}
	for p.Busy() {
		(<-due)()
	}
	if sent[len(sent)-1] != last {
		t.Errorf("the last value is %v, sent was %v", last, sent[len(sent)-1])
	}
	for i := 1; i < len(at); i++ {
		if d := at[i].Sub(at[i-1]); d < pace {
			t.Errorf("only %v after the one before", d)
		}
	}
	if len(sent) < 4 {
		t.Errorf("only %v were sent", sent)
	}
	p.Set(last)
	if n := len(sent); p.Busy() || sent[n-1] != last {
		t.Error("an unchanged value was sent again")
	}
	p.Set(last + 1)
	p.Set(last + 2)
	p.Stop()
	p.Set(last + 3)
	n := len(sent)
	if p.Busy() || sent[n-1] > last+1 {
		t.Error("it goes on after it was stopped")
	}
}
