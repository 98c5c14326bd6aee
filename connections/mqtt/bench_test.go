package mqtt_test

import (
	"bufio"
	"context"
	"net"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

// BenchmarkReceive compares our client with paho alone, and with paho over a plain buffer of
// the guard's size: that is what the guard and the client may cost. One operation is one
// message of QoS 0 with 46 bytes of JSON.
func BenchmarkReceive(b *testing.B) {
	ours := func(b *testing.B, cfg mqtt.Config, receive func()) {
		c := open(b, cfg, func(*connections.Message) { receive() })
		if _, err := c.Subscribe(b.Context(), []connections.Subscription{{Filter: "#"}}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("paho", func(b *testing.B) { benchmark311(b, bare(func(c net.Conn) net.Conn { return c })) })
	b.Run("paho-over-bufio", func(b *testing.B) {
		benchmark311(b, bare(func(c net.Conn) net.Conn { return buffered{c, bufio.NewReaderSize(c, 64<<10)} }))
	})
	b.Run("client-over-guard", func(b *testing.B) { benchmark311(b, ours) })
}

type subscriber func(b *testing.B, cfg mqtt.Config, receive func())

type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b buffered) Read(p []byte) (int, error) { return b.r.Read(p) }

// bare subscribes with paho as it is, its stream wrapped.
func bare(wrap func(net.Conn) net.Conn) subscriber {
	return func(b *testing.B, cfg mqtt.Config, receive func()) {
		o := paho.NewClientOptions().AddBroker("tcp://broker").SetClientID("bare").SetAutoReconnect(false)
		o.SetDefaultPublishHandler(func(paho.Client, paho.Message) { receive() })
		o.SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(cfg.Port)))
			return wrap(conn), err
		})
		c := paho.NewClient(o)
		if token := c.Connect(); token.Wait() && token.Error() != nil {
			b.Fatal(token.Error())
		}
		b.Cleanup(func() { c.Disconnect(100) })
		if token := c.Subscribe("#", 0, nil); token.Wait() && token.Error() != nil {
			b.Fatal(token.Error())
		}
	}
}

// reading is what a device sends.
const reading = `{"t":21.43,"unit":"C","ts":1700000000000,"q":1}`

func benchmark311(b *testing.B, subscribe subscriber) {
	benchmark(b, reading, func(p *brokertest.Peer) {
		p.Accept()
		_, body, _ := p.Packet()
		p.Grant(body, 0)
	}, subscribe)
}

// benchmark counts what reaches a subscriber of a broker that only floods. payload is what follows
// a topic on the wire; greet answers CONNECT and SUBSCRIBE.
func benchmark(b *testing.B, payload string, greet func(*brokertest.Peer), subscribe subscriber) {
	packet := brokertest.AppendPublish(nil, 0, "plant/line4/press/temp", 0, []byte(payload))
	var chunk []byte
	perChunk := 0
	for ; len(chunk) < 64<<10; perChunk++ {
		chunk = append(chunk, packet...)
	}
	start := make(chan struct{})
	broker := brokertest.Serve(b, func(p *brokertest.Peer) {
		greet(p)
		<-start
		for left := b.N; left > 0; left -= perChunk {
			if _, err := p.Write(chunk[:min(left, perChunk)*len(packet)]); err != nil {
				return
			}
		}
		p.Behave()
	})
	var got atomic.Int64
	done := make(chan struct{})
	subscribe(b, config(broker.Host, broker.Port), func() {
		if got.Add(1) == int64(b.N) {
			close(done)
		}
	})
	b.ReportAllocs()
	b.ResetTimer()
	close(start)
	<-done
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}
