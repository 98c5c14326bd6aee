package topics

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"streamscope/connections"

	"github.com/maruel/natural"
	"pgregory.net/rapid"
)

var names = rapid.StringOfN(rapid.RuneFrom([]rune("aB0129é")), 0, 9, -1)

func TestNaturalOrder(t *testing.T) {
	list := []string{"sensor10", "sensor2", "Sensor1", "sensor02", "sensor", "10", "9", "", "sensor2b", "ä", "sensor99999999999999999999999", "sensor2a10", "sensor2a9"}
	slices.SortFunc(list, compareNatural)
	want := " 9 10 Sensor1 sensor sensor02 sensor2 sensor2a9 sensor2a10 sensor2b sensor10 sensor99999999999999999999999 ä"
	if got := strings.Join(list, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestNaturalIsAStrictOrderAndAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := names.Draw(t, "a"), names.Draw(t, "b"), names.Draw(t, "c")
		ab := cmp.Compare(compareNatural(a, b), 0)
		if ab != -cmp.Compare(compareNatural(b, a), 0) || (ab == 0) != (a == b) {
			t.Fatalf("%q and %q: %d", a, b, ab)
		}
		if ab < 0 && compareNatural(b, c) < 0 && compareNatural(a, c) >= 0 {
			t.Fatalf("%q < %q < %q, but not the first and the last", a, b, c)
		}
		// Zeros in front are where the other is no strict order.
		if !strings.Contains(a+b, "0") && ab != cmp.Compare(natural.Compare(a, b), 0) {
			t.Fatalf("%q and %q: %d, natural says %d", a, b, ab, natural.Compare(a, b))
		}
	})
}

func TestLower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		want := bytes.Map(func(r rune) rune { return r }, nil)
		for _, c := range b {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			want = append(want, c)
		}
		lower(b)
		if !bytes.Equal(b, want) {
			t.Fatalf("%q, want %q", b, want)
		}
	})
}

func TestTableAgainstMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var table table
		model := map[NodeID]uint64{}
		next := NodeID(1)
		hashes := rapid.Custom(func(t *rapid.T) uint64 {
			// Few hashes, so that they collide, also at the end of a shard.
			return rapid.Uint64Range(0, 1).Draw(t, "shard")<<58 | rapid.Uint64Range(0, 9).Draw(t, "low")*7
		})
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(t *rapid.T) {
				h := hashes.Draw(t, "hash")
				table.insert(h, next)
				model[next] = h
				next++
			},
			"remove": func(t *rapid.T) {
				if len(model) == 0 {
					t.Skip("empty")
				}
				id := rapid.SampledFrom(slices.Sorted(maps.Keys(model))).Draw(t, "id")
				table.remove(model[id], id)
				table.remove(model[id], id)
				delete(model, id)
			},
			"": func(t *rapid.T) {
				found := 0
				for id, h := range model {
					p := table.probe(h)
					for p.id() != id {
						if p.id() == 0 {
							t.Fatalf("%d is not found", id)
						}
						p.next()
					}
					if !p.fits() {
						t.Fatalf("%d stands under another hash", id)
					}
				}
				for i := range table.shards {
					found += table.shards[i].used
				}
				if found != len(model) {
					t.Fatalf("%d entries, want %d", found, len(model))
				}
			},
		})
	})
}

// TestReadersWhileItGrows lets every reader run against a writer and a user who clears.
func TestReadersWhileItGrows(t *testing.T) {
	x := New(Options{Budget: NewBudget(100_000)})
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	loop := func(f func(i int)) {
		work.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				f(i)
			}
		})
	}
	loop(func(i int) {
		v := []View{{OpenAll: true}, {Filter: "1"}, {Filter: "é"}, {Open: func(p string) bool { return len(p) < 4 }}}[i%4]
		f, err := x.Flatten(context.Background(), v)
		if err != nil {
			t.Error(err)
			return
		}
		var ids []NodeID
		for _, r := range f.Rows[:min(100, len(f.Rows))] {
			ids = append(ids, r.Node)
		}
		for k, r := range x.Rows(ids, nil) {
			if r.Node != ids[k] || r.HasValue && string(r.Payload) != fmt.Sprint(r.Seq) {
				t.Errorf("row %+v", r)
			}
		}
		for _, id := range ids {
			last := uint64(0)
			x.Replay(id, ^uint64(0), func(e Entry) bool {
				if e.Seq <= last || string(e.Payload) != fmt.Sprint(e.Seq) {
					t.Errorf("replay of %d: %q after %d", e.Seq, e.Payload, last)
				}
				last = e.Seq
				return true
			})
			x.History(id, 0, 10)
			x.Latest(id)
			x.Path(id)
		}
	})
	loop(func(i int) {
		if i%3 == 0 {
			x.Pause()
		}
		x.Housekeep()
		x.TapFilter(i%3, func(topic string) bool { return len(topic)%2 == 0 })
		x.Resume()
	})
	for i := range 40_000 {
		payload := fmt.Sprint(i + 1)
		x.Put(&connections.Message{Topic: fmt.Sprintf("é/%d/%d", i%7, i%1009), Payload: []byte(payload), Size: int64(len(payload))}, int64(i))
		if i%5000 == 4999 {
			x.Clear(0)
		} else if i%700 == 0 {
			if id, ok := x.Find(fmt.Sprintf("é/%d", i%7)); ok {
				x.Clear(id)
			}
		}
	}
	cancel()
	work.Wait()
	if c := x.Counts(); c.Received != 40_000 || c.Received != c.Kept+c.Evicted+c.Cleared {
		t.Errorf("%+v", c)
	}
}

// FuzzTopics puts whatever a broker may send as topics, one a line, and compares with the model.
func FuzzTopics(f *testing.F) {
	f.Add("a/b\na//b\n/\n$SYS/x", "B")
	f.Add("sensor2\nsensor10\nsensor02\n\xff\xfe/\x00", "\xff")
	f.Add("Ä/Ö\nä/ö", "ä/")
	f.Fuzz(func(t *testing.T, text, filter string) {
		m := &model{index: New(Options{}), topics: map[string][]Entry{}}
		for i, topic := range strings.Split(text, "\n") {
			m.put(&connections.Message{Topic: topic}, int64(i))
			if s := m.index.Put(&connections.Message{Topic: topic}, int64(i)); s.Name != topic {
				t.Fatalf("%q became %q", topic, s.Name)
			}
		}
		for _, filter := range []string{"", filter} {
			q := Query{}
			if filter != "" {
				q.terms = []term{{text: strings.ToLower(filter)}}
			}
			flat, err := m.index.Flatten(t.Context(), View{OpenAll: true, Query: q})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range flat.Rows {
				got = append(got, fmt.Sprintf("%d %s", r.Depth, m.index.Path(r.Node)))
			}
			if want, hits := m.flat(filter); !slices.Equal(got, want) || hits != flat.Hits {
				t.Errorf("filter %q: %q, want %q", filter, got, want)
			}
		}
	})
}

func TestCollect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes")
		shift := rapid.IntRange(0, 7).Draw(t, "shift")
		b := newBitset(len(bytes))
		b.collect(bytes, shift)
		for i, v := range bytes {
			if b.has(uint32(i)) != (v>>shift&1 != 0) {
				t.Fatalf("bit %d of %x at %d", i, bytes, shift)
			}
		}
	})
}

// filled makes an index of n topics. The names are not kept: each message brings its own.
func filled(n int) *Index {
	x := New(Options{})
	sensors := []string{"temperature", "humidity", "pressure", "voltage", "current", "power", "speed", "level", "flow", "state"}
	for i := range n {
		topic := fmt.Sprintf("site-%04d/line-%d/device-%d/%s", i/1000, i/100%10, i/10%10, sensors[i%10])
		x.Put(&connections.Message{Topic: topic, Payload: []byte("21.37"), Size: 5}, int64(i))
	}
	return x
}
