package mqtt_test

import (
	"bytes"
	"cmp"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"testing"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/dial"
	"streamscope/connections/mqtt"
)

// door is one way into one broker.
type door struct {
	name string
	cfg  mqtt.Config
	// only is the version of MQTT that the broker speaks; empty for both.
	only string
	// big is the size of a big message; 0 for 300 000 bytes. mosquitto 2.0.11 stops writing to a
	// WebSocket in the middle of large ones, whoever reads.
	big int
	// ownQoS: aedes delivers QoS 2 to a subscription with QoS 1.
	ownQoS bool
}

func through(d dial.Dialer, host string, port int) mqtt.Config {
	cfg := config(host, port)
	cfg.Dial = d.DialContext
	return cfg
}

// mosquittoDoors are all ways into one mosquitto that lets everybody in, and one into another
// that asks for a password.
func mosquittoDoors(t *testing.T) []door {
	ca := brokertest.NewAuthority(t, "Plant CA")
	server, client := ca.Issue(t, brokertest.LeafOptions{}), ca.Issue(t, brokertest.LeafOptions{Names: []string{"streamscope"}})
	m := brokertest.Start(t, brokertest.Options{Listeners: []brokertest.Listener{
		{TLS: server}, {TLS: server, ClientCA: ca}, {WebSocket: true}, {WebSocket: true, TLS: server},
	}})
	closed := brokertest.Start(t, brokertest.Options{Users: map[string]string{"tech": "s3cret"}})
	trust := dial.TLSOptions{CAFile: ca.File}
	shown := dial.TLSOptions{CAFile: ca.File, CertFile: client.CertFile, KeyFile: client.KeyFile}
	socks := dial.Proxy{Kind: dial.ProxySOCKS5, Address: brokertest.SOCKS5Proxy(t, brokertest.ProxyOptions{}).Addr}
	web := dial.Proxy{Kind: dial.ProxyHTTP, Address: brokertest.HTTPProxy(t, brokertest.ProxyOptions{}).Addr}
	login := config(closed.Host, closed.Port)
	login.User, login.Password = "tech", "s3cret"
	return []door{
		{name: "mosquitto, plain", cfg: config(m.Host, m.Port)},
		{name: "mosquitto, password", cfg: login},
		{name: "mosquitto, TLS", cfg: through(dial.Dialer{Kind: dial.KindTLS, TLS: trust}, m.Host, m.Ports[0])},
		{name: "mosquitto, TLS with client certificates", cfg: through(dial.Dialer{Kind: dial.KindTLS, TLS: shown}, m.Host, m.Ports[1])},
		{name: "mosquitto, WebSocket", cfg: through(dial.Dialer{Kind: dial.KindWS, Path: "/mqtt"}, m.Host, m.Ports[2]), big: 3000},
		{name: "mosquitto, WebSocket over TLS", cfg: through(dial.Dialer{Kind: dial.KindWSS, TLS: trust}, m.Host, m.Ports[3]), big: 3000},
		{name: "mosquitto, SOCKS5", cfg: through(dial.Dialer{Proxy: socks}, m.Host, m.Port)},
		{name: "mosquitto, WebSocket over TLS through an HTTP proxy",
			cfg: through(dial.Dialer{Kind: dial.KindWSS, TLS: trust, Proxy: web}, m.Host, m.Ports[3]), big: 3000},
	}
}

func doors(t *testing.T) []door {
	all := mosquittoDoors(t)
	plain, ws := brokertest.Mochi(t)
	all = append(all,
		door{name: "mochi, plain", cfg: atAddr(t, plain, dial.Dialer{})},
		door{name: "mochi, WebSocket", cfg: atAddr(t, ws, dial.Dialer{Kind: dial.KindWS, Header: http.Header{"X-Plant": {"7"}}})})
	if addr, ok := brokertest.Aedes(t); ok {
		all = append(all, door{name: "aedes", cfg: atAddr(t, addr, dial.Dialer{}), only: mqtt.Version311, ownQoS: true})
	}
	return all
}

func atAddr(t *testing.T, addr string, d dial.Dialer) mqtt.Config {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(port)
	return through(d, host, n)
}

// Every version over every transport to every broker does the same.
func TestConformance(t *testing.T) {
	for i, door := range doors(t) {
		for _, version := range []string{mqtt.Version311, mqtt.Version5, ""} {
			t.Run(door.name+" by MQTT "+version, func(t *testing.T) {
				cfg := door.cfg
				cfg.Version, cfg.ClientID = version, fmt.Sprintf("streamscope-%d-%s", i, version)
				if door.only != "" && version != "" && version != door.only {
					refusesVersion(t, cfg)
					return
				}
				conform(t, cfg, door)
			})
		}
	}
}

func refusesVersion(t *testing.T, cfg mqtt.Config) {
	t.Helper()
	c := mqtt.New(cfg, nil)
	defer c.Close()
	err := c.Open(t.Context(), func(connections.State) {})
	if kind := connections.KindOf(err); kind != connections.FailureVersion && kind != connections.FailureClosed {
		t.Errorf("a version that it does not speak: %v", err)
	}
	<-c.Lost()
}

func conform(t *testing.T, cfg mqtt.Config, door door) {
	box := newInbox()
	c := open(t, cfg, box.receive)
	want := "MQTT 5"
	if cfg.Version == mqtt.Version311 || cfg.Version == "" && door.only == mqtt.Version311 {
		want = "MQTT 3.1.1"
	}
	if got := c.Link().Protocol; got != want {
		t.Errorf("%q is spoken, want %q", got, want)
	}
	topic := cfg.ClientID + "/a"
	for _, r := range subscribe(t, c, topic+"/#", cfg.ClientID+"/b/+") {
		if r.Refused || r.Granted != 1 {
			t.Errorf("%+v", r)
		}
	}
	big := bytes.Repeat([]byte{'x'}, cmp.Or(door.big, 300_000))
	for qos := range byte(3) {
		for _, payload := range [][]byte{nil, []byte("21.4"), big} {
			r := c.Publish(t.Context(), connections.Publication{Topic: topic, Payload: payload, QoS: qos})
			outcome := connections.OutcomeAcknowledged
			if qos == 0 {
				outcome = connections.OutcomeSent
			}
			if r.Outcome != outcome || r.Err != nil {
				t.Fatalf("QoS %d, %d bytes: %+v", qos, len(payload), r)
			}
		}
	}
	for i, m := range box.wait(t, 9) {
		size := []int{0, 4, len(big)}[i%3]
		if m.Topic != topic || len(m.Payload) != size || !door.ownQoS && m.QoS != min(1, byte(i/3)) || !m.Props.Empty() || m.Cut() || m.Retained {
			t.Errorf("message %d: %d bytes of %d with QoS %d, %+v", i, len(m.Payload), size, m.QoS, m.Props)
		}
	}
	if err := c.Unsubscribe(t.Context(), []string{topic + "/#"}); err != nil {
		t.Error(err)
	}
	_ = c.Publish(t.Context(), connections.Publication{Topic: topic, QoS: 1})
	_ = c.Publish(t.Context(), connections.Publication{Topic: cfg.ClientID + "/b/1", Payload: []byte("end"), QoS: 1})
	if last := box.wait(t, 10)[9]; string(last.Payload) != "end" {
		t.Errorf("after unsubscribing %q came on %q", last.Payload, last.Topic)
	}
	c.Close()
	<-c.Lost()
	if l := c.Link(); c.Err() != nil || l.Publishes != 10 {
		t.Errorf("after Close: %v, %+v", c.Err(), l)
	}
}
