package dial

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"go.uber.org/goleak"

	"streamscope/connections"
	"streamscope/connections/brokertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tape is a stream that plays bytes and ends.
type tape struct {
	io.Reader
	net.Conn
}

func (t tape) Read(p []byte) (int, error)       { return t.Reader.Read(p) }
func (t tape) Write(p []byte) (int, error)      { return len(p), nil }
func (t tape) Close() error                     { return nil }
func (t tape) SetReadDeadline(time.Time) error  { return nil }
func (t tape) SetWriteDeadline(time.Time) error { return nil }

var connack = []byte{0x20, 2, 0, 0}

func play(parts ...[]byte) net.Conn { return tape{Reader: bytes.NewReader(bytes.Join(parts, nil))} }

func publish(topic string, payload []byte) []byte {
	return brokertest.AppendPublish(nil, 0, topic, 0, payload)
}

// subscribe is a SUBSCRIBE with packet identifier 1 and two filters.
var subscribe = []byte{0x82, 10, 0, 1, 0, 1, 'a', 0, 0, 1, 'b', 0}

// readAll reads packets the way paho does, until the first error.
func readAll(c io.Reader) (all []packets.ControlPacket, err error) {
	for {
		p, err := packets.ReadPacket(c)
		if err != nil {
			return all, err
		}
		all = append(all, p)
	}
}

func TestGuardJudgesEachPacket(t *testing.T) {
	tests := map[string]struct {
		stream []byte
		passed int // packets after CONNACK that reach the library
		kind   connections.FailureKind
		detail string
	}{
		"a stream that ends":              {publish("a", []byte("1")), 1, connections.FailureClosed, ""},
		"an empty payload":                {publish("a", nil), 1, connections.FailureClosed, ""},
		"the end within a packet":         {publish("a", []byte("12345"))[:5], 0, connections.FailureClosed, "in the middle"},
		"a length of five bytes":          {[]byte{0x30, 0xff, 0xff, 0xff, 0xff, 1}, 0, connections.FailureProtocol, "four bytes"},
		"a PUBLISH with QoS 3":            {[]byte{0x36, 5, 0, 1, 'a', 0, 1}, 0, connections.FailureProtocol, "QoS 3"},
		"a PUBLISH without a topic":       {[]byte{0x30, 3, 0, 0, 'x'}, 0, connections.FailureProtocol, "without a topic"},
		"a PUBLISH that is too short":     {[]byte{0x30, 1, 0}, 0, connections.FailureProtocol, "of 1 bytes"},
		"a topic longer than the packet":  {[]byte{0x30, 4, 0, 9, 'a', 'b'}, 0, connections.FailureProtocol, "longer than the packet"},
		"QoS 1 with identifier 0":         {[]byte{0x32, 5, 0, 1, 'a', 0, 0}, 0, connections.FailureProtocol, "identifier 0"},
		"QoS 1 without an identifier":     {[]byte{0x32, 3, 0, 1, 'a'}, 0, connections.FailureProtocol, "longer than the packet"},
		"QoS 1":                           {[]byte{0x32, 5, 0, 1, 'a', 0, 7}, 1, connections.FailureClosed, ""},
		"a SUBACK that fits":              {[]byte{0x90, 4, 0, 1, 0, 0x80}, 1, connections.FailureClosed, ""},
		"a SUBACK with too many codes":    {[]byte{0x90, 5, 0, 1, 0, 0, 0}, 0, connections.FailureProtocol, "3 codes for 2 filters"},
		"a SUBACK with too few codes":     {[]byte{0x90, 3, 0, 1, 0}, 0, connections.FailureProtocol, "1 codes for 2 filters"},
		"a SUBACK for nothing":            {[]byte{0x90, 3, 0, 9, 0}, 0, connections.FailureProtocol, "nobody waits"},
		"a SUBACK twice":                  {[]byte{0x90, 4, 0, 1, 0, 0, 0x90, 4, 0, 1, 0, 0}, 1, connections.FailureProtocol, "nobody waits"},
		"a PUBACK to a SUBSCRIBE":         {[]byte{0x40, 2, 0, 1}, 0, connections.FailureProtocol, "another type"},
		"an UNSUBACK to a SUBSCRIBE":      {[]byte{0xb0, 2, 0, 1}, 0, connections.FailureProtocol, "nobody waits"},
		"a PUBACK with a byte too many":   {[]byte{0x40, 3, 0, 1, 0}, 0, connections.FailureProtocol, "3 bytes"},
		"a PUBREL":                        {[]byte{0x62, 2, 0, 1}, 1, connections.FailureClosed, ""},
		"a PINGRESP nobody has asked for": {[]byte{0xd0, 0}, 0, connections.FailureClosed, ""},
		"a second CONNACK":                {connack, 0, connections.FailureProtocol, "type 2"},
		"a SUBSCRIBE":                     {[]byte{0x82, 6, 0, 1, 0, 1, 'a', 0}, 0, connections.FailureProtocol, "type 8"},
		"a DISCONNECT":                    {[]byte{0xe0, 0}, 0, connections.FailureClosed, "DISCONNECT"},
		"type 0":                          {[]byte{0, 0}, 0, connections.FailureProtocol, "type 0"},
		"type 15":                         {[]byte{0xf0, 0}, 0, connections.FailureProtocol, "type 15"},
		"a SUBACK of 256 MB":              {[]byte{0x90, 0xff, 0xff, 0xff, 0x7f}, 0, connections.FailurePacketTooLarge, "268435460"},
		"a PUBLISH of 256 MB, not sent":   {[]byte{0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 'a'}, 0, connections.FailureClosed, "middle"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, stream := range []net.Conn{
				play(connack, tt.stream),
				tape{Reader: iotest.OneByteReader(bytes.NewReader(append(connack[:4:4], tt.stream...)))},
			} {
				c := Guard(stream, Options{Addr: "there:1"})
				_, _ = c.Write(subscribe)
				got, err := readAll(c)
				if len(got) != tt.passed+1 {
					t.Errorf("%d packets passed, want CONNACK and %d: %v", len(got), tt.passed, got)
				}
				f := c.Failure()
				if f == nil || !errors.Is(err, f) || f.Kind != tt.kind || !strings.Contains(f.Detail, tt.detail) || f.Addr != "there:1" {
					t.Errorf("failure %#v, want %q with %q; the reader got %v", f, tt.kind, tt.detail, err)
				}
				_ = c.Close()
			}
		})
	}
}

func TestGuardJudgesTheFirstPacket(t *testing.T) {
	tests := map[string]struct {
		stream []byte
		kind   connections.FailureKind
	}{
		"accepted":                {connack, connections.FailureClosed},
		"nothing":                 {nil, connections.FailureClosed},
		"half a packet":           {connack[:3], connections.FailureClosed},
		"a web server":            {[]byte("HTTP/1.1 400 Bad Request\r\n"), connections.FailureProtocol},
		"TLS":                     {[]byte{0x15, 3, 1, 0, 2, 2, 10}, connections.FailureSpeaksTLS},
		"a PUBLISH":               {publish("a", nil), connections.FailureProtocol},
		"CONNACK 1":               {[]byte{0x20, 2, 0, 1}, connections.FailureVersion},
		"CONNACK 2":               {[]byte{0x20, 2, 0, 2}, connections.FailureClientID},
		"CONNACK 3":               {[]byte{0x20, 2, 0, 3}, connections.FailureUnavailable},
		"CONNACK 4":               {[]byte{0x20, 2, 0, 4}, connections.FailureCredentials},
		"CONNACK 5":               {[]byte{0x20, 2, 0, 5}, connections.FailureNotAuthorised},
		"CONNACK 6":               {[]byte{0x20, 2, 0, 6}, connections.FailureProtocol},
		"CONNACK 0x87 of MQTT 5":  {[]byte{0x20, 2, 0, 0x87}, connections.FailureNotAuthorised},
		"CONNACK 0x84 of MQTT 5":  {[]byte{0x20, 3, 0, 0x84, 0}, connections.FailureVersion},
		"an acceptance of MQTT 5": {[]byte{0x20, 3, 0, 0, 0}, connections.FailureVersion},
		"a CONNACK of one byte":   {[]byte{0x20, 1, 0}, connections.FailureProtocol},
		"a CONNACK of 256 MB":     {[]byte{0x20, 0xff, 0xff, 0xff, 0x7f}, connections.FailurePacketTooLarge},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := Guard(play(tt.stream), Options{})
			defer c.Close()
			got, _ := readAll(c)
			if f := c.Failure(); f == nil || f.Kind != tt.kind {
				t.Errorf("failure %v, want %q", f, tt.kind)
			}
			if accepted := len(got) > 0; accepted != (name == "accepted") {
				t.Errorf("%d packets passed", len(got))
			}
		})
	}
}

func TestGuardCutsWhatIsTooLarge(t *testing.T) {
	const limit = 200_000
	for _, size := range []int{limit - 10, limit + 1, 3 * limit, 5_000_000} {
		payload := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		big := brokertest.AppendPublish(nil, 2, "big/topic", 77, payload)
		stream := bytes.Join([][]byte{connack, publish("a", []byte("before")), big, publish("b", []byte("after"))}, nil)
		c := Guard(play(stream), Options{PacketLimit: limit})
		got, _ := readAll(c)
		if len(got) != 4 {
			t.Fatalf("%d bytes: %d packets passed, want 4", size, len(got))
		}
		p := got[2].(*packets.PublishPacket)
		want, cut := payload, len(big) > limit
		if cut {
			want = payload[:CutPayload]
		}
		if p.TopicName != "big/topic" || p.MessageID != 77 || p.Qos != 1 || !bytes.Equal(p.Payload, want) {
			t.Errorf("%d bytes: %v with %d bytes of payload, want %d", size, p.FixedHeader, len(p.Payload), len(want))
		}
		if last := got[3].(*packets.PublishPacket); string(last.Payload) != "after" {
			t.Errorf("%d bytes: the next packet is %v", size, last)
		}
		if _, cut := c.WireSize(1); cut {
			t.Errorf("%d bytes: the first message is said to be cut", size)
		}
		if wire, isCut := c.WireSize(2); isCut != cut || cut && wire != int64(size) {
			t.Errorf("%d bytes: WireSize = %d, %v", size, wire, isCut)
		}
		if l := c.Link(); l.Publishes != 3 || (l.Cut == 1) != cut || l.BytesIn != uint64(len(stream)) {
			t.Errorf("%d bytes: %+v", size, l)
		}
		_ = c.Close()
	}
}

// A peer that promises much and sends little costs no memory.
func TestGuardAllocatesWhatComes(t *testing.T) {
	header := append([]byte{0x30}, appendLength(nil, 15<<20)...)
	stream := bytes.Join([][]byte{connack, header, {0, 1, 'a'}, make([]byte, 70_000)}, nil)
	c := Guard(play(stream), Options{})
	defer c.Close()
	got, _ := readAll(c)
	if len(got) != 1 || cap(c.in.big) > 300_000 {
		t.Errorf("%d packets passed; the guard holds %d bytes", len(got), cap(c.in.big))
	}
}

func TestGuardWritesItsKeepAliveIntoConnect(t *testing.T) {
	client, server := net.Pipe()
	defer server.Close()
	c := Guard(client, Options{KeepAlive: 42 * time.Second})
	defer c.Close()
	connect := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	connect.ProtocolName, connect.ProtocolVersion, connect.ClientIdentifier = "MQTT", 4, "me"
	go func() { _ = connect.Write(c) }()
	got, err := packets.ReadPacket(server)
	if err != nil {
		t.Fatal(err)
	}
	if sent := got.(*packets.ConnectPacket); sent.Keepalive != 42 || sent.ClientIdentifier != "me" {
		t.Errorf("the broker reads %v", sent)
	}
	if connect.Keepalive != 0 {
		t.Error("the guard wrote into the library's bytes")
	}
}

func TestGuardAnswersPings(t *testing.T) {
	client, server := net.Pipe()
	defer server.Close()
	c := Guard(client, Options{})
	defer c.Close()
	go func() { _, _ = server.Write(connack) }()
	if _, err := packets.ReadPacket(c); err != nil {
		t.Fatal(err)
	}
	answers := make(chan packets.ControlPacket)
	go func() {
		for range 3 {
			p, _ := packets.ReadPacket(c) // waits in a read of the stream when the ping comes
			answers <- p
		}
	}()
	for range 3 {
		if _, err := c.Write([]byte{0xc0, 0}); err != nil {
			t.Fatal(err)
		}
		if p, ok := (<-answers).(*packets.PingrespPacket); !ok {
			t.Errorf("the library reads %v", p)
		}
	}
	if out := c.Link().BytesOut; out != 0 {
		t.Errorf("%d bytes of the library's pings reached the wire", out)
	}
}

func TestGuardFindsOutSilence(t *testing.T) {
	client, server := net.Pipe()
	defer server.Close()
	c := Guard(client, Options{KeepAlive: time.Second})
	defer c.Close()
	pings := make(chan int)
	go func() {
		_, _ = server.Write(connack)
		n, buf := 0, make([]byte, 2)
		for {
			if _, err := io.ReadFull(server, buf); err != nil {
				pings <- n
				return
			}
			n++
		}
	}()
	start := time.Now()
	_, _ = readAll(c)
	if f := c.Failure(); f == nil || f.Kind != connections.FailureSilent {
		t.Errorf("failure %v, want silence", f)
	}
	if took := time.Since(start); took < 1500*time.Millisecond || took > 4*time.Second {
		t.Errorf("it took %v", took)
	}
	if n := <-pings; n < 2 {
		t.Errorf("%d pings before the end", n)
	}
}

func TestGuardTellsAStalledPeer(t *testing.T) {
	client, server := net.Pipe() // nobody reads the other end
	defer server.Close()
	c := Guard(client, Options{WriteTimeout: 50 * time.Millisecond})
	defer c.Close()
	_, err := c.Write(subscribe)
	if f := c.Failure(); f == nil || f.Kind != connections.FailureWriteStalled || !errors.Is(err, f) {
		t.Errorf("failure %v, error %v", f, err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil || strings.Contains(err.Error(), net.ErrClosed.Error()) {
		t.Errorf("the reader got %v, of which paho takes no notice", err)
	}
}

// paho ends without a word, and without its lost handler, when an error has the text of
// net.ErrClosed.
func TestGuardNeverSaysWhatPahoOverhears(t *testing.T) {
	closed := &net.OpError{Op: "read", Err: net.ErrClosed}
	c := Guard(tape{Reader: iotest.ErrReader(closed)}, Options{})
	for range 2 {
		if _, err := c.Read(make([]byte, 1)); err == nil || strings.Contains(err.Error(), net.ErrClosed.Error()) {
			t.Errorf("the reader got %v", err)
		}
		_ = c.Close()
	}
}

func TestBehind(t *testing.T) {
	c := Guard(play(), Options{})
	defer c.Close()
	second := int64(time.Second)
	c.began = time.Now().Add(-time.Minute)
	if c.Link().Behind {
		t.Error("behind before any byte came")
	}
	c.lastByte.Store(59 * second)
	c.lastWait.Store(50 * second)
	if !c.Link().Behind {
		t.Error("not behind though the reader has not waited for 10 s")
	}
	c.waiting.Store(59 * second)
	if c.Link().Behind {
		t.Error("behind while the reader waits")
	}
	c.waiting.Store(0)
	c.lastWait.Store(59 * second)
	if c.Link().Behind {
		t.Error("behind though the reader has just waited")
	}
}

// FuzzGuard plays any bytes after an acceptance. Whatever passes must be what paho can read,
// and what was counted.
func FuzzGuard(f *testing.F) {
	f.Add(publish("a/b", []byte("21.4")), uint16(100))
	f.Add(publish("a/b", bytes.Repeat([]byte("x"), 300)), uint16(100))
	f.Add([]byte{0x90, 4, 0, 1, 0, 0x80, 0xd0, 0, 0x40, 2, 0, 9}, uint16(0))
	f.Add([]byte{0x32, 0xff, 0xff, 0x7f, 0, 1, 'a', 0, 0}, uint16(9))
	f.Fuzz(func(t *testing.T, stream []byte, limit uint16) {
		c := Guard(play(connack, stream), Options{PacketLimit: int64(limit)})
		defer c.Close()
		_, _ = c.Write(subscribe)
		got, err := readAll(c)
		var failure *connections.Failure
		if !errors.As(err, &failure) {
			t.Fatalf("the library could not read what the guard let through: %v", err)
		}
		var publishes uint64
		for _, p := range got {
			if p, ok := p.(*packets.PublishPacket); ok {
				publishes++
				if p.TopicName == "" || p.Qos > 2 {
					t.Errorf("%v passed", p)
				}
				if size, cut := c.WireSize(publishes); cut && size <= int64(len(p.Payload)) {
					t.Errorf("a payload of %d bytes is said to be cut from %d", len(p.Payload), size)
				}
			}
		}
		if n := c.Link().Publishes; n != publishes {
			t.Errorf("%d publishes passed, %d were counted", publishes, n)
		}
	})
}

// FuzzHeader compares the header parser with the standard library's varints.
func FuzzHeader(f *testing.F) {
	f.Add([]byte{0x30, 0x80, 1})
	f.Add([]byte{0x30, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, ok, err := parseHeader(b)
		if len(b) < 2 {
			return
		}
		want, n := binary.Uvarint(b[1:])
		switch {
		case n > 4 || n < 0 || n == 0 && len(b) > 4:
			if err == nil {
				t.Errorf("%x: no error", b)
			}
		case n == 0:
			if ok || err != nil {
				t.Errorf("%x: %v, %v", b, ok, err)
			}
		case !ok || h.body != int64(want) || h.size != n+1:
			t.Errorf("%x: %+v, want %d in %d bytes", b, h, want, n+1)
		}
	})
}
