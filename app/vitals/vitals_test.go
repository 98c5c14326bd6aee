package vitals

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestVarsHaveTheFieldsThatWerePromised(t *testing.T) {
	lag := NewLag(func(f func()) { f() })
	lag.Start()
	defer lag.Close()
	v := New(Options{
		Lag:         lag,
		CommandLine: []string{"streamscope", "--demo"},
		Figures: func() Figures {
			return Figures{
				Received: 10, Kept: 4, Evicted: 3, Cleared: 2, Excluded: 1, Cut: 5, Topics: 6, HistoryBytes: 7, BytesIn: 8, Frames: 9,
				Connections: []Connection{{Name: "Plant A", State: "open", Received: 10, Behind: true}},
				Taps:        []Tap{{Name: "watch", Lost: 1, Lag: 1500 * time.Microsecond}},
			}
		},
	})
	document := get(t, v, "/debug/vars")
	if keys := keysOf(document); !slices.Equal(keys, []string{"cmdline", "memstats", "streamscope"}) {
		t.Errorf("top level: %q", keys)
	}
	if memory, _ := document["memstats"].(map[string]any); memory["HeapAlloc"] == nil {
		t.Error("memstats has no HeapAlloc")
	}
	ours := document["streamscope"].(map[string]any)
	want := []string{
		"bytes_in", "cleared", "connections", "cut", "evicted", "excluded", "frames", "history_bytes",
		"kept", "received", "taps", "topics", "ui_lag_ms", "ui_lag_total_ms",
	}
	if keys := keysOf(ours); !slices.Equal(keys, want) {
		t.Errorf("streamscope: %q, want %q", keys, want)
	}
	for _, key := range []string{"ui_lag_ms", "ui_lag_total_ms"} {
		if keys := keysOf(ours[key].(map[string]any)); !slices.Equal(keys, []string{"max", "p50", "p99"}) {
			t.Errorf("%s: %q", key, keys)
		}
	}
	for key, want := range map[string]string{
		"received":    "10",
		"connections": `[{"behind":true,"name":"Plant A","received":10,"state":"open"}]`,
		"taps":        `[{"lag_ms":1.5,"lost":1,"name":"watch"}]`,
	} {
		if got, _ := json.Marshal(ours[key]); string(got) != want {
			t.Errorf("%s = %s, want %s", key, got, want)
		}
	}
}

func TestAProgramWithoutAScreenHasNoLag(t *testing.T) {
	ours := get(t, New(Options{}), "/debug/vars")["streamscope"].(map[string]any)
	if lag, there := ours["ui_lag_ms"]; lag != nil || !there {
		t.Errorf("ui_lag_ms = %v, there: %v; want null", lag, there)
	}
	if list, _ := json.Marshal(ours["connections"]); string(list) != "[]" {
		t.Errorf("connections = %s, want an empty list", list)
	}
}

func TestListenRefusesWhatOthersCouldReach(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.168.1.2:0", "example.org:0", ""} {
		server, err := New(Options{}).Listen(addr)
		if err == nil {
			server.Close()
		}
		if !errors.Is(err, ErrNotLoopback) {
			t.Errorf("Listen(%q) = %v, want ErrNotLoopback", addr, err)
		}
	}
}

func TestListenServesUntilClose(t *testing.T) {
	v := New(Options{})
	v.Handle("GET /debug/ui", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { WriteJSON(w, map[string]bool{"idle": true}) }))
	server, err := v.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]string{
		"/":                              "/debug/vars",
		"/debug/ui":                      `"idle": true`,
		"/debug/pprof/":                  "goroutine",
		"/debug/pprof/goroutine?debug=1": "TestListenServesUntilClose",
	} {
		response, err := client.Get(server.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s, %.80q; want %q in it", path, response.Status, body, want)
		}
	}
	server.Close()
	if response, err := client.Get(server.URL()); err == nil {
		response.Body.Close()
		t.Error("somebody answers after Close")
	}
}

func TestASiteThatPosesAsThisComputerLearnsNothing(t *testing.T) {
	handler := New(Options{}).Handler()
	for host, want := range map[string]int{
		"evil.example":           http.StatusForbidden,
		"evil.example:6060":      http.StatusForbidden,
		"127.0.0.1.evil.example": http.StatusForbidden,
		"127.0.0.1:6060":         http.StatusOK,
		"[::1]:6060":             http.StatusOK,
		"localhost":              http.StatusOK,
	} {
		request := httptest.NewRequest(http.MethodGet, "/debug/vars", nil)
		request.Host = host
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code != want {
			t.Errorf("host %q: %d, want %d", host, answer.Code, want)
		}
	}
}

func TestTheCommandLineIsTheOneThatWasGiven(t *testing.T) {
	handler := New(Options{CommandLine: []string{"streamscope", "mqtt://***@host"}}).Handler()
	request := httptest.NewRequest(http.MethodGet, "http://localhost/debug/pprof/cmdline", nil)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if got := answer.Body.String(); got != "streamscope\x00mqtt://***@host" {
		t.Errorf("cmdline = %q", got)
	}
}

func get(t *testing.T, v *Vitals, path string) map[string]any {
	t.Helper()
	answer := httptest.NewRecorder()
	v.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
	var document map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &document); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return document
}

func keysOf(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }
