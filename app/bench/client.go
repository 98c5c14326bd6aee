package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"

	paho5 "github.com/eclipse/paho.golang/paho"
	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/gorilla/websocket"
)

// client is the least that could receive so many messages with a library. It is a process of its
// own, as the program is.
func client(args []string) error {
	flags := flag.NewFlagSet("client", flag.ContinueOnError)
	addr := flags.String("addr", "", "where the messages come from")
	count := flags.Uint64("count", 0, "how many there are")
	buffer := flags.Int("buffer", 0, "the size of a read buffer under the library")
	five := flags.Bool("five", false, "MQTT 5 instead of 3.1.1")
	frames := flags.Bool("frames", false, "WebSocket frames instead of MQTT")
	qos := flags.Int("send", -1, "send what stdin holds, with this QoS, instead of receiving")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case *qos >= 0:
		return sendLines(*addr, byte(*qos))
	case *frames:
		return readFrames(*addr, *count)
	case *five:
		return subscribe5(*addr, *count, *buffer)
	}
	return subscribe(*addr, *count, *buffer)
}

// buffered puts a read buffer under a library.
type buffered struct {
	net.Conn
	in *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.in.Read(p) }

// subscribe is bare paho with a callback that only counts.
func subscribe(addr string, count uint64, buffer int) error {
	var received uint64 // only paho's router touches it
	enough, lost := make(chan struct{}), make(chan error, 1)
	o := paho.NewClientOptions().AddBroker("tcp://" + addr).SetClientID("bench").SetAutoReconnect(false).
		SetConnectionLostHandler(func(_ paho.Client, err error) { lost <- err })
	if buffer > 0 {
		o.SetCustomOpenConnectionFn(func(u *url.URL, _ paho.ClientOptions) (net.Conn, error) {
			c, err := net.Dial("tcp", u.Host)
			return &buffered{c, bufio.NewReaderSize(c, buffer)}, err
		})
	}
	c := paho.NewClient(o)
	if t := c.Connect(); t.Wait() && t.Error() != nil {
		return t.Error()
	}
	t := c.Subscribe("#", 0, func(paho.Client, paho.Message) {
		if received++; received == count {
			close(enough)
		}
	})
	if t.Wait() && t.Error() != nil {
		return t.Error()
	}
	select {
	case <-enough:
		c.Disconnect(0)
		return nil
	case err := <-lost:
		return fmt.Errorf("%d messages came: %w", received, err)
	}
}

// subscribe5 is bare paho.golang with a callback that only counts.
func subscribe5(addr string, count uint64, buffer int) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if buffer > 0 {
		conn = &buffered{conn, bufio.NewReaderSize(conn, buffer)}
	}
	var received uint64 // only paho's router touches it
	enough, lost := make(chan struct{}), make(chan error, 1)
	c := paho5.NewClient(paho5.ClientConfig{
		ClientID: "bench", Conn: conn,
		OnPublishReceived: []func(paho5.PublishReceived) (bool, error){func(paho5.PublishReceived) (bool, error) {
			if received++; received == count {
				close(enough)
			}
			return true, nil
		}},
		OnClientError: func(err error) { lost <- err },
	})
	ctx := context.Background()
	if _, err := c.Connect(ctx, &paho5.Connect{ClientID: "bench", CleanStart: true, KeepAlive: 60}); err != nil {
		return err
	}
	if _, err := c.Subscribe(ctx, &paho5.Subscribe{Subscriptions: []paho5.SubscribeOptions{{Topic: "#"}}}); err != nil {
		return err
	}
	select {
	case <-enough:
		return c.Disconnect(&paho5.Disconnect{})
	case err := <-lost:
		return fmt.Errorf("%d messages came: %w", received, err)
	}
}

// readFrames is bare gorilla.
func readFrames(addr string, count uint64) error {
	c, _, err := websocket.DefaultDialer.Dial("ws://"+addr+"/", nil) //nolint:bodyclose // there is none after an upgrade
	if err != nil {
		return err
	}
	defer c.Close()
	for i := range count {
		if _, _, err := c.ReadMessage(); err != nil {
			return fmt.Errorf("%d frames came: %w", i, err)
		}
	}
	return nil
}

// sendLines is bare paho with a loop over the lines of standard input. It waits for the outcomes
// when all are on their way, which is the fastest that can be done with it.
func sendLines(addr string, qos byte) error {
	o := paho.NewClientOptions().AddBroker("tcp://" + addr).SetClientID("bench").SetAutoReconnect(false)
	c := paho.NewClient(o)
	if t := c.Connect(); t.Wait() && t.Error() != nil {
		return t.Error()
	}
	var tokens []paho.Token
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		tokens = append(tokens, c.Publish(sendTopic, qos, false, lines.Text()))
		// Two bytes number what is on its way, so not all 100,000 can be.
		if len(tokens) == window {
			if tokens[0].Wait(); tokens[0].Error() != nil {
				return tokens[0].Error()
			}
			tokens = tokens[1:]
		}
	}
	for _, t := range tokens {
		if t.Wait() && t.Error() != nil {
			return t.Error()
		}
	}
	c.Disconnect(250)
	return lines.Err()
}

const (
	// sendTopic is where lines go.
	sendTopic = "plant/line-4/press/set"
	// window is how many messages a bare client has on their way.
	window = 512
)
