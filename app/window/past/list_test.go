package past

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/connections"
)

// entriesOf makes messages with numbers from first on, oldest first.
func entriesOf(first int, payloads ...string) []topics.Entry {
	var list []topics.Entry
	for i, p := range payloads {
		list = append(list, topics.Entry{Seq: uint64(first + i), Time: int64(first+i) * 1e9, Payload: []byte(p), Size: int64(len(p))})
	}
	return list
}

// plain reads payloads as they come.
func plain() reading {
	set, err := decode.Compile(nil)
	if err != nil {
		panic(err)
	}
	return reading{set, "a"}
}

// heard is a list that took in messages as the index gives them.
func heard(payloads ...string) *list {
	l := &list{}
	newest := entriesOf(1, payloads...)
	slices.Reverse(newest)
	l.add(newest)
	return l
}

// payloads lists the rows.
func (l *list) payloads() string {
	var list []string
	for i := range l.rows() {
		list = append(list, string(l.at(i).Payload))
	}
	return strings.Join(list, " ")
}

func TestAListTakesInWhatIsNew(t *testing.T) {
	l := heard("a", "b", "c")
	newest := entriesOf(2, "b", "c", "d", "e")
	slices.Reverse(newest)
	if n := l.add(newest); n != 2 || l.payloads() != "e d c b a" {
		t.Errorf("%d new, rows %s", n, l.payloads())
	}
	if l.at(-1) != nil || l.at(5) != nil {
		t.Error("there are rows beyond the ends")
	}
	if row := l.rowOf(4); row != 1 {
		t.Errorf("message 4 is in row %d", row)
	}
}

func TestAListIsBounded(t *testing.T) {
	l := &list{}
	big := strings.Repeat("x", maxListedBytes/4)
	for i := range 10 {
		l.add(entriesOf(i+1, big))
	}
	if l.rows() > 4 || !l.older || l.at(0).Seq != 10 || l.bytes > maxListedBytes {
		t.Errorf("%d rows, %d bytes", l.rows(), l.bytes)
	}
	l.reset()
	for i := range maxListed + 10 {
		l.add(entriesOf(i+1, "1"))
	}
	if l.rows() != maxListed || l.dropped != 10 {
		t.Errorf("%d rows, %d dropped", l.rows(), l.dropped)
	}
}

func TestOrders(t *testing.T) {
	entries := entriesOf(1, "21.4 °C", "stop", "3", "1,234.5", "run", "3", `{"value":-1}`)
	all := []int{0, 1, 2, 3, 4, 5, 6}
	for _, test := range []struct {
		by         key
		descending bool
		want       []int
	}{
		{byTime, false, []int{0, 1, 2, 3, 4, 5, 6}},
		{byTime, true, []int{6, 5, 4, 3, 2, 1, 0}},
		{byValue, false, []int{6, 2, 5, 0, 3, 4, 1}},
		{byValue, true, []int{1, 4, 3, 0, 2, 5, 6}},
		{bySize, false, []int{2, 5, 4, 1, 3, 0, 6}},
	} {
		if got := ordered(entries, all, test.by, test.descending, plain()); !slices.Equal(got, test.want) {
			t.Errorf("by %d, descending %v: %v, want %v", test.by, test.descending, got, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	entries := entriesOf(1, "Stop", "ÜBER", "", "unstoppable", "\xffSTOP")
	for query, want := range map[string][]int{"stop": {0, 3, 4}, "über": {1}, "STOP": {0, 3, 4}, "x": nil} {
		if got := find(context.Background(), entries, query); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
	gone, stop := context.WithCancel(context.Background())
	stop()
	if got := find(gone, entries, "stop"); got != nil {
		t.Errorf("a search that was stopped found %v", got)
	}
}

func TestHitsAreSteppedThrough(t *testing.T) {
	l := heard("a", "x", "a", "a", "x")
	l.hits = []int{0, 2, 3} // rows 4, 2, 1
	for _, test := range []struct{ from, direction, want int }{
		{-1, 1, 1}, {1, 1, 2}, {2, 1, 4}, {4, 1, 1}, {4, -1, 2}, {1, -1, 4}, {-1, -1, 4}, {3, 1, 4},
	} {
		if got := l.step(test.from, test.direction); got != test.want {
			t.Errorf("from %d by %d: %d, want %d", test.from, test.direction, got, test.want)
		}
	}
	if n := l.hitNumber(2); n != 2 {
		t.Errorf("row 2 is hit %d", n)
	}
	l.filtered = true
	if l.payloads() != "a a a" || l.rowOf(3) != 1 || l.rowOf(2) != -1 || l.hitNumber(1) != 2 {
		t.Errorf("rows %s, %d, %d, %d", l.payloads(), l.rowOf(3), l.rowOf(2), l.hitNumber(1))
	}
	l.hits = nil
	if l.step(0, 1) != -1 {
		t.Error("there is a hit among none")
	}
}

// TestAListHoldsTogether adds, searches, orders and gives up at random: what rows show is always
// what is listed.
func TestAListHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &list{}
		seq := 0
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				var fresh []topics.Entry
				for range rapid.IntRange(0, 5).Draw(t, "messages") {
					seq++
					fresh = append(entriesOf(seq, rapid.SampledFrom([]string{"a", "b", "ab"}).Draw(t, "payload")), fresh...)
				}
				l.add(fresh)
			},
			"search": func(t *rapid.T) {
				l.hits, l.searched = find(context.Background(), l.entries, "a"), len(l.entries)
			},
			"filter": func(t *rapid.T) { l.filtered, l.order = !l.filtered, nil },
			"order": func(t *rapid.T) {
				l.order = nil
				var places []int
				for i := range l.rows() {
					places = append(places, l.place(i))
				}
				l.order = ordered(l.entries, places, byValue, true, plain())
			},
			"give up": func(t *rapid.T) {
				for k := rapid.IntRange(0, len(l.entries)).Draw(t, "messages"); k > 0; k-- {
					l.bytes += maxListedBytes
					before := len(l.entries)
					l.trim()
					if before == len(l.entries) {
						l.bytes = 0
					}
				}
				l.bytes = 0
			},
			"": func(t *rapid.T) {
				for i := range l.rows() {
					e := l.at(i)
					if row := l.rowOf(e.Seq); row != i {
						t.Fatalf("message %d of row %d is in row %d", e.Seq, i, row)
					}
					if l.hit(i) && !bytes.Contains(e.Payload, []byte("a")) || l.filtered && !l.hit(i) {
						t.Fatalf("row %d, %q, is a hit: %v", i, e.Payload, l.hit(i))
					}
				}
			},
		})
	})
}

// odd are messages with everything that a file must not lose, or must not run.
func odd() []topics.Entry {
	list := entriesOf(1, "=cmd()|x", "a,\"b\"\r\nc", "\xff\x00", "", "21.5")
	list[1].Retained, list[1].QoS, list[1].Dup = true, 2, true
	list[2].Cut, list[2].Size = true, 100
	list[3].Own = 5e9
	list[4].Props = &connections.Properties{ContentType: "text/plain", Expiry: 60, CorrelationData: []byte{1}, User: []connections.UserProperty{{Name: "=n", Value: "v"}}}
	return list
}

func written(t *testing.T, f format) string {
	t.Helper()
	var b bytes.Buffer
	n, err := write(context.Background(), &b, f, origin{"Bench", "a/b"}, those(odd()), func(uint64) {})
	if n != 5 || err != nil {
		t.Fatal(n, err)
	}
	return b.String()
}

func TestExportAsCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(written(t, asCSV))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) (cells []string) {
		k := slices.Index(rows[0], name)
		for _, r := range rows[1:] {
			cells = append(cells, r[k])
		}
		return cells
	}
	for name, want := range map[string][]string{
		"time":             {"1970-01-01T00:00:01.000000000Z", "1970-01-01T00:00:02.000000000Z", "1970-01-01T00:00:03.000000000Z", "1970-01-01T00:00:04.000000000Z", "1970-01-01T00:00:05.000000000Z"},
		"payload":          {"'=cmd()|x", "a,\"b\"\nc", "/wA=", "", "21.5"}, // the reader makes \n of \r\n
		"payload_encoding": {"utf-8", "utf-8", "base64", "utf-8", "utf-8"},
		"size":             {"8", "8", "100", "0", "4"},
		"retained":         {"false", "true", "false", "false", "false"},
		"cut":              {"false", "false", "true", "false", "false"},
		"payload_time":     {"", "", "", "1970-01-01T00:00:05.000000000Z", ""},
		"properties":       {"", "", "", "", `{"content_type":"text/plain","expiry_seconds":60,"correlation_base64":"AQ==","user":[{"name":"=n","value":"v"}]}`},
	} {
		if got := column(name); !cmp.Equal(got, want) {
			t.Errorf("%s: %s", name, cmp.Diff(want, got))
		}
	}
}

func TestExportAsJSONLines(t *testing.T) {
	want := []string{
		`{"time":"1970-01-01T00:00:01Z","seq":1,"connection":"Bench","topic":"a/b","payload":"=cmd()|x","size":8,"qos":0}`,
		`{"time":"1970-01-01T00:00:02Z","seq":2,"connection":"Bench","topic":"a/b","payload":"a,\"b\"\r\nc","size":8,"qos":2,"retained":true,"dup":true}`,
		`{"time":"1970-01-01T00:00:03Z","seq":3,"connection":"Bench","topic":"a/b","payload_base64":"/wA=","size":100,"qos":0,"cut":true}`,
		`{"time":"1970-01-01T00:00:04Z","seq":4,"connection":"Bench","topic":"a/b","payload":"","size":0,"qos":0,"payload_time":"1970-01-01T00:00:05Z"}`,
		`{"time":"1970-01-01T00:00:05Z","seq":5,"connection":"Bench","topic":"a/b","payload":"21.5","size":4,"qos":0,"properties":{"content_type":"text/plain","expiry_seconds":60,"correlation_base64":"AQ==","user":[{"name":"=n","value":"v"}]}}`,
	}
	got := strings.Split(strings.TrimSpace(written(t, asLines)), "\n")
	if !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	for _, line := range got {
		if !json.Valid([]byte(line)) {
			t.Errorf("%s is no JSON", line)
		}
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAnExportEndsEarly(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	endless := func(yield func(*topics.Entry) bool) {
		e := topics.Entry{Payload: []byte(strings.Repeat("x", 1000))}
		for yield(&e) {
			if e.Seq++; e.Seq == 5000 {
				stop()
			}
		}
	}
	var b bytes.Buffer
	if n, err := write(ctx, &b, asCSV, origin{}, endless, func(uint64) {}); !errors.Is(err, context.Canceled) || n < 4000 || n > 6000 {
		t.Errorf("stopped after %d: %v", n, err)
	}
	if _, err := write(context.Background(), full{}, asLines, origin{}, endless, func(uint64) {}); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("a full disk: %v", err)
	}
}

func TestFileNames(t *testing.T) {
	for topic, want := range map[string]string{
		"plant/line1/temp": "plant-line1-temp", "../../etc/passwd": "etc-passwd", "°": "history", "": "history", "a\x00b c": "a-b-c",
		strings.Repeat("x", 200): strings.Repeat("x", 80),
	} {
		if got := fileName(topic); got != want {
			t.Errorf("%q: %q, want %q", topic, got, want)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	entries := make([]topics.Entry, maxListed)
	size := 0
	for i := range entries {
		entries[i].Payload = fmt.Appendf(nil, `{"device":"press-%d","value":%d,"unit":"°C","state":"running"}`, i%10, i)
		size += len(entries[i].Payload)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		find(context.Background(), entries, "value\":49999")
	}
}

func BenchmarkOrderByValue(b *testing.B) {
	entries := make([]topics.Entry, maxListed)
	places := make([]int, maxListed)
	for i := range entries {
		entries[i].Payload = fmt.Appendf(nil, "%d.5 °C", i*7919%1000)
		places[i] = i
	}
	read := plain()
	for b.Loop() {
		ordered(entries, places, byValue, true, read)
	}
}

// BenchmarkListGoesOn takes in what 10,000 messages a second bring between two ticks, with the
// list full and searched.
func BenchmarkListGoesOn(b *testing.B) {
	const fresh = 2500
	l := &list{}
	newest := make([]topics.Entry, fresh)
	payload := []byte(`{"device":"press-4","value":21.5,"unit":"°C","state":"running"}`)
	seq := uint64(0)
	take := func() {
		for i := range newest {
			newest[fresh-1-i] = topics.Entry{Seq: seq + uint64(i) + 1, Payload: payload}
		}
		seq += fresh
		l.add(newest)
		for i := len(l.entries) - fresh; i < len(l.entries); i += 10 {
			l.hits = append(l.hits, i)
		}
	}
	for range maxListed/fresh + 1 {
		take()
	}
	b.ReportAllocs()
	for b.Loop() {
		take()
	}
}
