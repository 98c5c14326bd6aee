package filterbar

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"
)

func show(t *testing.T, width float32) (*Bar, *int) {
	t.Helper()
	test.NewTempApp(t)
	changes := new(int)
	b := New(Options{OnChanged: func() { *changes++ }, OnLeave: func() {}})
	test.NewTempWindow(t, container.NewVBox(b.Object)).Resize(fyne.NewSize(width, 300))
	return b, changes
}

func (b *Bar) labels() []string {
	var list []string
	for _, o := range b.chips.Objects {
		list = append(list, o.(*ttwidget.Button).Text)
	}
	return list
}

func TestSwitchesAreChipsWhileTheyAreOn(t *testing.T) {
	b, changes := show(t, 700)
	items := b.MenuItems()
	pick := func(label string) *fyne.MenuItem {
		i := slices.IndexFunc(items, func(i *fyne.MenuItem) bool { return i.Label == label })
		if i < 0 {
			t.Fatalf("no %q", label)
		}
		items[i].Action()
		return items[i]
	}
	payloads := pick("Also in payloads")
	pick("Silent for longer than 1 min")
	ten := pick("Silent for longer than 10 min")
	if got, want := b.labels(), []string{"Also in payloads", "Silent for longer than 10 min"}; !slices.Equal(got, want) {
		t.Errorf("chips %q, want %q", got, want)
	}
	if !payloads.Checked || !ten.Checked || *changes != 3 {
		t.Errorf("%v %v after %d changes", payloads.Checked, ten.Checked, *changes)
	}
	if q := b.Query(); q.SilentFor != 10*time.Minute || !q.Payloads {
		t.Errorf("query %+v", q)
	}
	test.Tap(b.chips.Objects[1].(*ttwidget.Button))
	if ten.Checked || len(b.labels()) != 1 || b.Query().SilentFor != 0 {
		t.Errorf("a chip that was clicked stays: %q", b.labels())
	}
	pick("Filter by nothing")
	if b.chips.Visible() || payloads.Checked || !b.State().IsZero() {
		t.Errorf("chips %q stay", b.labels())
	}
}

func TestChipsWrap(t *testing.T) {
	b, _ := show(t, 330)
	b.SetState(State{Payloads: true, Numbers: true, Retained: true, ChangedWithin: time.Minute, SilentFor: time.Hour})
	for i, o := range b.chips.Objects {
		if right := o.Position().X + o.Size().Width; right > 330 {
			t.Errorf("chip %d ends at %v", i, right)
		}
		for _, other := range b.chips.Objects[:i] {
			if o.Position() == other.Position() {
				t.Errorf("chip %d lies on another", i)
			}
		}
	}
	last := b.chips.Objects[4]
	if b.chips.MinSize().Height < last.Position().Y+last.Size().Height {
		t.Error("the last chip is cut off")
	}
}

func TestWhatCannotBeReadChangesNothing(t *testing.T) {
	b, changes := show(t, 700)
	b.SetState(State{Text: "press"})
	before := b.Query()
	b.SetState(State{Text: "press /(/"})
	if after := b.Query(); *changes != 1 || before.IsZero() || after.IsZero() {
		t.Errorf("%d changes, %+v", *changes, after)
	}
	if !b.note.Visible() || b.State().Text != "press /(/" || b.Entry.Text != "press /(/" {
		t.Errorf("note %q, state %+v", b.note.Full, b.State())
	}
	b.SetState(State{Text: "press -x"})
	if *changes != 2 || !b.note.Visible() {
		t.Errorf("%d changes, note %q", *changes, b.note.Full)
	}
	b.SetState(State{})
	if b.note.Visible() {
		t.Errorf("note %q", b.note.Full)
	}
}

func TestExcludingAddsToTheText(t *testing.T) {
	b, _ := show(t, 700)
	b.Exclude("plant/line4")
	b.Exclude("plant/line 5")
	if want := `-plant/line4/# -/^plant/line\x{20}5(/|$)/`; b.Entry.Text != want {
		t.Errorf("the text is %q, want %q", b.Entry.Text, want)
	}
	if q := b.Query(); !q.Excludes() {
		t.Errorf("query %+v", q)
	}
}

func TestHits(t *testing.T) {
	b, _ := show(t, 700)
	b.SetHits(5, 5, false)
	if b.Hits.Full != "5" {
		t.Errorf("%q", b.Hits.Full)
	}
	b.SetState(State{Text: "a"})
	b.SetHits(2, 5, true)
	if b.Hits.Full != "2… of 5" {
		t.Errorf("%q", b.Hits.Full)
	}
	b.SetHits(3, 5, false)
	if b.Hits.Full != "3/5" {
		t.Errorf("%q", b.Hits.Full)
	}
}

func TestTheTextOfAStateTellsNobodyTwice(t *testing.T) {
	b, changes := show(t, 700)
	b.SetState(State{Text: "a", Numbers: true})
	if *changes != 1 {
		t.Errorf("%d changes", *changes)
	}
	test.Type(b.Entry, "b")
	if *changes != 2 || b.State().Text == "a" || !b.State().Numbers {
		t.Errorf("%d changes, %+v", *changes, b.State())
	}
}

func TestAnEmptyFieldSaysWhatFits(t *testing.T) {
	test.NewTempApp(t)
	e := newEntry(nil, nil)
	win := test.NewTempWindow(t, e)
	for width, want := range map[float32]string{600: placeholders()[0], 200: placeholders()[1]} {
		win.Resize(fyne.NewSize(width, 60))
		if e.PlaceHolder != want {
			t.Errorf("at %v it says %q", width, e.PlaceHolder)
		}
	}
}
