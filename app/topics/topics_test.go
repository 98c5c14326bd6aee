package topics

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"streamscope/connections"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const second = int64(time.Second)

// live is the heap that is in use, in bytes.
func live() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func put(x *Index, topic, payload string, at int64) Stored {
	return x.Put(&connections.Message{Topic: topic, Payload: []byte(payload), Size: int64(len(payload))}, at)
}

func rowOf(t *testing.T, x *Index, path string) Row {
	t.Helper()
	id, ok := x.Find(path)
	if !ok {
		t.Fatalf("%q is not there", path)
	}
	return x.Rows([]NodeID{id}, nil)[0]
}

func list(t *testing.T, x *Index, v View) []string {
	t.Helper()
	f, err := x.Flatten(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range f.Rows {
		mark := ""
		for _, m := range []struct {
			on   bool
			mark string
		}{{r.Branch && !r.Open, ">"}, {r.Open, "v"}, {r.Topic, "t"}, {r.Hit, "!"}} {
			if m.on {
				mark += m.mark
			}
		}
		path := x.Path(r.Node)
		lines = append(lines, strings.Repeat(" ", int(r.Depth))+path[strings.LastIndexByte(path, '/')+1:]+" "+mark)
	}
	return lines
}

func TestUsualIntervalRateAndSilence(t *testing.T) {
	type step struct {
		at       int64
		retained bool
		broken   bool // the connection was interrupted before
	}
	for _, c := range []struct {
		name     string
		steps    []step
		interval time.Duration
		now      int64
		rate     float64
		silent   bool
	}{
		{"one message tells nothing", []step{{at: 0}}, 0, 100 * second, 0, false},
		{"regular", []step{{at: 0}, {at: second}, {at: 2 * second}}, time.Second, 2 * second, 1, false},
		{"late", []step{{at: 0}, {at: second}}, time.Second, 3 * second, 0.5, false},
		{"silent", []step{{at: 0}, {at: second}}, time.Second, 5 * second, 0.25, true},
		{"retained does not count", []step{{at: 0, retained: true}, {at: 5 * second}, {at: 6 * second}}, time.Second, 6 * second, 1, false},
		{"nor does one that comes again", []step{{at: 0}, {at: second}, {at: 50 * second, retained: true}, {at: 70 * second}, {at: 71 * second}},
			time.Second, 71 * second, 1, false},
		{"nor does the time without connection", []step{{at: 0}, {at: second}, {at: 500 * second, broken: true}, {at: 501 * second}},
			time.Second, 501 * second, 1, false},
		{"mean of the first", []step{{at: 0}, {at: second}, {at: 4 * second}}, 2 * time.Second, 4 * second, 0.5, false},
		{"at one instant", []step{{at: 7}, {at: 7}}, 1, 7 + second, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := New(Options{})
			for _, s := range c.steps {
				if s.broken {
					x.Interrupted()
				}
				x.Put(&connections.Message{Topic: "a", Retained: s.retained}, s.at)
			}
			r := rowOf(t, x, "a")
			if d := r.Interval - c.interval; d.Abs() > time.Microsecond {
				t.Errorf("interval %v, want %v", r.Interval, c.interval)
			}
			if rate := r.Rate(c.now); rate < c.rate*0.999 || rate > c.rate*1.001 {
				t.Errorf("rate %v, want %v", rate, c.rate)
			}
			if r.Silent(c.now) != c.silent {
				t.Errorf("silent %v, want %v", !c.silent, c.silent)
			}
		})
	}
}

func TestFlattenOpensWhatIsAskedFor(t *testing.T) {
	x := New(Options{})
	for i, topic := range []string{"line4/press/temp", "line4/press", "line4/tank", "line10", "Line3/Press/x", "/lead", "trail/"} {
		put(x, topic, "1", int64(i))
	}
	only := func(paths ...string) func(string) bool {
		return func(p string) bool { return strings.Contains("|"+strings.Join(paths, "|")+"|", "|"+p+"|") }
	}
	for _, c := range []struct {
		name string
		view View
		want string
	}{
		{"closed", View{}, " >|Line3 >|line4 >|line10 t|trail >"},
		{"one branch", View{Open: only("line4")}, " >|Line3 >|line4 v| press >t| tank t|line10 t|trail >"},
		{"open beneath a closed one", View{Open: only("line4/press")}, " >|Line3 >|line4 >|line10 t|trail >"},
		{"all", View{OpenAll: true}, " v| lead t|Line3 v| Press v|  x t|line4 v| press vt|  temp t| tank t|line10 t|trail v|  t"},
		{"filter", View{Filter: "PRESS"}, "Line3 v| Press v|  x t!|line4 v| press vt!|  temp t!"},
		{"filter across levels", View{Filter: "4/tank"}, "line4 v| tank t!"},
		{"a hit does not show what is beneath", View{Filter: "line10"}, "line10 t!"},
		{"no hit", View{Filter: "nothing"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(list(t, x, c.view), "|"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if r := rowOf(t, x, "line4"); r.Topics != 3 || r.HasValue || r.Name != "line4" {
		t.Errorf("row of a branch: %+v", r)
	}
	if r := rowOf(t, x, "line4/press"); r.Topics != 1 || !r.HasValue || r.Name != "press" {
		t.Errorf("row of a branch that is a topic: %+v", r)
	}
}

func TestFlattenStops(t *testing.T) {
	x := New(Options{})
	for i := range 20_000 {
		put(x, fmt.Sprintf("a/%d", i), "1", 0)
	}
	for _, v := range []View{{OpenAll: true}, {Filter: "1"}} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if f, err := x.Flatten(ctx, v); !errors.Is(err, context.Canceled) || f != nil {
			t.Errorf("cancelled: %v", err)
		}
	}
}

func TestDeepAndLongTopics(t *testing.T) {
	for _, c := range []struct {
		name   string
		topic  string
		levels int
	}{
		{"2,000 levels", strings.Repeat("a/", 1999) + "z", 2000},
		{"65,535 bytes in one level", strings.Repeat("x", 65535), 1},
		{"65,535 bytes in 2,000 levels", strings.Repeat(strings.Repeat("y", 31)+"/", 1999) + strings.Repeat("z", 65535-1999*32), 2000},
		{"nothing but slashes", strings.Repeat("/", 65535), maxLevels},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := New(Options{})
			s := put(x, c.topic, "1", 0)
			put(x, c.topic, "2", 1)
			put(x, c.topic+"\x00", "3", 1)
			if id, ok := x.Find(c.topic); !ok || id != s.Topic || x.Path(id) != c.topic {
				t.Fatal("the topic is not found")
			}
			f, err := x.Flatten(t.Context(), View{OpenAll: true})
			if err != nil || len(f.Rows) != c.levels+1 || f.Topics != 2 {
				t.Fatalf("%d rows, %d topics, %v", len(f.Rows), f.Topics, err)
			}
			if f, err = x.Flatten(t.Context(), View{Filter: c.topic[len(c.topic)-1:]}); err != nil || f.Hits != 2 {
				t.Fatalf("%d hits, %v", f.Hits, err)
			}
			first := f.Rows[0].Node
			x.Clear(first)
			x.Clear(s.Topic)
			x.Housekeep()
			if c.levels > 1 {
				if n := x.Counts(); n.Topics != 0 || n.Kept != 0 || n.Cleared != 3 {
					t.Errorf("after Clear: %+v", n)
				}
			}
		})
	}
}

// TestHostileTopicsStaySmall has a broker send the topics that make the most nodes.
func TestHostileTopicsStaySmall(t *testing.T) {
	x := New(Options{})
	before := live()
	const n, length = 20, 60_000
	for i := range n {
		put(x, fmt.Sprint(i)+strings.Repeat("/", length), "", 0)
	}
	if used := live() - before; used > n*(length+maxLevels*160) {
		t.Errorf("%d bytes for a topic of %d", used/n, length)
	}
	runtime.KeepAlive(x)
}

func TestAFloodDoesNotEvictASlowTopic(t *testing.T) {
	x := New(Options{Budget: NewBudget(1 << 20)})
	for i := range 200_000 {
		put(x, "fast", fmt.Sprintf("value %d", i), int64(i)*second/100)
		if i%1000 == 0 {
			put(x, "slow", fmt.Sprint(i), int64(i)*second/100)
		}
	}
	id, _ := x.Find("slow")
	if n := len(x.History(id, 0, 0)); n != 200 {
		t.Errorf("the slow topic kept %d of its 200", n)
	}
	c := x.Counts()
	if c.Evicted == 0 || c.HistoryBytes > 1<<20 || c.HistoryBytes < 1<<20-2*largestBlock {
		t.Errorf("%+v", c)
	}
}

func TestAnotherConnectionGivesWay(t *testing.T) {
	const limit = 1 << 20
	budget := NewBudget(limit)
	rich, poor := New(Options{Budget: budget}), New(Options{Budget: budget})
	value := strings.Repeat("x", 50)
	for i := range 50_000 {
		put(rich, "a", value, int64(i))
	}
	for i := range 3000 {
		put(poor, "b", value, int64(i))
		if i%100 == 0 {
			rich.Housekeep()
		}
	}
	if c := poor.Counts(); c.Evicted != 0 {
		t.Errorf("the one that has less lost %d", c.Evicted)
	}
	if used := budget.Used(); used > limit {
		t.Errorf("%d of %d used", used, limit)
	}
	for i := range 50_000 {
		put(poor, "b", value, int64(i))
		if used := budget.Used(); used > limit+limit/8+largestBlock {
			t.Fatalf("%d used while the other does not answer", used)
		}
	}
	for i := range 20_000 {
		put(poor, "b", value, int64(i))
		if i%100 == 0 {
			rich.Housekeep()
		}
	}
	a, b := rich.Counts().HistoryBytes, poor.Counts().HistoryBytes
	if d := a - b; max(d, -d) > limit/4 {
		t.Errorf("shares are %d and %d", a, b)
	}
	budget.SetLimit(limit / 4)
	for i := range 5000 {
		put(rich, "c", value, int64(i))
	}
	poor.Housekeep()
	if used := budget.Used(); used > limit/4 {
		t.Errorf("%d used of a limit lowered to %d", used, limit/4)
	}
}

func TestLargePayloadsAreKeptByReference(t *testing.T) {
	x := New(Options{})
	large := bytes.Repeat([]byte("x"), copyLimit+1)
	m := &connections.Message{Topic: "a", Payload: large, Size: int64(len(large))}
	id := x.Put(m, 1).Topic
	put(x, "a", "small", 2)
	x.Put(m, 3)
	h := x.History(id, 0, 0)
	if len(h) != 3 || &h[0].Payload[0] != &large[0] || &h[2].Payload[0] != &large[0] || string(h[1].Payload) != "small" {
		t.Errorf("history of %d", len(h))
	}
}

func TestClearingALargeBranchAnswersAtOnce(t *testing.T) {
	x := New(Options{})
	const n = 50_000
	for i := range n {
		for k := range 2 {
			put(x, fmt.Sprintf("a/%d/%d", i/100, i), "1", int64(k))
		}
	}
	put(x, "b", "1", 0)
	flat, _ := x.Flatten(t.Context(), View{OpenAll: true})
	id, _ := x.Find("a")
	x.Clear(id)
	if c := x.Counts(); c.Topics != 1 || c.Kept+c.Cleared != 2*n+1 {
		t.Errorf("at once: %+v", c)
	}
	if _, ok := x.Find("a/3/301"); ok {
		t.Error("a cleared topic is found")
	}
	if got := strings.Join(list(t, x, View{OpenAll: true}), "|"); got != "b t" {
		t.Errorf("the tree shows %.100s", got)
	}
	if got := strings.Join(list(t, x, View{Filter: "30"}), "|"); got != "" {
		t.Errorf("the filter shows %.100s", got)
	}
	for _, r := range x.Rows([]NodeID{flat.Rows[0].Node, flat.Rows[5].Node, flat.Rows[n].Node}, nil) {
		if r.HasValue || r.Path != "" {
			t.Errorf("a cleared row shows %+v", r)
		}
	}
	s := put(x, "a/3/301", "new", 5)
	if h := x.History(s.Topic, 0, 0); len(h) != 1 || string(h[0].Payload) != "new" {
		t.Errorf("a topic heard again has %d messages", len(h))
	}
	x.Housekeep()
	if c := x.Counts(); c.Kept != 2 || c.Cleared != 2*n || c.Topics != 2 || c.HistoryBytes != 0 {
		t.Errorf("after housekeeping: %+v", c)
	}
	if got := strings.Join(list(t, x, View{OpenAll: true}), "|"); got != "a v| 3 v|  301 t|b t" {
		t.Errorf("the tree shows %s", got)
	}
}

func TestClearingGivesMemoryBack(t *testing.T) {
	x := New(Options{})
	before := live()
	for round := range 3 {
		for i := range 100_000 {
			put(x, fmt.Sprintf("a/%d/%d", round, i), "1", 0)
			put(x, fmt.Sprintf("a/%d/%d", round, i), "1", 0)
		}
		id, _ := x.Find("a")
		x.Clear(id)
		x.Housekeep()
	}
	// States are used again and the directory of chunks stays: a fraction of what there was.
	if used := int64(live() - before); used > 25<<20 {
		t.Errorf("%d bytes are left of nothing", used)
	}
	x.Clear(0)
	if used := int64(live() - before); used > 1<<20 {
		t.Errorf("%d bytes are left after clearing all", used)
	}
	runtime.KeepAlive(x)
}

func TestNodesAreNumberedOnce(t *testing.T) {
	x := New(Options{})
	old := put(x, "a", "1", 0).Topic
	x.Clear(0)
	if id := put(x, "b", "1", 0).Topic; id == old || x.Path(old) != "" {
		t.Errorf("%d, then %d", old, id)
	}
	if r := x.Rows([]NodeID{old}, nil)[0]; r.HasValue || r.Node != old {
		t.Errorf("row of a cleared node: %+v", r)
	}
	if _, ok := x.Latest(old); ok || x.History(old, 0, 0) != nil {
		t.Error("a cleared node has messages")
	}
}

func TestTapBits(t *testing.T) {
	x := New(Options{})
	put(x, "a", "1", 0)
	put(x, "b", "1", 0)
	if since := x.TapTopics(0, []string{"a", "new"}); since != 2 {
		t.Errorf("since %d", since)
	}
	x.TapFilter(63, func(topic string) bool { return topic != "a" })
	check := func(topic string, want uint64) {
		t.Helper()
		if s := put(x, topic, "1", 0); s.Taps != want {
			t.Errorf("%q: taps %b, want %b", topic, s.Taps, want)
		}
	}
	check("a", 1)
	check("b", 1<<63)
	check("new", 1|1<<63)
	x.TapTopic(0, "b")
	x.UntapTopic(0, "a")
	check("a", 0)
	check("b", 1|1<<63)
	x.Untap(63)
	check("b", 1)
	check("c", 0)
	x.Clear(0)
	check("b", 1)
	x.Untap(0)
	check("b", 0)
}

func TestReplayIgnoresThePause(t *testing.T) {
	x := New(Options{})
	for i := range 5 {
		put(x, "a", fmt.Sprint(i), int64(i))
		if i == 2 {
			x.Pause()
		}
	}
	id, _ := x.Find("a")
	var got []string
	x.Replay(id, 4, func(e Entry) bool { got = append(got, string(e.Payload)); return true })
	if fmt.Sprint(got) != "[0 1 2 3]" {
		t.Errorf("replayed %v", got)
	}
	if h := x.History(id, 0, 2); len(h) != 2 || string(h[0].Payload) != "2" {
		t.Errorf("history while paused: %+v", h)
	}
}

func TestAClosedIndexTakesNothing(t *testing.T) {
	budget := NewBudget(1 << 20)
	x := New(Options{Budget: budget})
	put(x, "a", "1", 0)
	put(x, "a", "1", 0)
	x.Close()
	if s := put(x, "a", "1", 0); s != (Stored{}) || budget.Used() != 0 || x.Counts().Received != 2 {
		t.Errorf("%+v, %d bytes, %+v", s, budget.Used(), x.Counts())
	}
}
