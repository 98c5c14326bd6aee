package topics

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"streamscope/connections"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// model is the index as one would write it without a thought for time or memory: every message
// of every topic, in a list.
type model struct {
	index  *Index
	seq    uint64
	topics map[string][]Entry
	// paused holds what topics was when the index was paused.
	paused   map[string][]Entry
	isPaused bool
	pausedAt uint64
}

func (m *model) put(msg *connections.Message, at int64) {
	m.seq++
	e := Entry{
		Seq: m.seq, Time: at, Payload: bytes.Clone(msg.Payload), Size: max(msg.Size, int64(len(msg.Payload))),
		QoS: msg.QoS, Retained: msg.Retained, Dup: msg.Dup, Cut: msg.Cut(), Props: msg.Props,
	}
	m.topics[msg.Topic] = append(m.topics[msg.Topic], e)
}

func (m *model) clear(path string, all bool) {
	for _, held := range []map[string][]Entry{m.topics, m.paused} {
		maps.DeleteFunc(held, func(topic string, _ []Entry) bool {
			return all || topic == path || strings.HasPrefix(topic, path+"/")
		})
	}
}

func (m *model) pause() {
	if !m.isPaused {
		m.isPaused, m.pausedAt = true, m.seq
		m.paused = map[string][]Entry{}
		for topic, list := range m.topics {
			m.paused[topic] = slices.Clone(list)
		}
	}
}

func (m *model) resume() { m.isPaused, m.paused = false, nil }

// shown is what readers may see.
func (m *model) shown() map[string][]Entry {
	if m.isPaused {
		return m.paused
	}
	return m.topics
}

// nodes are the paths of the topics and of all branches above them.
func (m *model) nodes() map[string]bool {
	set := map[string]bool{}
	for topic := range m.topics {
		set[topic] = true
		for i := range len(topic) {
			if topic[i] == '/' {
				set[topic[:i]] = true
			}
		}
	}
	return set
}

var sampleTopics = rapid.OneOf(
	rapid.SampledFrom([]string{
		"a", "a/b", "a/b/c", "a//b", "/a", "a/", "/", "//", "$SYS/up", "x/sensor2", "x/sensor10",
		"x/Sensor2", "x/s\u202eensor", "x/Straße", "x/ÄÖ", "a\x00b", "=1+1", "x/sensor02", "🙂/🙃",
	}),
	rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "", "c10", "c9"}), 1, 5), func(l []string) string {
		return strings.Join(l, "/")
	}),
)

func TestIndexAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]int64{0, 600, 3000, 20_000, 1 << 30}).Draw(t, "limit")
		budget := NewBudget(limit)
		var models []*model
		for range 2 {
			models = append(models, &model{index: New(Options{Budget: budget}), topics: map[string][]Entry{}})
		}
		var reserved int64
		pick := func(t *rapid.T) *model { return models[rapid.IntRange(0, 1).Draw(t, "index")] }
		now := int64(1e18)
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				m := pick(t)
				for range rapid.IntRange(1, 20).Draw(t, "messages") {
					msg := drawMessage(t)
					now += rapid.Int64Range(0, 5e9).Draw(t, "dt")
					m.put(msg, now)
					s := m.index.Put(msg, now)
					if s.Seq != m.seq || s.Name != msg.Topic || m.index.Path(s.Topic) != msg.Topic {
						t.Fatalf("stored %+v for %q, seq %d", s, msg.Topic, m.seq)
					}
					if len(msg.Payload) <= copyLimit {
						clear(msg.Payload)
					}
				}
			},
			"clear": func(t *rapid.T) {
				m := pick(t)
				paths := slices.Sorted(maps.Keys(m.nodes()))
				if len(paths) == 0 {
					t.Skip("empty")
				}
				path := rapid.SampledFrom(paths).Draw(t, "path")
				id, ok := m.index.Find(path)
				if !ok {
					t.Fatalf("%q is not there", path)
				}
				m.index.Clear(id)
				m.clear(path, false)
			},
			"clear all": func(t *rapid.T) {
				m := pick(t)
				m.index.Clear(0)
				m.clear("", true)
			},
			"pause":     func(t *rapid.T) { m := pick(t); m.index.Pause(); m.pause() },
			"resume":    func(t *rapid.T) { m := pick(t); m.index.Resume(); m.resume() },
			"housekeep": func(t *rapid.T) { pick(t).index.Housekeep() },
			"limit": func(t *rapid.T) {
				budget.SetLimit(rapid.Int64Range(0, 40_000).Draw(t, "limit"))
			},
			"reserve": func(t *rapid.T) {
				if n := rapid.Int64Range(1, 5000).Draw(t, "n"); budget.Reserve(n) {
					reserved += n
				}
			},
			"release": func(t *rapid.T) { budget.Release(reserved); reserved = 0 },
			"look":    func(t *rapid.T) { pick(t).check(t) },
			"": func(t *rapid.T) {
				var used int64
				for _, m := range models {
					m.checkCounts(t)
					used += m.index.bytes
					checkBlocks(t, m.index)
				}
				if used+reserved != budget.Used() {
					t.Fatalf("budget says %d used, indexes %d and others %d", budget.Used(), used, reserved)
				}
			},
		})
		for _, m := range models {
			m.index.Close()
		}
		if budget.Used() != reserved || budget.owed.Load() != 0 {
			t.Fatalf("%d used and %d owed after the last index has gone", budget.Used()-reserved, budget.owed.Load())
		}
	})
}

func drawMessage(t *rapid.T) *connections.Message {
	n := rapid.SampledFrom([]int{0, 1, 5, 5, 5, 60, 200, 1000, copyLimit, copyLimit + 1, 9000}).Draw(t, "length")
	m := &connections.Message{
		Topic: sampleTopics.Draw(t, "topic"), Payload: make([]byte, n), Size: int64(n),
		QoS: rapid.Byte().Draw(t, "qos") % 3, Retained: rapid.Bool().Draw(t, "retained"), Dup: rapid.Bool().Draw(t, "dup"),
	}
	fill := rapid.Byte().Draw(t, "fill")
	for i := range m.Payload {
		m.Payload[i] = fill + byte(i)
	}
	if rapid.IntRange(0, 9).Draw(t, "cut") == 0 {
		m.Size += 1 << 40
	}
	if rapid.IntRange(0, 2).Draw(t, "props") == 0 {
		m.Props = drawProps(t)
	}
	return m
}

func (m *model) checkCounts(t *rapid.T) Counts {
	c := m.index.Counts()
	if c.Received != m.seq || c.Received != c.Kept+c.Evicted+c.Cleared || m.index.Seq() != m.seq {
		t.Fatalf("counts do not add up: %+v, %d were put", c, m.seq)
	}
	if c.Topics != len(m.topics) {
		t.Fatalf("%d topics, want %d", c.Topics, len(m.topics))
	}
	return c
}

func (m *model) check(t *rapid.T) {
	c := m.checkCounts(t)
	var kept uint64
	for topic, want := range m.topics {
		id, ok := m.index.Find(topic)
		if !ok {
			t.Fatalf("%q is not there", topic)
		}
		var held []Entry
		m.index.Replay(id, ^uint64(0), func(e Entry) bool {
			e.Payload = bytes.Clone(e.Payload)
			held = append(held, e)
			return true
		})
		kept += uint64(len(held))
		if held[len(held)-1].Seq != want[len(want)-1].Seq {
			t.Fatalf("%q: replay ends with %d", topic, held[len(held)-1].Seq)
		}
		checkHeld(t, topic, held, want)
		m.checkShown(t, id, topic)
	}
	if kept != c.Kept {
		t.Fatalf("%d kept by the counts, %d found", c.Kept, kept)
	}
	m.checkFlat(t)
	m.checkBranches(t)
}

// checkBranches wants every branch to know what came beneath it, once it was told.
func (m *model) checkBranches(t *rapid.T) {
	if m.isPaused {
		return
	}
	m.index.Housekeep()
	for path := range m.nodes() {
		topics, messages := 0, 0
		for topic, list := range m.topics {
			if strings.HasPrefix(topic, path+"/") {
				topics++
				messages += len(list)
			}
		}
		id, _ := m.index.Find(path)
		if r := m.index.Rows([]NodeID{id}, nil)[0]; r.Topics != topics || r.Messages != uint64(messages) {
			t.Fatalf("%q says %d topics, %d messages beneath, want %d, %d", path, r.Topics, r.Messages, topics, messages)
		}
	}
	if all := m.index.Rows([]NodeID{0}, nil)[0]; all.Topics != len(m.topics) {
		t.Fatalf("the root says %d topics", all.Topics)
	}
}

// checkHeld wants held to be some of want, in their order.
func checkHeld(t *rapid.T, topic string, held, want []Entry) {
	i := 0
	for _, e := range held {
		for i < len(want) && want[i].Seq != e.Seq {
			i++
		}
		if i == len(want) {
			t.Fatalf("%q: %d was not put, or is out of order", topic, e.Seq)
		}
		if len(e.Payload) == 0 {
			e.Payload = want[i].Payload
		}
		if !cmp.Equal(e, want[i]) {
			t.Fatalf("%q: %s", topic, cmp.Diff(want[i], e))
		}
	}
}

func (m *model) checkShown(t *rapid.T, id NodeID, topic string) {
	want := m.shown()[topic]
	row := m.index.Rows([]NodeID{id}, nil)[0]
	latest, ok := m.index.Latest(id)
	history := m.index.History(id, 0, 0)
	if ok != (len(want) > 0) || row.HasValue != ok || row.Path != topic {
		t.Fatalf("%q: latest %v, row %+v, want %d", topic, ok, row, len(want))
	}
	if !ok {
		if len(history) != 0 {
			t.Fatalf("%q: %d messages of the future", topic, len(history))
		}
		return
	}
	last := want[len(want)-1]
	if latest.Seq != last.Seq || history[0].Seq != last.Seq || row.Seq != last.Seq {
		t.Fatalf("%q: latest %d, history %d, row %d, want %d", topic, latest.Seq, history[0].Seq, row.Seq, last.Seq)
	}
	if row.Count != uint64(len(want)) || row.First != want[0].Time || row.Time != last.Time || row.Size != last.Size {
		t.Fatalf("%q: row %+v", topic, row)
	}
	if !bytes.Equal(row.Payload, last.Payload[:min(len(last.Payload), prefixLimit)]) || row.Whole != (last.Size == int64(len(row.Payload))) {
		t.Fatalf("%q: payload of row, whole %v", topic, row.Whole)
	}
	oldestFirst := slices.Clone(history)
	slices.Reverse(oldestFirst)
	checkHeld(t, topic, oldestFirst, want)
	if some := m.index.History(id, history[len(history)/2].Seq, 2); some[0].Seq != history[len(history)/2].Seq || len(some) > 2 {
		t.Fatalf("%q: history from the middle %+v", topic, some)
	}
}

func (m *model) checkFlat(t *rapid.T) {
	filter := rapid.SampledFrom([]string{"", "", "A", "sensor", "ß", "äö", "/", "nothing"}).Draw(t, "filter")
	flat, err := m.index.Flatten(context.Background(), View{OpenAll: true, Filter: filter})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range flat.Rows {
		got = append(got, fmt.Sprintf("%d %s", r.Depth, m.index.Path(r.Node)))
	}
	want, hits := m.flat(filter)
	if diff := cmp.Diff(want, got); diff != "" || flat.Hits != hits {
		t.Fatalf("flat with filter %q, %d hits of %d: %s", filter, flat.Hits, hits, diff)
	}
}

// flat lists the nodes as a recursive walk would, by comparing whole paths level by level.
func (m *model) flat(filter string) (list []string, hits int) {
	shown := map[string]bool{}
	for topic := range m.topics {
		if filter != "" && !strings.Contains(strings.ToLower(topic), strings.ToLower(filter)) {
			continue
		}
		hits++
		for path := topic; ; path = path[:strings.LastIndexByte(path, '/')] {
			shown[path] = true
			if strings.IndexByte(path, '/') < 0 {
				break
			}
		}
	}
	paths := slices.Collect(maps.Keys(shown))
	slices.SortFunc(paths, func(a, b string) int {
		return slices.CompareFunc(strings.Split(a, "/"), strings.Split(b, "/"), compareNatural)
	})
	for _, p := range paths {
		list = append(list, fmt.Sprintf("%d %s", strings.Count(p, "/"), p))
	}
	return list, hits
}

// checkBlocks recounts what an index takes of the budget, and the order of its heap.
func checkBlocks(t *rapid.T, x *Index) {
	heap := x.current.Load().heap
	var bytes int64
	for i, h := range heap {
		if h.pos != i || h.owner.history != h || i > 0 && heap[(i-1)/2].bytes < h.bytes {
			t.Fatalf("heap is out of order at %d", i)
		}
		bytes += historyOverhead
		for _, b := range h.blocks() {
			bytes += b.bytes()
		}
	}
	for _, s := range x.pause.saved {
		bytes += savedBytes(s)
	}
	if bytes != x.bytes || x.share.top.Load() != heap.most() {
		t.Fatalf("%d bytes counted, %d held; top %d", x.bytes, bytes, x.share.top.Load())
	}
}

func drawProps(t *rapid.T) *connections.Properties {
	text := rapid.SampledFrom([]string{"", "a", "application/json", strings.Repeat("long ", 1000)})
	p := &connections.Properties{
		ContentType: text.Draw(t, "content type"), Text: rapid.Bool().Draw(t, "text"), Expiry: rapid.Uint32().Draw(t, "expiry"),
		ResponseTopic: text.Draw(t, "response topic"),
	}
	if data := text.Draw(t, "correlation data"); data != "" {
		p.CorrelationData = []byte(data)
	}
	for range rapid.IntRange(0, 2).Draw(t, "user properties") {
		p.User = append(p.User, connections.UserProperty{Name: text.Draw(t, "name"), Value: text.Draw(t, "value")})
	}
	return p
}
