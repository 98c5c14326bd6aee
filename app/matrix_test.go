package app

import (
	"cmp"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// stop is one place that a profile can be led to: a listener of a real server, and who may in.
type stop struct {
	protocol, kind, login string
	host, path            string
	port                  int
	set                   func(*profile.Profile) Secrets
}

// The logins of the matrix.
const (
	noLogin   = "nobody asked"
	password  = "password"
	bearer    = "bearer token"
	basic     = "basic login"
	clientKey = "client certificate"
)

// leads makes the profile of a stop through a proxy.
func (s stop) leads(version string, proxy profile.Proxy) (profile.Profile, Secrets) {
	p := profile.NewFor(s.protocol, s.kind)
	p.Name, p.Host, p.Port, p.Version, p.Transport.Path = "Matrix", s.host, s.port, version, s.path
	p.Transport.Proxy = proxy
	if s.protocol == profile.MQTT {
		p.Subscriptions = []connections.Subscription{{Filter: p.ClientID + "/#", QoS: 1}}
	} else {
		p.Stream.Mapping.Topic = "echo"
	}
	secrets := Secrets{}
	if s.set != nil {
		secrets = s.set(&p)
	}
	return p, secrets
}

// mosquittoStops are the doors of three mosquittos: one for everybody, one with a password, one
// that wants certificates.
func mosquittoStops(t *testing.T) []stop {
	ca := brokertest.NewAuthority(t, "Plant CA")
	server, client := ca.Issue(t, brokertest.LeafOptions{}), ca.Issue(t, brokertest.LeafOptions{Names: []string{"streamscope"}})
	folder := t.TempDir()
	var stops []stop
	for _, login := range []string{noLogin, password, clientKey} {
		o := brokertest.Options{Listeners: []brokertest.Listener{{TLS: server}, {WebSocket: true}, {WebSocket: true, TLS: server}}}
		set := func(p *profile.Profile) Secrets {
			p.Transport.TLS.CAFile = ca.File
			return Secrets{}
		}
		socket := filepath.Join(folder, strconv.Itoa(len(stops)))
		switch login {
		case noLogin:
			o.Config = "listener 0 " + socket
		case password:
			o.Config, o.Users = "listener 0 "+socket, map[string]string{"tech": "s3cret"}
			set = func(p *profile.Profile) Secrets {
				p.Transport.TLS.CAFile, p.User, p.AsksPassword = ca.File, "tech", true
				return Secrets{profile.SecretPassword: secret.New("s3cret")}
			}
		case clientKey:
			o.Listeners = []brokertest.Listener{{TLS: server, ClientCA: ca}, {WebSocket: true}, {WebSocket: true, TLS: server, ClientCA: ca}}
			set = func(p *profile.Profile) Secrets {
				o := &p.Transport.TLS
				o.CAFile, o.CertFile, o.KeyFile = ca.File, client.CertFile, client.KeyFile
				return Secrets{}
			}
		}
		m := brokertest.Start(t, o)
		add := func(kind, path string, port int) {
			stops = append(stops, stop{protocol: profile.MQTT, kind: kind, login: login, host: m.Host, port: port, path: path, set: set})
		}
		add(profile.TLS, "", m.Ports[0])
		add(profile.WSS, "/mqtt", m.Ports[2])
		if login != clientKey {
			add(profile.TCP, "", m.Port)
			add(profile.WS, "/mqtt", m.Ports[1])
			add(profile.Unix, socket, 0)
		}
	}
	return stops
}

// echoStops are raw WebSockets of servers that are not written in Go.
func echoStops(t *testing.T, serve func(testing.TB, brokertest.Echo) (string, bool)) (stops []stop) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	server, client := ca.Issue(t, brokertest.LeafOptions{}), ca.Issue(t, brokertest.LeafOptions{Names: []string{"streamscope"}})
	header := func(h profile.Header) Secrets { return Secrets{profile.SecretHeader(h.Name): secret.New("s3cret")} }
	for _, login := range []string{noLogin, bearer, basic, clientKey} {
		for _, kind := range []string{profile.WS, profile.WSS} {
			if login == clientKey && kind == profile.WS {
				continue
			}
			e := brokertest.Echo{Authorization: map[string]string{bearer: "Bearer s3cret", basic: "Basic dGVjaDpzM2NyZXQ="}[login]}
			if kind == profile.WSS {
				e.TLS = server
			}
			if login == clientKey {
				e.ClientCA = ca
			}
			addr, ok := serve(t, e)
			if !ok {
				return nil
			}
			host, port, _ := net.SplitHostPort(addr)
			n, _ := strconv.Atoi(port)
			stops = append(stops, stop{protocol: profile.WebSocket, kind: kind, login: login, host: host, port: n, path: "/",
				set: func(p *profile.Profile) Secrets {
					if kind == profile.WSS {
						p.Transport.TLS.CAFile = ca.File
					}
					switch login {
					case bearer:
						p.Transport.Headers = []profile.Header{{Name: "Authorization", Secret: true, Scheme: profile.SchemeBearer}}
						return header(p.Transport.Headers[0])
					case basic:
						p.Transport.Headers = []profile.Header{{Name: "Authorization", Secret: true, Scheme: profile.SchemeBasic, User: "tech"}}
						return header(p.Transport.Headers[0])
					case clientKey:
						p.Transport.TLS.CertFile, p.Transport.TLS.KeyFile = client.CertFile, client.KeyFile
					}
					return Secrets{}
				}})
		}
	}
	return stops
}

// ways are straight, and through real proxies.
func ways(t *testing.T, stops []stop) map[string]profile.Proxy {
	var ports []int
	for _, s := range stops {
		if s.port != 0 {
			ports = append(ports, s.port)
		}
	}
	return map[string]profile.Proxy{
		"straight":         {},
		"HTTP (tinyproxy)": {Kind: "http", Address: brokertest.Tinyproxy(t, "", "")},
		"SOCKS5 (danted)":  {Kind: "socks5", Address: brokertest.Dante(t, ports...)},
	}
}

// TestTheMatrix goes every way to every kind of real server with every login and version, and
// sends and receives there. With -v it prints what it went through.
func TestTheMatrix(t *testing.T) {
	t.Run("mosquitto", func(t *testing.T) {
		matrix(t, mosquittoStops(t), []string{profile.Version311, profile.Version5, profile.VersionAuto})
	})
	t.Run("python3-websockets", func(t *testing.T) { matrix(t, echoStops(t, brokertest.EchoOfPython), []string{""}) })
	t.Run("ws of npm", func(t *testing.T) { matrix(t, echoStops(t, brokertest.EchoOfNode), []string{""}) })
}

func matrix(t *testing.T, stops []stop, versions []string) {
	if len(stops) == 0 {
		t.Skip("the server is not installed")
	}
	a := start(t)
	proxies := ways(t, stops)
	cells := map[string][]string{}
	for _, s := range stops {
		for way, proxy := range proxies {
			if s.kind == profile.Unix && proxy.Kind != "" {
				continue
			}
			for _, version := range versions {
				name := fmt.Sprintf("%-4s %-16s %-18s", cmp.Or(s.kind, "tcp"), way, s.login)
				p, secrets := s.leads(version, proxy)
				if t.Run(strings.Join(strings.Fields(name+" "+version), " "), func(t *testing.T) { travels(t, a, p, secrets) }) {
					cells[name] = append(cells[name], what(s, version))
				}
			}
		}
	}
	lines := make([]string, 0, len(cells))
	for name, worked := range cells {
		lines = append(lines, name+" "+strings.Join(worked, ", "))
	}
	slices.Sort(lines)
	t.Log("\n" + strings.Join(lines, "\n"))
}

// travels opens a connection, sends, and sees what was sent come back.
func travels(t *testing.T, a *App, p profile.Profile, secrets Secrets) {
	c := a.Open(validated(t, p), secrets)
	defer a.Close(c)
	await(t, "the connection", func() bool {
		if st := c.Status(); st.State == connections.StateClosed || st.State == connections.StateWaiting {
			t.Fatal(st.Err)
		}
		return isOpen(c)()
	})
	topic := "echo"
	if p.Protocol == profile.MQTT {
		topic = p.ClientID + "/temp"
	}
	message := connections.Publication{Topic: topic, Payload: []byte(`{"t":21.4}`)}
	if p.Protocol == profile.MQTT {
		message.QoS = 1
	}
	if r := c.Publish(t.Context(), message, session.OriginCLI); r.Err != nil {
		t.Fatal(r.Outcome, r.Err)
	}
	await(t, "what was sent", func() bool {
		id, ok := c.Index().Find(topic)
		if !ok {
			return false
		}
		last, ok := c.Index().Latest(id)
		return ok && string(last.Payload) == `{"t":21.4}`
	})
	want := map[string]string{profile.Version311: "MQTT 3.1.1", profile.Version5: "MQTT 5", profile.VersionAuto: "MQTT 5"}[p.Version]
	if got := c.Link().Protocol; p.Protocol == profile.MQTT && got != want {
		t.Errorf("%q is spoken, want %q", got, want)
	}
}

// what names the version as the table has it.
func what(s stop, version string) string {
	if s.protocol == profile.WebSocket {
		return "frames"
	}
	return cmp.Or(version, "automatic")
}
