package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"streamscope/app/command"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// text is a message to send.
func text(s string) *string { return &s }

// sending runs the verb and returns its exit code and what stands on stderr.
func sending(t *testing.T, o SendOptions, stdin string) (int, string) {
	t.Helper()
	o.Secrets.NoKeyring = true
	var stderr bytes.Buffer
	code := Send(t.Context(), o, strings.NewReader(stdin), io.Discard, &stderr)
	return code, stderr.String()
}

func TestSendTellsWhatBecameOfAMessage(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{
		Users: map[string]string{"anna": "s3cret"}, ACL: "user anna\ntopic readwrite plant/#\n",
	})
	vanishing := brokertest.Serve(t, func(p *brokertest.Peer) { p.Accept(); _, _, _ = p.Packet() })
	gone := "mqtt://" + join(vanishing.Host, vanishing.Port)
	url := "mqtt://anna:s3cret@" + broker.Addr()
	for _, c := range []struct {
		name string
		o    SendOptions
		code int
		says string
	}{
		{"sent", SendOptions{Target: Target{URL: url}, Topic: "plant/a", Message: text("1")}, ExitOK, "nobody confirms"},
		{"acknowledged", SendOptions{Target: Target{URL: url}, Topic: "plant/a", Message: text("1"), QoS: 1}, ExitOK, "acknowledged"},
		{"twice acknowledged", SendOptions{Target: Target{URL: url}, Topic: "plant/a", Message: text(""), QoS: 2}, ExitOK, "acknowledged"},
		{"refused", SendOptions{Target: Target{URL: url}, Topic: "office/a", Message: text("1"), QoS: 1}, ExitRefused, "refused"},
		{"unknown", SendOptions{Target: Target{URL: gone}, Topic: "plant/a", Message: text("1"), QoS: 1}, ExitUnknown, "not known"},
		{"nobody there", SendOptions{Target: Target{URL: "mqtt://" + join("127.0.0.1", brokertest.UnusedPort(t))}, Topic: "a", Message: text("1")}, ExitFailure, "refused the connection"},
		{"wrong password", SendOptions{Target: Target{URL: "mqtt://anna:wr0ng@" + broker.Addr()}, Topic: "a", Message: text("1")}, ExitFailure, "not sent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stderr := sending(t, c.o, "")
			if code != c.code || !strings.Contains(stderr, c.says) {
				t.Errorf("code %d, want %d: %s", code, c.code, stderr)
			}
			if strings.Contains(stderr, "s3cret") || strings.Contains(stderr, "wr0ng") {
				t.Errorf("it gives the password away: %s", stderr)
			}
		})
	}
}

func TestSendRefusesNonsense(t *testing.T) {
	url := Target{URL: "mqtt://127.0.0.1:1"}
	raw := Target{URL: "ws://127.0.0.1:1/"}
	for _, o := range []SendOptions{
		{},
		{Target: url, Topic: "a"},
		{Target: url, Message: text("1")},
		{Target: url, Topic: "a", Message: text("1"), Lines: LinesPayload},
		{Target: url, Topic: "a", Message: text("1"), QoS: 3},
		{Target: url, Topic: "a", Message: text("1"), QoS: -1},
		{Target: url, Topic: "a/#", Message: text("1")},
		{Target: url, Topic: "a/+/b", Lines: LinesPayload},
		{Target: url, Topic: "a/+/b", Lines: LinesPayload, Format: command.FormatJSON},
		{Target: url, Topic: "a", Message: text("{"), Format: command.FormatJSON},
		{Target: url, Topic: "a", Message: text("0x1"), Format: command.FormatHex},
		{Target: Target{URL: "http://h"}, Topic: "a", Message: text("1")},
		{Target: Target{URL: "mqtt://h", Profile: "p"}, Topic: "a", Message: text("1")},
		{Target: Target{Profile: "nobody", Folder: t.TempDir()}, Topic: "a", Message: text("1")},
		{Target: Target{URL: "mqtt://anna@h", PasswordFile: "/does/not/exist"}, Topic: "a", Message: text("1")},
		{Target: raw, Topic: "a", Message: text("1")},
		{Target: raw, Message: text("1"), QoS: 1},
		{Target: raw, Message: text("1"), Retain: true},
	} {
		if code, stderr := sending(t, o, ""); code != ExitUsage || stderr == "" {
			t.Errorf("%+v: code %d, %q", o, code, stderr)
		}
	}
}

// savedProfile keeps a profile of anna's that asks for her password.
func savedProfile(t *testing.T, broker *brokertest.Mosquitto) Target {
	t.Helper()
	folder := t.TempDir()
	p := profile.New()
	p.Name, p.Host, p.Port, p.User, p.AsksPassword, p.ClientID = "Plant A", broker.Host, broker.Port, "anna", true, "window"
	valid, err := validated(p, "it")
	if err != nil {
		t.Fatal(err)
	}
	if err := profile.Open(filepath.Join(folder, "profiles")).Save(valid); err != nil {
		t.Fatal(err)
	}
	return Target{Profile: "Plant A", Folder: folder}
}

func TestSendFindsThePassword(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{Users: map[string]string{"anna": "s3cret"}})
	// The window is open at the same time, with the profile's client ID.
	window := brokertest.Dial(t, broker.Addr(), "window", "anna", "s3cret")
	target := savedProfile(t, broker)
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("s3cret\r\nnot this\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*testing.T, *Target)
		code   int
	}{
		{"nowhere", func(*testing.T, *Target) {}, ExitUsage},
		{"in the environment", func(t *testing.T, _ *Target) { t.Helper(); t.Setenv(PasswordVariable, "s3cret") }, ExitOK},
		{"in a file", func(t *testing.T, o *Target) {
			t.Helper()
			t.Setenv(PasswordVariable, "wr0ng")
			o.PasswordFile = file
		}, ExitOK},
		{"at the terminal", func(_ *testing.T, o *Target) {
			o.Ask = func(question string) (secret.Secret, error) {
				if !strings.Contains(question, "anna") {
					return secret.Secret{}, errors.New("who?")
				}
				return secret.New("s3cret"), nil
			}
		}, ExitOK},
		{"nobody answers", func(_ *testing.T, o *Target) {
			o.Ask = func(string) (secret.Secret, error) { return secret.Secret{}, io.ErrUnexpectedEOF }
		}, ExitUsage},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := SendOptions{Target: target, Topic: "a", Message: text("1"), QoS: 1}
			c.change(t, &o.Target)
			code, stderr := sending(t, o, "")
			if code != c.code || strings.Contains(stderr, "s3cret") || strings.Contains(stderr, "wr0ng") {
				t.Errorf("code %d, want %d: %s", code, c.code, stderr)
			}
		})
	}
	t.Run("of a user in a URL", func(t *testing.T) {
		t.Setenv(PasswordVariable, "s3cret")
		o := SendOptions{Target: Target{URL: "mqtt://anna@" + broker.Addr()}, Topic: "a", Message: text("1"), QoS: 1}
		if code, stderr := sending(t, o, ""); code != ExitOK {
			t.Errorf("code %d: %s", code, stderr)
		}
	})
	window.Sync()
}

func TestSendSendsLines(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	url := "mqtt://" + broker.Addr()
	r := start(t, WatchOptions{Target: Target{URL: url + "/a/%23"}, Count: 3, Format: FormatLine})
	r.err.await(t, "connected")
	code, stderr := sending(t, SendOptions{Target: Target{URL: url}, Topic: "a/b", Lines: LinesPayload, QoS: 1}, "one\r\n\nthree")
	if code != ExitOK || !strings.Contains(stderr, "lines: 3; acknowledged") {
		t.Errorf("code %d: %s", code, stderr)
	}
	r.wait(t, ExitOK)
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(r.out.String()), "\n") {
		_, rest, _ := strings.Cut(line, " ")
		got = append(got, strings.TrimSpace(rest))
	}
	if strings.Join(got, "|") != "a/b one|a/b|a/b three" {
		t.Errorf("%q", got)
	}
}

func TestSendEndsAtTheFirstBadLine(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	for _, c := range []struct {
		name, stdin string
		code        int
		says        string
	}{
		{"no JSON", "1\n2\n{\n4\n", ExitRefused, "line 3: not sent"},
		{"too long", "1\n" + strings.Repeat("x", maxLine+1), ExitFailure, "line 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := SendOptions{Target: Target{URL: "mqtt://" + broker.Addr()}, Topic: "a", Lines: LinesPayload, Format: command.FormatJSON}
			code, stderr := sending(t, o, c.stdin)
			if code != c.code || !strings.Contains(stderr, c.says) || !strings.Contains(stderr, "sent in all") {
				t.Errorf("code %d, want %d: %s", code, c.code, stderr)
			}
		})
	}
}

func TestSendCanBeInterrupted(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	stdin, typing := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	code := make(chan int, 1)
	go func() {
		o := SendOptions{Target: Target{URL: "mqtt://" + broker.Addr()}, Topic: "a", Lines: LinesPayload, QoS: 1}
		code <- Send(ctx, o, stdin, io.Discard, io.Discard)
	}()
	// The second line is taken when the first was sent.
	_, _ = io.WriteString(typing, "one\ntwo\n")
	cancel()
	select {
	case got := <-code:
		if got != ExitFailure && got != ExitUnknown && got != ExitRefused {
			t.Errorf("exit code %d", got)
		}
	case <-time.After(20 * time.Second):
		t.Error("it does not end")
	}
	_ = typing.Close()
}

func TestSendSendsFrames(t *testing.T) {
	type frame struct {
		kind int
		data string
	}
	frames := make(chan frame, 1)
	upgrader := websocket.Upgrader{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		for {
			kind, data, err := ws.ReadMessage()
			if err != nil {
				return
			}
			frames <- frame{kind, string(data)}
		}
	}))
	defer server.Close()
	target := Target{URL: "ws" + strings.TrimPrefix(server.URL, "http") + "/feed"}
	for _, c := range []struct {
		o    SendOptions
		want frame
	}{
		{SendOptions{Target: target, Message: text("hello")}, frame{websocket.TextMessage, "hello"}},
		{SendOptions{Target: target, Message: text("01 ff"), Format: command.FormatHex}, frame{websocket.BinaryMessage, "\x01\xff"}},
	} {
		code, stderr := sending(t, c.o, "")
		if code != ExitOK || !strings.Contains(stderr, "a WebSocket confirms nothing") {
			t.Errorf("code %d: %s", code, stderr)
		}
		select {
		case got := <-frames:
			if got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		case <-time.After(10 * time.Second):
			t.Error("no frame came")
		}
	}
}
