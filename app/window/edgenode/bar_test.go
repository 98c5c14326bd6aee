package edgenode

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"google.golang.org/protobuf/encoding/protowire"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

const (
	birth = "spBv1.0/plant/NBIRTH/edge"
	data  = "spBv1.0/plant/NDATA/edge"
	death = "spBv1.0/plant/NDEATH/edge"
)

// bench is a user in front of the bar, with a real broker behind it. The goroutine of the test is
// the UI goroutine.
type bench struct {
	*testing.T
	app  *app.App
	conn *app.Connection
	bar  *Bar
	send *brokertest.Publisher

	mu    sync.Mutex // guards queue
	queue []func()
}

func sitDown(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t}
	a, err := app.New(app.Params{Folder: t.TempDir(), Logger: slog.New(slog.DiscardHandler), Secrets: secret.Options{NoKeyring: true}})
	if err != nil {
		t.Fatal(err)
	}
	m := brokertest.Start(t, brokertest.Options{})
	p := profile.New()
	p.Name, p.Host, p.Port = "Plant", m.Host, m.Port
	p.Subscriptions = []connections.Subscription{{Filter: "#"}}
	v, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		t.Fatal(wrong[0])
	}
	b.app, b.conn = a, a.Open(v, nil)
	test.NewTempApp(t)
	back := ui.NewBackground(func(f func()) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.queue = append(b.queue, f)
	})
	b.bar = New(Options{Work: back, Now: time.Now})
	test.NewTempWindow(t, b.bar.Object)
	t.Cleanup(func() {
		a.Shutdown()
		back.Wait()
	})
	b.awaits("the connection", func() bool { return b.conn.Status().State == connections.StateOpen })
	b.send = brokertest.Dial(t, m.Addr(), "publisher", "", "")
	return b
}

// awaits lets the tick refresh the bar until a state is there.
func (b *bench) awaits(what string, state func() bool) {
	b.Helper()
	for deadline := time.Now().Add(30 * time.Second); !state(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("waited in vain: %s; the bar says %q, %q", what, b.bar.state.Full, b.bar.outcome.Full)
		}
		b.mu.Lock()
		queue := b.queue
		b.queue = nil
		b.mu.Unlock()
		for _, f := range queue {
			f()
		}
		if b.bar != nil {
			b.bar.Refresh(b.conn, data)
		}
	}
}

func (b *bench) says(topic string, payload []byte) {
	b.send.Send(topic, string(payload), false)
	b.send.Flush()
}

func (b *bench) reads(words string) {
	b.Helper()
	b.awaits(words, func() bool { return strings.Contains(b.bar.state.Full, words) })
}

func numbered(seq uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, 3, protowire.VarintType), seq)
}

func fact(facts [][2]string, what string) string {
	for _, f := range facts {
		if f[0] == what {
			return f[1]
		}
	}
	return ""
}

func TestTheLifeOfANodeIsShown(t *testing.T) {
	b := sitDown(t)
	b.says(data, numbered(7))
	b.reads("no birth was seen")
	b.awaits("the message that nobody can name", func() bool { return fact(Facts(b.conn, data), "Unnamed messages") == "1" })
	b.says(birth, numbered(0))
	b.says(data, numbered(1))
	b.reads("edge of plant: alive")
	b.says(data, numbered(5))
	b.reads("alive, with gaps")
	if got := fact(Facts(b.conn, data), "Gaps in its sequence"); !strings.HasPrefix(got, "1, the last before message 4 ") {
		t.Errorf("gaps: %q", got)
	}
	b.says(death, nil)
	b.says(death, numbered(0))
	b.reads("dead")
	if !b.bar.Object.Visible() {
		t.Error("the bar is hidden")
	}
	b.bar.Refresh(b.conn, "plant/temp")
	if b.bar.Object.Visible() || Facts(b.conn, "plant/temp") != nil {
		t.Error("a topic of another namespace has no edge node")
	}
}

func TestARebirthIsAskedForThroughTheDoor(t *testing.T) {
	b := sitDown(t)
	b.says(data, numbered(7))
	b.reads("no birth was seen")
	b.app.SetReadOnly(true)
	b.bar.Refresh(b.conn, data)
	if !b.bar.ask.Disabled() || !strings.Contains(b.bar.outcome.Full, "Read-only") {
		t.Errorf("read-only: %q", b.bar.outcome.Full)
	}
	b.bar.askFor() // a tap that was on its way
	b.app.SetReadOnly(false)
	b.bar.Refresh(b.conn, data)
	if b.bar.ask.Disabled() || b.bar.asked != nil {
		t.Fatal("it cannot be asked, or was asked while read-only")
	}
	test.Tap(b.bar.ask)
	b.awaits("the outcome", func() bool { return strings.Contains(b.bar.outcome.Full, "no birth has come yet") })
	b.awaits("the request on the wire", func() bool {
		_, ok := b.conn.Index().Find("spBv1.0/plant/NCMD/edge")
		return ok
	})
	b.says(birth, numbered(0))
	b.awaits("the answer", func() bool { return strings.Contains(b.bar.outcome.Full, "born again after") })
	b.reads("alive")
	b.conn.Disconnect()
	b.awaits("the reason why it cannot be asked", func() bool { return b.bar.ask.Disabled() })
}
