package payloadview

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"streamscope/app/payload/decode"
	"streamscope/app/window/ui"
	"streamscope/app/window/uitest"
	"streamscope/connections/profile"
)

// BenchmarkOpen50MB opens a JSON payload of 50 MB in the tab and reads around in it, as a user does.
// It tells when the first screen stands, beside reading the same bytes from a file and json.Valid of
// them, and the longest that the UI goroutine was held by any one thing: what it is asked to do at
// once, what comes back from the background, and each turn of the window's tick.
func BenchmarkOpen50MB(b *testing.B) {
	const member = `{"device":"press-4","value":22.40,"unit":"°C","tags":["north hall","line 4"],"on":true},`
	doc := []byte("[" + strings.Repeat(member, 50_000_000/len(member)) + "0]")
	file := filepath.Join(b.TempDir(), "big.json")
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		b.Fatal(err)
	}
	set, err := decode.Compile([]profile.Binding{})
	if err != nil {
		b.Fatal(err)
	}
	o := opening{B: b, doc: doc, set: set, first: time.Hour, whole: time.Hour}
	o.sitsDown()
	theirs := time.Hour
	for b.Loop() {
		o.once()
		began := time.Now()
		if read, err := os.ReadFile(file); err != nil || !json.Valid(read) {
			b.Fatal(err)
		}
		theirs = min(theirs, time.Since(began))
	}
	b.ReportMetric(ms(o.first), "first-ms")
	b.ReportMetric(ms(o.whole), "whole-ms")
	b.ReportMetric(ms(theirs), "read+valid-ms")
	b.ReportMetric(float64(o.first)/float64(theirs), "ratio")
	slices.Sort(o.held)
	b.ReportMetric(ms(o.held[len(o.held)/2]), "held-median-ms")
	b.ReportMetric(ms(o.held[len(o.held)-1]), "held-most-ms")
	b.ReportMetric(0, "ns/op")
	b.Logf("held for the longest time by %s", o.by)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

type opening struct {
	*testing.B
	doc []byte
	set *decode.Set
	tab *Tab

	// first and whole are the best of all rounds: other programs only make them longer.
	first, whole time.Duration
	held         []time.Duration // the longest of each round
	by           string          // what the longest of all was
	queue        *uitest.Queue
}

func (o *opening) sitsDown() {
	test.NewTempApp(o)
	o.queue = uitest.NewQueue()
	back := ui.NewBackground(o.queue.Do)
	o.Cleanup(back.Wait)
	o.tab = New(Options{Work: back, Name: func(string, fyne.CanvasObject) {}, Fail: func(err error) { o.Error(err) }})
	w := test.NewTempWindow(o, o.tab.Object)
	w.Resize(fyne.NewSize(600, 700))
}

// once opens the document and goes through it.
func (o *opening) once() {
	held, by := time.Duration(0), ""
	does := func(what string, f func()) {
		began := time.Now()
		f()
		if took := time.Since(began); took > held {
			held, by = took, what
		}
	}
	turn := func(until func() bool) {
		for !until() {
			for _, f := range o.queue.Take() {
				does("what came back", f)
			}
			does("a tick", func() { o.tab.progress(); o.tab.showFolds() })
			time.Sleep(time.Millisecond)
		}
	}
	v := o.tab.View
	does("leaving", o.tab.Reset)
	began := time.Now()
	does("beginning", func() {
		o.tab.begin(o.set, decode.Choice{Format: decode.Auto}, decode.Input{Topic: "big", Payload: o.doc}, false)
	})
	turn(func() bool { return v.Document().Len() > 1 })
	o.first = min(o.first, time.Since(began))
	turn(func() bool { return o.tab.layout == nil })
	o.whole = min(o.whole, time.Since(began))
	does("unfolding all", func() { v.FoldAll(false) })
	does("the middle", func() { v.ShowLine(v.Document().Len() / 2) })
	does("folding all", func() { v.FoldAll(true) })
	does("the end", func() { v.ShowLine(v.Document().Len() - 1) })
	does("a part in the middle", func() { v.ShowLine(v.Document().Len()/3 + 2) })
	if o.held = append(o.held, held); held == slices.Max(o.held) {
		o.by = by
	}
}
