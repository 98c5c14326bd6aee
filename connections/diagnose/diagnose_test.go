package diagnose

import (
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/youmark/pkcs8"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// TestReports examines set-ups, good and broken, on real servers, and compares what users read.
func TestReports(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	good := ca.Issue(t, brokertest.LeafOptions{NotAfter: time.Now().Add(season)})
	broker := brokertest.Start(t, brokertest.Options{
		Users:     map[string]string{"anna": "s3cret"},
		Listeners: []brokertest.Listener{{TLS: good}, {WebSocket: true}, {WebSocket: true, TLS: good}, {TLS: good, ClientCA: ca}},
	})
	secure, sockets, secureSockets, mutual := broker.Ports[0], broker.Ports[1], broker.Ports[2], broker.Ports[3]
	local := func(n int) string { return port("127.0.0.1", n) }
	anna := func(transport string, n int) *patient {
		return at(profile.MQTT, transport, local(n)).login("anna", "s3cret").trusting(ca)
	}
	stranger := brokertest.NewAuthority(t, "Somebody").Issue(t, brokertest.LeafOptions{Names: []string{"client"}, NotAfter: time.Now().Add(season)})
	shows := func(l *brokertest.Leaf) func(*patient) {
		return func(p *patient) { p.Transport.TLS.CertFile, p.Transport.TLS.KeyFile = l.CertFile, l.KeyFile }
	}
	mqttAtPath := addrOf(web(t, map[string]http.HandlerFunc{"/mqtt": opens(listens, "mqtt"), "/other": opens(listens, "other"), "/page": page}))
	proxies := map[string]string{
		"refusing": brokertest.HTTPProxy(t, brokertest.ProxyOptions{Refuse: true}).Addr,
		"asking":   brokertest.HTTPProxy(t, brokertest.ProxyOptions{User: "p", Password: "x"}).Addr,
		"open":     brokertest.SOCKS5Proxy(t, brokertest.ProxyOptions{}).Addr,
	}
	through := func(kind, name string) func(*patient) {
		return func(p *patient) { p.Transport.Proxy = profile.Proxy{Kind: kind, Address: proxies[name]} }
	}
	for _, c := range []struct {
		name  string
		p     *patient
		worst State
		at    string
	}{
		{"works", anna(profile.TCP, broker.Port), OK, ""},
		{"works over TLS", anna(profile.TLS, secure), OK, ""},
		{"works over WebSocket", anna(profile.WS, sockets), OK, ""},
		{"works over secure WebSocket", anna(profile.WSS, secureSockets), OK, ""},
		{"works with a client certificate", anna(profile.TLS, mutual).with(shows(good)), OK, ""},
		{"works through a proxy", anna(profile.TCP, broker.Port).with(through("socks5", "open")), OK, ""},

		{"no such name", at(profile.MQTT, profile.TCP, "broker.test:1883").resolving(), Failed, StepName},
		{"nobody listens", at(profile.MQTT, profile.TCP, local(brokertest.UnusedPort(t))), Failed, StepTCP},
		{"one address refuses", anna(profile.TCP, broker.Port).with(named("split.test")).resolving("127.0.0.1", "127.0.0.2"), Warning, StepTCP},
		{"IPv6 is dead", anna(profile.TCP, broker.Port).with(named("split.test")).resolving("::1", "127.0.0.1"), Warning, StepTCP},

		{"proxy refuses", anna(profile.TCP, broker.Port).with(through("http", "refusing")), Failed, StepProxy},
		{"proxy asks for a login", anna(profile.TCP, broker.Port).with(through("http", "asking")), Failed, StepProxy},

		{"plain at a TLS port", anna(profile.TCP, secure), Failed, StepMQTT},
		{"TLS at a plain port", anna(profile.TLS, broker.Port), Failed, StepTLS},
		{"WebSocket at an MQTT port", anna(profile.WS, broker.Port), Failed, StepWebSocket},
		{"WebSocket at a TLS port", anna(profile.WS, secureSockets), Failed, StepWebSocket},
		{"secure WebSocket at a plain one", anna(profile.WSS, sockets), Failed, StepTLS},
		{"raw WebSocket at an MQTT port", at(profile.WebSocket, profile.WS, broker.Addr()), Failed, StepWebSocket},
		{"MQTT at a web server", at(profile.MQTT, profile.TCP, mqttAtPath), Failed, StepMQTT},

		{"unknown CA", anna(profile.TLS, secure).with(func(p *patient) { p.Transport.TLS.CAFile = "" }), Failed, StepTLS},
		{"not verified", anna(profile.TLS, secure).with(func(p *patient) { p.Transport.TLS.CAFile, p.Transport.TLS.Insecure = "", true }), Warning, StepTLS},
		{"no client certificate", anna(profile.TLS, mutual), Failed, StepTLS},
		{"a strange client certificate", anna(profile.TLS, mutual).with(shows(stranger)), Failed, StepTLS},
		{"encrypted key", anna(profile.TLS, mutual).with(shows(encryptedKey(t, good))), Failed, StepTLS},

		{"missing path", at(profile.MQTT, profile.WS, mqttAtPath).with(path("/")), Failed, StepWebSocket},
		{"wrong path", at(profile.MQTT, profile.WS, mqttAtPath).with(path("/page")), Failed, StepWebSocket},
		{"wrong subprotocol", at(profile.MQTT, profile.WS, mqttAtPath).with(path("/other")), Failed, StepWebSocket},

		{"wrong password", anna(profile.TCP, broker.Port).login("anna", "wr0ng"), Failed, StepMQTT},
		{"no login", at(profile.MQTT, profile.TCP, broker.Addr()), Failed, StepMQTT},
		{"no password", anna(profile.TCP, broker.Port).with(func(p *patient) { p.secrets = nil }), Failed, StepMQTT},
		{"client ID in use", anna(profile.TCP, broker.Port).with(func(p *patient) {
			p.last = &connections.Failure{Kind: connections.FailureTakenOver}
		}), Warning, StepMQTT},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.name, c.p, c.worst, c.at) })
	}
}

// check compares a report with its golden, and where it is marked.
func check(t *testing.T, name string, p *patient, worst State, at string) {
	t.Helper()
	r := p.examine(t)
	if r.Worst() != worst {
		t.Errorf("it is %v, want %v", r.Worst(), worst)
	}
	for _, s := range r.Steps {
		if (s.Cause != "") != (s.Name == at) || s.State >= Warning && s.Cause == "" {
			t.Errorf("step %s: %v, cause %q", s.Name, s.State, s.Cause)
		}
	}
	golden(t, name, r)
}

func named(host string) func(*patient) { return func(p *patient) { p.Host = host } }

func path(to string) func(*patient) { return func(p *patient) { p.Transport.Path = to } }

func page(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) }

// encryptedKey is l with its key under a passphrase.
func encryptedKey(t *testing.T, l *brokertest.Leaf) *brokertest.Leaf {
	t.Helper()
	der, err := pkcs8.MarshalPrivateKey(l.Key, []byte("passphrase"), nil)
	if err != nil {
		t.Fatal(err)
	}
	locked := *l
	locked.KeyFile = filepath.Join(t.TempDir(), "client.key")
	if err := os.WriteFile(locked.KeyFile, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &locked
}

// TestReportsOnCertificates has a server for each thing that can be wrong with a certificate.
func TestReportsOnCertificates(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	now := time.Now()
	const day = 24 * time.Hour
	tomorrow := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", now.Add(36*time.Hour).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusNotFound)
	}
	for _, c := range []struct {
		name  string
		leaf  brokertest.LeafOptions
		serve http.HandlerFunc
		worst State
	}{
		{"expired", brokertest.LeafOptions{NotBefore: now.Add(-30 * day), NotAfter: now.Add(-3*day - time.Hour)}, http.NotFound, Failed},
		{"not yet valid", brokertest.LeafOptions{NotBefore: now.Add(day), NotAfter: now.Add(season)}, http.NotFound, Failed},
		{"wrong clock", brokertest.LeafOptions{NotBefore: now.Add(day), NotAfter: now.Add(season)}, tomorrow, Failed},
		{"wrong host", brokertest.LeafOptions{Names: []string{"broker.plant.example", "10.1.2.3"}, NotAfter: now.Add(season)}, http.NotFound, Failed},
		{"self-signed", brokertest.LeafOptions{SelfSigned: true, NotAfter: now.Add(season)}, http.NotFound, Failed},
		{"ends soon", brokertest.LeafOptions{NotAfter: now.Add(5*day + time.Hour)}, opens(listens, "mqtt"), Warning},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := securely(t, ca.Issue(t, c.leaf), map[string]http.HandlerFunc{"/": c.serve})
			p := at(profile.MQTT, profile.WSS, addr).trusting(ca)
			p.doctor.Patience = time.Second
			r := p.examine(t)
			if s := step(t, r, StepTLS); s.State != c.worst || s.Cause == "" {
				t.Errorf("%v %q", s.State, s.Cause)
			}
			if c.worst == Failed {
				golden(t, "certificate "+c.name, r)
			}
		})
	}
	t.Run("pinned", func(t *testing.T) {
		leaf := ca.Issue(t, brokertest.LeafOptions{SelfSigned: true, NotAfter: now.Add(season)})
		broker := brokertest.Start(t, brokertest.Options{Listeners: []brokertest.Listener{{TLS: leaf}}})
		p := at(profile.MQTT, profile.TLS, port("127.0.0.1", broker.Ports[0]))
		failed := p.examine(t)
		if step(t, failed, StepTLS).State != Failed {
			t.Fatal(failed.Text())
		}
		p.Transport.TLS.Pins = []string{fingerprintIn(t, failed)}
		check(t, "certificate pinned", p, OK, "")
	})
}

// fingerprintIn is what a user copies from a report.
func fingerprintIn(t *testing.T, r Report) string {
	t.Helper()
	found := regexp.MustCompile(`\b[0-9a-f]{64}\b`).FindString(r.Text())
	if found == "" {
		t.Fatal("no fingerprint in the report")
	}
	return found
}

// TestReportsOnBrokers has brokers that are written byte by byte.
func TestReportsOnBrokers(t *testing.T) {
	acl := brokertest.Start(t, brokertest.Options{Subscribable: []string{"plant/#"}})
	filters := func(all ...string) func(*patient) {
		return func(p *patient) {
			p.Subscriptions = nil
			for _, f := range all {
				p.Subscriptions = append(p.Subscriptions, connections.Subscription{Filter: f})
			}
		}
	}
	v311 := func(p *patient) { p.Version = profile.Version311 }
	v5 := func(p *patient) { p.Version = profile.Version5 }
	for _, c := range []struct {
		name   string
		script func(*brokertest.Peer)
		change []func(*patient)
		worst  State
		at     string
	}{
		{"all filters refused", nil, []func(*patient){filters("#")}, Failed, StepSubscribe},
		{"some filters refused", nil, []func(*patient){filters("plant/#", "#", "$share/group/plant/#")}, Warning, StepSubscribe},
		{"ends on subscribing", func(p *brokertest.Peer) { p.Accept(); _, _, _ = p.Packet() }, []func(*patient){v311, filters("#")}, Failed, StepSubscribe},
		{"no MQTT 5", func(p *brokertest.Peer) {
			if _, body, _ := p.Packet(); body[6] == 5 {
				p.Send(0x20, 2, 0, 1)
				return
			}
			p.Send(0x20, 2, 0, 0)
			p.Behave()
		}, nil, OK, ""},
		{"closes on MQTT 5", func(p *brokertest.Peer) {
			if _, body, _ := p.Packet(); body[6] == 5 {
				return
			}
			p.Send(0x20, 2, 0, 0)
			p.Behave()
		}, nil, OK, ""},
		{"only MQTT 5 wanted", func(p *brokertest.Peer) { p.Answer(1) }, []func(*patient){v5}, Failed, StepMQTT},
		{"client ID refused", func(p *brokertest.Peer) { p.Answer(2) }, []func(*patient){v311}, Failed, StepMQTT},
		{"moved", func(p *brokertest.Peer) {
			_, _, _ = p.Packet()
			p.Send(append([]byte{0x20, 16, 0, 0x9D, 13, 0x1C, 0, 10}, "other:1883"...)...)
		}, []func(*patient){v5}, Failed, StepMQTT},
		{"limits", func(p *brokertest.Peer) {
			_, _, _ = p.Packet()
			p.Send(0x20, 14, 0, 0, 11, 0x24, 1, 0x25, 0, 0x28, 0, 0x2A, 0, 0x13, 0)
			p.Send(10)
			p.Behave()
		}, []func(*patient){v5, filters()}, OK, ""},
		{"garbage", func(p *brokertest.Peer) { _, _, _ = p.Packet(); p.Send([]byte("SSH-2.0-OpenSSH_9\r\n")...) }, nil, Failed, StepMQTT},
		{"half an answer", func(p *brokertest.Peer) { _, _, _ = p.Packet(); p.Send(0x20); _, _ = p.Read(make([]byte, 1)) }, nil, Failed, StepMQTT},
		{"silent", func(p *brokertest.Peer) { _, _ = p.Read(make([]byte, 1<<16)); _, _ = p.Read(make([]byte, 1)) }, nil, Failed, StepMQTT},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := acl.Addr()
			if c.script != nil {
				hostile := brokertest.Serve(t, c.script)
				addr = port(hostile.Host, hostile.Port)
			}
			p := at(profile.MQTT, profile.TCP, addr)
			p.doctor.Patience = time.Second
			for _, change := range c.change {
				change(p)
			}
			check(t, c.name, p, c.worst, c.at)
		})
	}
}

// TestReportsOnFeeds examines raw WebSockets.
func TestReportsOnFeeds(t *testing.T) {
	greeting := func(ws *websocket.Conn) { _ = ws.WriteMessage(websocket.TextMessage, []byte(`{"v":1}`)); listens(ws) }
	farewell := func(ws *websocket.Conn) {
		_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1008, "log in first"), time.Now().Add(time.Second))
		listens(ws)
	}
	server := addrOf(web(t, map[string]http.HandlerFunc{
		"/feed": opens(greeting), "/silent": opens(listens), "/bye": opens(farewell),
		"/login": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Www-Authenticate", `Bearer realm="plant"`)
			w.WriteHeader(http.StatusUnauthorized)
		},
		"/moved":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/feed?token=abc", http.StatusFound) },
		"/gateway": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	}))
	for _, c := range []struct {
		path  string
		worst State
		at    string
	}{
		{"/feed", OK, ""},
		{"/silent", Warning, StepFrame},
		{"/bye", Failed, StepFrame},
		{"/login", Failed, StepWebSocket},
		{"/moved", Failed, StepWebSocket},
		{"/gateway", Failed, StepWebSocket},
		{"/nowhere", Failed, StepWebSocket},
	} {
		t.Run(c.path, func(t *testing.T) {
			p := at(profile.WebSocket, profile.WS, server).with(path(c.path))
			p.doctor.Patience = time.Second
			check(t, "feed "+c.path[1:], p, c.worst, c.at)
		})
	}
	t.Run("subprotocol", func(t *testing.T) {
		p := at(profile.WebSocket, profile.WS, server).with(path("/feed"))
		p.Stream.Subprotocols = []string{"plant.v2"}
		check(t, "feed subprotocol", p, Failed, StepWebSocket)
	})
	t.Run("over TLS", func(t *testing.T) {
		ca := brokertest.NewAuthority(t, "Plant CA")
		addr := securely(t, ca.Issue(t, brokertest.LeafOptions{NotAfter: time.Now().Add(season)}), map[string]http.HandlerFunc{"/feed": opens(greeting)})
		check(t, "feed over TLS", at(profile.WebSocket, profile.WSS, addr).with(path("/feed")).trusting(ca), OK, "")
	})
}
