package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"streamscope/app/record"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen collects what is printed, and lets a test wait for it.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newScreen() *screen { return &screen{more: make(chan struct{}, 1)} }

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until the text is there.
func (s *screen) await(t *testing.T, text string) {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for !strings.Contains(s.String(), text) {
		select {
		case <-s.more:
		case <-timeout:
			t.Fatalf("%q was not printed, but:\n%s", text, s)
		}
	}
}

// run is a watch under way.
type running struct {
	out, err *screen
	cancel   context.CancelFunc
	code     chan int
}

func start(t *testing.T, o WatchOptions) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{out: newScreen(), err: newScreen(), cancel: cancel, code: make(chan int, 1)}
	go func() { r.code <- Watch(ctx, o, r.out, r.err) }()
	t.Cleanup(cancel)
	return r
}

func (r *running) wait(t *testing.T, want int) {
	t.Helper()
	select {
	case got := <-r.code:
		if got != want {
			t.Errorf("exit code %d, want %d; stderr:\n%s", got, want, r.err)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("it does not end; stderr:\n%s", r.err)
	}
}

func TestWatchPrintsLinesUntilThereWereEnough(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	r := start(t, WatchOptions{Target: Target{URL: "mqtt://" + broker.Addr() + "/plant/#"}, Count: 2, Format: FormatLine, Exclude: []string{"plant/noise"}})
	r.err.await(t, "connected")
	p := brokertest.Dial(t, broker.Addr(), "pub", "", "")
	p.Send("plant/noise", "x", false)
	p.Send("elsewhere", "x", false)
	p.Send("plant/temp", "21.4 °C", false)
	p.Send("plant/text", "two\nlines\x1b[31m\u202e", false)
	p.Send("plant/third", "x", false)
	p.Flush()
	r.wait(t, ExitOK)
	lines := strings.Split(strings.TrimSuffix(r.out.String(), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%q", lines)
	}
	for i, want := range []string{"plant/temp 21.4 °C", `plant/text two\nlines\x1b[31m\u202e`} {
		stamped, rest, _ := strings.Cut(lines[i], " ")
		if _, err := time.Parse(stamp, stamped); err != nil || rest != want {
			t.Errorf("line %d is %q, %v", i, lines[i], err)
		}
	}
}

func TestWatchCountsAddUp(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{Config: "max_queued_messages 0"})
	r := start(t, WatchOptions{Target: Target{URL: "mqtt://" + broker.Addr()}, Topics: []string{"a/#", "b/#"}, Exclude: []string{"b/#"}, Count: 3000, Format: FormatNone})
	r.err.await(t, "connected")
	p := brokertest.Dial(t, broker.Addr(), "pub", "", "")
	for i := range 3000 {
		if i%3 == 0 {
			p.Send("b/x", "1", false)
		}
		p.Send(fmt.Sprintf("a/%d", i%10), fmt.Sprint(i), false)
	}
	p.Flush()
	r.wait(t, ExitOK)
	var n counts
	if err := json.Unmarshal([]byte(r.out.String()), &n); err != nil {
		t.Fatalf("%v: %s", err, r.out)
	}
	if n.Received != n.Kept+n.Evicted+n.Cleared+n.Excluded || n.Received != 4000 || n.Excluded != 1000 || n.Topics != 10 ||
		n.Tapped != 3000 || n.Lost != 0 || n.HistoryBytes == 0 || n.CPUSeconds <= 0 || n.Seconds <= 0 || n.BytesIn == 0 {
		t.Errorf("%+v", n)
	}
}

func TestWatchPrintsJSON(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	p := brokertest.Dial(t, broker.Addr(), "pub", "", "")
	p.Send("kept", `{"t": 1.50}`, true)
	p.Sync()
	r := start(t, WatchOptions{Target: Target{URL: "mqtt://" + broker.Addr() + "/%23"}, Count: 2, Format: FormatJSON})
	r.out.await(t, "kept")
	p.Send("bytes", "\xff\x00", false)
	p.Flush()
	r.wait(t, ExitOK)
	var got []record.Message
	for d := json.NewDecoder(strings.NewReader(r.out.String())); d.More(); {
		var m record.Message
		if err := d.Decode(&m); err != nil {
			t.Fatal(err)
		}
		if _, err := time.Parse(time.RFC3339Nano, m.Time); err != nil {
			t.Error(err)
		}
		got = append(got, m)
	}
	if len(got) != 2 || *got[0].Payload != `{"t": 1.50}` || !got[0].Retained || got[1].Payload != nil || string(got[1].Base64) != "\xff\x00" ||
		got[1].Retained || got[1].Seq != 2 || got[1].Size != 2 {
		t.Errorf("%s", r.out)
	}
}

func TestWatchEnds(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	url := "mqtt://" + broker.Addr() + "/%23"
	t.Run("when interrupted", func(t *testing.T) {
		r := start(t, WatchOptions{Target: Target{URL: url}, Format: FormatNone})
		r.err.await(t, "connected")
		r.cancel()
		r.wait(t, ExitOK)
		r.out.await(t, `"received":0`)
	})
	t.Run("when the time is over", func(t *testing.T) {
		r := start(t, WatchOptions{Target: Target{URL: url}, Seconds: 0.3, Format: FormatLine})
		r.wait(t, ExitOK)
	})
	t.Run("with fewer than were asked for", func(t *testing.T) {
		r := start(t, WatchOptions{Target: Target{URL: url}, Seconds: 0.3, Count: 1, Format: FormatLine})
		r.wait(t, ExitFewer)
	})
}

func TestWatchConnectsAgain(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	r := start(t, WatchOptions{Target: Target{URL: "mqtt://" + broker.Addr() + "/%23"}, Count: 1, Format: FormatLine})
	r.err.await(t, "connected")
	broker.Restart()
	r.err.await(t, "connected again")
	p := brokertest.Dial(t, broker.Addr(), "pub", "", "")
	p.Send("a", "back", false)
	p.Flush()
	r.wait(t, ExitOK)
	if !strings.Contains(r.out.String(), "a back") {
		t.Errorf("%s", r.out)
	}
}

func TestWatchTellsWhyItCannotConnect(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{
		Users: map[string]string{"anna": "s3cret"}, ACL: "user anna\ntopic read plant/#\n",
	})
	for _, c := range []struct {
		name, url string
		code      int
		says      string
	}{
		{"nobody there", fmt.Sprintf("mqtt://127.0.0.1:%d/a", brokertest.UnusedPort(t)), ExitFailure, "refused"},
		{"wrong password", "mqtt://anna:wr0ng@" + broker.Addr() + "/plant/%23", ExitFailure, "password"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, WatchOptions{Target: Target{URL: c.url}, Format: FormatLine})
			r.wait(t, c.code)
			if !strings.Contains(r.err.String(), c.says) || strings.Contains(r.err.String(), "wr0ng") || r.out.String() != "" {
				t.Errorf("stdout %q, stderr %q", r.out, r.err)
			}
		})
	}
	t.Run("a password is warned of", func(t *testing.T) {
		r := start(t, WatchOptions{Target: Target{URL: "mqtt://anna:s3cret@" + broker.Addr() + "/plant/%23"}, Format: FormatLine})
		r.err.await(t, "connected")
		r.cancel()
		r.wait(t, ExitOK)
		if n := strings.Count(r.err.String(), "warning"); n != 1 || strings.Contains(r.err.String(), "s3cret") {
			t.Errorf("%d warnings: %s", n, r.err)
		}
	})
}

func TestWatchTakesAProfile(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{Users: map[string]string{"anna": "s3cret"}})
	folder := t.TempDir()
	p := profile.New()
	p.Name, p.Host, p.Port, p.User, p.AsksPassword = "Plant A", broker.Host, broker.Port, "anna", true
	p.Subscriptions = []connections.Subscription{{Filter: "a/#"}}
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	if err := profile.Open(filepath.Join(folder, "profiles")).Save(valid); err != nil {
		t.Fatal(err)
	}
	start(t, WatchOptions{Target: Target{Profile: "Plant A", Folder: folder}, Format: FormatLine}).wait(t, ExitUsage)
	start(t, WatchOptions{Target: Target{Profile: "Plant B", Folder: folder}, Format: FormatLine}).wait(t, ExitUsage)
	t.Setenv(PasswordVariable, "s3cret")
	r := start(t, WatchOptions{Target: Target{Profile: "Plant A", Folder: folder}, Format: FormatLine, Count: 1})
	r.err.await(t, "connected")
	pub := brokertest.Dial(t, broker.Addr(), "pub", "anna", "s3cret")
	pub.Send("b", "no", false)
	pub.Send("a/x", "yes", false)
	pub.Flush()
	r.wait(t, ExitOK)
	if !strings.Contains(r.out.String(), "a/x yes") {
		t.Errorf("%s", r.out)
	}
}

func TestWatchRefusesNonsense(t *testing.T) {
	plain, ws := Target{URL: "mqtt://h/a"}, Target{URL: "ws://h/a"}
	for _, o := range []WatchOptions{
		{},
		{Target: Target{URL: "mqtt://h/a", Profile: "p"}},
		{Target: plain, Others: []string{"p"}},
		{Target: Target{URL: "mqtt://h"}},
		{Target: Target{URL: "http://h/a"}},
		{Target: plain, Format: "xml"},
		{Target: plain, Topics: []string{"a/#/b"}},
		{Target: plain, Exclude: []string{""}},
		{Target: plain, Seconds: -1},
		{Target: plain, QoS: 3},
		{Target: Target{URL: "mqtt://h/a", Changes: Changes{Version: "4"}}},
		{Target: Target{URL: ws.URL, Changes: Changes{Version: "5"}}},
		{Target: Target{URL: "mqtt://h/a", Changes: Changes{Insecure: true}}},
		{Target: Target{URL: "mqtt://h/a", Changes: Changes{CAFile: "ca.pem"}}},
		{Target: Target{URL: "mqtt://h/a", Changes: Changes{Headers: []string{"a: b"}}}},
		{Target: Target{URL: ws.URL, Changes: Changes{Headers: []string{"s3cret"}}}},
		{Target: Target{URL: ws.URL, Changes: Changes{Headers: []string{"no name: s3cret"}}}},
	} {
		if o.Format == "" {
			o.Format = FormatLine
		}
		var out, err bytes.Buffer
		if code := Watch(t.Context(), o, &out, &err); code != ExitUsage || err.Len() == 0 || out.Len() > 0 || strings.Contains(err.String(), "s3cret") {
			t.Errorf("%+v: code %d, stdout %q, stderr %q", o, code, &out, &err)
		}
	}
}

func TestLinesAreSafeForATerminal(t *testing.T) {
	for payload, want := range map[string]string{
		"21.4":           "21.4",
		"":               "",
		`C:\temp`:        `C:\\temp`,
		"a\r\nb\tc":      `a\r\nb\tc`,
		"\x1b]0;t\x07":   `\x1b]0;t\a`,
		"\u202eabc":      `\u202eabc`,
		"é 🙂":            "é 🙂",
		"e\u0301":        "e\u0301",
		"\xff\x01":       "0xff01",
		`{"a":"b c"}`:    `{"a":"b c"}`,
		"no\u00a0break":  `no\u00a0break`,
		"\u200bzero":     `\u200bzero`,
		"\U000e0041tags": `\U000e0041tags`,
	} {
		r := session.Record{Topic: "t", Payload: []byte(payload), Size: int64(len(payload))}
		line := string(appendLine(nil, "", &r))
		if _, got, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " t "); got != want {
			t.Errorf("%q: %q, want %q", payload, got, want)
		}
	}
	cut := session.Record{Topic: "\xff\n", Payload: []byte("ab"), Size: 10}
	if line := string(appendLine(nil, "", &cut)); !strings.HasSuffix(line, ` \xff\n ab [cut: 2 of 10 bytes]`+"\n") {
		t.Errorf("%q", line)
	}
}

func FuzzFormats(f *testing.F) {
	f.Add("a/b", []byte("21.4"))
	f.Add("\xff\n", []byte("\x00\xff\u202e"))
	f.Fuzz(func(t *testing.T, topic string, payload []byte) {
		r := session.Record{Topic: topic, Payload: payload, Size: int64(len(payload))}
		for _, format := range []Format{FormatLine, FormatJSON} {
			var out bytes.Buffer
			if err := newPrinter(format, true, &out).print(topic, []session.Record{r}); err != nil {
				t.Fatal(err)
			}
			line := out.Bytes()
			if i := bytes.IndexByte(line, '\n'); i != len(line)-1 {
				t.Errorf("%s: line ends at %d of %d", format, i, len(line))
			}
			if slices.ContainsFunc(line[:len(line)-1], func(c byte) bool { return c < 0x20 || c == 0x7f && format == FormatLine }) {
				t.Errorf("%s: control characters in %q", format, line)
			}
		}
		var m record.Message
		if err := json.Unmarshal(appendJSON(nil, topic, &r), &m); err != nil {
			t.Fatal(err)
		}
		got := m.Base64
		if m.Payload != nil {
			got = []byte(*m.Payload)
		}
		if !bytes.Equal(got, payload) {
			t.Errorf("%q became %q", payload, got)
		}
	})
}
