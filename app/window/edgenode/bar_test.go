package edgenode

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"google.golang.org/protobuf/encoding/protowire"

	"streamscope/app"
	"streamscope/app/window/uitest"
	"streamscope/connections/brokertest"
)

const (
	birth = "spBv1.0/plant/NBIRTH/edge"
	data  = "spBv1.0/plant/NDATA/edge"
	death = "spBv1.0/plant/NDEATH/edge"
)

// bench is a user in front of the bar, with a real broker behind it.
type bench struct {
	*uitest.Bench
	conn *app.Connection
	bar  *Bar
	send *brokertest.Publisher
}

func sitDown(t *testing.T) *bench {
	t.Helper()
	b := &bench{Bench: uitest.New(t, brokertest.Start(t, brokertest.Options{}))}
	b.conn, b.send = b.Opens(b.Profile(nil)), b.Publisher()
	b.bar = New(Options{Work: b.Work, Now: time.Now})
	b.Win.SetContent(b.bar.Object)
	b.OnTick = func() { b.bar.Refresh(b.conn, data) }
	b.Says = func() string { return fmt.Sprintf("%q, %q", b.bar.state.Full, b.bar.outcome.Full) }
	return b
}

func (b *bench) says(topic string, payload []byte) {
	b.send.Send(topic, string(payload), false)
	b.send.Flush()
}

func (b *bench) reads(words string) {
	b.Helper()
	b.Await(words, func() bool { return strings.Contains(b.bar.state.Full, words) })
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
	b.Await("the message that nobody can name", func() bool { return fact(Facts(b.conn, data), "Unnamed messages") == "1" })
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
	b.App.SetReadOnly(true)
	b.bar.Refresh(b.conn, data)
	if !b.bar.ask.Disabled() || !strings.Contains(b.bar.outcome.Full, "Read-only") {
		t.Errorf("read-only: %q", b.bar.outcome.Full)
	}
	b.bar.askFor() // a tap that was on its way
	b.App.SetReadOnly(false)
	b.bar.Refresh(b.conn, data)
	if b.bar.ask.Disabled() || b.bar.asked != nil {
		t.Fatal("it cannot be asked, or was asked while read-only")
	}
	test.Tap(b.bar.ask)
	b.Await("the outcome", func() bool { return strings.Contains(b.bar.outcome.Full, "no birth has come yet") })
	b.Await("the request on the wire", func() bool {
		_, ok := b.conn.Index().Find("spBv1.0/plant/NCMD/edge")
		return ok
	})
	b.says(birth, numbered(0))
	b.Await("the answer", func() bool { return strings.Contains(b.bar.outcome.Full, "born again after") })
	b.reads("alive")
	b.conn.Disconnect()
	b.Await("the reason why it cannot be asked", func() bool { return b.bar.ask.Disabled() })
}
