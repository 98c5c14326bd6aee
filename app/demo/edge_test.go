package demo

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"streamscope/app/demo/simulation"
	"streamscope/app/payload/decode"
	"streamscope/app/payload/protobuf"
	"streamscope/app/payload/sparkplug"
)

// hears notes messages in the order of their coming, and returns what was read of the last.
func hears(t *testing.T, book *sparkplug.Book, m paho.Message, seq uint64) map[string]any {
	t.Helper()
	book.Note(m.Topic(), seq, m.Retained(), m.Payload())
	if at, _ := sparkplug.ParseTopic(m.Topic()); at.Kind == sparkplug.NodeCommand {
		return nil // what the test says itself
	}
	r, err := book.Read(m.Topic(), seq, m.Payload())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Metrics map[string]any }
	if err := json.Unmarshal(r.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Metrics
}

const (
	edgeData  = "spBv1.0/packing/DDATA/edge1/palletizer"
	edgeBirth = "spBv1.0/packing/NBIRTH/edge1"
	edgeDeath = "spBv1.0/packing/NDEATH/edge1"
)

func anything(paho.Message) bool { return true }

func TestTheEdgeNodeIsBornAgainWhenAsked(t *testing.T) {
	p := openPlant(t)
	all := make(chan paho.Message, 10_000)
	w := watch(t, "tcp://"+p.MQTTAddr)
	done(t, w.client.Subscribe("spBv1.0/#", 1, func(_ paho.Client, m paho.Message) {
		select {
		case all <- m:
		default:
		}
	}))
	book, seq := sparkplug.NewBook(), uint64(0)
	next := func(topic string, ok func(map[string]any) bool) (metrics map[string]any) {
		t.Helper()
		for deadline := time.After(30 * time.Second); ; {
			select {
			case m := <-all:
				seq++
				if metrics = hears(t, book, m, seq); m.Topic() == topic && ok(metrics) {
					return metrics
				}
			case <-deadline:
				t.Fatalf("waited in vain on %s", topic)
			}
		}
	}
	has := func(name string) func(map[string]any) bool {
		return func(m map[string]any) bool { _, ok := m[name]; return ok }
	}
	at, _ := sparkplug.ParseTopic(edgeData)

	// Given somebody who came after the first birth.
	next(edgeData, func(map[string]any) bool { return true })
	book = sparkplug.NewBook()
	next(edgeData, has("alias 10"))
	// A command that is no request changes nothing.
	done(t, w.client.Publish(at.CommandTopic(), 0, false, []byte{0xff}))
	done(t, w.client.Publish(at.CommandTopic(), 0, false, sparkplug.Rebirth(1)))
	birth := next(edgeBirth, has("bdSeq"))
	next(edgeData, has("Axis/Speed"))
	if s := book.State(at); !s.Alive || s.Births != 1 || s.Gaps != 0 {
		t.Errorf("%+v", s)
	}

	// Its death names the birth that it ends, and the next birth has the number after.
	death := next(edgeDeath, has("bdSeq"))
	if death["bdSeq"] != birth["bdSeq"] || book.State(at).Alive {
		t.Errorf("born as %v, died as %v", birth["bdSeq"], death["bdSeq"])
	}
	again := next(edgeBirth, has("bdSeq"))
	if first, _ := birth["bdSeq"].(float64); again["bdSeq"] != first+1 {
		t.Errorf("born again as %v", again["bdSeq"])
	}
	next(edgeData, has("Axis/Speed"))
	if s := book.State(at); !s.Alive || s.Gaps != 0 {
		t.Errorf("%+v", s)
	}
}

func TestTheCameraSpeaksProtobuf(t *testing.T) {
	p, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := p.Profile().Decoders[0]
	if len(b.Files) != 1 || filepath.Base(b.Files[0]) != "vision.proto" {
		t.Fatalf("%+v", b)
	}
	schema, err := protobuf.Load(b.Files)
	if err != nil {
		t.Fatal(err)
	}
	message, err := schema.Message(b.Message)
	if err != nil {
		t.Fatal(err)
	}
	m := watch(t, "tcp://"+p.MQTTAddr, "#").awaitMessage(simulation.CameraTopic, anything)
	r := message.Decode(decode.Input{Payload: m.Payload(), Limits: decode.Whole()})
	var seen struct {
		Verdict string
		WidthMM float64 `json:"width_mm"`
	}
	if err := json.Unmarshal(r.Document, &seen); err != nil || r.Err != nil || r.Note != "" || seen.Verdict == "" || seen.WidthMM < 100 {
		t.Errorf("%s %v %q", r.Document, r.Err, r.Note)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(b.Files[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the schema stays behind: %v", err)
	}
}
