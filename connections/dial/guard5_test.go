package dial

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/iotest"

	packets5 "github.com/eclipse/paho.golang/packets"

	"streamscope/connections"
	"streamscope/connections/brokertest"
)

var (
	connack5 = []byte{0x20, 3, 0, 0, 0}
	// subscribe5 is a SUBSCRIBE with packet identifier 1, a user property and two filters.
	subscribe5 = []byte{0x82, 18, 0, 1, 7, 0x26, 0, 1, 'k', 0, 1, 'v', 0, 1, 'a', 0, 0, 1, 'b', 0}
)

// publish5 is a PUBLISH of MQTT 5 with properties as they stand on the wire, without their
// length; flags are those of its first byte.
func publish5(flags byte, topic string, properties, payload []byte) []byte {
	rest := append(binary.AppendUvarint(nil, uint64(len(properties))), properties...)
	return brokertest.AppendPublish(nil, flags, topic, 77, append(rest, payload...))
}

func readAll5(c io.Reader) (all []*packets5.ControlPacket, err error) {
	for {
		p, err := packets5.ReadPacket(c)
		if err != nil {
			return all, err
		}
		all = append(all, p)
	}
}

func TestGuardJudgesPacketsOfMQTT5(t *testing.T) {
	tests := map[string]struct {
		stream []byte
		passed int // packets after CONNACK that reach the library
		kind   connections.FailureKind
	}{
		"a PUBLISH":                      {publish5(0, "a", nil, []byte("1")), 1, connections.FailureClosed},
		"with all properties":            {publish5(2, "a", []byte{1, 1, 2, 0, 0, 0, 9, 3, 0, 1, 'x', 8, 0, 1, 'r', 9, 0, 1, 0, 0x0b, 1, 0x0b, 0x80, 1, 0x26, 0, 0, 0, 0, 0x26, 0, 0, 0, 0}, nil), 1, connections.FailureClosed},
		"a property of CONNACK":          {publish5(0, "a", []byte{0x24, 1}, nil), 0, connections.FailureProtocol},
		"a property cut off":             {publish5(0, "a", []byte{2, 0, 0}, nil), 0, connections.FailureProtocol},
		"a pair cut off":                 {publish5(0, "a", []byte{0x26, 0, 1, 'k', 0, 2, 'v'}, nil), 0, connections.FailureProtocol},
		"an identifier without an end":   {publish5(0, "a", []byte{0x0b, 0x80}, nil), 0, connections.FailureProtocol},
		"an identifier of 0":             {publish5(0, "a", []byte{0x0b, 0}, nil), 0, connections.FailureProtocol},
		"a subscription's answer":        {[]byte{0x90, 5, 0, 1, 0, 0, 0x87}, 1, connections.FailureClosed},
		"with a reason":                  {[]byte{0x90, 9, 0, 1, 4, 0x1f, 0, 1, 'x', 0, 0x87}, 1, connections.FailureClosed},
		"an answer of MQTT 3.1.1":        {[]byte{0x90, 4, 0, 1, 0, 0}, 0, connections.FailureProtocol},
		"PUBACK as short as can be":      {[]byte{0x40, 2, 0, 9}, 1, connections.FailureClosed},
		"PUBACK with a code":             {[]byte{0x40, 3, 0, 9, 0x10}, 1, connections.FailureClosed},
		"PUBACK with properties":         {[]byte{0x40, 4, 0, 9, 0x10, 0}, 1, connections.FailureClosed},
		"PUBACK with too much":           {[]byte{0x40, 5, 0, 9, 0x10, 0, 0}, 0, connections.FailureProtocol},
		"PUBACK with a content type":     {[]byte{0x40, 7, 0, 9, 0x10, 3, 3, 0, 0}, 0, connections.FailureProtocol},
		"PUBREL":                         {[]byte{0x62, 3, 0, 9, 0x92}, 1, connections.FailureClosed},
		"UNSUBACK that nobody waits for": {[]byte{0xb0, 4, 0, 1, 0, 0}, 0, connections.FailureProtocol},
		"PINGRESP":                       {[]byte{0xd0, 0}, 0, connections.FailureClosed},
		"DISCONNECT":                     {[]byte{0xe0, 0}, 0, connections.FailureClosed},
		"DISCONNECT, busy":               {[]byte{0xe0, 1, 0x89}, 0, connections.FailureUnavailable},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			whole := append(connack5[:5:5], tt.stream...)
			for _, r := range []io.Reader{bytes.NewReader(whole), iotest.OneByteReader(bytes.NewReader(whole))} {
				c := Guard(tape{Reader: r}, Options{Version: 5})
				_, _ = c.Write(subscribe5)
				got, _ := readAll5(c)
				if f := c.Failure(); len(got) != tt.passed+1 || f == nil || f.Kind != tt.kind {
					t.Errorf("%d packets passed, then %v", len(got), f)
				}
				_ = c.Close()
			}
		})
	}
}

func TestGuardCutsWhatIsTooLargeForMQTT5(t *testing.T) {
	const limit = 200_000
	props := bytes.Repeat([]byte{0x26, 0, 1, 'k', 0, 1, 'v'}, 1000)
	long := string(bytes.Repeat([]byte("t"), 65_535))
	for _, topic := range []string{"big/topic", long} {
		for _, size := range []int{limit + 1, 3 * limit, 5_000_000} {
			payload := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
			big := publish5(2, topic, props, payload)
			stream := bytes.Join([][]byte{connack5, publish5(0, "a", nil, []byte("before")), big, publish5(0, "b", nil, []byte("after"))}, nil)
			c := Guard(play(stream), Options{PacketLimit: limit, Version: 5})
			got, _ := readAll5(c)
			if len(got) != 4 {
				t.Fatalf("%d bytes: %d packets passed, want 4: %v", size, len(got), c.Failure())
			}
			p := got[2].Content.(*packets5.Publish)
			if p.Topic != topic || p.PacketID != 77 || p.QoS != 1 || !bytes.Equal(p.Payload, payload[:CutPayload]) || len(p.Properties.User) != 1000 {
				t.Errorf("%d bytes: %d bytes of payload, %d properties", size, len(p.Payload), len(p.Properties.User))
			}
			if last := got[3].Content.(*packets5.Publish); string(last.Payload) != "after" {
				t.Errorf("%d bytes: the next packet is %v", size, last)
			}
			if wire, cut := c.WireSize(2); !cut || wire != int64(size) {
				t.Errorf("%d bytes: WireSize = %d, %v", size, wire, cut)
			}
			_ = c.Close()
		}
	}
}

func TestGuardBoundsProperties(t *testing.T) {
	props := bytes.Repeat([]byte{0x26, 0, 0, 0, 0}, maxProperties/5+1)
	for _, limit := range []int64{1 << 20, 1000} {
		c := Guard(play(connack5, publish5(0, "a", props, make([]byte, 100))), Options{Version: 5, PacketLimit: limit})
		got, _ := readAll5(c)
		if f := c.Failure(); len(got) != 1 || f.Kind != connections.FailurePacketTooLarge && f.Kind != connections.FailureProtocol {
			t.Errorf("limit %d: %d packets passed, then %v", limit, len(got), f)
		}
		_ = c.Close()
	}
}

// recorder is a stream that keeps each write.
type recorder struct {
	tape
	writes [][]byte
}

func (r *recorder) Write(p []byte) (int, error) {
	r.writes = append(r.writes, bytes.Clone(p))
	return len(p), nil
}

func TestPacketsInPiecesAreSentWhole(t *testing.T) {
	r := &recorder{tape: tape{Reader: bytes.NewReader(nil)}}
	c := Guard(r, Options{Version: 5, KeepAlive: 9e9})
	defer c.Close()
	w := c.Whole()
	if _, ok := w.(sync.Locker); !ok {
		t.Fatal("the library will not lock it")
	}
	connect := &packets5.Connect{ProtocolName: "MQTT", ProtocolVersion: 5, ClientID: "x", Properties: &packets5.Properties{}}
	publish := &packets5.Publish{Topic: "a", Payload: make([]byte, 1000), Properties: &packets5.Properties{}}
	for _, p := range []interface {
		WriteTo(io.Writer) (int64, error)
	}{connect, publish, publish} {
		if _, err := p.WriteTo(w); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.writes) != 3 {
		t.Fatalf("%d writes", len(r.writes))
	}
	for _, b := range r.writes {
		if !complete(b) {
			t.Errorf("%x… is no whole packet", b[:5])
		}
	}
	if keepAlive := r.writes[0][10:12]; !bytes.Equal(keepAlive, []byte{0, 9}) {
		t.Errorf("CONNECT has the keep-alive %v", keepAlive)
	}
}

// Whatever a peer sends, paho.golang can read what the guard lets through, and finds in it
// nothing that CONNECT forbade.
func FuzzGuard5(f *testing.F) {
	f.Add([]byte{0}, publish5(0, "a/b", nil, []byte("21.4")), uint16(100))
	f.Add([]byte{5, 0x13, 0, 1, 0x24, 1}, publish5(2, "a/b", []byte{3, 0, 1, 'x'}, bytes.Repeat([]byte("x"), 300)), uint16(100))
	f.Add([]byte{0}, []byte{0x90, 5, 0, 1, 0, 0, 0x80, 0xd0, 0, 0x40, 4, 0, 9, 0x10, 0, 0xe0, 0}, uint16(0))
	f.Add([]byte{3, 0x21, 0, 1}, publish5(0, "a", []byte{0x23, 0, 1}, nil), uint16(9))
	f.Add([]byte{0}, []byte{0x32, 0xff, 0xff, 0x7f, 0, 1, 'a', 0, 1, 0x80, 0x80}, uint16(9))
	f.Fuzz(func(t *testing.T, greeting, stream []byte, limit uint16) {
		if len(greeting) > 100 {
			return
		}
		connack := append([]byte{0x20, byte(2 + len(greeting)), 0, 0}, greeting...)
		c := Guard(play(connack, stream), Options{PacketLimit: int64(limit), Version: 5})
		defer c.Close()
		_, _ = c.Write(subscribe5)
		got, err := readAll5(c)
		var failure *connections.Failure
		if !errors.As(err, &failure) {
			t.Fatalf("the library could not read what the guard let through: %v", err)
		}
		var publishes uint64
		for i, p := range got {
			switch content := p.Content.(type) {
			case *packets5.Publish:
				publishes++
				if content.Topic == "" || content.QoS > 2 || content.Properties.TopicAlias != nil {
					t.Errorf("%v passed", p)
				}
				if size, cut := c.WireSize(publishes); cut && size <= int64(len(content.Payload)) {
					t.Errorf("a payload of %d bytes is said to be cut from %d", len(content.Payload), size)
				}
			case *packets5.Connack:
				if i != 0 || content.ReasonCode != 0 || content.Properties.AuthMethod != "" {
					t.Errorf("%v passed", p)
				}
			case *packets5.Suback:
				if len(content.Reasons) != 2 {
					t.Errorf("%v passed", p)
				}
			case *packets5.Disconnect, *packets5.Auth, *packets5.Pingresp:
				t.Errorf("%v passed", p)
			}
		}
		if n := c.Link().Publishes; n != publishes {
			t.Errorf("%d publishes passed, %d were counted", publishes, n)
		}
	})
}
