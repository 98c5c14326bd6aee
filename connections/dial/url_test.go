package dial

import "testing"

func TestWebSocketURL(t *testing.T) {
	tests := []struct {
		host   string
		port   int
		secure bool
		path   string
		want   string
	}{
		{"plant", 9001, false, "", "ws://plant:9001/"},
		{"plant", 9001, false, "/", "ws://plant:9001/"},
		{"plant", 9001, false, "mqtt", "ws://plant:9001/mqtt"},
		{"plant", 9001, false, "/mqtt", "ws://plant:9001/mqtt"},
		{"plant", 9001, true, "/mqtt?token=a%20b&x=1", "wss://plant:9001/mqtt?token=a%20b&x=1"},
		{"plant", 9001, false, "?x", "ws://plant:9001/?x"},
		{"plant", 80, false, "", "ws://plant/"},
		{"plant", 80, true, "", "wss://plant:80/"},
		{"plant", 443, true, "a b#c", "wss://plant/a%20b%23c"},
		{"::1", 443, true, "/ä", "wss://[::1]/%C3%A4"},
		{"[::1]", 8080, false, "/a//b/", "ws://[::1]:8080/a//b/"},
		{"plant", 8080, false, "/50%", "ws://plant:8080/50%25"},
	}
	for _, tt := range tests {
		if got := WebSocketURL(tt.host, tt.port, tt.secure, tt.path); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
