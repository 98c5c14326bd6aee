package session

import (
	"net"
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

// blast runs a server on the loopback that sends frames of 200 bytes as fast as they are taken.
func blast(b *testing.B) *url.URL {
	payload := append([]byte{0x81, 126, 0, 200}, strings.Repeat("x", 200)...)
	var frames []byte
	for len(frames) < 256<<10 {
		frames = append(frames, payload...)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := new(gorilla.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		for conn := ws.NetConn(); err == nil; {
			_, err = conn.Write(frames)
		}
	}))
	b.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		b.Fatal(err)
	}
	return u
}

// BenchmarkStream sets frames from a socket to the index, by a fixed topic, beside a bare
// gorilla reader that throws them away.
func BenchmarkStream(b *testing.B) {
	b.Run("bare gorilla", func(b *testing.B) {
		u := blast(b)
		ws, answer, err := gorilla.DefaultDialer.Dial("ws://"+u.Host, nil)
		if err != nil {
			b.Fatal(err)
		}
		defer answer.Body.Close()
		defer ws.Close()
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := ws.ReadMessage(); err != nil {
				b.Fatal(err)
			}
		}
	})
	// run makes the client, and ends when b.N messages have come.
	run := func(b *testing.B, wire func(b *testing.B, got func(), client func(receive func(*connections.Message)) connections.Client)) {
		u := blast(b)
		host, port, err := net.SplitHostPort(u.Host)
		if err != nil {
			b.Fatal(err)
		}
		number, err := strconv.Atoi(port)
		if err != nil {
			b.Fatal(err)
		}
		began, turn, done := make(chan struct{}), 0, make(chan struct{})
		wire(b, func() {
			if turn == 0 {
				<-began
			}
			if turn++; turn == b.N {
				close(done)
			}
		}, func(receive func(*connections.Message)) connections.Client {
			return websocket.New(websocket.Config{Host: host, Port: number}, receive)
		})
		b.ReportAllocs()
		b.ResetTimer()
		close(began)
		<-done
		b.StopTimer()
	}
	mapper := func() *mapping.Mapper {
		m, err := mapping.Compile(profile.Mapping{Topic: "stream"})
		if err != nil {
			b.Fatal(err)
		}
		return m
	}
	b.Run("client and mapping", func(b *testing.B) {
		run(b, func(b *testing.B, got func(), client func(func(*connections.Message)) connections.Client) {
			m := mapper()
			c := client(func(msg *connections.Message) { m.Map(msg.Payload, func(string, []byte, int64) { got() }) })
			b.Cleanup(c.Close)
			if err := c.Open(b.Context(), func(connections.State) {}); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("session", func(b *testing.B) {
		run(b, func(b *testing.B, got func(), client func(func(*connections.Message)) connections.Client) {
			newSession(b, Options{Mapper: mapper(), Client: func(receive func(*connections.Message)) connections.Client {
				return client(func(m *connections.Message) { receive(m); got() })
			}}).Connect()
		})
	})
}
