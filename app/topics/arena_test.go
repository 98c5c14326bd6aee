package topics

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"streamscope/connections"

	"pgregory.net/rapid"
)

// TestArenaNeverGivesOutTwice fills every block with its own byte and looks whether it stays.
func TestArenaNeverGivesOutTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type held struct {
			data  []byte
			place uint32
			mark  byte
		}
		var a arena
		defer a.unmap()
		var list []held
		limit := int64(rapid.IntRange(1, 40).Draw(t, "slabs")) * slabBytes
		mark := byte(0)
		t.Repeat(map[string]func(*rapid.T){
			"take": func(t *rapid.T) {
				least := rapid.IntRange(1, 5000).Draw(t, "least")
				want := max(least, rapid.IntRange(1, largestBlock).Draw(t, "want"))
				for range rapid.IntRange(1, 100).Draw(t, "blocks") {
					data, place := a.take(least, want, limit)
					if place == 0 {
						return
					}
					if cap(data) < least || len(data) != 0 || cap(data) > 2*max(want, smallestBlock) {
						t.Fatalf("%d bytes for %d to %d", cap(data), least, want)
					}
					mark++
					data = data[:cap(data)]
					for i := range data {
						data[i] = mark
					}
					list = append(list, held{data, place, mark})
				}
			},
			"give": func(t *rapid.T) {
				for range rapid.IntRange(0, len(list)).Draw(t, "blocks") {
					i := rapid.IntRange(0, len(list)-1).Draw(t, "which")
					a.give(list[i].place, cap(list[i].data))
					list[i] = list[len(list)-1]
					list = list[:len(list)-1]
				}
			},
			"trim": func(*rapid.T) { a.trim() },
			"": func(t *rapid.T) {
				used, counted := 0, 0
				for _, h := range list {
					if n := bytes.Count(h.data, []byte{h.mark}); n != len(h.data) {
						t.Fatalf("%d of %d bytes of a block are another's", len(h.data)-n, len(h.data))
					}
					used += len(h.data)
				}
				for _, s := range a.slabs {
					counted += s.used
				}
				if used != counted || a.mapped > limit || int64(used) > a.mapped {
					t.Fatalf("%d bytes used, %d counted, %d mapped of %d", used, counted, a.mapped, limit)
				}
			},
		})
	})
}

// TestResidentHistoryStaysNearTheBudget changes what the topics send, so that blocks of all sizes
// come and go.
func TestResidentHistoryStaysNearTheBudget(t *testing.T) {
	const limit = 64 << 20
	budget := NewBudget(limit)
	x := New(Options{Budget: budget})
	random := rand.New(rand.NewPCG(1, 2))
	payload := make([]byte, copyLimit)
	for phase, p := range []struct{ topics, size int }{{20_000, 20}, {50, 2000}, {5000, 300}, {1, copyLimit}, {50_000, 100}} {
		for i := range 300_000 {
			n := 1 + random.IntN(p.size)
			m := connections.Message{Topic: fmt.Sprintf("%d/%d", phase, random.IntN(p.topics)), Payload: payload[:n], Size: int64(n)}
			x.Put(&m, int64(i))
		}
		onHeap := int64(0)
		for _, h := range x.current.Load().heap {
			for _, b := range h.blocks() {
				if b.place == 0 {
					onHeap += b.bytes()
				}
			}
		}
		if mapped := budget.arena.mapped; mapped+onHeap > limit*115/100 {
			t.Errorf("phase %d: %d MB mapped and %d MB on the heap, for a budget of %d MB", phase, mapped>>20, onHeap>>20, limit>>20)
		}
	}
	x.Clear(0)
	x.Housekeep()
	if mapped := budget.arena.mapped; mapped != 0 {
		t.Errorf("%d MB are still mapped after clearing all", mapped>>20)
	}
	x.Close()
}
