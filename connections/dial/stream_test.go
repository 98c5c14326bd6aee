package dial_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"streamscope/connections"
	"streamscope/connections/dial"
)

// dialScript opens a stream to a WebSocket server that does what script says, and then reads
// until the client goes.
func dialScript(t *testing.T, script func(*websocket.Conn)) net.Conn {
	t.Helper()
	up := websocket.Upgrader{Subprotocols: []string{"mqtt"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		script(ws)
		for {
			if _, _, err := ws.ReadMessage(); err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	d := dial.Dialer{Kind: dial.KindWS}
	conn, err := d.DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	return conn
}

func TestHowAWebSocketEnds(t *testing.T) {
	closing := func(code int, why string) func(*websocket.Conn) {
		return func(ws *websocket.Conn) {
			_ = ws.WriteMessage(websocket.BinaryMessage, []byte("last"))
			_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, why), time.Now().Add(time.Second))
		}
	}
	tests := map[string]struct {
		script func(*websocket.Conn)
		want   connections.FailureKind
	}{
		"it says goodbye":      {closing(websocket.CloseNormalClosure, ""), connections.FailureClosed},
		"it goes away":         {closing(websocket.CloseGoingAway, "restart"), connections.FailureClosed},
		"it ends without that": {func(ws *websocket.Conn) { _ = ws.WriteMessage(websocket.BinaryMessage, []byte("last")); _ = ws.Close() }, connections.FailureClosed},
		"it sends text": {func(ws *websocket.Conn) {
			_ = ws.WriteMessage(websocket.BinaryMessage, []byte("last"))
			_ = ws.WriteMessage(websocket.TextMessage, []byte("hello"))
		}, connections.FailureFrames},
		"it breaks the frame": {func(ws *websocket.Conn) {
			_ = ws.WriteMessage(websocket.BinaryMessage, []byte("last"))
			_, _ = ws.NetConn().Write([]byte{0xff, 0xff})
		}, connections.FailureFrames},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			conn := dialScript(t, tt.script)
			got, err := io.ReadAll(onlyErrors{conn, t})
			if string(got) != "last" {
				t.Errorf("%q came", got)
			}
			if f := dial.Classify(err, "there"); f.Kind != tt.want {
				t.Errorf("%v is explained as %v", err, f)
			}
		})
	}
}

// onlyErrors lets io.ReadAll see the end of a stream, which it would take for success.
type onlyErrors struct {
	net.Conn
	t *testing.T
}

type ended struct{ error }

func (e ended) Is(target error) bool { return target != io.EOF && errors.Is(e.error, target) }
func (e ended) Unwrap() error        { return e.error }

func (o onlyErrors) Read(p []byte) (int, error) {
	n, err := o.Conn.Read(p)
	if err != nil {
		err = ended{err}
	}
	return n, err
}

// A reader that stands still makes the server wait, and costs no memory.
func TestAWebSocketWaitsForItsReader(t *testing.T) {
	sent := make(chan int, 1)
	conn := dialScript(t, func(ws *websocket.Conn) {
		n := 0
		frame := make([]byte, 1<<20)
		_ = ws.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
		for ; n < 200; n++ {
			if ws.WriteMessage(websocket.BinaryMessage, frame) != nil {
				break
			}
		}
		sent <- n
	})
	if n := <-sent; n == 200 {
		t.Errorf("%d MiB were taken without a reader", n)
	}
	start := time.Now()
	_ = conn.Close() // while frames wait
	if took := time.Since(start); took > time.Second {
		t.Errorf("closing took %v", took)
	}
}

// Whoever waits in Read is woken by a new deadline and by Close.
func TestWaitingForAWebSocketCanBeEnded(t *testing.T) {
	conn := dialScript(t, func(*websocket.Conn) {})
	read := func() error {
		_, err := conn.Read(make([]byte, 1))
		return err
	}
	result := make(chan error)
	for _, wake := range []func(){
		func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) },
		func() { _ = conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond)) },
		func() { _ = conn.Close() },
	} {
		_ = conn.SetReadDeadline(time.Time{})
		go func() { result <- read() }()
		wake()
		if err := <-result; err == nil {
			t.Error("it read something")
		}
	}
}

// One frame may hold more than fits anywhere; it comes in pieces.
func TestALongFrameComesInPieces(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<19)
	conn := dialScript(t, func(ws *websocket.Conn) { _ = ws.WriteMessage(websocket.BinaryMessage, want) })
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the frame differs: %v", err)
	}
}
