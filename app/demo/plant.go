package demo

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"streamscope/app/demo/simulation"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// tick is one step of the simulation: the fastest values come 20 times a second.
const tick = 50 * time.Millisecond

// framesEvery is how many ticks lie between two frames of the stream: 5 a second.
const framesEvery = 4

// patience bounds each part of closing.
const patience = 2 * time.Second

// Options for Start.
type Options struct {
	// Seed decides what happens in the plant.
	Seed uint64
	// Logger hears what goes wrong; nil for silence.
	Logger *slog.Logger
}

// Plant is a running demo.
type Plant struct {
	// MQTTAddr is the broker's host:port for MQTT over TCP. Any user and password will do.
	MQTTAddr string
	// WebSocketURL is the broker's ws:// URL for MQTT over WebSocket.
	WebSocketURL string
	// StreamURL is the ws:// URL of the boat's instruments: a JSON frame 5 times a second. It
	// takes {"set":{"course":235,"throttle":40}}.
	StreamURL string

	log      *slog.Logger
	broker   *broker
	web      *web
	stream   *stream
	stations map[string]*station
	edge     *edge
	camera   *simulation.Camera
	schema   string // the file; empty for none
	commands chan command
	cancel   context.CancelFunc
	workers  sync.WaitGroup
	close    func() error
}

// command is something that a device or the boat is told from outside.
type command struct {
	topic   string
	payload []byte
	// answer takes the boat's answer; nil for a command by MQTT.
	answer func([]byte)
}

// clock tells the plant's time.
type clock struct {
	now   time.Time
	ticks <-chan time.Time
	stop  func()
}

// Start opens the plant. It runs until Close, or until ctx is cancelled.
func Start(ctx context.Context, o Options) (*Plant, error) {
	ticker := time.NewTicker(tick)
	return start(ctx, o, clock{time.Now(), ticker.C, ticker.Stop})
}

func start(ctx context.Context, o Options, c clock) (p *Plant, err error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(ctx)
	p = &Plant{log: o.Logger, cancel: cancel, commands: make(chan command, 256), stations: map[string]*station{}}
	p.close = sync.OnceValue(func() error { c.stop(); return p.shut() })
	defer func() {
		if err != nil {
			_ = p.Close()
		}
	}()
	if p.broker, err = openBroker(o.Logger, p.tell); err != nil {
		return nil, err
	}
	p.stream = newStream(func(payload []byte, answer func([]byte)) { p.steer(ctx, payload, answer) })
	if p.web, err = openWeb(p.broker, p.stream); err != nil {
		return nil, err
	}
	p.MQTTAddr = p.broker.addr()
	p.WebSocketURL = "ws://" + p.web.addr() + mqttPath
	p.StreamURL = "ws://" + p.web.addr() + streamPath

	world := simulation.New(o.Seed, c.now)
	for _, topic := range world.Stations() {
		s := newStation(topic, p.MQTTAddr, o.Logger)
		p.stations[topic] = s
		p.workers.Go(func() { s.run(ctx) })
	}
	p.edge = newEdge(p.MQTTAddr, o.Logger, simulation.NewEdge(o.Seed, c.now))
	p.workers.Go(func() { p.edge.run(ctx) })
	p.camera = simulation.NewCamera(o.Seed, c.now)
	p.schema = p.writeSchema()
	// Said before anybody can subscribe, so that it comes to everybody as retained.
	for _, m := range world.Opening() {
		p.say(m)
	}
	p.workers.Go(func() { p.run(ctx, world, c) })
	context.AfterFunc(ctx, func() { _ = p.Close() })
	return p, nil
}

// Profile returns the connection that shows the plant. It subscribes to everything: the broker
// is our own and holds nothing else.
func (p *Plant) Profile() profile.Profile {
	host, port, _ := net.SplitHostPort(p.MQTTAddr)
	demo := profile.New()
	demo.ID, demo.Name, demo.Host = "demo", "Demo plant", host
	demo.Port, _ = strconv.Atoi(port)
	demo.Subscriptions = []connections.Subscription{{Filter: "#"}}
	vision := profile.Binding{Filter: simulation.CameraTopic, Format: "protobuf"}
	if p.schema != "" {
		vision.Files, vision.Message = []string{p.schema}, simulation.CameraMessage
	}
	demo.Decoders = []profile.Binding{vision}
	return demo
}

// writeSchema writes what describes the camera's messages into a folder of the plant's own, which
// goes with it, and returns the file's name; empty if there is none, and their fields then show by
// their numbers.
func (p *Plant) writeSchema() string {
	folder, err := os.MkdirTemp("", "streamscope-demo-")
	file := filepath.Join(folder, "vision.proto")
	if err == nil {
		err = os.WriteFile(file, []byte(simulation.CameraSchema), 0o600)
	}
	if err != nil {
		p.log.Warn("demo: the camera's schema cannot be written", "error", err)
		return ""
	}
	return file
}

// StreamProfile returns the connection that shows the boat: a raw WebSocket, each of whose
// values becomes a topic.
func (p *Plant) StreamProfile() profile.Profile {
	boat := profile.New()
	boat.ID, boat.Name, boat.Colour = "demo-boat", "Demo boat", profile.Palette()[1]
	boat.Protocol, boat.Transport.Kind = profile.WebSocket, profile.WS
	if u, err := url.Parse(p.StreamURL); err == nil {
		boat.Host, boat.Transport.Path = u.Hostname(), u.Path
		boat.Port, _ = strconv.Atoi(u.Port())
	}
	boat.Stream = &profile.Stream{Mapping: profile.Mapping{Kind: profile.MapLeaves, Topic: "boat"}}
	return boat
}

// Close stops the plant and waits until everything has ended, some seconds at most; an error
// tells what did not. It may be called twice and from any goroutine.
func (p *Plant) Close() error { return p.close() }

func (p *Plant) shut() error {
	p.cancel()
	err := within("the devices", p.workers.Wait)
	if p.web != nil {
		err = errors.Join(err, p.web.close())
	}
	if p.broker != nil {
		err = errors.Join(err, p.broker.close())
	}
	if p.schema != "" {
		err = errors.Join(err, os.RemoveAll(filepath.Dir(p.schema)))
	}
	return err
}

// run is the plant's own time: it alone touches the world.
func (p *Plant) run(ctx context.Context, world *simulation.World, c clock) {
	now := c.now
	for n := 1; ; {
		select {
		case <-ctx.Done():
			return
		case told := <-p.commands:
			p.obey(world, told)
		case at := <-c.ticks:
			p.step(ctx, world, at.Sub(now))
			now = at
			if n++; n%framesEvery == 0 {
				p.stream.send(world.BoatFrame())
			}
		}
	}
}

func (p *Plant) obey(world *simulation.World, told command) {
	if told.answer != nil {
		told.answer(world.BoatObey(told.payload))
		return
	}
	for _, m := range world.Obey(told.topic, told.payload) {
		p.say(m)
	}
}

func (p *Plant) step(ctx context.Context, world *simulation.World, dt time.Duration) {
	messages, changes := world.Step(dt)
	p.edge.tick(max(dt, 0))
	if m, ok := p.camera.Step(max(dt, 0)); ok {
		p.say(m)
	}
	for _, c := range changes {
		p.stations[c.Station].live(ctx, c.Alive, world.OpeningOf(c.Station))
	}
	for _, m := range messages {
		p.say(m)
	}
}

func (p *Plant) say(m simulation.Message) {
	if s := p.stations[m.Station]; s != nil {
		s.say(m)
		return
	}
	if err := p.broker.publish(m); err != nil {
		p.log.Warn("demo: publish", "topic", m.Topic, "error", err)
	}
}

// tell hands over a command that came by MQTT. It runs on the goroutine of the client that
// sent it, so it does not wait: a flood is dropped.
func (p *Plant) tell(topic string, payload []byte) {
	select {
	case p.commands <- command{topic: topic, payload: payload}:
	default:
		p.log.Warn("demo: too many commands, one is dropped", "topic", topic)
	}
}

// steer hands over a command that came by the stream.
func (p *Plant) steer(ctx context.Context, payload []byte, answer func([]byte)) {
	select {
	case p.commands <- command{payload: payload, answer: answer}:
	case <-ctx.Done():
	}
}

// within waits for wait, but not for longer than patience.
func within(what string, wait func()) error {
	done := make(chan struct{})
	go func() { wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-time.After(patience):
		return errors.New("demo: " + what + " did not end in time")
	}
}
