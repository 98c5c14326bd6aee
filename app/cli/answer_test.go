package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"streamscope/app/command"
	"streamscope/app/record"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
	"streamscope/connections/profile"
)

// device answers what is sent to cmd/#, as reply says.
func device(t *testing.T, broker *brokertest.Mosquitto, version string, reply func(*connections.Message) []connections.Publication) {
	t.Helper()
	asked := make(chan *connections.Message, 10)
	var factory *mqtt.Factory
	s := session.New(session.Options{
		Subscriptions: []connections.Subscription{{Filter: "cmd/#", QoS: 1}},
		Client: func(func(*connections.Message)) connections.Client {
			if factory == nil {
				factory = mqtt.NewFactory(mqtt.Config{Host: broker.Host, Port: broker.Port, ClientID: "device", CleanSession: true, Version: version},
					func(m *connections.Message) { asked <- m })
			}
			return factory.New()
		},
	})
	open := make(chan struct{}, 10)
	s.OnStatus(func(st connections.Status) {
		if st.State == connections.StateOpen {
			open <- struct{}{}
		}
	})
	s.Connect()
	<-open
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m := range asked {
			for _, p := range reply(m) {
				s.Publish(t.Context(), p, session.OriginCLI)
			}
		}
	}()
	t.Cleanup(func() {
		s.Close()
		close(asked)
		<-done
	})
}

func asking(t *testing.T, o SendOptions) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	if o.Wait == 0 {
		o.Wait = 20 * time.Second
	}
	o.Secrets.NoKeyring = true
	code = Send(t.Context(), o, nil, &out, &err)
	return code, out.String(), err.String()
}

func TestSendWaitsForTheAnswer(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{ACL: "topic readwrite cmd/#\ntopic readwrite streamscope/#\ntopic readwrite answers/#\n"})
	device(t, broker, profile.Version5, func(m *connections.Message) []connections.Publication {
		var all []connections.Publication
		if p := m.Props; p != nil && p.ResponseTopic != "" {
			for _, correlation := range []string{"another's", string(p.CorrelationData)} {
				all = append(all, connections.Publication{
					Topic: p.ResponseTopic, Payload: []byte("done " + correlation), QoS: 1, Props: &connections.Properties{CorrelationData: []byte(correlation)},
				})
			}
		}
		return append(all,
			connections.Publication{Topic: "answers/press", Payload: []byte(`{"id": 6, "ok": false}`), QoS: 1},
			connections.Publication{Topic: "answers/press", Payload: []byte(`{"ok": true, "id":  7 }`), QoS: 1})
	})
	target := Target{URL: "mqtt://" + broker.Addr()}
	message := text(`{"id":7,"set":1}`)
	for _, version := range []string{"", profile.Version311, profile.Version5} {
		t.Run("on a topic that is known "+version, func(t *testing.T) {
			o := SendOptions{Target: target, Topic: "cmd/press", Message: message, QoS: 1, AnswerTopic: "answers/+", AnswerKey: []string{"id"}}
			o.Version = version
			code, stdout, stderr := asking(t, o)
			if code != ExitOK || stdout != `{"ok": true, "id":  7 }`+"\n" || !strings.Contains(stderr, "answered in") || !strings.Contains(stderr, "on answers/press") {
				t.Errorf("code %d, %q, %s", code, stdout, stderr)
			}
		})
	}
	t.Run("where MQTT 5 says", func(t *testing.T) {
		o := SendOptions{Target: target, Topic: "cmd/press", Message: message, Properties: command.Properties{CorrelationData: "ours"}}
		code, stdout, stderr := asking(t, o)
		if code != ExitOK || stdout != "done ours\n" || !strings.Contains(stderr, "on streamscope/answers/") {
			t.Errorf("code %d, %q, %s", code, stdout, stderr)
		}
	})
	t.Run("which MQTT 3.1.1 does not", func(t *testing.T) {
		o := SendOptions{Target: target, Topic: "cmd/press", Message: message}
		o.Version = profile.Version311
		if code, _, stderr := asking(t, o); code != ExitUsage || !strings.Contains(stderr, "--answer-topic") {
			t.Errorf("code %d, %s", code, stderr)
		}
	})
	t.Run("in vain", func(t *testing.T) {
		o := SendOptions{Target: target, Topic: "cmd/press", Message: message, AnswerTopic: "answers/none", Wait: 100 * time.Millisecond}
		if code, stdout, stderr := asking(t, o); code != ExitNoAnswer || stdout != "" || !strings.Contains(stderr, "no answer came within 100ms") {
			t.Errorf("code %d, %q, %s", code, stdout, stderr)
		}
	})
	t.Run("not, if nobody listens", func(t *testing.T) {
		o := SendOptions{Target: target, Topic: "cmdx", Message: message, QoS: 1, AnswerTopic: "answers/none"}
		o.Version = profile.Version5
		o.Topic = "answers/nobody"
		if code, _, stderr := asking(t, o); code != ExitNoAnswer || !strings.Contains(stderr, "nobody has subscribed") {
			t.Errorf("code %d, %s", code, stderr)
		}
	})
	t.Run("not without its key", func(t *testing.T) {
		o := SendOptions{Target: target, Topic: "cmd/press", Message: text("on"), AnswerTopic: "answers/#", AnswerKey: []string{"id"}}
		if code, _, stderr := asking(t, o); code != ExitRefused || !strings.Contains(stderr, "no value at id") {
			t.Errorf("code %d, %s", code, stderr)
		}
	})
}

func TestSendWaitsForTheFrame(t *testing.T) {
	upgrader := websocket.Upgrader{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		for {
			_, _, err := ws.ReadMessage()
			if err != nil {
				return
			}
			for _, frame := range []string{"news", `{"request":{"id":"b"}}`, `{"request":{"id":"a"},"ok":true}`} {
				if ws.WriteMessage(websocket.TextMessage, []byte(frame)) != nil {
					return
				}
			}
		}
	}))
	defer server.Close()
	target := Target{URL: "ws" + strings.TrimPrefix(server.URL, "http")}
	o := SendOptions{Target: target, Message: text(`{"request":{"id":"a"}}`), AnswerKey: []string{"request", "id"}}
	if code, stdout, stderr := asking(t, o); code != ExitOK || stdout != `{"request":{"id":"a"},"ok":true}`+"\n" {
		t.Errorf("code %d, %q, %s", code, stdout, stderr)
	}
	o.AnswerKey = nil
	if code, stdout, stderr := asking(t, o); code != ExitOK || stdout != "news\n" {
		t.Errorf("code %d, %q, %s", code, stdout, stderr)
	}
}

func TestSendSendsProperties(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	target := Target{URL: "mqtt://" + broker.Addr() + "/a"}
	o := SendOptions{Target: Target{URL: "mqtt://" + broker.Addr()}, Topic: "a", Message: text("1"), Retain: true, QoS: 2, Properties: command.Properties{
		ContentType: "text/plain", Text: true, Expiry: 3600, ResponseTopic: "b", CorrelationData: "\x01\xff",
		User: []command.UserProperty{{Name: "line", Value: "4"}, {Name: "line", Value: "5"}},
	}}
	if code, stderr := sending(t, o, ""); code != ExitOK {
		t.Fatalf("code %d: %s", code, stderr)
	}
	target.Version = profile.Version5
	r := start(t, WatchOptions{Target: target, QoS: 2, Count: 1, Format: FormatJSON})
	r.wait(t, ExitOK)
	var m record.Message
	if err := json.Unmarshal([]byte(r.out.String()), &m); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%+v", *m.Properties)
	if m.QoS != 2 || m.Properties.Expiry == 0 || got != fmt.Sprintf("{ContentType:text/plain Text:true Expiry:%d ResponseTopic:b Correlation:[1 255] User:[{Name:line Value:4} {Name:line Value:5}]}", m.Properties.Expiry) {
		t.Errorf("%s", got)
	}
	o.Version = profile.Version311
	if code, stderr := sending(t, o, ""); code != ExitRefused || !strings.Contains(stderr, "MQTT 5") {
		t.Errorf("code %d: %s", code, stderr)
	}
}

func TestSendSendsAFile(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	file := filepath.Join(t.TempDir(), "firmware")
	if err := os.WriteFile(file, []byte("\xff\x00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	target := Target{URL: "mqtt://" + broker.Addr()}
	if code, stderr := sending(t, SendOptions{Target: target, Topic: "a", File: file, Retain: true, QoS: 1}, ""); code != ExitOK {
		t.Fatalf("code %d: %s", code, stderr)
	}
	r := start(t, WatchOptions{Target: target, Topics: []string{"a"}, Count: 1, Format: FormatLine})
	r.wait(t, ExitOK)
	if !strings.HasSuffix(r.out.String(), " a 0xff000a\n") {
		t.Errorf("%q", r.out)
	}
	if code, stderr := sending(t, SendOptions{Target: target, Topic: "a", File: file + "x"}, ""); code != ExitUsage || stderr == "" {
		t.Errorf("code %d: %s", code, stderr)
	}
}

func TestSendFillsPlaceholders(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	target := Target{URL: "mqtt://" + broker.Addr()}
	file := filepath.Join(t.TempDir(), "command.json")
	if err := os.WriteFile(file, []byte(`{"sp": {{ask "Set point" 20}}, "by": {{ask "Who"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    SendOptions
		code int
		says string
	}{
		{"answers", SendOptions{File: file, Format: command.FormatJSON, Set: map[string]string{"Who": `a "b"`, "Set point": "21.5"}}, ExitOK, `{"sp": 21.5, "by": "a \"b\""}`},
		{"defaults", SendOptions{Message: text(`{{ask "x" 7}}{{counter}}`), Template: true}, ExitOK, "71"},
		{"as it is", SendOptions{Message: text(`{{ask "x" 7}}`)}, ExitOK, `{{ask "x" 7}}`},
		{"no answer", SendOptions{File: file, Template: true}, ExitUsage, `asks for "Who"`},
		{"nobody asked", SendOptions{Message: text("1"), Set: map[string]string{"x": "1"}}, ExitUsage, `no placeholder {{ask "x"}}`},
		{"nonsense", SendOptions{Message: text("{{what}}"), Template: true}, ExitUsage, "line 1, column 1"},
		{"no number", SendOptions{File: file, Set: map[string]string{"Who": "a", "Set point": "warm"}}, ExitUsage, "number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Target, c.o.Topic, c.o.Retain, c.o.QoS = target, "a", true, 1
			code, stderr := sending(t, c.o, "")
			if code != c.code || code != ExitOK && !strings.Contains(stderr, c.says) {
				t.Fatalf("code %d, want %d: %s", code, c.code, stderr)
			}
			if code != ExitOK {
				return
			}
			r := start(t, WatchOptions{Target: target, Topics: []string{"a"}, Count: 1, Format: FormatCSV})
			r.wait(t, ExitOK)
			rows, err := csv.NewReader(strings.NewReader(r.out.String())).ReadAll()
			if err != nil || rows[1][len(rows[1])-1] != c.says {
				t.Errorf("%v: %q", err, rows)
			}
		})
	}
}
