package demo

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"streamscope/app/demo/simulation"
)

// station is a device with an MQTT connection of its own, so that the broker sends its last will
// when it dies. It says "online" on DEVICE/status while it lives; its will says "offline".
type station struct {
	topic string
	addr  string
	log   *slog.Logger
	// events are in order: what it says, and when it dies and comes back.
	events chan event
}

// event is a message, or a change of life with what is said on coming back.
type event struct {
	message simulation.Message
	change  bool
	alive   bool
	opening []simulation.Message
}

func newStation(topic, addr string, log *slog.Logger) *station {
	return &station{topic: topic, addr: addr, log: log, events: make(chan event, 256)}
}

// say sends a message if the station keeps up; a sensor does not wait.
func (s *station) say(m simulation.Message) {
	select {
	case s.events <- event{message: m}:
	default:
	}
}

// live lets the station die or come back. It waits until the station has taken note.
func (s *station) live(ctx context.Context, alive bool, opening []simulation.Message) {
	select {
	case s.events <- event{change: true, alive: alive, opening: opening}:
	case <-ctx.Done():
	}
}

// run is the station until ctx ends.
func (s *station) run(ctx context.Context) {
	var opening []simulation.Message
	for ctx.Err() == nil {
		client, wire := s.connect(ctx)
		if client == nil {
			return
		}
		for _, m := range opening {
			client.Publish(m.Topic, 0, m.Retain, m.Payload)
		}
		died := s.work(ctx, client)
		if died {
			// Without a DISCONNECT: that is what wakes the will (MQTT 3.1.1 §3.1.2.5).
			_ = wire.Close()
			client.Disconnect(0)
			opening = s.rest(ctx)
			continue
		}
		client.Disconnect(100)
	}
}

// work publishes what comes until the station dies (true), or ctx or the connection ends.
func (s *station) work(ctx context.Context, client paho.Client) (died bool) {
	for {
		select {
		case <-ctx.Done():
			return false
		case e := <-s.events:
			switch {
			case e.change && !e.alive:
				return true
			case e.change:
			case !client.IsConnectionOpen():
				return false
			default:
				client.Publish(e.message.Topic, 0, e.message.Retain, e.message.Payload)
			}
		}
	}
}

// rest waits for the station's return.
func (s *station) rest(ctx context.Context) []simulation.Message {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-s.events:
			if e.change && e.alive {
				return e.opening
			}
		}
	}
}

// connect makes the station's connection; see the function of that name.
func (s *station) connect(ctx context.Context) (client paho.Client, wire net.Conn) {
	will := simulation.Message{Topic: s.topic + "/status", Payload: []byte("offline"), Retain: true}
	client, wire = connect(ctx, s.addr, s.log, "station-"+strings.ReplaceAll(s.topic, "/", "-"), will)
	if client != nil {
		client.Publish(s.topic+"/status", 0, true, "online")
	}
	return client, wire
}

// connect tries until it succeeds or ctx ends; then client is nil. Its wire can be cut, and then
// the broker says its will.
func connect(ctx context.Context, addr string, log *slog.Logger, id string, will simulation.Message) (client paho.Client, wire net.Conn) {
	o := paho.NewClientOptions().
		AddBroker("tcp://"+addr).
		SetClientID(id).
		SetProtocolVersion(4). // else paho tries 3.1 after any failure
		SetAutoReconnect(false).
		SetConnectRetry(false).
		SetConnectTimeout(patience).
		SetWriteTimeout(patience).
		SetKeepAlive(10*time.Second).
		SetBinaryWill(will.Topic, will.Payload, 1, will.Retain).
		SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) {
			var d net.Dialer
			conn, err := d.DialContext(ctx, "tcp", addr)
			wire = conn
			return conn, err
		})
	for {
		client = paho.NewClient(o)
		token := client.Connect()
		<-token.Done()
		if token.Error() == nil {
			return client, wire
		}
		if ctx.Err() == nil {
			log.Warn("demo: station", "client", id, "error", token.Error())
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(500 * time.Millisecond):
		}
	}
}
