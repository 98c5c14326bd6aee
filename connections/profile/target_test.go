package profile

import (
	"fmt"
	"strings"
	"testing"

	"streamscope/connections"
)

func TestParseTarget(t *testing.T) {
	for _, c := range []struct {
		url  string
		want Target
	}{
		{"mqtt://localhost", Target{Host: "localhost", Port: 1883}},
		{"mqtt://localhost/", Target{Host: "localhost", Port: 1883}},
		{"MQTT://127.0.0.1:18830/plant/#", Target{Host: "127.0.0.1", Port: 18830, Filter: "plant/#"}},
		{"tcp://h/#", Target{Host: "h", Port: 1883, Filter: "#"}},
		{"mqtt://h/+/temp", Target{Host: "h", Port: 1883, Filter: "+/temp"}},
		{"mqtt://h//lead", Target{Host: "h", Port: 1883, Filter: "/lead"}},
		{"mqtt://h/$SYS/#", Target{Host: "h", Port: 1883, Filter: "$SYS/#"}},
		{"mqtt://h/a%20b?c=d", Target{Host: "h", Port: 1883, Filter: "a b?c=d"}},
		{"mqtt://h/a+b%2Bc/%23", Target{}}, // an error
		{"mqtt://anna@h/a", Target{Host: "h", Port: 1883, User: "anna", Filter: "a"}},
		{"mqtt://anna:s3cret@h:1/a", Target{Host: "h", Port: 1, User: "anna", Password: "s3cret", Filter: "a"}},
		{"mqtt://a%40b:s%2Fe%3Ac%25@h", Target{Host: "h", Port: 1883, User: "a@b", Password: "s/e:c%"}},
		{"mqtt://anna:s:3@h", Target{Host: "h", Port: 1883, User: "anna", Password: "s:3"}},
		{"mqtt://[::1]:1884/a", Target{Host: "::1", Port: 1884, Filter: "a"}},
		{"mqtt://[fe80::1]", Target{Host: "fe80::1", Port: 1883}},
	} {
		got, err := ParseTarget(c.url)
		if c.want == (Target{}) {
			if err == nil {
				t.Errorf("%s: %#v, want an error", c.url, got)
			}
			continue
		}
		c.want.Scheme = "mqtt"
		if err != nil || got != c.want {
			t.Errorf("%s: %#v %v, want %#v", c.url, got, err, c.want)
		}
	}
}

func TestParseTargetOfEveryScheme(t *testing.T) {
	for _, c := range []struct {
		url  string
		want Target
	}{
		{"mqtts://h/a", Target{Scheme: "mqtts", Host: "h", Port: 8883, Filter: "a"}},
		{"ssl://h:443", Target{Scheme: "mqtts", Host: "h", Port: 443}},
		{"TLS://[::1]/#", Target{Scheme: "mqtts", Host: "::1", Port: 8883, Filter: "#"}},
		{"mqtt+ws://h", Target{Scheme: "mqtt+ws", Host: "h", Port: 80, Path: "/mqtt"}},
		{"mqtt+ws://h/", Target{Scheme: "mqtt+ws", Host: "h", Port: 80, Path: "/mqtt"}},
		{"mqtt+ws://h:8083/mqtt", Target{Scheme: "mqtt+ws", Host: "h", Port: 8083, Path: "/mqtt"}},
		{"mqtt+ws://h:8083/plant/#", Target{Scheme: "mqtt+ws", Host: "h", Port: 8083, Path: "/mqtt", Filter: "plant/#"}},
		{"mqtt+ws://h:8083/#", Target{Scheme: "mqtt+ws", Host: "h", Port: 8083, Path: "/mqtt", Filter: "#"}},
		{"mqtt+ws://h:8083/mqtt/x", Target{Scheme: "mqtt+ws", Host: "h", Port: 8083, Path: "/mqtt", Filter: "mqtt/x"}},
		{"mqtt+ws://h:8083/mqtt##", Target{Scheme: "mqtt+ws", Host: "h", Port: 8083, Path: "/mqtt", Filter: "#"}},
		{"mqtt+ws://h/ws#", Target{Scheme: "mqtt+ws", Host: "h", Port: 80, Path: "/ws"}},
		{"mqtt+ws://h/#plant/#", Target{Scheme: "mqtt+ws", Host: "h", Port: 80, Path: "/", Filter: "plant/#"}},
		{"mqtt+ws://h/mqtt?a=b", Target{Scheme: "mqtt+ws", Host: "h", Port: 80, Path: "/mqtt?a=b"}},
		{"mqtt+wss://anna:s3cret@h/ws?x=y#plant/%23", Target{Scheme: "mqtt+wss", Host: "h", Port: 443, User: "anna", Password: "s3cret", Path: "/ws?x=y", Filter: "plant/#"}},
		{"unix:///run/mosquitto.sock", Target{Scheme: "unix", Path: "/run/mosquitto.sock"}},
		{"mqtt+unix://anna:s3cret@/run/a%20b.sock#plant/#", Target{Scheme: "unix", User: "anna", Password: "s3cret", Path: "/run/a b.sock", Filter: "plant/#"}},
		{"ws://h", Target{Scheme: "ws", Host: "h", Port: 80}},
		{"ws://h?stream=x", Target{Scheme: "ws", Host: "h", Port: 80, Path: "?stream=x"}},
		{"WSS://:s3cret@[::1]:444/a%20b/?c=d&e", Target{Scheme: "wss", Host: "::1", Port: 444, Password: "s3cret", Path: "/a%20b/?c=d&e"}},
	} {
		got, err := ParseTarget(c.url)
		if err != nil || got != c.want {
			t.Errorf("%s: %#v %v, want %#v", c.url, got, err, c.want)
			continue
		}
		p, password := got.Profile()
		p.Name = "named"
		if _, problems := p.Validate(); len(Blocking(problems)) > 0 || password != got.Password {
			t.Errorf("%s: %v, password %q", c.url, problems, password)
		}
		if strings.Contains(p.URL(), "s3cret") || strings.HasSuffix(p.URL(), "#") || !strings.HasPrefix(p.URL(), got.Scheme+"://") {
			t.Errorf("%s: the profile's URL is %s", c.url, p.URL())
		}
	}
}

func TestTargetBecomesAProfile(t *testing.T) {
	target, err := ParseTarget("mqtt+wss://anna:s3cret@h:444/ws#plant/#")
	if err != nil {
		t.Fatal(err)
	}
	p, password := target.Profile()
	if p.Protocol != MQTT || p.Transport.Kind != WSS || p.Transport.Path != "/ws" || p.Host != "h" || p.Port != 444 || p.User != "anna" ||
		!p.AsksPassword || password != "s3cret" || len(p.Subscriptions) != 1 || p.Subscriptions[0].Filter != "plant/#" || p.Name != "h:444" {
		t.Errorf("%+v", p)
	}
	if p.URL() != "mqtt+wss://anna@h:444/ws" {
		t.Error(p.URL())
	}
}

func TestURLHidesWhatLooksLikeASecret(t *testing.T) {
	target, err := ParseTarget("wss://h/live?room=4&access_token=s3cret&apikey=s3cret")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := target.Profile()
	for _, s := range []string{p.URL(), target.String(), p.Name, fmt.Sprintf("%#v", target)} {
		if strings.Contains(s, "s3cret") {
			t.Error(s)
		}
	}
	if p.URL() != "wss://h:443/live?room=4&access_token=***&apikey=***" {
		t.Error(p.URL())
	}
}

func TestParseTargetSaysWhatIsWrong(t *testing.T) {
	for url, want := range map[string]string{
		"":                          "begins with mqtt://",
		"localhost:1883":            "begins with mqtt://",
		"http://h":                  "unknown scheme",
		"ws://h/a#b":                "%23",
		"wss://u:s3cret@h/a b":      "blanks",
		"wss://u:s3cret/x@h":        "%40",
		"mqtt+ws://h/ws#a/#/b":      "# must be",
		"mqtt+wss://:s3cret@h/a":    "user name",
		"unix://h/run/x":            "three slashes",
		"unix://":                   "Unix socket",
		"mqtt://":                   "host",
		"mqtt:///a":                 "host",
		"mqtt://h:0":                "1 to 65535",
		"mqtt://h:65536":            "1 to 65535",
		"mqtt://h:s3cret":           "1 to 65535",
		"mqtt://u:s3cret/x@h":       "%40",
		"mqtt://u:s3@cret/x@h":      "%40",
		"mqtt://u:s3cret%zz@h":      "%25",
		"mqtt://:s3cret@h":          "user name",
		"mqtt://::1/a":              "[::1]",
		"mqtt://[::1/a":             "[::1]",
		"mqtt://[::1]x/a":           "[::1]",
		"mqtt://[localhost]/a":      "[::1]",
		"mqtt://h/a/#/b":            "# must be",
		"mqtt://h/a%00b":            "null",
		"mqtt://h/a%ff":             "UTF-8",
		"mqtt://two words/a":        "blanks",
		"mqtt://u:s3cret@bad_-!h/a": "host",
	} {
		_, err := ParseTarget(url)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want something with %q", url, err, want)
			continue
		}
		if strings.Contains(err.Error(), "s3") || strings.Contains(err.Error(), "cret") {
			t.Errorf("%s: the error gives the password away: %v", url, err)
		}
	}
}

func TestTargetNeverPrintsItsPassword(t *testing.T) {
	target, err := ParseTarget("mqtt://anna:s3cret@[::1]/plant/#")
	if err != nil {
		t.Fatal(err)
	}
	if target.String() != "mqtt://anna:***@[::1]:1883/plant/#" {
		t.Error(target.String())
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, v := range []any{target, &target, []Target{target}} {
			if s := fmt.Sprintf(format, v); strings.Contains(s, "s3cret") {
				t.Errorf("%s prints %s", format, s)
			}
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, url := range []string{"mqtt://h", "mqtt://anna:s3cret@[::1]:1884/plant/#", "tcp://a%40b@h//x", "wss://h", "mqtt://h:99999", "mqtt://[::]]:1",
		"mqtt+ws://h:1/ws?x=y#plant/#", "mqtt+wss://h/mqtt##", "mqtt+ws://h/#a", "unix://a:s3cret@/run/x%23#a/#", "wss://h/a?token=x&b"} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		target, err := ParseTarget(url)
		if err != nil {
			if target != (Target{}) {
				t.Errorf("an error, and %#v", target)
			}
			return
		}
		if target.Scheme != SchemeUnix && (target.Host == "" || target.Port < 1 || target.Port > 65535) {
			t.Errorf("%#v", target)
		}
		if target.Filter != "" && connections.ValidFilter(target.Filter) != nil {
			t.Errorf("filter %q", target.Filter)
		}
		// What is printed, without a password, names the same target.
		target.Password = ""
		if strings.ContainsAny(target.Filter+target.Path, "%@") || strings.Contains(target.String(), "***") {
			return
		}
		again, err := ParseTarget(target.String())
		if err != nil || again != target {
			t.Errorf("%s: %#v became %#v, %v", target, target, again, err)
		}
	})
}
