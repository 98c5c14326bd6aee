package mqtt_test

import (
	"bufio"
	"net"
	"strconv"
	"testing"

	"github.com/eclipse/paho.golang/packets"
	paho5 "github.com/eclipse/paho.golang/paho"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

// BenchmarkReceive5 is BenchmarkReceive for MQTT 5 and paho.golang.
func BenchmarkReceive5(b *testing.B) {
	bare := func(wrap func(net.Conn) net.Conn) subscriber {
		return func(b *testing.B, cfg mqtt.Config, receive func()) {
			conn, err := net.Dial("tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(cfg.Port)))
			if err != nil {
				b.Fatal(err)
			}
			maximum := uint16(1024)
			c := paho5.NewClient(paho5.ClientConfig{
				Conn: packets.NewThreadSafeConn(wrap(conn)),
				OnPublishReceived: []func(paho5.PublishReceived) (bool, error){
					func(paho5.PublishReceived) (bool, error) { receive(); return true, nil },
				},
			})
			if _, err := c.Connect(b.Context(), &paho5.Connect{ClientID: "bare", CleanStart: true,
				Properties: &paho5.ConnectProperties{ReceiveMaximum: &maximum}}); err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = c.Disconnect(&paho5.Disconnect{}) })
			if _, err := c.Subscribe(b.Context(), &paho5.Subscribe{Subscriptions: []paho5.SubscribeOptions{{Topic: "#"}}}); err != nil {
				b.Fatal(err)
			}
		}
	}
	ours := func(b *testing.B, cfg mqtt.Config, receive func()) {
		cfg.Version = mqtt.Version5
		c := open(b, cfg, func(*connections.Message) { receive() })
		if _, err := c.Subscribe(b.Context(), []connections.Subscription{{Filter: "#"}}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("paho", func(b *testing.B) { benchmark5(b, bare(func(c net.Conn) net.Conn { return c })) })
	b.Run("paho-over-bufio", func(b *testing.B) {
		benchmark5(b, bare(func(c net.Conn) net.Conn { return buffered{c, bufio.NewReaderSize(c, 64<<10)} }))
	})
	b.Run("client-over-guard", func(b *testing.B) { benchmark5(b, ours) })
}

func benchmark5(b *testing.B, subscribe subscriber) {
	benchmark(b, "\x00"+reading, func(p *brokertest.Peer) {
		p.Accept5()
		_, body, _ := p.Packet()
		p.Grant5(body, 0)
	}, subscribe)
}
