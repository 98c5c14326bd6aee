package mqtt_test

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

func TestHostileHandshakesOfMQTT5(t *testing.T) {
	tests := map[string]struct {
		answer []byte
		want   connections.FailureKind
		words  string
	}{
		"garbage":                      {[]byte("SSH-2.0-OpenSSH_9.2\r\n"), connections.FailureProtocol, "not MQTT"},
		"a web server":                 {[]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), connections.FailureProtocol, "web server"},
		"TLS":                          {[]byte{0x15, 3, 1, 0, 2, 2, 70}, connections.FailureSpeaksTLS, ""},
		"an unknown reason":            {[]byte{0x20, 3, 0, 0x42, 0}, connections.FailureProtocol, "0x42"},
		"an unknown refusal":           {[]byte{0x20, 3, 0, 0xff, 0}, connections.FailureProtocol, "0xff"},
		"a reason string":              {[]byte{0x20, 10, 0, 0x87, 7, 0x1f, 0, 4, 'n', 'o', 'p', 'e'}, connections.FailureNotAuthorised, "nope"},
		"another server":               {[]byte{0x20, 9, 0, 0x9d, 6, 0x1c, 0, 3, 'b', ':', '1'}, connections.FailureMoved, "b:1"},
		"banned":                       {[]byte{0x20, 3, 0, 0x8a, 0}, connections.FailureNotAuthorised, "banned"},
		"busy":                         {[]byte{0x20, 3, 0, 0x89, 0}, connections.FailureUnavailable, "busy"},
		"properties cut off":           {[]byte{0x20, 5, 0, 0, 9, 0x1f, 0}, connections.FailureProtocol, "longer than their packet"},
		"a property cut off":           {[]byte{0x20, 6, 0, 0, 3, 0x1f, 0, 9}, connections.FailureProtocol, "cut off"},
		"a property that has no place": {[]byte{0x20, 6, 0, 0, 3, 0x23, 0, 9}, connections.FailureProtocol, "no place"},
		"a property that nobody knows": {[]byte{0x20, 5, 0, 0, 2, 0x7f, 0}, connections.FailureProtocol, "no place"},
		"a property twice":             {[]byte{0x20, 7, 0, 0, 4, 0x25, 1, 0x25, 1}, connections.FailureProtocol, "twice"},
		"properties without an end":    {[]byte{0x20, 7, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff}, connections.FailureProtocol, "does not end"},
		"bytes behind the end":         {[]byte{0x20, 4, 0, 0, 0, 0}, connections.FailureProtocol, "behind its end"},
		"invalid UTF-8":                {[]byte{0x20, 7, 0, 0, 4, 0x1f, 0, 1, 0xff}, connections.FailureProtocol, "UTF-8"},
		"a receive maximum of 0":       {[]byte{0x20, 6, 0, 0, 3, 0x21, 0, 0}, connections.FailureProtocol, "receive maximum"},
		// paho would crash on it.
		"an authentication method": {[]byte{0x20, 7, 0, 0, 4, 0x15, 0, 1, 'x'}, connections.FailureProtocol, "no place"},
		"AUTH":                     {[]byte{0xf0, 2, 0x18, 0}, connections.FailureProtocol, "not MQTT"},
		"256 MB":                   {[]byte{0x20, 0xff, 0xff, 0xff, 0x7f}, connections.FailurePacketTooLarge, "268435"},
		"silence":                  {nil, connections.FailureTimeout, ""},
		"half a packet":            {[]byte{0x20, 9, 0, 0}, connections.FailureTimeout, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broker := brokertest.Serve(t, func(p *brokertest.Peer) {
				_, _, _ = p.Packet()
				p.Send(tt.answer...)
				p.Drain()
			})
			cfg := config5(broker.Host, broker.Port)
			cfg.ConnectTimeout = 300 * time.Millisecond
			c := mqtt.New(cfg, nil)
			err := c.Open(t.Context(), func(connections.State) {})
			if got := connections.KindOf(err); got != tt.want || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%v, want %q with %q", err, tt.want, tt.words)
			}
			c.Close()
			<-c.Lost()
		})
	}
}

func TestHostileBrokersOfMQTT5(t *testing.T) {
	answer := func(b ...byte) func(*brokertest.Peer) { return func(p *brokertest.Peer) { p.Send(b...) } }
	tests := map[string]struct {
		script func(*brokertest.Peer) // after CONNACK
		want   connections.FailureKind
		words  string
	}{
		"a SUBACK with too many codes": {func(p *brokertest.Peer) {
			_, body, _ := p.Packet()
			p.Send(0x90, 7, body[0], body[1], 0, 0, 0, 0, 0)
		}, connections.FailureProtocol, "4 codes for 2 filters"},
		"a SUBACK with too few codes": {func(p *brokertest.Peer) {
			_, body, _ := p.Packet()
			p.Send(0x90, 4, body[0], body[1], 0, 0)
		}, connections.FailureProtocol, "1 codes for 2 filters"},
		"a SUBACK without properties": {func(p *brokertest.Peer) {
			_, body, _ := p.Packet()
			p.Send(0x90, 2, body[0], body[1])
		}, connections.FailureProtocol, "does not end"},
		"a PUBACK instead of a SUBACK": {func(p *brokertest.Peer) {
			_, body, _ := p.Packet()
			p.Send(0x40, 2, body[0], body[1])
		}, connections.FailureProtocol, "another type"},
		"a topic alias":             {answer(0x30, 7, 0, 1, 'a', 3, 0x23, 0, 1), connections.FailureProtocol, "topic alias"},
		"an alias without a topic":  {answer(0x30, 6, 0, 0, 3, 0x23, 0, 1), connections.FailureProtocol, "without a topic"},
		"PUBLISH, properties cut":   {answer(0x30, 4, 0, 1, 'a', 9), connections.FailureProtocol, "longer than their packet"},
		"PUBLISH without any":       {answer(0x30, 3, 0, 1, 'a'), connections.FailureProtocol, "does not end"},
		"a format of 7":             {answer(0x30, 6, 0, 1, 'a', 2, 1, 7), connections.FailureProtocol, "value 7"},
		"QoS 3":                     {answer(0x36, 6, 0, 1, 'a', 0, 1, 0), connections.FailureProtocol, "QoS 3"},
		"256 MB of SUBACK":          {answer(0x90, 0xff, 0xff, 0xff, 0x7f), connections.FailurePacketTooLarge, "268435"},
		"AUTH":                      {answer(0xf0, 2, 0x18, 0), connections.FailureProtocol, "type 15"},
		"a second CONNACK":          {answer(0x20, 3, 0, 0, 0), connections.FailureProtocol, "type 2"},
		"DISCONNECT":                {answer(0xe0, 2, 0x8e, 0), connections.FailureClosed, "taken over"},
		"two DISCONNECTs":           {answer(0xe0, 2, 0x8b, 0, 0xe0, 2, 0x8e, 0), connections.FailureUnavailable, "shutting down"},
		"DISCONNECT with words":     {answer(0xe0, 9, 0x98, 7, 0x1f, 0, 4, 'b', 'y', 'e', '!'), connections.FailureClosed, "bye!"},
		"a malformed DISCONNECT":    {answer(0xe0, 3, 0x98, 7, 0x1f), connections.FailureProtocol, "malformed"},
		"an unknown DISCONNECT":     {answer(0xe0, 1, 0x42), connections.FailureProtocol, "malformed"},
		"half a packet and silence": {answer(0x30, 9, 0, 1, 'a'), connections.FailureSilent, ""},
		"the end after CONNACK":     {func(p *brokertest.Peer) { _ = p.Close() }, connections.FailureClosed, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broker := brokertest.Serve(t, func(p *brokertest.Peer) {
				p.Accept5()
				tt.script(p)
				p.Drain()
			})
			cfg := config5(broker.Host, broker.Port)
			cfg.KeepAlive = time.Second
			c := open(t, cfg, func(*connections.Message) {})
			subscribed := make(chan error, 1)
			go func() {
				_, err := c.Subscribe(t.Context(), []connections.Subscription{{Filter: "a"}, {Filter: "b"}})
				subscribed <- err
			}()
			got := lost(t, c)
			if got != tt.want && !(tt.want == connections.FailureClosed && got == connections.FailureReset) ||
				!strings.Contains(c.Err().Error(), tt.words) {
				t.Errorf("%v, want %q with %q", c.Err(), tt.want, tt.words)
			}
			if err := <-subscribed; err == nil {
				t.Error("the subscription is said to have succeeded")
			}
		})
	}
}

// The broker's own keep-alive and limits count.
func TestWhatTheBrokerSaysInCONNACK(t *testing.T) {
	var packets atomic.Int32
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		// keep-alive 1 s, QoS 1 at most, nothing retained, packets of 100 bytes, no wildcards, nothing shared
		p.Accept5(0x13, 0, 1, 0x24, 1, 0x25, 0, 0x27, 0, 0, 0, 100, 0x28, 0, 0x2a, 0)
		for {
			first, body, err := p.Packet()
			if err != nil {
				return
			}
			switch first >> 4 {
			case 12:
				packets.Add(1000) // and no answer
			case 8:
				p.Grant5(body, 0)
			default:
				packets.Add(1)
			}
		}
	})
	c := open(t, config5(broker.Host, broker.Port), nil)
	for name, p := range map[string]connections.Publication{
		"QoS 2":    {Topic: "a", QoS: 2},
		"retained": {Topic: "a", Retain: true},
		"too long": {Topic: "a", Payload: make([]byte, 100)},
	} {
		if r := c.Publish(t.Context(), p); r.Outcome != connections.OutcomeRefused || connections.KindOf(r.Err) != connections.FailureRejected {
			t.Errorf("%s: %+v", name, r)
		}
	}
	results, err := c.Subscribe(t.Context(), []connections.Subscription{{Filter: "a/#"}, {Filter: "$share/g/a"}, {Filter: "a"}})
	if err != nil || results[0].Code != 0xa2 || results[1].Code != 0x9e || results[2].Refused {
		t.Errorf("%v, %+v", err, results)
	}
	if got := lost(t, c); got != connections.FailureSilent || packets.Load() < 1000 || packets.Load()%1000 != 0 {
		t.Errorf("lost because of %v; the broker got %d", c.Err(), packets.Load())
	}
}

func TestAHugeMessageOfMQTT5IsCut(t *testing.T) {
	const size = 100 << 20
	props := append([]byte{0x03, 0, 1, 'x'}, bytes.Repeat([]byte{0x26, 0, 1, 'k', 0, 1, 'v'}, 100)...)
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		p.Accept5()
		_, body, _ := p.Packet()
		p.Grant5(body, 0)
		p.Publish5("before", nil, []byte("1"))
		head := append([]byte{0, 4, 'h', 'u', 'g', 'e'}, binary.AppendUvarint(nil, uint64(len(props)))...)
		head = append(head, props...)
		p.Send(append(binary.AppendUvarint([]byte{0x31}, uint64(len(head)+size)), head...)...)
		chunk := bytes.Repeat([]byte{'x'}, 1<<20)
		for range size >> 20 {
			_, _ = p.Write(chunk)
		}
		p.Publish5("after", props, []byte("2"))
		p.Drain()
	})
	box := newInbox()
	c := open(t, config5(broker.Host, broker.Port), box.receive)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	subscribe(t, c, "#")
	got := box.wait(t, 3)
	runtime.ReadMemStats(&after)
	m := got[1]
	if m.Topic != "huge" || m.Size != size || len(m.Payload) != 64<<10 || !m.Cut() || !m.Retained || m.Props.ContentType != "x" || len(m.Props.User) != 100 {
		t.Errorf("%q: %d of %d bytes, %+v", m.Topic, len(m.Payload), m.Size, m.Props)
	}
	if m := got[2]; m.Topic != "after" || m.Cut() || len(m.Props.User) != 100 || got[0].Props != nil {
		t.Errorf("after it came %q", m.Topic)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 10<<20 {
		t.Errorf("it cost %d MB of memory", spent>>20)
	}
}

func TestNoMessageOfMQTT5IsLostInside(t *testing.T) {
	noneIsLost(t, 6, config5, func(p *brokertest.Peer) { p.Accept5() }, "\x0021.4")
}
