package diagnose

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the goldens anew")

// season is long enough for no warning of a certificate's end.
const season = 90*24*time.Hour + time.Hour

// patient is a target that is being put together.
type patient struct {
	profile.Profile
	secrets map[string]secret.Secret
	last    error
	doctor  Doctor
}

// at returns a patient that connects to addr by protocol and transport.
func at(protocol, transport, addr string) *patient {
	p := &patient{Profile: profile.NewFor(protocol, transport), secrets: map[string]secret.Secret{}}
	host, port, _ := net.SplitHostPort(addr)
	p.Name, p.Host, p.ClientID = "Bench", host, "bench"
	p.Port, _ = strconv.Atoi(port)
	if protocol == profile.WebSocket {
		p.ClientID = ""
	} else {
		p.Subscriptions = []connections.Subscription{{Filter: "plant/#", QoS: 1}}
	}
	p.doctor.Patience = 5 * time.Second
	return p
}

func (p *patient) login(user, password string) *patient {
	p.User, p.AsksPassword = user, password != ""
	p.secrets[profile.SecretPassword] = secret.New(password)
	return p
}

func (p *patient) with(change func(*patient)) *patient {
	change(p)
	return p
}

func (p *patient) trusting(a *brokertest.Authority) *patient {
	p.Transport.TLS.CAFile = a.File
	return p
}

func (p *patient) target(t *testing.T) Target {
	t.Helper()
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return Target{Profile: valid, Secrets: p.secrets, Last: p.last}
}

func (p *patient) examine(t *testing.T) Report {
	t.Helper()
	return p.doctor.Run(t.Context(), p.target(t), nil)
}

// step returns the step of that name.
func step(t *testing.T, r Report, name string) Step {
	t.Helper()
	for _, s := range r.Steps {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no step %s in\n%s", name, r.Text())
	return Step{}
}

var masks = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(127\.0\.0\.[12]|\[::1\]|broker\.test|split\.test):\d+`), "$1:PORT"},
	{regexp.MustCompile(`(\[::1\]|127\.0\.0\.2):PORT: (refused|no way there|no answer)`), "$1:PORT: does not answer"},
	{regexp.MustCompile(`(TLS 1\.\d), TLS_\w+`), "$1, CIPHER"},
	{regexp.MustCompile(`bench-d\w{4}`), "bench-dXXXX"},
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "FINGERPRINT"},
	{regexp.MustCompile(`\b\d{1,2} [A-Z][a-z]{2} \d{4}( \d\d:\d\d UTC)?`), "DAY"},
	{regexp.MustCompile(`Date: .*`), "Date: DATE"},
	{regexp.MustCompile(`/\S*/(\S+\.(pem|key))`), "FOLDER/FILE"},
}

// maskedText is the text of a report without what changes from run to run.
func maskedText(r Report) string {
	for i := range r.Steps {
		r.Steps[i].Took = 0
	}
	r.Began, r.Took = time.Time{}, 0
	text := r.Text()
	head, rest, _ := strings.Cut(text, "\n")
	_, rest, _ = strings.Cut(rest, "\n")
	text = head + "\n" + rest
	for _, m := range masks {
		text = m.what.ReplaceAllString(text, m.with)
	}
	return text
}

// golden compares a report's text with the one that is kept under name.
func golden(t *testing.T, name string, r Report) {
	t.Helper()
	path := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".txt")
	got := maskedText(r)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the report reads otherwise:\n%s", diff)
	}
}

// web is a web server with handlers by path.
func web(t *testing.T, handlers map[string]http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(mux(handlers))
	server.Config.ErrorLog = quiet()
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func mux(handlers map[string]http.HandlerFunc) http.Handler {
	m := http.NewServeMux()
	for path, h := range handlers {
		m.HandleFunc(path, h)
	}
	return m
}

// opens answers with a WebSocket of one of the subprotocols and hands it to serve.
func opens(serve func(*websocket.Conn), subprotocols ...string) http.HandlerFunc {
	u := websocket.Upgrader{Subprotocols: subprotocols, CheckOrigin: func(*http.Request) bool { return true }}
	return func(w http.ResponseWriter, r *http.Request) {
		ws, err := u.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		serve(ws)
	}
}

// listens reads until the client goes.
func listens(ws *websocket.Conn) {
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

// securely serves handlers over TLS with leaf.
func securely(t *testing.T, leaf *brokertest.Leaf, handlers map[string]http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(mux(handlers))
	server.Config.ErrorLog = quiet()
	server.TLS = tlsWith(leaf)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func addrOf(s *httptest.Server) string { return s.Listener.Addr().String() }

func (p *patient) resolving(addrs ...string) *patient {
	p.doctor.Lookup = lookup(addrs...)
	return p
}

func port(host string, n int) string { return net.JoinHostPort(host, fmt.Sprint(n)) }

func cancelled(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
