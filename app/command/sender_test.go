package command

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	gorilla "github.com/gorilla/websocket"

	"streamscope/app/payload/mapping"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
	"streamscope/connections/profile"
	"streamscope/connections/websocket"
)

// eventually waits for a condition, not for a time.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

// plant is a session on a real broker, and a device on the same.
type plant struct {
	*session.Session
	broker *brokertest.Mosquitto
	tap    *brokertest.Wiretap
}

func open(t *testing.T, version string, o brokertest.Options, filters ...string) *plant {
	t.Helper()
	m := brokertest.Start(t, o)
	addr := m.Addr()
	if len(m.Ports) > 0 { // the door with a rule of its own
		addr = net.JoinHostPort(m.Host, strconv.Itoa(m.Ports[0]))
	}
	p := &plant{broker: m, tap: brokertest.Tap(t, addr)}
	p.Session = connect(t, p.tap.Host, p.tap.Port, version, filters...)
	return p
}

func connect(t *testing.T, host string, port int, version string, filters ...string) *session.Session {
	t.Helper()
	o := session.Options{ID: "p-1", Name: "Plant A", SendRate: -1}
	for _, f := range filters {
		o.Subscriptions = append(o.Subscriptions, connections.Subscription{Filter: f, QoS: 1})
	}
	cfg := mqtt.Config{Host: host, Port: port, CleanSession: true, Version: version}
	o.Client = func(receive func(*connections.Message)) connections.Client { return mqtt.New(cfg, receive) }
	s := session.New(o)
	t.Cleanup(s.Close)
	s.Connect()
	eventually(t, "the connection opens", func() bool { return s.Status().State == connections.StateOpen })
	return s
}

func newSender(t *testing.T) *Sender {
	t.Helper()
	h, err := OpenHistory(filepath.Join(t.TempDir(), "sent.json"))
	if err != nil {
		t.Fatal(err)
	}
	return NewSender(h)
}

func TestVerdictsAreNamedHonestly(t *testing.T) {
	both := []string{mqtt.Version311, mqtt.Version5}
	for _, c := range []struct {
		name     string
		versions []string
		draft    Draft
		want     Verdict
	}{
		{"QoS 0", both, Draft{Topic: "set/x", Payload: "1", Format: FormatText}, VerdictSent},
		{"QoS 1, heard", both, Draft{Topic: "set/x", Payload: "1", Format: FormatText, QoS: 1}, VerdictAcknowledged},
		{"QoS 2, heard", both, Draft{Topic: "set/x", Payload: "1", Format: FormatText, QoS: 2}, VerdictAcknowledged},
		{"QoS 1, nobody", both[1:], Draft{Topic: "nobody/x", Payload: "1", Format: FormatText, QoS: 1}, VerdictNoSubscriber},
		{"QoS 1, nobody, 3.1.1 cannot know", both[:1], Draft{Topic: "nobody/x", Payload: "1", Format: FormatText, QoS: 1}, VerdictAcknowledged},
		{"forbidden", both[1:], Draft{Topic: "forbidden/x", Payload: "1", Format: FormatText, QoS: 1}, VerdictRefused},
		{"wildcard", both, Draft{Topic: "set/+", Payload: "1", Format: FormatText}, VerdictRefused},
		{"properties on 3.1.1", both[:1], Draft{Topic: "set/x", Format: FormatText, Properties: &Properties{ContentType: "x"}}, VerdictRefused},
	} {
		for _, version := range c.versions {
			t.Run(c.name+"/"+version, func(t *testing.T) {
				p := open(t, version, brokertest.Options{ACL: "topic readwrite set/#\ntopic readwrite nobody/#\n"}, "set/#")
				s := newSender(t)
				out := s.Send(t.Context(), p.Session, c.draft, SendOptions{Origin: session.OriginComposer})
				if out.Verdict != c.want || (out.Why() == "") != (c.want != VerdictRefused) {
					t.Errorf("%+v: %s", out, out.Why())
				}
				e := s.history.Entries()
				if len(e) != 1 || e[0].Outcome != string(c.want) || e[0].Profile != "p-1" || e[0].Origin != "composer" {
					t.Errorf("the history has %+v", e)
				}
			})
		}
	}
}

func TestUnknownWhenTheBrokerFalls(t *testing.T) {
	p := open(t, mqtt.Version5, brokertest.Options{})
	p.broker.Freeze()
	out := make(chan Outcome, 1)
	go func() {
		out <- newSender(t).Send(t.Context(), p.Session, Draft{Topic: "x", Format: FormatText, QoS: 1}, SendOptions{})
	}()
	eventually(t, "the message leaves", func() bool { return p.tap.Count(3) == 1 })
	p.broker.Stop()
	if o := <-out; o.Verdict != VerdictUnknown || o.Why() == "" {
		t.Errorf("%+v", o)
	}
}

func TestUnknownWhenTimeRunsOut(t *testing.T) {
	p := open(t, mqtt.Version5, brokertest.Options{})
	p.broker.Freeze()
	defer p.broker.Thaw()
	o := newSender(t).Send(t.Context(), p.Session, Draft{Topic: "x", Format: FormatText, QoS: 1}, SendOptions{Patience: 50 * time.Millisecond})
	if o.Verdict != VerdictUnknown || !errors.Is(o.Err, context.DeadlineExceeded) {
		t.Errorf("%+v", o)
	}
}

func TestWhatTheBrokerDoesNotTakeIsRefusedBeforeItLeaves(t *testing.T) {
	p := open(t, mqtt.Version5, brokertest.Options{
		Config: "max_packet_size 200\nretain_available false", Listeners: []brokertest.Listener{{Config: "max_qos 1"}},
	}, "set/#")
	for _, c := range []struct {
		draft Draft
		field Field
	}{
		{Draft{Topic: "set/x", Format: FormatText, QoS: 2}, FieldQoS},
		{Draft{Topic: "set/x", Format: FormatText, Retain: true}, FieldRetain},
		{Draft{Topic: "set/x", Format: FormatText, Payload: strings.Repeat("x", 200)}, FieldPayload},
		{Draft{Topic: "", Format: FormatText}, FieldTopic},
		{Draft{Topic: "set/#", Format: FormatText}, FieldTopic},
		{Draft{Topic: "set/x", Format: FormatText, Payload: "{{", Template: true}, FieldPayload},
		{Draft{Topic: "set/x", Format: FormatText, Payload: `{{value "absent"}}`, Template: true}, FieldPayload},
		{Draft{Topic: "set/{{ask \"line\" \"+\"}}", Format: FormatText, Template: true}, FieldTopic},
		{Draft{Topic: "set/x", Format: FormatJSON, Payload: "{"}, FieldPayload},
		{Draft{Topic: "set/x", Format: FormatFile, Payload: "/absent/file"}, FieldPayload},
		{Draft{Topic: "set/x", Format: FormatText, Properties: &Properties{ResponseTopic: "a/#"}}, FieldProperties},
	} {
		out := newSender(t).Send(t.Context(), p.Session, c.draft, SendOptions{})
		var wrong *DraftError
		if out.Verdict != VerdictRefused || !errors.As(out.Err, &wrong) || wrong.Field != c.field {
			t.Errorf("%+v: %+v", c.draft, out)
		}
	}
	if p.tap.Count(3) != 0 {
		t.Error("something left")
	}
	// A packet of exactly the greatest size passes: what we count is what the wire has.
	exact := Draft{Topic: "set/x", Format: FormatText, QoS: 1, Payload: strings.Repeat("x", 200-3-2-5-2-1),
		Properties: nil}
	if out := newSender(t).Send(t.Context(), p.Session, exact, SendOptions{}); out.Verdict != VerdictAcknowledged {
		t.Errorf("%+v", out)
	}
	exact.Payload += "x"
	if out := newSender(t).Send(t.Context(), p.Session, exact, SendOptions{}); out.Verdict != VerdictRefused {
		t.Errorf("one byte more: %+v", out)
	}
	if st := p.Status(); st.State != connections.StateOpen {
		t.Error("the broker has ended the connection")
	}
}

func TestPlaceholdersAreFilledAsItLeaves(t *testing.T) {
	p := open(t, mqtt.Version311, brokertest.Options{}, "#")
	device := brokertest.Dial(t, p.broker.Addr(), "device", "", "")
	device.Send("plant/temp", "21.4", false)
	device.Send("plant/evil", `{{now}}, "x": 1`, false)
	device.Flush()
	latest := func(topic string) string {
		id, ok := p.Index().Find(topic)
		if !ok {
			return ""
		}
		e, _ := p.Index().Latest(id)
		return string(e.Payload)
	}
	eventually(t, "the values come", func() bool { return latest("plant/evil") != "" })
	s := newSender(t)
	d := Draft{
		Topic: `set/{{ask "line" 4}}`, Format: FormatJSON, QoS: 1, Template: true,
		Payload: `{"n":{{counter}},"was":{{value "plant/temp"}},"evil":{{value "plant/evil"}},"sp":{{ask "Set point" 20}}}`,
	}
	for i, want := range []string{"1", "2"} {
		if _, err := s.Preview(p.Session, d, nil); err != nil {
			t.Fatal(err)
		}
		out := s.Send(t.Context(), p.Session, d, SendOptions{Asked: map[string]string{"Set point": "22.5"}})
		wish := `{"n":` + want + `,"was":21.4,"evil":"{{now}}, \"x\": 1","sp":22.5}`
		if out.Verdict != VerdictAcknowledged || string(out.Publication.Payload) != wish {
			t.Errorf("%d: %+v %s", i, out, out.Publication.Payload)
		}
		eventually(t, "it arrives as it was previewed", func() bool { return latest("set/4") == wish })
	}
	if e := s.history.Entries()[0]; e.FilledTopic != "set/4" || !strings.Contains(e.Filled, `"n":2`) || e.Draft.Payload != d.Payload {
		t.Errorf("%+v", e)
	}
}

func TestPropertiesTravel(t *testing.T) {
	p := open(t, mqtt.Version5, brokertest.Options{}, "#")
	s := newSender(t)
	out := s.Send(t.Context(), p.Session, Draft{Topic: "set/x", Format: FormatText, Payload: "1", QoS: 1, Properties: &Properties{
		ContentType: "text/plain", Text: true, Expiry: 60, ResponseTopic: "answers/x", CorrelationData: "abc",
		User: []UserProperty{{"who", "Anna"}, {"who", "again"}},
	}}, SendOptions{})
	if out.Verdict != VerdictAcknowledged {
		t.Fatalf("%+v", out)
	}
	eventually(t, "it comes back", func() bool { _, ok := p.Index().Find("set/x"); return ok })
	id, _ := p.Index().Find("set/x")
	e, _ := p.Index().Latest(id)
	got := e.Props
	if got == nil || got.ContentType != "text/plain" || !got.Text || got.ResponseTopic != "answers/x" || string(got.CorrelationData) != "abc" ||
		len(got.User) != 2 || got.User[1].Value != "again" || got.Expiry == 0 || got.Expiry > 60 {
		t.Errorf("%+v", got)
	}
}

// answering makes a device that answers what it gets.
func answering(t *testing.T, p *plant, version string, filter string, answer func(device *session.Session, r session.Record)) {
	t.Helper()
	device := connect(t, p.broker.Host, p.broker.Port, version, filter)
	tap, err := device.Tap(session.TapOptions{All: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			records, err := tap.Next(ctx)
			if err != nil {
				return
			}
			for _, r := range records {
				answer(device, r)
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done; tap.Close() })
}

func TestAnswers(t *testing.T) {
	reply := func(topic, payload string) func(*session.Session, session.Record) {
		return func(d *session.Session, r session.Record) {
			d.Publish(context.Background(), connections.Publication{Topic: topic, Payload: []byte(payload), QoS: 1}, "device")
		}
	}
	for _, c := range []struct {
		name     string
		versions []string
		draft    Draft
		device   func(*session.Session, session.Record)
		want     string
	}{
		{"response topic and correlation data", []string{mqtt.Version5},
			Draft{Topic: "cmd/x", Payload: "go", Format: FormatText, Answer: &Answer{Kind: AnswerResponse}},
			func(d *session.Session, r session.Record) {
				other := connections.Publication{Topic: r.Props.ResponseTopic, Payload: []byte("for somebody else"), Props: &connections.Properties{CorrelationData: []byte("x")}}
				d.Publish(context.Background(), other, "device")
				right := connections.Publication{Topic: r.Props.ResponseTopic, Payload: []byte("done"), Props: &connections.Properties{CorrelationData: r.Props.CorrelationData}}
				d.Publish(context.Background(), right, "device")
			}, "done"},
		{"a topic", []string{mqtt.Version311, mqtt.Version5},
			Draft{Topic: "cmd/x", Payload: "go", Format: FormatText, Answer: &Answer{Kind: AnswerTopic, Topic: "ack/+"}}, reply("ack/x", "ok"), "ok"},
		{"a topic with a key", []string{mqtt.Version311},
			Draft{Topic: "cmd/x", Payload: `{"id": 7}`, Format: FormatJSON, Answer: &Answer{Kind: AnswerTopic, Topic: "ack/x", Path: []string{"id"}}},
			func(d *session.Session, r session.Record) {
				reply("ack/x", `{"id":6}`)(d, r)
				reply("ack/x", `{"id":7,"ok":true}`)(d, r)
			}, `{"id":7,"ok":true}`},
		{"a key", []string{mqtt.Version311},
			Draft{Topic: "cmd/x", Payload: `{"req":{"id":"a"}}`, Format: FormatJSON, Answer: &Answer{Kind: AnswerKey, Path: []string{"req", "id"}}},
			reply("heard/y", `{"req":{"id":"a"},"ok":1}`), `{"req":{"id":"a"},"ok":1}`},
		{"the next change", []string{mqtt.Version311},
			Draft{Topic: "cmd/x", Payload: "go", Format: FormatText, Answer: &Answer{Kind: AnswerChange, Topic: "heard/state", Path: []string{"mode"}}},
			func(d *session.Session, r session.Record) {
				reply("heard/state", `{"mode":"auto","n":2}`)(d, r)
				reply("heard/state", `{"mode":"manual","n":3}`)(d, r)
			}, `{"mode":"manual","n":3}`},
	} {
		for _, version := range c.versions {
			t.Run(c.name+"/"+version, func(t *testing.T) {
				p := open(t, version, brokertest.Options{}, "heard/#")
				early := brokertest.Dial(t, p.broker.Addr(), "early", "", "")
				early.Send("heard/state", `{"mode":"auto","n":1}`, true)
				early.Send("ack/x", "a retained answer from yesterday", true)
				early.Flush()
				eventually(t, "the state is known", func() bool { _, ok := p.Index().Find("heard/state"); return ok })
				answering(t, p, version, "cmd/#", c.device)
				s := newSender(t)
				var first Outcome
				out := s.Send(t.Context(), p.Session, c.draft, SendOptions{OnOutcome: func(o Outcome) { first = o }})
				if out.Reply == nil || string(out.Reply.Payload) != c.want || out.Reply.Took <= 0 || out.Reply.Time == 0 {
					t.Fatalf("%+v, %+v", out, out.Reply)
				}
				if first.Verdict != VerdictSent || first.Reply != nil {
					t.Errorf("told first: %+v", first)
				}
				if e := s.history.Entries()[0]; e.Answer == nil || e.Answer.Payload != c.want {
					t.Errorf("history: %+v", e)
				}
				// What was borrowed for it is given back.
				eventually(t, "the subscriptions are the user's again", func() bool {
					f := p.Status().Filters
					return len(f) == 1 && f[0].Filter == "heard/#"
				})
			})
		}
	}
}

func TestNoAnswerIsAResult(t *testing.T) {
	p := open(t, mqtt.Version5, brokertest.Options{}, "heard/#")
	s := newSender(t)
	out := s.Send(t.Context(), p.Session, Draft{Topic: "cmd/x", Format: FormatText, QoS: 1, Answer: &Answer{Kind: AnswerTopic, Topic: "ack/x", Seconds: 0.05}}, SendOptions{})
	if out.Verdict != VerdictNoSubscriber || out.Reply == nil || !out.Reply.TimedOut || out.Reply.Took != 50*time.Millisecond {
		t.Errorf("%+v %+v", out, out.Reply)
	}
	if e := s.history.Entries()[0]; e.Answer == nil || !e.Answer.TimedOut {
		t.Errorf("%+v", e)
	}
	if len(p.Taps()) != 0 {
		t.Error("a tap is left")
	}
}

func TestAnswerThatCannotBeTold(t *testing.T) {
	p := open(t, mqtt.Version311, brokertest.Options{Subscribable: []string{"heard/#"}}, "heard/#")
	for _, a := range []Answer{
		{Kind: AnswerResponse}, {Kind: AnswerTopic, Topic: "a/#/b"}, {Kind: AnswerTopic, Topic: "forbidden/x"}, {Kind: AnswerKey},
		{Kind: AnswerKey, Path: []string{"absent"}}, {Kind: AnswerChange, Topic: "a/#"}, {},
	} {
		out := newSender(t).Send(t.Context(), p.Session, Draft{Topic: "cmd/x", Payload: "{}", Format: FormatJSON, Answer: &a}, SendOptions{})
		var wrong *DraftError
		if out.Verdict != VerdictRefused || !errors.As(out.Err, &wrong) || wrong.Field != FieldAnswer {
			t.Errorf("%+v: %+v", a, out)
		}
	}
	if p.tap.Count(3) != 0 || len(p.Taps()) != 0 {
		t.Error("something left, or a tap was")
	}
}

// TestFramesAskAndAnswer asks a raw WebSocket that echoes, by key.
func TestFramesAskAndAnswer(t *testing.T) {
	kinds := make(chan int, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := new(gorilla.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		for {
			kind, b, err := ws.ReadMessage()
			if err != nil {
				return
			}
			kinds <- kind
			_ = ws.WriteMessage(gorilla.TextMessage, []byte(`{"id":"other","result":0}`))
			_ = ws.WriteMessage(gorilla.TextMessage, []byte(strings.Replace(string(b), "method", "result", 1)))
		}
	}))
	t.Cleanup(server.Close)
	u, _ := url.Parse(server.URL)
	port, _ := strconv.Atoi(u.Port())
	m, err := mapping.Compile(profile.Mapping{Kind: profile.MapFixed, Topic: "frames"})
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(session.Options{ID: "p-ws", Name: "Bench", Mapper: m, Client: func(receive func(*connections.Message)) connections.Client {
		return websocket.New(websocket.Config{Host: u.Hostname(), Port: port}, receive)
	}})
	t.Cleanup(s.Close)
	s.Connect()
	eventually(t, "the connection opens", func() bool { return s.Status().State == connections.StateOpen })
	d := Draft{Payload: `{"id":{{uuid}},"method":"get"}`, Format: FormatJSON, Template: true, Answer: &Answer{Kind: AnswerKey, Path: []string{"id"}}}
	out := newSender(t).Send(t.Context(), s, d, SendOptions{})
	if out.Verdict != VerdictSent || out.Reply == nil || !strings.Contains(string(out.Reply.Payload), `"result":"get"`) {
		t.Errorf("%+v %+v", out, out.Reply)
	}
	if k := <-kinds; k != gorilla.TextMessage {
		t.Errorf("kind %d", k)
	}
	for _, d := range []Draft{{Payload: "01 ff", Format: FormatHex}, {Payload: "x", Format: FormatText, Binary: true}, {Payload: `{"a":1}`, Format: FormatCBOR}} {
		if out := newSender(t).Send(t.Context(), s, d, SendOptions{}); out.Verdict != VerdictSent {
			t.Errorf("%+v", out)
		}
		if k := <-kinds; k != gorilla.BinaryMessage {
			t.Errorf("%+v: kind %d", d, k)
		}
	}
}

func TestOfflineNothingWaitsInSecret(t *testing.T) {
	p := open(t, mqtt.Version5, brokertest.Options{}, "#")
	p.Disconnect()
	s := newSender(t)
	d := Draft{Topic: "set/x", Payload: "1", Format: FormatText, QoS: 1}
	out := s.Send(t.Context(), p.Session, d, SendOptions{Origin: session.OriginComposer})
	if !out.Offline() || s.Waiting().Len("") != 0 {
		t.Fatalf("%+v", out)
	}
	first, _ := s.Waiting().Add(p.Session, d, SendOptions{Origin: session.OriginComposer, Name: "Start"})
	second, _ := s.Waiting().Add(p.Session, d, SendOptions{})
	if s.Waiting().Len("p-1") != 2 || s.Waiting().Len("other") != 0 {
		t.Error("the list is wrong")
	}
	p.Connect()
	eventually(t, "the connection opens again", func() bool { return p.Status().State == connections.StateOpen })
	if p.tap.Count(3) != 0 {
		t.Error("it went without being asked for")
	}
	h, ok := s.Waiting().Take(first)
	if !ok || h.Options.Origin != session.OriginWaiting || h.Options.Name != "Start" {
		t.Fatalf("%+v", h)
	}
	if out := s.Send(t.Context(), p.Session, h.Draft, h.Options); out.Verdict != VerdictAcknowledged {
		t.Errorf("%+v", out)
	}
	if _, ok := s.Waiting().Take(second); !ok || s.Waiting().Len("") != 0 {
		t.Error("dropping")
	}
	if _, ok := s.Waiting().Take(second); ok {
		t.Error("it can be taken twice")
	}
}

func TestFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firmware.bin")
	if err := os.WriteFile(path, []byte{1, 2, 3}, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Draft{Topic: "a", Format: FormatFile, Payload: " " + path + "\n"}.Publication()
	if err != nil || string(p.Payload) != "\x01\x02\x03" {
		t.Errorf("%+v %v", p, err)
	}
	big := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(big, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, MaxFile+1); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", big, t.TempDir()} {
		if err := (Draft{Topic: "a", Format: FormatFile, Payload: path}).Validate(); err == nil {
			t.Errorf("%q is taken", path)
		}
	}
}
