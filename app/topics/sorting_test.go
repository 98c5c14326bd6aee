package topics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"streamscope/connections"

	"pgregory.net/rapid"
)

// TestOrdersAgainstSorting compares the order of siblings with what their rows say, whole and
// filtered, paused and not.
func TestOrdersAgainstSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &clock{now: 1000 * second}
		x := New(Options{Now: c.Now})
		heard := func(n int) {
			for range n {
				c.now += rapid.Int64Range(1, second).Draw(t, "dt")
				topic := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b2", "b10", "c"}), 1, 3).Draw(t, "topic"), "/")
				x.Put(&connections.Message{Topic: topic, Retained: rapid.IntRange(0, 5).Draw(t, "retained") == 0}, c.now)
			}
		}
		heard(rapid.IntRange(0, 60).Draw(t, "messages"))
		if id, ok := x.Find("a"); ok && rapid.Bool().Draw(t, "clear") {
			x.Clear(id)
		}
		x.Housekeep()
		if rapid.Bool().Draw(t, "pause") {
			x.Pause()
			heard(rapid.IntRange(0, 20).Draw(t, "meanwhile"))
			x.Housekeep()
		}
		order := Order(rapid.IntRange(0, 3).Draw(t, "order"))
		f, err := x.Flatten(context.Background(), View{OpenAll: true, Order: order,
			Filter: rapid.SampledFrom([]string{"", "b", "c"}).Draw(t, "filter")})
		if err != nil {
			t.Fatal(err)
		}
		siblings := map[string][]Row{}
		for _, r := range f.Rows {
			row := x.Rows([]NodeID{r.Node}, nil)[0]
			above := strings.TrimSuffix(row.Path, row.Name)
			siblings[above] = append(siblings[above], row)
		}
		for above, list := range siblings {
			want := slices.Clone(list)
			slices.SortFunc(want, func(a, b Row) int { return compareNatural(a.Name, b.Name) })
			slices.SortStableFunc(want, func(a, b Row) int {
				return cmp.Compare(figureOf(x, &b, order), figureOf(x, &a, order))
			})
			if got := namesOf(list); got != namesOf(want) {
				t.Fatalf("beneath %q stand %s, want %s", above, got, namesOf(want))
			}
		}
	})
}

func namesOf(rows []Row) string {
	var list []string
	for _, r := range rows {
		list = append(list, r.Name)
	}
	return fmt.Sprint(list)
}

func figureOf(x *Index, r *Row, order Order) float64 {
	switch order {
	case OrderRate:
		return r.BeneathRate + r.Rate(x.changes.at)
	case OrderCount:
		return float64(r.Messages + r.Count)
	case OrderChange:
		at := float64(x.current.Load().branches.at(x.current.Load().node(r.Node).branch).latest())
		if r.HasValue && !r.Retained {
			at = max(at, float64(r.Time))
		}
		return at
	}
	return 0
}

func (b *branch) latest() int64 {
	if b == nil {
		return 0
	}
	return b.last
}

// TestALiveOrderHasNoOtherFirstScreen wants the rows that come first to be those of the order.
func TestALiveOrderHasNoOtherFirstScreen(t *testing.T) {
	x := filled(20_000)
	x.Housekeep()
	last := "site-0019/line-9/device-9/voltage"
	put(x, last, "1", x.now()+second)
	x.Housekeep()
	for _, filter := range []string{"", "voltage"} {
		var screens []*Flat
		v := View{OpenAll: true, Filter: filter, Order: OrderChange, Progress: func(f *Flat) { screens = append(screens, f) }}
		f, err := x.Flatten(t.Context(), v)
		if err != nil || len(screens) == 0 {
			t.Fatal(err, len(screens))
		}
		if got := x.Path(f.Rows[3].Node); got != last {
			t.Errorf("%q: the first topic is %q", filter, got)
		}
		for _, s := range screens {
			if !s.Partial || !slices.Equal(s.Rows, f.Rows[:len(s.Rows)]) {
				t.Errorf("%q: a first screen of %d rows is not how the list begins", filter, len(s.Rows))
			}
		}
	}
}

// TestHeldOrder wants siblings to stay where they are for as long as somebody reads there.
func TestHeldOrder(t *testing.T) {
	c := &clock{now: 1000 * second}
	x := New(Options{Now: c.Now})
	hears := func(topics ...string) {
		for _, topic := range topics {
			put(x, topic, "1", c.now)
		}
		c.now += second
		x.Housekeep()
	}
	expect := func(v View, want ...string) {
		t.Helper()
		if got := list(t, x, v); !slices.Equal(got, want) {
			t.Errorf("%+v shows %q, want %q", v, got, want)
		}
	}
	counts := View{Order: OrderCount, OpenAll: true}
	held := View{Order: OrderCount, OpenAll: true, Hold: true}
	hears("a", "b", "b")
	expect(held, "b t", "a t") // nothing to hold yet
	hears("a", "a", "a")
	expect(held, "b t", "a t")
	hears("c", "c", "c", "c", "c", "d/y", "d/x", "d/x")
	expect(held, "b t", "a t", "c t", "d v", " x t", " y t")
	hears("d/y", "d/y", "d/y")
	expect(held, "b t", "a t", "c t", "d v", " x t", " y t")
	if id, ok := x.Find("a"); ok {
		x.Clear(id)
	}
	expect(held, "b t", "c t", "d v", " x t", " y t")
	expect(View{OpenAll: true}, "b t", "c t", "d v", " x t", " y t")
	expect(View{Order: OrderCount, Filter: "c", Hold: true}, "c t!")
	expect(counts, "d v", " y t", " x t", "c t", "b t")
	expect(View{Order: OrderChange, OpenAll: true, Hold: true}, "d v", " y t", " x t", "c t", "b t")
	x.Clear(0)
	hears("b", "a", "a")
	expect(held, "a t", "b t")
}
