package session

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	gorilla "github.com/gorilla/websocket"

	"streamscope/app/payload/mapping"
	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/connections/websocket"
)

// stream makes a session that is connected to a WebSocket and maps by rule.
func stream(t *testing.T, raw string, rule profile.Mapping) *Session {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := mapping.Compile(rule)
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(t, Options{
		Mapper: mapper, Exclude: []string{"secret/#"},
		Client: func(receive func(*connections.Message)) connections.Client {
			return websocket.New(websocket.Config{Host: u.Hostname(), Port: port, Path: u.RequestURI()}, receive)
		},
	})
	s.Connect()
	return s
}

func latest(s *Session, topic string) string {
	id, ok := s.Index().Find(topic)
	if !ok {
		return ""
	}
	entry, _ := s.Index().Latest(id)
	return string(entry.Payload)
}

func TestFramesBecomeTopics(t *testing.T) {
	said := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := new(gorilla.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		for _, frame := range []string{
			`{"dev":"d1","r":[{"n":"temp","v":21.5,"t":1700000000},{"n":"state","v":"on"}]}`,
			`{"dev":"secret","r":[{"n":"key","v":1}]}`,
			`{"dev":"d1","r":[{"n":"big","v":"` + strings.Repeat("x", 10_000) + `"},{"n":"pad","v":"` + strings.Repeat("y", 30_000) + `"}]}`,
			`{"dev":"d1","r":[{"n":"temp","v":22},{"v":1}]}`,
			`hello`,
		} {
			_ = ws.WriteMessage(gorilla.TextMessage, []byte(frame))
		}
		for {
			kind, data, err := ws.ReadMessage()
			if err != nil {
				return
			}
			said <- strconv.Itoa(kind) + " " + string(data)
		}
	}))
	defer server.Close()
	s := stream(t, server.URL, profile.Mapping{
		Kind: profile.MapKeys, Topic: "{dev}/{n}", Each: []string{"r"}, Value: []string{"v"}, Time: []string{"t"}, TimeFormat: "s",
	})
	eventually(t, "the frames", func() bool { return s.Counts().Frames == 5 })
	n := s.Counts()
	if n.Received != 8 || n.Excluded != 1 || n.Misfits != 2 || n.Kept+n.Evicted+n.Cleared+n.Excluded != n.Received || n.Cut != 0 {
		t.Errorf("%+v", n)
	}
	for topic, want := range map[string]string{
		"d1/temp": "22", "d1/state": "on", "d1/big": strings.Repeat("x", 10_000), mapping.Unmapped: "hello",
	} {
		if got := latest(s, topic); got != want {
			t.Errorf("%s: %.50q", topic, got)
		}
	}
	eventually(t, "the connection to be open", func() bool { return s.Status().State == connections.StateOpen })
	for _, p := range []connections.Publication{{Payload: []byte(`{"a":1}`)}, {Payload: []byte{0}, Binary: true}} {
		if r := s.Publish(context.Background(), p, "test"); r.Outcome != connections.OutcomeSent {
			t.Fatalf("%v %v", r.Outcome, r.Err)
		}
	}
	if a, b := <-said, <-said; a != `1 {"a":1}` || b != "2 \x00" {
		t.Errorf("the server heard %q and %q", a, b)
	}
	if r := s.Publish(context.Background(), connections.Publication{Payload: []byte("\xff")}, "test"); connections.KindOf(r.Err) != connections.FailureInvalid {
		t.Errorf("%v", r.Err)
	}
	s.Close()
}

// arrays is a mapper that makes a message of each byte.
type arrays struct{}

func (arrays) Map(frame []byte, emit func(string, []byte, int64)) bool {
	for i := range frame {
		emit("t", frame[i:i+1], int64(i)+1)
	}
	return len(frame) > 1
}

func TestMappedMessagesReachTaps(t *testing.T) {
	b := newBroker()
	s := newSession(t, Options{Client: b.client, Mapper: arrays{}})
	tap, err := s.Tap(TapOptions{Name: "test", Filter: "#"})
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	s.Connect()
	client := <-b.clients
	client.receive(text("", "abc"))
	client.receive(text("with a topic", "d"))
	var got []string
	for len(got) < 4 {
		records, err := tap.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			got = append(got, r.Topic+" "+string(r.Payload)+" "+strconv.FormatInt(r.Own, 10))
		}
	}
	if want := "t a 1,t b 2,t c 3,with a topic d 0"; strings.Join(got, ",") != want {
		t.Errorf("%q", got)
	}
	if n := s.Counts(); n.Frames != 1 || n.Misfits != 0 || n.Received != 4 {
		t.Errorf("%+v", n)
	}
}

func TestMappingAddsNoAllocation(t *testing.T) {
	b := newBroker()
	mapper, err := mapping.Compile(profile.Mapping{Topic: "t"})
	if err != nil {
		t.Fatal(err)
	}
	cost := func(o Options, topic string) float64 {
		o.Client = b.client
		s := newSession(t, o)
		s.Connect()
		client := <-b.clients
		m := text(topic, "21.4")
		return testing.AllocsPerRun(2000, func() { client.receive(m) })
	}
	plain, mapped := cost(Options{}, "t"), cost(Options{Mapper: mapper}, "")
	if mapped > plain {
		t.Errorf("%v allocations a frame, %v a message", mapped, plain)
	}
}
