package compose

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// million fills an index, and returns the names in it.
func million(x *topics.Index) []string {
	names := make([]string, 1_000_000)
	for i := range names {
		names[i] = fmt.Sprintf("site-%02d/line-%02d/device-%03d/temperature", i/100_000, i/1000%100, i%1000)
		x.Put(&connections.Message{Topic: names[i], Payload: []byte("1")}, 1)
	}
	x.Housekeep()
	return names
}

// typed are beginnings of topics: some have thousands of hits, some have none.
func typed() []string { return []string{"site-07/line-4", "device-777", "temp", "nowhere"} }

// BenchmarkCompletions finds topics among a million, beside a plain search that knows neither order
// nor case and stops at as many.
func BenchmarkCompletions(b *testing.B) {
	x := topics.New(topics.Options{})
	defer x.Close()
	names := million(x)
	for _, word := range typed() {
		b.Run(word+"/index", func(b *testing.B) {
			found := 0
			for b.Loop() {
				found = len(completions(b.Context(), x, word))
			}
			if (found == 0) != (word == "nowhere") {
				b.Errorf("%d found", found)
			}
		})
		b.Run(word+"/contains", func(b *testing.B) {
			for b.Loop() {
				found := 0
				for _, n := range names {
					if strings.Contains(n, word) {
						if found++; found == suggestions {
							break
						}
					}
				}
				if (found == 0) != (word == "nowhere") {
					b.Errorf("%d found", found)
				}
			}
		})
	}
}

// BenchmarkTyping types into the topic of a composer whose connection has a million topics. An
// iteration is a text that is pasted until its topics stand beneath the field; held-ns is how long
// the UI goroutine was busy with it.
func BenchmarkTyping(b *testing.B) {
	test.NewTempApp(b)
	a, err := app.New(app.Params{Folder: b.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	screen := make(chan func(), 16)
	work := ui.NewBackground(func(f func()) { screen <- f })
	p := profile.New()
	p.Name, p.Host, p.Port = "Bench", "127.0.0.1", 1
	valid, _ := p.Validate()
	k := a.Prepare(valid, nil, nil)
	defer func() { a.Shutdown(); work.Wait() }()
	million(k.Index())
	c := New(Options{App: a, Background: work, Window: test.NewTempWindow(b, widget.NewLabel("")), Flash: func(string) {}})
	c.o.Window.SetContent(c.Object)
	c.Refresh()
	c.target.SetSelectedIndex(0)
	for _, word := range typed() {
		b.Run(word, func(b *testing.B) {
			var held time.Duration
			for b.Loop() {
				c.topic.SetText("")
				began := time.Now()
				c.topic.SetText(word)
				held += time.Since(began)
				for c.topic.searching > 0 {
					show := <-screen
					began = time.Now()
					show()
					held += time.Since(began)
				}
			}
			if shown := len(c.topic.offers.Objects); (shown == 0) != (word == "nowhere") {
				b.Errorf("%d are offered", shown)
			}
			b.ReportMetric(float64(held.Nanoseconds())/float64(b.N), "held-ns/op")
		})
	}
}
