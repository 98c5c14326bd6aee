//go:build unix

package topics

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"

	"streamscope/connections"
)

// loop runs f as often as the benchmark asks and reports the processor time beside the other:
// on a busy machine it is the one to compare.
func loop(b *testing.B, f func()) {
	b.ReportAllocs()
	start := cpu()
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(cpu()-start)/float64(b.N), "cpu-ns/op")
}

func cpu() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// plant names n topics of four levels: ten sensors, ten devices, ten lines, one site for each
// thousand.
func plant(n int) []string {
	sensors := []string{"temperature", "humidity", "pressure", "voltage", "current", "power", "speed", "level", "flow", "state"}
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("site-%04d/line-%d/device-%d/%s", i/1000, i/100%10, i/10%10, sensors[i%10])
	}
	return list
}

var payloads = map[string][]byte{
	"number": []byte("21.37"),
	"json":   []byte(`{"t":21.37,"rh":48.2,"p":1013.25,"v":3.31,"q":99,"unit":"°C","device":"` + strings.Repeat("x", 118) + `"}`),
}

// BenchmarkPut stands beside a plain map of topic to latest payload, which keeps no history,
// counts nothing and asks no lock.
func BenchmarkPut(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		names := plant(n)
		for _, kind := range slices.Sorted(maps.Keys(payloads)) {
			payload := payloads[kind]
			b.Run(fmt.Sprintf("%d/%s/index", n, kind), func(b *testing.B) {
				x := New(Options{Budget: NewBudget(256 << 20)})
				m := connections.Message{Payload: payload, Size: int64(len(payload))}
				for i, name := range names {
					m.Topic = name
					x.Put(&m, int64(i))
				}
				i, at := 0, int64(n)
				loop(b, func() {
					m.Topic = names[i]
					x.Put(&m, at)
					at += 20_000
					if i++; i == n {
						i = 0
					}
				})
				if c := x.Counts(); c.Topics != n || c.HistoryBytes == 0 {
					b.Fatalf("%+v", c)
				}
			})
			b.Run(fmt.Sprintf("%d/%s/map", n, kind), func(b *testing.B) {
				x := map[string][]byte{}
				for _, name := range names {
					x[name] = payload
				}
				i := 0
				loop(b, func() {
					x[names[i]] = payload
					if i++; i == n {
						i = 0
					}
				})
			})
		}
	}
}

// BenchmarkHeap reports the live heap that a topic takes, of a million with one short value.
func BenchmarkHeap(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		before := live()
		x := filled(n)
		x.Housekeep()
		b.ReportMetric(float64(live()-before)/n, "B/topic")
		if x.Counts().Topics != n {
			b.Fatal(x.Counts())
		}
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkExpandAll stands beside a sort of the same names with the same comparison.
func BenchmarkExpandAll(b *testing.B) {
	const n = 1_000_000
	for _, shape := range []string{"levels", "flat"} {
		names := plant(n)
		if shape == "flat" {
			for i := range names {
				names[i] = fmt.Sprintf("sensor%d", i*7919%n)
			}
		}
		x := New(Options{})
		for i, name := range names {
			x.Put(&connections.Message{Topic: name, Payload: []byte("1"), Size: 1}, int64(i))
		}
		b.Run(shape+"/flatten", func(b *testing.B) {
			loop(b, func() {
				x.orders.tree = nil // as if for the first time
				if f, err := x.Flatten(context.Background(), View{OpenAll: true}); err != nil || f.Topics != n {
					b.Fatal(f, err)
				}
			})
		})
		b.Run(shape+"/again", func(b *testing.B) {
			loop(b, func() {
				if _, err := x.Flatten(context.Background(), View{OpenAll: true}); err != nil {
					b.Fatal(err)
				}
			})
		})
		b.Run(shape+"/sort", func(b *testing.B) {
			loop(b, func() {
				slices.SortFunc(slices.Clone(names), compareNatural)
			})
		})
	}
}

// BenchmarkOrder is what showing a million topics by a figure costs, beside natural order.
func BenchmarkOrder(b *testing.B) {
	x := filled(1_000_000)
	x.Housekeep()
	for order, name := range []string{"name", "rate", "count", "change"} {
		b.Run(name, func(b *testing.B) {
			loop(b, func() {
				if _, err := x.Flatten(context.Background(), View{OpenAll: true, Order: Order(order)}); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// BenchmarkFilter stands beside strings.Contains over the same topics: for the first screen, for
// the count, and for the whole list of rows, with the tree's order known from having been shown.
func BenchmarkFilter(b *testing.B) {
	const n = 1_000_000
	x := filled(n)
	x.Housekeep()
	if _, err := x.Flatten(context.Background(), View{OpenAll: true}); err != nil {
		b.Fatal(err)
	}
	names := plant(n)
	for _, needle := range []string{"site-0500/line-7", "voltage", "e", "nowhere"} {
		want := 0
		for _, name := range names {
			if strings.Contains(name, needle) {
				want++
			}
		}
		stopped := errors.New("that is enough")
		b.Run(needle+"/screen", func(b *testing.B) {
			loop(b, func() {
				ctx, stop := context.WithCancelCause(context.Background())
				_, err := x.Flatten(ctx, View{Filter: needle, Progress: func(*Flat) { stop(stopped) }})
				if want > screen && err == nil {
					b.Fatal("there was no first screen")
				}
				stop(nil)
			})
		})
		b.Run(needle+"/count", func(b *testing.B) {
			q, err := ParseQuery(needle)
			if err != nil {
				b.Fatal(err)
			}
			loop(b, func() {
				s, err := x.newSearch(context.Background(), x.current.Load(), q)
				if err != nil {
					b.Fatal(err)
				}
				if err := s.run(nil); err != nil || s.count != want {
					b.Fatal(err, s.count)
				}
			})
		})
		b.Run(needle+"/rows", func(b *testing.B) {
			loop(b, func() {
				if f, err := x.Flatten(context.Background(), View{Filter: needle}); err != nil || f.Hits != want {
					b.Fatal(err, f)
				}
			})
		})
		b.Run(needle+"/contains", func(b *testing.B) {
			loop(b, func() {
				count := 0
				for _, name := range names {
					if strings.Contains(name, needle) {
						count++
					}
				}
				if count != want {
					b.Fatal(count)
				}
			})
		})
	}
}

// BenchmarkLexicon is what the first search after a million new topics pays, unless
// housekeeping has.
func BenchmarkLexicon(b *testing.B) {
	x := filled(1_000_000)
	loop(b, func() {
		x.lexicon.tree = nil
		x.extendLexicon()
	})
}

// BenchmarkTop is what the table of those that flood costs each time it is drawn, of a million
// topics.
func BenchmarkTop(b *testing.B) {
	x := filled(1_000_000)
	x.Housekeep()
	for by, name := range []string{"rate", "bytes", "size", "change"} {
		b.Run(name, func(b *testing.B) {
			loop(b, func() {
				if top, err := x.Top(context.Background(), 100, By(by)); err != nil || len(top.Topics) != 100 {
					b.Fatal(top, err)
				}
			})
		})
	}
}

// BenchmarkTally is what telling the branches costs a topic that changed, once a second.
func BenchmarkTally(b *testing.B) {
	const n = 50_000
	x := filled(1_000_000)
	names := plant(1_000_000)
	x.Housekeep()
	m := connections.Message{Payload: []byte("1"), Size: 1}
	at, spent, tallies := int64(1e9), int64(0), 0
	for b.Loop() {
		for i := range n {
			m.Topic = names[(at+int64(i)*7919)%int64(len(names))]
			x.Put(&m, at)
		}
		at += n
		start := cpu()
		x.tally(at)
		spent += cpu() - start
		tallies++
	}
	b.ReportMetric(float64(spent)/float64(tallies*n), "cpu-ns/topic")
}
