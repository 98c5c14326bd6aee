package profile

import (
	"errors"
	"strings"
	"testing"

	"streamscope/connections"
)

// verdict is the key of a problem, with a ? behind a mere warning, or "" for none.
func verdict(err error) string {
	var p Problem
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &p):
		return "no Problem: " + err.Error()
	case p.Sentence == "" || strings.Contains(p.Sentence, "%!"):
		return "bad sentence: " + p.Sentence
	case p.Warning:
		return p.Key + "?"
	}
	return p.Key
}

func TestCheckHost(t *testing.T) {
	for host, want := range map[string]string{
		"localhost": "", "broker.example.com": "", "broker.example.com.": "", "test_broker": "", "a-b.c": "",
		"127.0.0.1": "", "::1": "", "[::1]": "", "fe80::1%eth0": "", "2001:db8::7": "", "xn--bcher-kva.example": "",
		"":                            "host.empty",
		" localhost":                  "host.blanks",
		"my broker":                   "host.space",
		"mqtt://broker":               "host.scheme",
		"tom:secret@broker":           "host.user",
		"broker/mqtt":                 "host.path",
		"broker:1883":                 "host.port",
		"127.0.0.1:1883":              "host.port",
		"broker:x":                    "host.ipv6",
		"1:2:3":                       "host.ipv6",
		"192.168.1":                   "host.ipv4",
		"300.1.1.1":                   "host.ipv4",
		"bücher.example":              "host.unicode",
		"-a.example":                  "host.name",
		"a..b":                        "host.name",
		".":                           "host.ipv4",
		"bro*ker":                     "host.name",
		strings.Repeat("a", 64):       "host.name",
		strings.Repeat("abc.", 70):    "host.long",
		"broker\x00":                  "host.name",
		"[broker]":                    "host.name",
		"a.example\xff":               "host.unicode",
		strings.Repeat("a", 63) + ".": "",
	} {
		if got := verdict(CheckHost(host)); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func TestCheckFilter(t *testing.T) {
	for filter, want := range map[string]string{
		"#": "", "+": "", "a/b": "", "/": "", "/a": "", "a//b": "", "+/+/#": "", "$SYS/#": "", "a/+/b": "", "a b/ü": "",
		"$share/g/#": "", "$share/g/a/+": "", "$share/g//": "",
		"":                         "subscriptions.empty",
		"a/#/b":                    "subscriptions.hash-last",
		"a#":                       "subscriptions.hash-alone",
		"a/b#":                     "subscriptions.hash-alone",
		"##":                       "subscriptions.hash-alone",
		"a+/b":                     "subscriptions.plus-alone",
		"a/++":                     "subscriptions.plus-alone",
		"$share/g":                 "subscriptions.share",
		"$share//a":                "subscriptions.share",
		"$share/g/":                "subscriptions.share",
		"$share/+/a":               "subscriptions.share",
		"a\x00b":                   "subscriptions.unprintable",
		"a\xff":                    "subscriptions.unprintable",
		strings.Repeat("a", 65536): "subscriptions.long",
		" a":                       "subscriptions.blanks?",
	} {
		if got := verdict(CheckFilter(filter)); got != want {
			t.Errorf("%q: %q, want %q", filter, got, want)
		}
	}
}

func TestCheckOtherFields(t *testing.T) {
	for _, c := range []struct {
		what string
		err  error
		want string
	}{
		{"port 1", CheckPort(1), ""},
		{"port 65535", CheckPort(65535), ""},
		{"port 0", CheckPort(0), "port.range"},
		{"port 65536", CheckPort(65536), "port.range"},
		{"port of TLS", CheckPortFor(MQTT, TCP, 8883), "port.tls?"},
		{"port of TLS with TLS", CheckPortFor(MQTT, TLS, 8883), ""},
		{"port of WebSocket", CheckPortFor(MQTT, TCP, 9001), "port.websocket?"},
		{"port of WebSocket with it", CheckPortFor(MQTT, WS, 9001), ""},
		{"plain port with TLS", CheckPortFor(MQTT, TLS, 1883), "port.no-tls?"},
		{"plain port with WebSocket", CheckPortFor(MQTT, WS, 1883), "port.plain?"},
		{"MQTT's port for a raw WebSocket", CheckPortFor(WebSocket, WS, 1883), "port.mqtt?"},
		{"MQTT's TLS port for a raw WebSocket", CheckPortFor(WebSocket, WSS, 8883), "port.mqtt?"},
		{"TLS port of the web", CheckPortFor(MQTT, WS, 443), "port.tls?"},
		{"no port at all", CheckPortFor(MQTT, WS, 0), "port.range"},

		{"keep-alive 60", CheckKeepAlive(60), ""},
		{"keep-alive off", CheckKeepAlive(0), "keepAlive.off?"},
		{"keep-alive negative", CheckKeepAlive(-1), "keepAlive.range"},
		{"keep-alive long", CheckKeepAlive(65536), "keepAlive.range"},

		{"our client ID", CheckClientID(NewClientID(), true), ""},
		{"no client ID", CheckClientID("", true), ""},
		{"no client ID to keep a session by", CheckClientID("", false), "clientId.empty"},
		{"long client ID", CheckClientID(strings.Repeat("a", 24), true), "clientId.long?"},
		{"23 bytes", CheckClientID(strings.Repeat("a", 23), true), ""},
		{"client ID with a slash", CheckClientID("a/b", true), "clientId.unusual?"},
		{"client ID with an umlaut", CheckClientID("ä", true), "clientId.unusual?"},
		{"client ID with NUL", CheckClientID("a\x00", true), "clientId.unprintable"},
		{"endless client ID", CheckClientID(strings.Repeat("a", 65536), true), "clientId.unprintable"},

		{"user", CheckUser("jürgen"), ""},
		{"no user", CheckUser(""), ""},
		{"user with a new line", CheckUser("a\nb"), "user.unprintable"},

		{"name", CheckName("Plant A"), ""},
		{"name of blanks", CheckName("  "), "name.empty"},
		{"name of two lines", CheckName("a\nb"), "name.unprintable"},
		{"long name", CheckName(strings.Repeat("ä", 81)), "name.long"},

		{"colour", CheckColour("#00FFaa"), ""},
		{"colour by name", CheckColour("red"), "colour.form"},

		{"QoS 2", CheckQoS(2), ""},
		{"QoS 3", CheckQoS(3), "subscriptions.qos"},

		{"topic", CheckTopic("a/b"), ""},
		{"no topic", CheckTopic(""), "pins.empty"},
		{"topic with a wildcard", CheckTopic("a/#"), "pins.wildcard"},
	} {
		if got := verdict(c.err); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestParsePortAndKeepAlive(t *testing.T) {
	for text, want := range map[string]int{"1883": 1883, " 8883 ": 8883} {
		if got, err := ParsePort(text); got != want || err != nil {
			t.Errorf("port %q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "x", "1883.0", "99999999999999999999"} {
		if _, err := ParsePort(text); verdict(err) != "port.range" {
			t.Errorf("port %q: %v", text, err)
		}
		if _, err := ParseKeepAlive(text); verdict(err) != "keepAlive.range" {
			t.Errorf("keep-alive %q: %v", text, err)
		}
	}
	if got, err := ParseKeepAlive("30"); got != 30 || err != nil {
		t.Errorf("keep-alive 30: %d, %v", got, err)
	}
}

func TestWarnTellsWhatAFilterDoes(t *testing.T) {
	for filter, part := range map[string]string{
		"#": "every message", "+/#": "every message", "+/+/#": "every message",
		"$share/g/#": "takes messages away", "$share/g/a": "takes messages away",
		"$SYS/#": "broker's own",
		"a/#":    "", "+": "", "a": "", "+/a/#": "", "": "",
	} {
		got := Warn(filter)
		if part == "" && got != "" || !strings.Contains(got, part) {
			t.Errorf("%q: %q, want %q in it", filter, got, part)
		}
	}
}

func FuzzChecks(f *testing.F) {
	for _, seed := range []string{"", "#", "a/#/b", "$share/g/x", "[::1]", "a:1", "mqtt://x", "x\x00\xff", "fe80::1%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, err := range []error{
			CheckHost(s), CheckFilter(s), CheckTopic(s), CheckName(s), CheckUser(s),
			CheckClientID(s, true), CheckClientID(s, false), CheckColour(s), CheckGroup(s), CheckPath(s), CheckSocketFile(s),
			CheckHeader(Header{Name: s, Value: s}), CheckProxyAddress(s), CheckALPN(s), CheckPin(NormalPin(s)), CheckOrigin(s),
			CheckSubprotocol(s), CheckOpening(Opening{Text: s}, false), CheckPattern(s, true), CheckPattern(s, false),
		} {
			if v := verdict(err); strings.Contains(v, " ") && !strings.Contains(s, "%!") {
				t.Errorf("%q: %s", s, v)
			}
		}
		_ = Warn(s)
	})
}

func TestNewProfileNeedsOnlyWhatOneMustKnow(t *testing.T) {
	p := New()
	_, problems := p.Validate()
	var blocking []string
	for _, problem := range Blocking(problems) {
		blocking = append(blocking, problem.Key)
	}
	if got := strings.Join(blocking, " "); got != "name.empty host.empty" {
		t.Errorf("a new profile is stopped by %s", got)
	}
	if len(p.Subscriptions) != 0 {
		t.Error("a subscription was assumed")
	}
	if len(p.ClientID) > 23 || p.ClientID == New().ClientID || p.ID == New().ID {
		t.Errorf("client ID %q, ID %q", p.ClientID, p.ID)
	}
}

func TestValidateNamesEveryMistake(t *testing.T) {
	p := Profile{
		ID: "index", Protocol: "carrier pigeon", Host: "", Port: 0, KeepAlive: -1, AsksPassword: true, Colour: "red",
		Subscriptions: []connections.Subscription{{Filter: "a"}, {Filter: "a#", QoS: 3}, {Filter: "a"}},
		Pins:          []Pin{{Topic: "ok"}, {Topic: "#"}},
	}
	v, problems := p.Validate()
	if v.ID() != "" {
		t.Error("an invalid profile became a Valid")
	}
	var got []string
	for _, problem := range problems {
		key := problem.Key
		if problem.Row >= 0 {
			key += strings.Repeat("'", problem.Row)
		}
		got = append(got, key)
	}
	want := "id.form name.empty colour.form protocol.unknown host.empty port.range clientId.empty password.no-user " +
		"keepAlive.range subscriptions.hash-alone' subscriptions.qos' subscriptions.twice'' pins.wildcard'"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestValidSharesNothingWithTheDraft(t *testing.T) {
	p := New()
	p.Name, p.Host = "a", "[::1]"
	p.Subscriptions = []connections.Subscription{{Filter: "a"}}
	p.Pins = []Pin{{Topic: "t", Path: []string{"k"}}}
	v, problems := p.Validate()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	p.Subscriptions[0].Filter, p.Pins[0].Path[0] = "changed", "changed"
	v.Profile().Subscriptions[0].Filter = "changed"
	if got := v.Profile(); got.Subscriptions[0].Filter != "a" || got.Pins[0].Path[0] != "k" {
		t.Errorf("the valid profile changed: %+v", got)
	}
	if v.Addr() != "[::1]:1883" {
		t.Errorf("address %s", v.Addr())
	}
}

func TestFreeColourIsTheLeastUsed(t *testing.T) {
	var used []Profile
	seen := map[string]bool{}
	for range Palette() {
		c := FreeColour(used)
		if seen[c] || CheckColour(c) != nil {
			t.Errorf("colour %s", c)
		}
		seen[c] = true
		used = append(used, Profile{Colour: c})
	}
}
