package profile

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamscope/connections"
)

// keys joins what problems are about; mere warnings have a question mark.
func keys(problems []Problem) string {
	var list []string
	for _, p := range problems {
		list = append(list, verdict(p))
	}
	return strings.Join(list, " ")
}

func named(protocol, transport string) Profile {
	p := NewFor(protocol, transport)
	p.Name, p.Host = "Plant", "broker.example"
	p.Subscriptions = []connections.Subscription{{Filter: "plant/#"}}
	if transport == Unix {
		p.Transport.Path = "/run/mosquitto.sock"
	}
	return p
}

func TestUsualSettingsOfEveryTransportAreValid(t *testing.T) {
	for _, c := range []struct {
		protocol, transport string
		url                 string
	}{
		{MQTT, TCP, "mqtt://broker.example:1883"},
		{MQTT, TLS, "mqtts://broker.example:8883"},
		{MQTT, WS, "mqtt+ws://broker.example:8083/mqtt"},
		{MQTT, WSS, "mqtt+wss://broker.example:443/mqtt"},
		{MQTT, Unix, "unix:///run/mosquitto.sock"},
		{WebSocket, WS, "ws://broker.example:80"},
		{WebSocket, WSS, "wss://broker.example:443"},
	} {
		p := named(c.protocol, c.transport)
		v, problems := p.Validate()
		if len(problems) > 0 || v.ID() == "" {
			t.Errorf("%s: %v", c.url, problems)
		}
		if p.URL() != c.url {
			t.Errorf("%s, want %s", p.URL(), c.url)
		}
		if c := p.Cautions(); c != nil {
			t.Errorf("cautions of the usual: %q", c)
		}
	}
}

func TestValidateTransport(t *testing.T) {
	for _, c := range []struct {
		what                string
		protocol, transport string
		change              func(*Profile)
		want                string
	}{
		{"unknown", MQTT, "pigeon", func(*Profile) {}, "transport.unknown"},
		{"raw WebSocket over TCP", WebSocket, TCP, func(*Profile) {}, "transport.websocket port.mqtt?"},
		{"raw WebSocket without a mapping", WebSocket, WS, func(p *Profile) { p.Stream = nil }, "stream.missing"},

		{"path with a blank", MQTT, WS, func(p *Profile) { p.Transport.Path = "/a b" }, "path.unprintable"},
		{"path with a fragment", MQTT, WS, func(p *Profile) { p.Transport.Path = "/a#b" }, "path.fragment"},
		{"whole URL", MQTT, WS, func(p *Profile) { p.Transport.Path = "ws://h/a" }, "path.scheme"},
		{"half an escape", MQTT, WS, func(p *Profile) { p.Transport.Path = "/100%" }, "path.escape"},
		{"token in the path", WebSocket, WSS, func(p *Profile) { p.Transport.Path = "/x?access_token=abc" }, "path.secret?"},
		{"path without slash", MQTT, WS, func(p *Profile) { p.Transport.Path = "mqtt?a=b%20c" }, ""},
		{"path that TCP does not use", MQTT, TCP, func(p *Profile) { p.Transport.Path = "a b" }, ""},

		{"socket without a name", MQTT, Unix, func(p *Profile) { p.Transport.Path = "" }, "path.no-socket"},
		{"socket without a root", MQTT, Unix, func(p *Profile) { p.Transport.Path = "run/x" }, "path.relative"},
		{"abstract socket", MQTT, Unix, func(p *Profile) { p.Transport.Path = "@x" }, ""},
		{"long socket", MQTT, Unix, func(p *Profile) { p.Transport.Path = "/" + strings.Repeat("x", 103) }, "path.long-socket"},
		{"no host for a socket", MQTT, Unix, func(p *Profile) { p.Host, p.Port = "", 0 }, ""},

		{"header", MQTT, WS, headers(Header{Name: "X-Plant", Value: "north, Ü"}), ""},
		{"secret header", MQTT, WS, headers(Header{Name: "Authorization", Secret: true}), ""},
		{"secret header with its value", MQTT, WS, headers(Header{Name: "X-A", Secret: true, Value: "s"}), "headers.kept"},
		{"that, over TCP", MQTT, TCP, headers(Header{Name: "X-A", Secret: true, Value: "s"}), "headers.kept"},
		{"credentials over TCP", MQTT, TCP, headers(Header{Name: "Cookie", Value: "s"}), "headers.kept"},
		{"anything else over TCP", MQTT, TCP, headers(Header{Name: "a b"}), ""},
		{"credentials in the open", MQTT, WS, headers(Header{Name: "authorization", Value: "Bearer x"}), "headers.secret"},
		{"a token, perhaps", MQTT, WS, headers(Header{Name: "X-Api-Key", Value: "x"}), "headers.doubt?"},
		{"header without a name", MQTT, WS, headers(Header{}), "headers.empty"},
		{"header with a colon", MQTT, WS, headers(Header{Name: "X:"}), "headers.name"},
		{"header with an umlaut", MQTT, WS, headers(Header{Name: "Ü"}), "headers.name"},
		{"two headers in one", MQTT, WS, headers(Header{Name: "X", Value: "a\r\nY: b"}), "headers.value"},
		{"header with blanks", MQTT, WS, headers(Header{Name: "X", Value: " a"}), "headers.blanks?"},
		{"header of the handshake", MQTT, WS, headers(Header{Name: "Upgrade", Value: "x"}), "headers.own"},
		{"subprotocol as a header", MQTT, WS, headers(Header{Name: "Sec-WebSocket-Protocol", Value: "x"}), "headers.subprotocol"},

		{"key without certificate", MQTT, TLS, func(p *Profile) { p.Transport.TLS.KeyFile = "k" }, "certFile.missing"},
		{"server name", MQTT, TLS, func(p *Profile) { p.Transport.TLS.ServerName = "a b" }, "serverName.form"},
		{"ALPN", MQTT, TLS, func(p *Profile) { p.Transport.TLS.ALPN = []string{"mqtt", ""} }, "alpn.form"},
		{"old TLS", MQTT, TLS, func(p *Profile) { p.Transport.TLS.MinVersion = "1.1" }, "minVersion.unknown"},
		{"half a pin", MQTT, TLS, func(p *Profile) { p.Transport.TLS.Pins = []string{strings.Repeat("a", 63)} }, "trusted.form"},
		{"pin", MQTT, TLS, func(p *Profile) { p.Transport.TLS.Pins = []string{NormalPin(strings.Repeat("AB:", 31) + "AB")} }, ""},
		{"not verified", MQTT, WSS, func(p *Profile) { p.Transport.TLS.Insecure = true }, "insecure.on?"},
		{"all of it, without TLS", MQTT, TCP, func(p *Profile) { p.Transport.TLS = TLSOptions{KeyFile: "k", MinVersion: "1.1", Insecure: true} }, ""},

		{"proxy of the environment", MQTT, TCP, proxy(Proxy{Kind: ProxyEnvironment}), ""},
		{"proxy", MQTT, TCP, proxy(Proxy{Kind: ProxyHTTP, Address: "[::1]:3128", User: "anna"}), ""},
		{"proxy of another kind", MQTT, TCP, proxy(Proxy{Kind: "socks4"}), "proxy.unknown"},
		{"proxy without address", MQTT, TCP, proxy(Proxy{Kind: ProxySOCKS5}), "proxy.empty"},
		{"proxy by URL", MQTT, TCP, proxy(Proxy{Kind: ProxyHTTP, Address: "http://p:1"}), "proxy.url"},
		{"proxy without port", MQTT, TCP, proxy(Proxy{Kind: ProxyHTTP, Address: "p"}), "proxy.form"},
		{"proxy with a bad host", MQTT, TCP, proxy(Proxy{Kind: ProxyHTTP, Address: "a b:1"}), "proxy.host"},
		{"proxy with a bad port", MQTT, TCP, proxy(Proxy{Kind: ProxyHTTP, Address: "p:99999"}), "proxy.port"},
		{"proxy user with a colon", MQTT, TCP, proxy(Proxy{Kind: ProxyHTTP, Address: "p:1", User: "a:b"}), "proxyUser.colon"},
		{"proxy user too long", MQTT, TCP, proxy(Proxy{Kind: ProxySOCKS5, Address: "p:1", User: strings.Repeat("a", 256)}), "proxyUser.long"},

		{"version", MQTT, TCP, func(p *Profile) { p.Version = "4" }, "mqttVersion.unknown"},
		{"password alone", MQTT, TCP, func(p *Profile) { p.AsksPassword = true }, "password.no-user?"},
		{"password alone in 3.1.1", MQTT, TCP, func(p *Profile) { p.AsksPassword, p.Version = true, Version311 }, "password.no-user"},
		{"password alone in 5", MQTT, TCP, func(p *Profile) { p.AsksPassword, p.Version = true, Version5 }, ""},
		{"user property", MQTT, TCP, func(p *Profile) { p.MQTT5.UserProperties = []UserProperty{{"a", "b"}, {"a", "\x00"}} }, "userProperties.unprintable"},
		{"retain handling", MQTT, TCP, subscription(Version5, connections.Subscription{Filter: "a", RetainHandling: 3}), "subscriptions.retain-handling"},
		{"no local, shared", MQTT, TCP, subscription(VersionAuto, connections.Subscription{Filter: "$share/g/a", NoLocal: true}), "subscriptions.no-local"},
		{"no local in 3.1.1", MQTT, TCP, subscription(Version311, connections.Subscription{Filter: "a", NoLocal: true}), "subscriptions.version"},
		{"shared in 3.1.1", MQTT, TCP, subscription(Version311, connections.Subscription{Filter: "$share/g/a"}), "subscriptions.share-version?"},
		{"all of MQTT 5", MQTT, TCP, subscription(VersionAuto, connections.Subscription{Filter: "a", NoLocal: true, RetainAsPublished: true, RetainHandling: 2}), ""},
		{"group", MQTT, TCP, func(p *Profile) { p.Group = "a\nb" }, "group.unprintable"},

		{"will", MQTT, TCP, will(Will{Topic: "a", Payload: "gone", QoS: 1}), ""},
		{"will to a filter", MQTT, TCP, will(Will{Topic: "a/#", QoS: 3}), "willTopic.wildcard willQos.range"},
		{"will to the broker", MQTT, TCP, will(Will{Topic: "$SYS/a"}), "willTopic.dollar?"},
		{"long will", MQTT, TCP, will(Will{Topic: "a", Payload: strings.Repeat("x", 65536)}), "willPayload.long"},
		{"answer to a filter", MQTT, TCP, will(Will{Topic: "a", ResponseTopic: "+"}), "willResponseTopic.wildcard"},

		{"twice a subprotocol", WebSocket, WS, stream(func(s *Stream) { s.Subprotocols = []string{"a", "b c", "a"} }), "subprotocols.form subprotocols.twice"},
		{"origin", WebSocket, WS, stream(func(s *Stream) { s.Origin = "https://h:1" }), ""},
		{"origin with a path", WebSocket, WS, stream(func(s *Stream) { s.Origin = "https://h/" }), "origin.path?"},
		{"host as origin", WebSocket, WS, stream(func(s *Stream) { s.Origin = "h" }), "origin.form"},
		{"pings", WebSocket, WS, stream(func(s *Stream) { s.PingInterval = -1 }), "pingInterval.range"},
		{"limit", WebSocket, WS, stream(func(s *Stream) { s.MessageLimit = 5 }), "messageLimit.range"},
		{"opening", WebSocket, WS, opening(`{"auth":"{{user}}","x":"{{thing}}"}`, false), "opening.placeholder?"},
		{"opening without a password", WebSocket, WS, opening(`{{ password }}`, false), "opening.no-password?"},
		{"opening with nothing", WebSocket, WS, opening("", false), "opening.empty"},
		{"binary opening", WebSocket, WS, opening("01 a0\nff", true), ""},
		{"half a byte", WebSocket, WS, opening("01 a", true), "opening.hex"},

		{"fixed topic", WebSocket, WS, mapping(Mapping{Topic: ""}), "mappingTopic.empty"},
		{"pattern", WebSocket, WS, mapping(Mapping{Kind: MapKeys, Topic: "{device}/{a.b}/x"}), ""},
		{"pattern without keys", WebSocket, WS, mapping(Mapping{Kind: MapKeys, Topic: "x"}), "mappingTopic.no-braces"},
		{"pattern with an open brace", WebSocket, WS, mapping(Mapping{Kind: MapKeys, Topic: "{a}/{b"}), "mappingTopic.brace"},
		{"pattern with a closed brace", WebSocket, WS, mapping(Mapping{Kind: MapKeys, Topic: "{a}}"}), "mappingTopic.brace"},
		{"pattern with nothing between", WebSocket, WS, mapping(Mapping{Kind: MapKeys, Topic: "{a}/{}"}), "mappingTopic.no-key"},
		{"pattern with a wildcard", WebSocket, WS, mapping(Mapping{Kind: MapKeys, Topic: "{a}/#"}), "mappingTopic.wildcard"},
		{"leaves", WebSocket, WS, mapping(Mapping{Kind: MapLeaves}), ""},
		{"mapping", WebSocket, WS, mapping(Mapping{Kind: "magic"}), "mapping.unknown"},
		{"time", WebSocket, WS, mapping(Mapping{Topic: "a", Time: []string{"ts"}}), "mappingTime.format"},
		{"time in ms", WebSocket, WS, mapping(Mapping{Topic: "a", Time: []string{"ts"}, TimeFormat: "ms"}), ""},
	} {
		p := named(c.protocol, c.transport)
		c.change(&p)
		if _, problems := p.Validate(); keys(problems) != c.want {
			t.Errorf("%s: %q, want %q", c.what, keys(problems), c.want)
		}
	}
}

func headers(h ...Header) func(*Profile) { return func(p *Profile) { p.Transport.Headers = h } }
func proxy(x Proxy) func(*Profile)       { return func(p *Profile) { p.Transport.Proxy = x } }
func subscription(version string, s connections.Subscription) func(*Profile) {
	return func(p *Profile) { p.Version, p.Subscriptions = version, []connections.Subscription{s} }
}
func will(w Will) func(*Profile) { return func(p *Profile) { p.Will = &w } }
func stream(change func(*Stream)) func(*Profile) {
	return func(p *Profile) { change(p.Stream) }
}
func mapping(m Mapping) func(*Profile) { return func(p *Profile) { p.Stream.Mapping = m } }
func opening(text string, binary bool) func(*Profile) {
	return func(p *Profile) { p.Stream.Opening = []Opening{{Text: text, Binary: binary}} }
}

// filledProfile fills every list of a profile.
func filledProfile() Profile {
	p := named(WebSocket, WSS)
	p.Pins = []Pin{{"a", []string{"b"}}}
	p.Transport.Headers = []Header{{Name: "X", Value: "y"}}
	p.Transport.TLS.ALPN = []string{"mqtt"}
	p.Transport.TLS.Pins = []string{strings.Repeat("a", 64)}
	p.MQTT5.UserProperties = []UserProperty{{"a", "b"}}
	p.Will = &Will{Topic: "a", UserProperties: []UserProperty{{"a", "b"}}}
	p.Stream.Subprotocols = []string{"a"}
	p.Stream.Opening = []Opening{{Text: "a"}}
	p.Stream.Mapping = Mapping{Topic: "a", Each: []string{"a"}, Value: []string{"b"}, Time: []string{"c"}, TimeFormat: "s"}
	return p
}

func TestCloneSharesNothing(t *testing.T) {
	p, want := filledProfile(), filledProfile()
	want.ID, want.ClientID = p.ID, p.ClientID
	c := p.Clone()
	c.Subscriptions[0].Filter, c.Pins[0].Path[0] = "changed", "changed"
	c.Transport.Headers[0].Name, c.Transport.TLS.ALPN[0], c.Transport.TLS.Pins[0] = "changed", "changed", "changed"
	c.MQTT5.UserProperties[0].Name, c.Will.Topic, c.Will.UserProperties[0].Name = "changed", "changed", "changed"
	c.Stream.Origin, c.Stream.Subprotocols[0], c.Stream.Opening[0].Text = "changed", "changed", "changed"
	c.Stream.Mapping.Each[0], c.Stream.Mapping.Value[0], c.Stream.Mapping.Time[0] = "changed", "changed", "changed"
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}

func TestStoreKeepsEveryField(t *testing.T) {
	s := Open(t.TempDir())
	p := filledProfile()
	v, problems := p.Validate()
	if len(Blocking(problems)) > 0 {
		t.Fatal(problems)
	}
	if err := s.Save(v); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Error(diff)
	}
}

func TestReachMovesWhatWasUsual(t *testing.T) {
	p := named(MQTT, TCP)
	p.Reach(MQTT, TLS)
	if p.Port != 8883 || p.Transport.Kind != TLS {
		t.Errorf("%+v", p)
	}
	p.Port = 12345
	p.Reach(MQTT, WSS)
	if p.Port != 12345 || p.Transport.Path != DefaultPath {
		t.Errorf("%+v", p)
	}
	p.Reach(WebSocket, WSS)
	if p.Stream == nil || p.Transport.Path != "" {
		t.Errorf("%+v", p)
	}
	if _, problems := p.Validate(); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestCautions(t *testing.T) {
	for _, c := range []struct {
		change func(*Profile)
		want   string
	}{
		{func(p *Profile) {
			p.Subscriptions = append(p.Subscriptions, connections.Subscription{Filter: "$share/g/a/#"})
		}, "the group “g”"},
		{func(p *Profile) { p.ClientID = "plc-4" }, "“plc-4” is fixed"},
		{func(p *Profile) { p.CleanSession = false }, "until the broker forgets it"},
		{func(p *Profile) { p.MQTT5.SessionExpiry = 3600 }, "for 1h0m0s after"},
		{func(p *Profile) { p.MQTT5.SessionExpiry = math.MaxUint32 }, "for ever"},
		{func(p *Profile) { p.Transport.TLS.Insecure = true }, "not verified"},
		{func(p *Profile) { p.Will = &Will{Topic: "line/stop"} }, "“line/stop”"},
		{func(p *Profile) { p.Will = &Will{Topic: "line/stop", Retain: true} }, "retained"},
	} {
		p := named(MQTT, TLS)
		c.change(&p)
		if got := p.Cautions(); len(got) != 1 || !strings.Contains(got[0], c.want) {
			t.Errorf("%q, want one with %q", got, c.want)
		}
	}
	quiet := named(MQTT, TCP)
	quiet.Subscriptions = []connections.Subscription{{Filter: "$share/g/a", Off: true}}
	quiet.Version, quiet.MQTT5.SessionExpiry, quiet.ClientID = Version311, 60, ""
	if got := quiet.Cautions(); got != nil {
		t.Errorf("%q about what is not done", got)
	}
}

func TestCheckFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	certificate, key := pair(t)
	cert, der := file("cert.pem", certificate), file("cert.der", func() []byte { b, _ := pem.Decode(certificate); return b.Bytes }())
	keyFile, both := file("key.pem", key), file("both.pem", append(append([]byte(nil), certificate...), key...))
	junk, p12 := file("junk", []byte("junk")), file("a.p12", []byte{0x30, 0x82, 1, 1, 0x02, 0x01, 0x03, 0x30, 0})
	broken := file("broken.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))
	for _, c := range []struct {
		o    TLSOptions
		want string
	}{
		{TLSOptions{}, ""},
		{TLSOptions{CAFile: cert, CertFile: cert, KeyFile: keyFile}, ""},
		{TLSOptions{CertFile: both}, ""},
		{TLSOptions{CertFile: p12}, ""},
		{TLSOptions{CertFile: cert}, "keyFile.missing?"},
		{TLSOptions{CAFile: keyFile, CertFile: cert, KeyFile: cert}, "caFile.key? keyFile.certificate?"},
		{TLSOptions{CAFile: junk, CertFile: junk, KeyFile: junk}, "caFile.none? certFile.none? keyFile.none?"},
		{TLSOptions{CAFile: der}, "caFile.der?"},
		{TLSOptions{CAFile: broken}, "caFile.broken?"},
		{TLSOptions{CAFile: filepath.Join(dir, "absent")}, "caFile.absent?"},
		{TLSOptions{CAFile: dir}, "caFile.no-file?"},
		{TLSOptions{CAFile: file("large", make([]byte, maxKeyFile+1))}, "caFile.large?"},
	} {
		p := named(MQTT, TLS)
		p.Transport.TLS = c.o
		if got := keys(p.CheckFiles()); got != c.want {
			t.Errorf("%+v: %q, want %q", c.o, got, c.want)
		}
		p.Transport.Kind = TCP
		if got := p.CheckFiles(); got != nil {
			t.Errorf("files that are not used: %v", got)
		}
	}
}

func pair(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
}

func TestSecretsNamesWhatAProfileMayHave(t *testing.T) {
	p := named(MQTT, WSS)
	if got := p.Secrets(); got != nil {
		t.Errorf("%q of a profile without any", got)
	}
	p.User, p.AsksPassword = "anna", true
	p.Transport.Headers = []Header{{Name: "X-Plant", Value: "a"}, {Name: "Authorization", Secret: true}}
	p.Transport.Proxy = Proxy{Kind: ProxyHTTP, Address: "p:1", User: "anna"}
	p.Transport.TLS.CertFile = "c"
	if got := strings.Join(p.Secrets(), " "); got != "password header:authorization proxy key" {
		t.Error(got)
	}
}
