package diagnose

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// TestNoReportHoldsASecret examines servers that send back what they are told.
func TestNoReportHoldsASecret(t *testing.T) {
	for i, password := range []string{
		"s3cret", `pa ss"w\ord`, "%s%d%40", "ünïcödé", "a+b/c==", "line\nbreak\x1b[31m", "{{user}}", strings.Repeat("long", 80),
	} {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			for name, p := range parrots(t, password) {
				target := p.target(t)
				var steps []Step
				r := p.doctor.Run(t.Context(), target, func(s Step) { steps = append(steps, s) })
				encoded, err := json.Marshal([]any{r, steps, target.Secrets})
				if err != nil {
					t.Fatal(err)
				}
				var logged bytes.Buffer
				slog.New(slog.NewJSONHandler(&logged, nil)).Info("report", "report", r, "secrets", target.Secrets)
				for place, text := range map[string]string{
					"text": r.Text(), "JSON": string(encoded), "fmt": fmt.Sprintf("%+v %#v", r, r), "target": fmt.Sprintf("%v %+v", target, target.Secrets), "log": logged.String(),
				} {
					if form := given(text, password); form != "" {
						t.Errorf("%s: the %s gives it away as %q:\n%s", name, place, form, text)
					}
				}
				if r.Worst() != Failed {
					t.Errorf("%s: nothing was said back:\n%s", name, r.Text())
				}
			}
		})
	}
}

// given is the form in which text holds the password; empty if it does not.
func given(text, password string) string {
	inJSON, _ := json.Marshal(password)
	for _, form := range []string{
		password, url.QueryEscape(password), url.PathEscape(password), strings.Trim(string(inJSON), `"`), strings.Trim(strconv.Quote(password), `"`),
		base64.StdEncoding.EncodeToString([]byte(password)), base64.StdEncoding.EncodeToString([]byte("anna:" + password)),
	} {
		if strings.Contains(text, form) {
			return form
		}
	}
	return ""
}

// parrots are servers that repeat, in every place that a report tells something of, what came.
func parrots(t *testing.T, password string) map[string]*patient {
	t.Helper()
	printable := strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, password)
	bare := func(script func(*brokertest.Peer)) string {
		h := brokertest.Serve(t, script)
		return port(h.Host, h.Port)
	}
	quick := func(p *patient) *patient {
		p.doctor.Patience = 2 * time.Second
		return p
	}
	mqtt5 := bare(func(p *brokertest.Peer) {
		_, _, _ = p.Packet()
		props := appendString([]byte{0x1F}, password)
		props = append(appendString(append(props, 0x12), password), appendString([]byte{0x1C}, password)...)
		body := append([]byte{0, 0x9D}, appendLength(len(props))...)
		_, _ = p.Write(appendPacket(0x20, append(body, props...)))
	})
	refusing := bare(func(p *brokertest.Peer) {
		_, _, _ = p.Packet()
		p.Send([]byte(password)...)
	})
	head := bare(func(p *brokertest.Peer) {
		request := make([]byte, 1<<16)
		_, _ = p.Read(request)
		login := base64.StdEncoding.EncodeToString([]byte("anna:" + password))
		fmt.Fprintf(p, "HTTP/1.1 401 %s\r\nServer: %s\r\nLocation: /%s?%s\r\nWww-Authenticate: Basic %s\r\nContent-Length: 0\r\n\r\n",
			printable, url.QueryEscape(password), url.PathEscape(password), printable, login)
	})
	closing := addrOf(web(t, map[string]http.HandlerFunc{"/": opens(func(ws *websocket.Conn) {
		reason := password[:min(len(password), 100)]
		_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1008, reason), time.Now().Add(time.Second))
		listens(ws)
	})}))
	ca := brokertest.NewAuthority(t, printable)
	certified := securely(t, ca.Issue(t, brokertest.LeafOptions{NotAfter: time.Now().Add(season)}), nil)
	in := func(p *patient) {
		p.secrets[profile.SecretPassword] = secret.New(password)
	}
	hidden := func(p *patient) {
		p.Transport.Path = "/?access_token=" + url.QueryEscape(password)
		p.Transport.Headers = []profile.Header{{Name: "X-Token", Secret: true}}
		p.secrets[profile.SecretHeader("X-Token")] = secret.New(printable)
		p.secrets[profile.SecretProxy] = secret.New(password)
		p.secrets[profile.SecretKey] = secret.New(password)
	}
	raw := func(p *patient) { p.ClientID = "" }
	all := map[string]*patient{
		"CONNACK":  quick(at(profile.MQTT, profile.TCP, mqtt5).login("anna", "x").with(in).with(func(p *patient) { p.Version = profile.Version5 })),
		"garbage":  quick(at(profile.MQTT, profile.TCP, refusing).login("anna", "x").with(in)),
		"HTTP":     quick(at(profile.MQTT, profile.WS, head).login("anna", "x").with(in).with(hidden)),
		"raw HTTP": quick(at(profile.WebSocket, profile.WS, head).login("anna", "x").with(in).with(hidden).with(raw)),
		"closing":  quick(at(profile.WebSocket, profile.WS, closing).login("anna", "x").with(in).with(hidden).with(raw)),
		"chain":    quick(at(profile.MQTT, profile.WSS, certified).login("anna", "x").with(in)),
		"proxy": quick(at(profile.MQTT, profile.TCP, mqtt5).login("anna", "x").with(in).with(func(p *patient) {
			p.Transport.Proxy = profile.Proxy{Kind: "http", Address: head, User: "anna"}
			p.secrets[profile.SecretProxy] = secret.New(password)
		})),
	}
	return all
}

// appendLength is n as a remaining length.
func appendLength(n int) []byte {
	var b []byte
	for n > 127 {
		b = append(b, byte(n)|128)
		n >>= 7
	}
	return append(b, byte(n))
}

func TestForeignTextIsFitForAReport(t *testing.T) {
	m := newMasker("anna", "s3cret")
	for text, want := range map[string]string{
		"plain":                      "plain",
		"two\nlines\x1b[31m\u202e":   `two\nlines\x1b[31m\u202e`,
		"\xff\x00":                   `\xff\x00`,
		"it was s3cret":              "it was •••",
		"token=s3cret&x":             "token=•••&x",
		"Basic YW5uYTpzM2NyZXQ=":     "Basic •••=",
		strings.Repeat("é", 300):     strings.Repeat("é", 200) + "…",
		strings.Repeat("s3cret", 60): strings.Repeat("•••", 60),
	} {
		if got := m.foreign(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
