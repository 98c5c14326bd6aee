package websocket

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	for _, test := range []struct {
		cfg  Config
		want string
	}{
		{Config{Host: "h", Port: 8080}, "ws://h:8080/"},
		{Config{Host: "h", Port: 8080, Path: "/"}, "ws://h:8080/"},
		{Config{Host: "h", Port: 8080, Path: "mqtt"}, "ws://h:8080/mqtt"},
		{Config{Host: "h", Port: 8080, Path: "/mqtt"}, "ws://h:8080/mqtt"},
		{Config{Host: "h", Port: 8080, Path: "mqtt?a=1&b=x/y?z"}, "ws://h:8080/mqtt?a=1&b=x/y?z"},
		{Config{Host: "h", Port: 8080, Path: "/mqtt?a=1"}, "ws://h:8080/mqtt?a=1"},
		{Config{Host: "h", Port: 8080, Path: "?a=1"}, "ws://h:8080/?a=1"},
		{Config{Host: "h", Port: 8080, Path: "?"}, "ws://h:8080/?"},
		{Config{Host: "h"}, "ws://h/"},
		{Config{Host: "h", Port: 80}, "ws://h/"},
		{Config{Host: "h", Port: 443}, "ws://h:443/"},
		{Config{Host: "h", Port: 443, TLS: true}, "wss://h/"},
		{Config{Host: "h", Port: 80, TLS: true}, "wss://h:80/"},
		{Config{Host: "::1", Port: 9001}, "ws://[::1]:9001/"},
		{Config{Host: "[::1]"}, "ws://[::1]/"},
		{Config{Host: "fe80::1%eth0", Port: 9001}, "ws://[fe80::1%25eth0]:9001/"},
		{Config{Host: "h", Path: "/a b/ü#x"}, "ws://h/a%20b/%C3%BC%23x"},
		{Config{Host: "h", Path: "/a%20b/%zz"}, "ws://h/a%20b/%25zz"},
		{Config{Host: "h", Path: "//a"}, "ws://h//a"},
	} {
		if got := test.cfg.url(); got != test.want {
			t.Errorf("%+v: %q, want %q", test.cfg.Path, got, test.want)
		}
	}
}

// FuzzURL: whatever is typed as a path, the URL leads to the host and says the same again.
func FuzzURL(f *testing.F) {
	for _, path := range []string{"", "/", "mqtt", "/mqtt?a=b", "?", "#", "%", "%zz", "//evil.example/", "/\r\nHost: x", "@x", "\\", "ü\xff"} {
		f.Add(path, uint16(8080), true)
	}
	f.Fuzz(func(t *testing.T, path string, port uint16, secure bool) {
		raw := Config{Host: "host.example", Port: int(port), TLS: secure, Path: path}.url()
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatalf("%q of %q: %v", raw, path, err)
		}
		if u.Hostname() != "host.example" || u.User != nil || u.Fragment != "" || (u.Scheme == "wss") != secure {
			t.Fatalf("%q of %q leads to %q", raw, path, u.Host)
		}
		if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Fatalf("%q is no URL", raw)
		}
		if again := (Config{Host: "host.example", Port: int(port), TLS: secure, Path: strings.TrimPrefix(raw, u.Scheme+"://"+u.Host)}).url(); again != raw {
			t.Fatalf("%q becomes %q", raw, again)
		}
	})
}

// FuzzFill: credentials never become a template, and a JSON text stays JSON.
func FuzzFill(f *testing.F) {
	f.Add("{{user}}", "{{password}}")
	f.Add(`"`, `\`)
	f.Fuzz(func(t *testing.T, user, password string) {
		cfg := Config{User: user, Password: password}
		if got, want := cfg.fill("a{{user}}b{{password}}c"), "a"+user+"b"+password+"c"; got != want {
			t.Fatalf("%q, want %q", got, want)
		}
		_, data, err := cfg.frame(Opening{Text: `{"u":"{{user}}","p":"{{password}}"}`})
		if err != nil {
			t.Fatal(err)
		}
		wantJSON(t, data, user, password)
	})
}

func wantJSON(t *testing.T, data []byte, user, password string) {
	t.Helper()
	var got struct{ U, P string }
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	// Bytes that are no UTF-8 cannot stand in JSON.
	if got.U != string([]rune(user)) || got.P != string([]rune(password)) {
		t.Fatalf("%q says %q and %q", data, got.U, got.P)
	}
}
