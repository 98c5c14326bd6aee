package app

import (
	"bytes"
	"context"
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	gorilla "github.com/gorilla/websocket"

	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

const (
	typeConnect = 1
	typePublish = 3
)

// everyWayOut tries all that this floor has to send by, and reports whether something was let out.
func everyWayOut(t *testing.T, a *App, c *Connection, d command.Draft) (let bool) {
	t.Helper()
	if r := c.Publish(t.Context(), connections.Publication{Topic: "x", Payload: []byte("1")}, session.OriginControl); r.Outcome != connections.OutcomeRefused {
		let = true
	}
	for _, o := range []command.SendOptions{{Origin: session.OriginComposer}, {Origin: session.OriginRepeat, Unlisted: true}, {Origin: session.OriginWaiting}, {Confirm: "sure?"}} {
		if out := a.Sender.Send(t.Context(), c.Session, d, o); out.Verdict != command.VerdictRefused {
			let = true
		}
	}
	d.Answer = &command.Answer{Kind: command.AnswerTopic, Topic: "x"}
	if out := a.Sender.Send(t.Context(), c.Session, d, command.SendOptions{}); out.Verdict != command.VerdictRefused {
		let = true
	}
	run, err := c.Run(t.Context(), session.RunOptions{Name: "all", Topic: "#"})
	if err == nil {
		_ = run.Publish(connections.Publication{Topic: "x"})
		run.Finish()
		let = true
	}
	return let
}

// yes agrees to everything.
type yes struct{}

func (yes) Confirm(context.Context, session.Intent) error       { return nil }
func (yes) ConfirmRun(context.Context, session.RunIntent) error { return nil }

// Between the program and the broker somebody looks at the bytes: in read-only mode there is no
// PUBLISH among them, nor a last will.
func TestReadOnlyOnTheWire(t *testing.T) {
	for _, version := range []string{profile.Version311, profile.Version5} {
		t.Run(version, func(t *testing.T) {
			m := brokertest.Start(t, brokertest.Options{})
			w := brokertest.Tap(t, m.Addr())
			a := start(t)
			a.SetConfirmer(yes{})
			p := everything(t, m).Profile()
			p.Host, p.Port, p.Version, p.ReadOnly = w.Host, w.Port, version, true
			p.Will = &profile.Will{Topic: "gone/bench", Payload: "will-on-the-wire", Retain: true}
			d := command.Draft{Topic: "x", Payload: "1", Format: command.FormatText, QoS: 1}

			// By its profile, from the first byte.
			c := a.Open(validated(t, p), nil)
			await(t, "the connection", isOpen(c))
			if everyWayOut(t, a, c, d) || w.Count(typePublish) != 0 || wills(w) != 0 {
				t.Error("a read-only profile sends")
			}
			// Released: the last will is left with the broker, and messages go.
			if err := c.SetReadOnly(false); err != nil {
				t.Fatal(err)
			}
			await(t, "the last will", func() bool { return wills(w) == 1 && isOpen(c)() })
			if out := a.Sender.Send(t.Context(), c.Session, d, command.SendOptions{}); out.Verdict == command.VerdictRefused || w.Count(typePublish) != 1 {
				t.Fatalf("the wiretap is blind: %+v", out)
			}
			// For the whole program, while it is open: the broker forgets the last will.
			a.SetReadOnly(true)
			await(t, "a connection without a last will", func() bool { return w.Count(typeConnect) == 3 && isOpen(c)() })
			if everyWayOut(t, a, c, d) || w.Count(typePublish) != 1 || wills(w) != 1 {
				t.Error("a read-only program sends")
			}
			// Lines of the record stand for what left, and for nothing else.
			entries, problems, err := a.Audit.Read(t.Context())
			if err != nil || len(problems) != 0 || len(entries) != 1 || entries[0].Outcome != "acknowledged" {
				t.Errorf("%+v, %v, %v", entries, problems, err)
			}
		})
	}
}

// wills counts the connections that were given the last will.
func wills(w *brokertest.Wiretap) (n int) {
	for _, sent := range w.Sent() {
		if bytes.Contains(sent, []byte("will-on-the-wire")) {
			n++
		}
	}
	return n
}

// Of a raw WebSocket only the profile's opening messages leave, as the user wrote them.
func TestReadOnlyLetsOnlyTheOpeningMessagesOut(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ws, err := new(gorilla.Upgrader).Upgrade(rw, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		for {
			kind, b, err := ws.ReadMessage()
			if err != nil || ws.WriteMessage(kind, b) != nil {
				return
			}
		}
	}))
	t.Cleanup(echo.Close)
	u, err := url.Parse(echo.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := brokertest.Tap(t, u.Host)
	a := start(t)
	a.SetConfirmer(yes{})
	p := profile.NewFor(profile.WebSocket, profile.WS)
	p.Name, p.Host, p.Port, p.Transport.Path, p.ReadOnly = "Bench WS", w.Host, w.Port, "/", true
	p.Stream.Opening = []profile.Opening{{Text: `{"subscribe":"{{value \"x\"}}"}`}, {Text: "01 ff", Binary: true}}
	c := a.Open(validated(t, p), nil)
	await(t, "the connection", isOpen(c))
	await(t, "the opening messages", func() bool { return len(frames(w.Sent()[0])) == 2 })
	let := everyWayOut(t, a, c, command.Draft{Payload: "1", Format: command.FormatText})
	got := frames(w.Sent()[0])
	if let || len(got) != 2 || got[0] != p.Stream.Opening[0].Text || got[1] != "\x01\xff" {
		t.Errorf("%q left", got)
	}
	if err := c.SetReadOnly(false); err != nil {
		t.Fatal(err)
	}
	if out := a.Sender.Send(t.Context(), c.Session, command.Draft{Payload: "go", Format: command.FormatText}, command.SendOptions{}); out.Verdict != command.VerdictSent {
		t.Fatalf("%+v", out)
	}
	await(t, "the wiretap to see it", func() bool { return len(frames(w.Sent()[0])) == 3 })
}

// frames reads the data frames that a client has sent (RFC 6455 §5.2), of at most 64 KiB each.
func frames(sent []byte) (data []string) {
	_, b, _ := bytes.Cut(sent, []byte("\r\n\r\n"))
	for len(b) >= 6 {
		opcode, n, at := b[0]&0xf, int(b[1]&0x7f), 2
		if n == 126 {
			n, at = int(binary.BigEndian.Uint16(b[2:])), 4
		}
		if len(b) < at+4+n {
			break
		}
		mask, payload := b[at:at+4], bytes.Clone(b[at+4:at+4+n])
		for i := range payload {
			payload[i] ^= mask[i%4]
		}
		if opcode == gorilla.TextMessage || opcode == gorilla.BinaryMessage {
			data = append(data, string(payload))
		}
		b = b[at+4+n:]
	}
	return data
}
