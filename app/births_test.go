package app

import (
	"context"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"streamscope/app/payload/decode"
	"streamscope/app/payload/sparkplug"
	"streamscope/connections"
	"streamscope/connections/brokertest"
)

func TestSparkplugsMetricsGetTheirNames(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	c := a.Open(everything(t, broker), nil)
	await(t, "the connection", func() bool { return c.Status().State == connections.StateOpen })
	send := func(topic string, payload []byte) {
		t.Helper()
		if r := c.Publish(context.Background(), connections.Publication{Topic: topic, Payload: payload, QoS: 1}, "test"); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	number := func(b []byte, field protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
	}
	part := func(b []byte, field protowire.Number, m []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), m)
	}
	data := part(number(nil, 3, 1), 2, number(number(nil, 2, 7), 10, 42))

	const topic = "spBv1.0/plant/NDATA/edge"
	send(topic, data)
	await(t, "the data before its birth", func() bool {
		_, s, ok := c.Sparkplug(topic)
		return ok && s.Unnamed == 1
	})
	at, _, _ := c.Sparkplug(topic)
	if r := c.AskForRebirth(context.Background(), at); r.Err != nil {
		t.Fatal(r.Err)
	}
	await(t, "the request", func() bool {
		_, ok := c.Index().Find("spBv1.0/plant/NCMD/edge")
		return ok
	})

	birth := part(number(nil, 3, 0), 2, number(number(part(nil, 1, []byte("press/level")), 2, 7), 4, uint64(sparkplug.Int32)))
	send("spBv1.0/plant/NBIRTH/edge", birth)
	send(topic, data)
	await(t, "the name", func() bool {
		v, _, ok := c.Decoders().Number(topic, nil, data, []string{"metrics", "press/level"})
		return ok && v == 42
	})
	node, _ := c.Index().Find(topic)
	entries := c.Index().History(node, 0, 10)
	if len(entries) != 2 {
		t.Fatalf("%d messages in the history", len(entries))
	}
	for i, want := range []string{`{"seq":1,"metrics":{"press/level":42}}`, `{"seq":1,"metrics":{"alias 7":42}}`} {
		r := c.Decoders().Read(decode.Input{Topic: topic, Seq: entries[i].Seq, Payload: entries[i].Payload})
		if got := string(r.Document); got != want {
			t.Errorf("message %d: %s, want %s", i, got, want)
		}
	}
	if _, s, _ := c.Sparkplug(topic); !s.Alive || s.Gaps != 0 {
		t.Errorf("%+v", s)
	}
}
