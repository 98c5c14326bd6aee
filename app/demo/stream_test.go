package demo

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// board opens the boat's stream.
func board(t *testing.T, p *Plant) *websocket.Conn {
	t.Helper()
	ws, response, err := websocket.DefaultDialer.Dial(p.StreamURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	_ = ws.SetReadDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { ws.Close() })
	return ws
}

type boatFrame struct {
	Device     string
	Navigation struct{ Heading struct{ Value float64 } }
	Set        map[string]float64
	Error      string
}

// awaitFrame reads until a frame pleases ok.
func awaitFrame(t *testing.T, ws *websocket.Conn, ok func(boatFrame) bool) boatFrame {
	t.Helper()
	for {
		kind, data, err := ws.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		var f boatFrame
		if err := json.Unmarshal(data, &f); err != nil || kind != websocket.TextMessage {
			t.Fatalf("%s: %v", data, err)
		}
		if ok(f) {
			return f
		}
	}
}

func send(t *testing.T, ws *websocket.Conn, text string) {
	t.Helper()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func TestTheBoatStreamsAndObeys(t *testing.T) {
	p := openPlant(t)
	helm, guest := board(t, p), board(t, p)
	awaitFrame(t, helm, func(f boatFrame) bool { return f.Device == "boat" && math.Abs(f.Navigation.Heading.Value-72) < 20 })

	send(t, helm, `{"set":{"course":200}}`)
	awaitFrame(t, helm, func(f boatFrame) bool { return f.Set["course"] == 200 })
	awaitFrame(t, guest, func(f boatFrame) bool { return math.Abs(f.Navigation.Heading.Value-200) < 10 })

	send(t, helm, `{"set":{"course":"south"}}`)
	if f := awaitFrame(t, helm, func(f boatFrame) bool { return f.Error != "" }); !strings.Contains(f.Error, "course") {
		t.Errorf("answered %q", f.Error)
	}
	send(t, helm, "ahoy")
	awaitFrame(t, helm, func(f boatFrame) bool { return strings.Contains(f.Error, "not JSON") })
}

func TestTheStreamRefusesLongCommands(t *testing.T) {
	ws := board(t, openPlant(t))
	send(t, ws, strings.Repeat("x", maxCommand+1))
	for {
		_, _, err := ws.ReadMessage()
		if err == nil {
			continue
		}
		if !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
			t.Errorf("got %v", err)
		}
		return
	}
}

func TestAListenerThatNeverReadsHoldsNobodyUp(t *testing.T) {
	p := openPlant(t)
	board(t, p)
	lively := board(t, p)
	frames := 0
	awaitFrame(t, lively, func(boatFrame) bool { frames++; return frames > 200 })
}

func TestAWebPageCannotListenIn(t *testing.T) {
	p := openPlant(t)
	for _, u := range []string{p.StreamURL, p.WebSocketURL} {
		ws, response, err := websocket.DefaultDialer.Dial(u, http.Header{"Origin": {"https://example.com"}})
		if err == nil {
			ws.Close()
			t.Errorf("%s let a web page in", u)
			continue
		}
		if response != nil {
			_ = response.Body.Close()
		}
		if response == nil || response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %v", u, err)
		}
	}
}
