package demo

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"streamscope/app/demo/simulation"
)

// broker is mochi with listeners of our own: its Close waits without bound for clients that its
// listeners may still be accepting, so connections are accepted, counted and ended here.
type broker struct {
	server   *mochi.Server
	listener net.Listener
	log      *slog.Logger
	accept   sync.WaitGroup
	serving  sync.WaitGroup

	mu    sync.Mutex // guards what follows
	conns map[net.Conn]struct{}
	shut  bool
}

// openBroker starts a broker on a free loopback port. Commands, messages to …/set, go to tell,
// on the goroutine of whoever sent them.
func openBroker(log *slog.Logger, tell func(topic string, payload []byte)) (*broker, error) {
	limits := mochi.NewDefaultServerCapabilities()
	// Above a full queue mochi drops silently; a window that stalls for minutes fits in here.
	limits.MaximumClientWritesPending = 64 << 10
	limits.MaximumPacketSize = 4 << 20
	server := mochi.New(&mochi.Options{
		InlineClient: true,
		Capabilities: limits,
		// The broker's own figures are not what the demo is about.
		SysTopicResendInterval: 3600,
		Logger:                 slog.New(quiet{log.Handler()}),
	})
	if err := errors.Join(server.AddHook(new(open), nil), server.AddHook(new(gate), nil)); err != nil {
		return nil, err
	}
	if err := server.Serve(); err != nil {
		return nil, err
	}
	b := &broker{server: server, log: log, conns: map[net.Conn]struct{}{}}
	err := server.Subscribe("#", 1, func(_ *mochi.Client, _ packets.Subscription, pk packets.Packet) {
		if strings.HasSuffix(pk.TopicName, "/set") {
			tell(pk.TopicName, pk.Payload)
		}
	})
	if err == nil {
		b.listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	b.accept.Go(b.acceptAll)
	return b, nil
}

func (b *broker) addr() string { return b.listener.Addr().String() }

// publish sends a message of a device that shares the plant's gateway.
func (b *broker) publish(m simulation.Message) error {
	return b.server.Publish(m.Topic, m.Payload, m.Retain, 0)
}

func (b *broker) acceptAll() {
	for {
		conn, err := b.listener.Accept()
		if err != nil {
			return
		}
		go b.serve("tcp", conn)
	}
}

// serve speaks MQTT with one client until it leaves. A packet that makes mochi panic costs that
// client its connection, not the program its life.
func (b *broker) serve(kind string, conn net.Conn) {
	defer conn.Close()
	if !b.enter(conn) {
		return
	}
	defer b.leave(conn)
	defer func() {
		if r := recover(); r != nil {
			b.log.Error("demo: broker", "panic", fmt.Sprint(r), "client", conn.RemoteAddr())
		}
	}()
	if err := b.server.EstablishConnection(kind, conn); err != nil {
		b.log.Debug("demo: client left", "client", conn.RemoteAddr(), "error", err)
	}
}

func (b *broker) enter(conn net.Conn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shut {
		return false
	}
	b.conns[conn] = struct{}{}
	b.serving.Add(1)
	return true
}

func (b *broker) leave(conn net.Conn) {
	b.mu.Lock()
	delete(b.conns, conn)
	b.mu.Unlock()
	b.serving.Done()
}

// close ends all connections and the broker.
func (b *broker) close() error {
	_ = b.listener.Close()
	b.mu.Lock()
	b.shut = true
	for conn := range b.conns {
		_ = conn.Close()
	}
	b.mu.Unlock()
	// Only when nobody is left is mochi's own Close free of races.
	err := within("the broker's clients", func() { b.accept.Wait(); b.serving.Wait() })
	return errors.Join(err, within("the broker", func() { _ = b.server.Close() }))
}
