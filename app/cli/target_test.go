package cli

import (
	"errors"
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
		{"mqtt://h/a+b%2Bc/%23", Target{}},
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

func TestParseTargetSaysWhatIsWrong(t *testing.T) {
	for url, want := range map[string]string{
		"":                          "begins with mqtt://",
		"localhost:1883":            "begins with mqtt://",
		"http://h":                  "unknown scheme",
		"mqtts://h":                 "mqtts:// is not built yet",
		"wss://u:s3cret@h/x":        "wss:// is not built yet",
		"mqtt+ws://h":               "mqtt+ws:// is not built yet",
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
	var notBuilt *NotBuiltError
	if _, err := ParseTarget("ws://h"); !errors.As(err, &notBuilt) || notBuilt.Scheme != "ws" {
		t.Errorf("ws: %v", err)
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
	for _, url := range []string{"mqtt://h", "mqtt://anna:s3cret@[::1]:1884/plant/#", "tcp://a%40b@h//x", "wss://h", "mqtt://h:99999", "mqtt://[::]]:1"} {
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
		if target.Scheme != "mqtt" || target.Host == "" || target.Port < 1 || target.Port > 65535 {
			t.Errorf("%#v", target)
		}
		if target.Filter != "" && connections.ValidFilter(target.Filter) != nil {
			t.Errorf("filter %q", target.Filter)
		}
		// What is printed, without a password, names the same target.
		target.Password = ""
		if strings.ContainsAny(target.Filter, "%@") {
			return
		}
		again, err := ParseTarget(target.String())
		if err != nil || again != target {
			t.Errorf("%s: %#v became %#v, %v", target, target, again, err)
		}
	})
}
