package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"streamscope/connections"
	"streamscope/connections/profile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// openPlant starts a plant whose time runs some 25 times as fast as ours, until the test ends.
func openPlant(t *testing.T) *Plant {
	t.Helper()
	return openPlantLogging(t, nil)
}

func openPlantLogging(t *testing.T, log *slog.Logger) *Plant {
	t.Helper()
	ticks, stop := make(chan time.Time), make(chan struct{})
	var once sync.Once
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	p, err := start(t.Context(), Options{Seed: 5, Logger: log}, clock{now, ticks, func() { once.Do(func() { close(stop) }) }})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		pace := time.NewTicker(2 * time.Millisecond)
		defer pace.Stop()
		for {
			now = now.Add(tick)
			select {
			case ticks <- now:
			case <-stop:
				return
			}
			<-pace.C
		}
	}()
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// watcher is a real MQTT client that remembers what it has seen.
type watcher struct {
	t      *testing.T
	client paho.Client
	mu     sync.Mutex // guards what follows
	seen   map[string][]paho.Message
	all    int
	news   chan struct{} // closed and replaced with every message
}

func watch(t *testing.T, broker string, filters ...string) *watcher {
	t.Helper()
	w := &watcher{t: t, seen: map[string][]paho.Message{}, news: make(chan struct{})}
	o := paho.NewClientOptions().AddBroker(broker).SetClientID("watcher-" + strconv.Itoa(int(time.Now().UnixNano()))).
		SetProtocolVersion(4).SetAutoReconnect(false).SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.seen[m.Topic()] = append(w.seen[m.Topic()], m)
		w.all++
		close(w.news)
		w.news = make(chan struct{})
	})
	w.client = paho.NewClient(o)
	done(t, w.client.Connect())
	t.Cleanup(func() { w.client.Disconnect(50) })
	if len(filters) == 0 {
		return w
	}
	// In one packet: mochi refuses a second SUBSCRIBE whose packet ID a message on its way to
	// the client happens to have.
	asked := map[string]byte{}
	for _, f := range filters {
		asked[f] = 1
	}
	token := w.client.SubscribeMultiple(asked, nil)
	done(t, token)
	if answer, ok := token.(*paho.SubscribeToken); ok {
		for f, granted := range answer.Result() {
			if granted > 2 {
				t.Fatalf("%s is refused", f)
			}
		}
	}
	return w
}

func done(t *testing.T, token paho.Token) {
	t.Helper()
	if !token.WaitTimeout(5*time.Second) || token.Error() != nil {
		t.Fatalf("not done: %v", token.Error())
	}
}

// await waits until ok says yes; it is asked again with every message.
func (w *watcher) await(what string, ok func(seen map[string][]paho.Message) bool) {
	w.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		w.mu.Lock()
		yes, news := ok(w.seen), w.news
		w.mu.Unlock()
		if yes {
			return
		}
		select {
		case <-news:
		case <-deadline:
			w.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// awaitMessage waits for a message on topic that pleases ok, and returns it.
func (w *watcher) awaitMessage(topic string, ok func(paho.Message) bool) (found paho.Message) {
	w.t.Helper()
	from := 0
	w.await("a message on "+topic, func(seen map[string][]paho.Message) bool {
		for _, m := range seen[topic][from:] {
			if ok(m) {
				found = m
				return true
			}
		}
		from = len(seen[topic])
		return false
	})
	return found
}

func says(text string) func(paho.Message) bool {
	return func(m paho.Message) bool { return string(m.Payload()) == text }
}

func TestAClientSeesThePlant(t *testing.T) {
	p := openPlant(t)
	for name, broker := range map[string]string{"tcp": "tcp://" + p.MQTTAddr, "websocket": p.WebSocketURL} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, broker, "#")
			w.await("250 topics", func(seen map[string][]paho.Message) bool { return len(seen) > 250 })
			for _, topic := range []string{
				"plant/line1/oven/temperature", "plant/line2/press/force", "plant/line3/filler/fill",
				"plant/tankfarm/tank3/level", "plant/energy/main/phases", "plant/coldstore/room2/temperature", "barn/climate/co2",
			} {
				w.await(topic, func(seen map[string][]paho.Message) bool { return len(seen[topic]) > 0 })
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			if info := w.seen["plant/line1/oven/info"]; len(info) != 1 || !info[0].Retained() || !json.Valid(info[0].Payload()) {
				t.Errorf("the oven's papers: %v", info)
			}
			for topic := range w.seen {
				if strings.HasPrefix(topic, "$") {
					t.Errorf("the broker talks about itself on %s", topic)
				}
			}
		})
	}
}

func TestASetpointIsFollowed(t *testing.T) {
	p := openPlant(t)
	w := watch(t, "tcp://"+p.MQTTAddr, "plant/line1/oven/#")
	value := func(m paho.Message) float64 { v, _ := strconv.ParseFloat(string(m.Payload()), 64); return v }
	w.awaitMessage("plant/line1/oven/temperature", func(m paho.Message) bool { return value(m) > 205 })

	done(t, w.client.Publish("plant/line1/oven/setpoint/set", 1, false, "120"))

	w.awaitMessage("plant/line1/oven/setpoint", says(`{"value":120,"unit":"°C"}`))
	w.awaitMessage("plant/line1/oven/control", says("falling"))
	w.awaitMessage("plant/line1/oven/temperature", func(m paho.Message) bool { return value(m) < 180 && value(m) > 125 })
	w.awaitMessage("plant/line1/oven/temperature", func(m paho.Message) bool { return value(m) < 123 })

	// Whoever comes later finds the new setting retained.
	late := watch(t, "tcp://"+p.MQTTAddr, "plant/line1/oven/setpoint")
	late.awaitMessage("plant/line1/oven/setpoint", func(m paho.Message) bool {
		return m.Retained() && string(m.Payload()) == `{"value":120,"unit":"°C"}`
	})
}

func TestASwitchIsObeyedAndNonsenseAnswered(t *testing.T) {
	p := openPlant(t)
	w := watch(t, p.WebSocketURL, "plant/line3/conveyor/#")
	done(t, w.client.Publish("plant/line3/conveyor/power/set", 2, false, "off"))
	w.awaitMessage("plant/line3/conveyor/speed", says(`{"value":0.0,"unit":"m/min"}`))

	done(t, w.client.Publish("plant/line3/conveyor/power/set", 0, false, []byte{0xff}))
	answer := w.awaitMessage("plant/line3/conveyor/error", func(paho.Message) bool { return true })
	if !strings.Contains(string(answer.Payload()), "not on or off") {
		t.Errorf("answered %s", answer.Payload())
	}
}

func TestADeviceDiesAndComesBack(t *testing.T) {
	p := openPlant(t)
	const robot = "plant/line1/robot"
	w := watch(t, "tcp://"+p.MQTTAddr, robot+"/#")
	w.awaitMessage(robot+"/status", says("online"))
	w.awaitMessage(robot+"/joints", func(paho.Message) bool { return true })

	w.awaitMessage(robot+"/status", says("offline"))
	late := watch(t, "tcp://"+p.MQTTAddr, robot+"/status")
	late.awaitMessage(robot+"/status", func(m paho.Message) bool { return m.Retained() })

	back := 0
	w.await("the robot's return", func(seen map[string][]paho.Message) bool {
		for i, m := range seen[robot+"/status"] {
			if i > 0 && string(m.Payload()) == "online" && string(seen[robot+"/status"][i-1].Payload()) == "offline" {
				back = len(seen[robot+"/joints"])
				return true
			}
		}
		return false
	})
	w.await("the robot's moves", func(seen map[string][]paho.Message) bool { return len(seen[robot+"/joints"]) > back+3 })
}

// TestSubscribingWhileRetainedMessagesChange is where mochi's retained messages race.
func TestSubscribingWhileRetainedMessagesChange(t *testing.T) {
	p := openPlant(t)
	broker := "tcp://" + p.MQTTAddr
	writer := watch(t, broker)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				payload := strconv.Itoa(n)
				if n%7 == 0 {
					payload = "" // clears it
				}
				writer.client.Publish("notes/"+strconv.Itoa(n%50), 1, true, payload).Wait()
			}
		}
	}()
	for range 15 {
		w := watch(t, broker, "notes/#", "plant/+/+/setpoint")
		w.await("retained set-points", func(seen map[string][]paho.Message) bool {
			got := seen["plant/line1/oven/setpoint"]
			return len(got) > 0 && got[0].Retained()
		})
	}
	close(stop)
	<-stopped
}

func TestTheDemoProfileOpensThePlant(t *testing.T) {
	p := openPlant(t)
	v, problems := p.Profile().Validate()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	demo := v.Profile()
	if demo.ID != "demo" || demo.Name != "Demo plant" || v.Addr() != p.MQTTAddr {
		t.Errorf("got %+v", demo)
	}
	if len(demo.Subscriptions) != 1 || demo.Subscriptions[0] != (connections.Subscription{Filter: "#"}) {
		t.Errorf("subscribes to %+v", demo.Subscriptions)
	}
	if _, ok := any(demo).(profile.Profile); !ok || demo.AsksPassword {
		t.Error("a demo that asks for a password")
	}
}

func TestOnlyThisComputerCanReachThePlant(t *testing.T) {
	p := openPlant(t)
	var ports []string
	for _, addr := range []string{p.MQTTAddr, hostOf(t, p.WebSocketURL), hostOf(t, p.StreamURL)} {
		host, port, err := net.SplitHostPort(addr)
		if err != nil || host != "127.0.0.1" || port == "0" {
			t.Errorf("listens on %s", addr)
		}
		ports = append(ports, port)
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	outside := []net.IP{net.IPv6loopback}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() {
			outside = append(outside, n.IP)
		}
	}
	for _, ip := range outside {
		for _, port := range ports {
			conn, err := net.DialTimeout("tcp", net.JoinHostPort(ip.String(), port), time.Second)
			if err == nil {
				conn.Close()
				t.Errorf("%s:%s answers", ip, port)
			}
		}
	}
}

func hostOf(t *testing.T, raw string) string {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func TestCloseEndsEverything(t *testing.T) {
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p, err := Start(ctx, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	// Given clients of every kind, one of which neither reads nor speaks MQTT.
	w := watch(t, "tcp://"+p.MQTTAddr, "#")
	ws := watch(t, p.WebSocketURL, "#")
	boat := board(t, p)
	mute, err := net.Dial("tcp", p.MQTTAddr)
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	w.await("messages at the plant's real pace", func(map[string][]paho.Message) bool { return w.all > 400 })

	begin := time.Now()
	if err := errors.Join(p.Close(), p.Close()); err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("closing took %v", took)
	}
	for _, addr := range []string{p.MQTTAddr, hostOf(t, p.StreamURL)} {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			t.Errorf("%s still listens", addr)
		}
	}
	if _, err := io.Copy(io.Discard, mute); err != nil && !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the mute client: %v", err)
	}
	w.client.Disconnect(0)
	ws.client.Disconnect(0)
	boat.Close()
	goleak.VerifyNone(t, before)
}

func TestClosingWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if conn, err := net.Dial("tcp", p.MQTTAddr); err == nil {
		conn.Close()
		t.Error("still listens")
	}
	if p, err := Start(ctx, Options{}); err == nil {
		if err := p.Close(); err != nil {
			t.Errorf("opened under a cancelled context: %v", err)
		}
	}
}

// TestCloseWhileClientsComeAndGo is where mochi's own Close races.
func TestCloseWhileClientsComeAndGo(t *testing.T) {
	for range 5 {
		p, err := Start(t.Context(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		stop := make(chan struct{})
		var clients sync.WaitGroup
		for range 4 {
			clients.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if conn, err := net.Dial("tcp", p.MQTTAddr); err == nil {
						_, _ = conn.Write([]byte("\x10\x0d\x00\x04MQTT\x04\x02\x00\x0a\x00\x01x"))
						_, _ = conn.Read(make([]byte, 4))
						conn.Close()
					}
				}
			})
		}
		w := watch(t, "tcp://"+p.MQTTAddr, "#")
		w.await("a message", func(map[string][]paho.Message) bool { return w.all > 50 })
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		close(stop)
		clients.Wait()
	}
}

// TestAPacketThatKillsMochi sends the MQTT 5 SUBSCRIBE, cut short, that makes mochi 2.7.9 panic.
func TestAPacketThatKillsMochi(t *testing.T) {
	var log lines
	p := openPlantLogging(t, slog.New(slog.NewTextHandler(&log, nil)))
	conn, err := net.Dial("tcp", p.MQTTAddr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const hello, deadly = "\x10\x0e\x00\x04MQTT\x05\x02\x00\x0a\x00\x00\x01k", "\x82\x06\x00\x01\x00\x00\x01a"
	if _, err := conn.Write([]byte(hello + deadly)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection did not end cleanly: %v", err)
	}
	w := watch(t, "tcp://"+p.MQTTAddr, "plant/#")
	w.await("a message afterwards", func(map[string][]paho.Message) bool { return w.all > 0 })
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "panic=") {
		t.Error("mochi did not panic: if it is mended, broker.serve need not recover")
	}
}

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
