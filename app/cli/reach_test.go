package cli

import (
	"encoding/csv"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/youmark/pkcs8"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// Every way to a broker that a URL can name, in both versions of MQTT.
func TestWatchTakesEveryWay(t *testing.T) {
	authority := brokertest.NewAuthority(t, "Test CA")
	leaf := authority.Issue(t, brokertest.LeafOptions{Names: []string{"127.0.0.1"}})
	broker := brokertest.Start(t, brokertest.Options{Listeners: []brokertest.Listener{
		{TLS: leaf}, {WebSocket: true}, {WebSocket: true, TLS: leaf},
	}})
	trusted, insecure := Changes{CAFile: authority.File}, Changes{Insecure: true}
	for _, c := range []struct {
		name, scheme, path string
		port               int
		changes            Changes
	}{
		{"plain", "mqtt", "/a/#", broker.Port, Changes{}},
		{"TLS", "mqtts", "/a/#", broker.Ports[0], trusted},
		{"TLS, not verified", "mqtts", "/a/#", broker.Ports[0], insecure},
		{"WebSocket", "mqtt+ws", "/a/#", broker.Ports[1], Changes{Headers: []string{"X-Test: 1"}}},
		{"WebSocket over TLS", "mqtt+wss", "/mqtt#a/#", broker.Ports[2], trusted},
	} {
		for _, version := range []string{"", profile.Version311, profile.Version5} {
			t.Run(c.name+" "+version, func(t *testing.T) {
				target := Target{URL: fmt.Sprintf("%s://%s%s", c.scheme, join(broker.Host, c.port), c.path), Changes: c.changes}
				target.Version = version
				r := start(t, WatchOptions{Target: target, Count: 1, Format: FormatLine})
				r.err.await(t, "connected")
				if warned := strings.Contains(r.err.String(), "not verified"); warned != c.changes.Insecure {
					t.Errorf("warned: %v, %s", warned, r.err)
				}
				p := brokertest.Dial(t, broker.Addr(), "pub", "", "")
				p.Send("a/b", "here", false)
				p.Flush()
				r.wait(t, ExitOK)
				if !strings.HasSuffix(r.out.String(), " a/b here\n") {
					t.Errorf("%q", r.out)
				}
			})
		}
	}
	t.Run("a certificate of nobody's", func(t *testing.T) {
		r := start(t, WatchOptions{Target: Target{URL: "mqtts://" + join(broker.Host, broker.Ports[0]) + "/a"}, Format: FormatLine})
		r.wait(t, ExitFailure)
		if !strings.Contains(r.err.String(), "certificate") {
			t.Errorf("%s", r.err)
		}
	})
}

// sampler serves the frames to each client, and then waits until it leaves.
func sampler(t *testing.T, frames ...string) (url string) {
	t.Helper()
	upgrader := websocket.Upgrader{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		for _, f := range frames {
			if ws.WriteMessage(websocket.TextMessage, []byte(f)) != nil {
				return
			}
		}
		_, _, _ = ws.NextReader()
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http")
}

// keep saves a profile and returns the folder that it is in.
func keep(t *testing.T, folder string, p profile.Profile) {
	t.Helper()
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	if err := profile.Open(filepath.Join(folder, "profiles")).Save(valid); err != nil {
		t.Fatal(err)
	}
}

// streaming is the profile of a sampler, whose frames name their topic and their time.
func streaming(t *testing.T, url string) profile.Profile {
	t.Helper()
	target, err := profile.ParseTarget(url)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := target.Profile()
	p.Name = "Boat"
	p.Stream.Mapping = profile.Mapping{
		Kind: profile.MapKeys, Topic: "{device}", Value: []string{"v"}, Time: []string{"at"}, TimeFormat: "s",
	}
	return p
}

func TestWatchReadsFrames(t *testing.T) {
	url := sampler(t, `{"device":"mast","v":7}`, "hello")
	t.Run("of a URL", func(t *testing.T) {
		r := start(t, WatchOptions{Target: Target{URL: url + "/feed"}, Count: 2, Format: FormatLine})
		r.wait(t, ExitOK)
		if got := r.out.String(); !strings.Contains(got, ` frames {"device":"mast","v":7}`+"\n") || !strings.HasSuffix(got, " frames hello\n") {
			t.Errorf("%q", got)
		}
	})
	folder := t.TempDir()
	keep(t, folder, streaming(t, url))
	boat := Target{Profile: "Boat", Folder: folder}
	t.Run("as the profile's mapping has them", func(t *testing.T) {
		r := start(t, WatchOptions{Target: boat, Topics: []string{"mast"}, Count: 1, Format: FormatLine})
		r.wait(t, ExitOK)
		if !strings.HasSuffix(r.out.String(), " mast 7\n") {
			t.Errorf("%q", r.out)
		}
	})
	t.Run("and counts them", func(t *testing.T) {
		r := start(t, WatchOptions{Target: boat, Count: 2, Format: FormatNone})
		r.wait(t, ExitOK)
		if got := r.out.String(); !strings.Contains(got, `"received":2,`) || !strings.Contains(got, `"frames":2,"misfits":1,`) {
			t.Errorf("%q", got)
		}
	})
}

func TestWatchPrintsATable(t *testing.T) {
	folder := t.TempDir()
	keep(t, folder, streaming(t, sampler(t, `{"device":"mast","v":"=1+1","at":1767225600}`)))
	r := start(t, WatchOptions{Target: Target{Profile: "Boat", Folder: folder}, Count: 1, Format: FormatCSV})
	r.wait(t, ExitOK)
	rows, err := csv.NewReader(strings.NewReader(r.out.String())).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v: %q", err, r.out)
	}
	if got := strings.Join(rows[0], "|"); got != "time|connection|topic|qos|retained|size|payload_time|payload" {
		t.Errorf("columns %s", got)
	}
	if at, err := time.Parse(time.RFC3339Nano, rows[1][0]); err != nil || time.Since(at) > time.Minute || !strings.HasSuffix(rows[1][0], "Z") {
		t.Errorf("time %q, %v", rows[1][0], err)
	}
	if got := strings.Join(rows[1][1:], "|"); got != "Boat|mast|0|false|4|2026-01-01T00:00:00.000000000Z|'=1+1" {
		t.Errorf("row %s", got)
	}
}

func TestWatchTakesSeveralProfiles(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	folder := t.TempDir()
	p := profile.New()
	p.Name, p.Host, p.Port = "Plant 100%d", broker.Host, broker.Port
	p.Subscriptions = []connections.Subscription{{Filter: "a/#"}}
	keep(t, folder, p)
	keep(t, folder, streaming(t, sampler(t, `{"device":"mast","v":7}`)))
	plant := Target{Profile: p.Name, Folder: folder}
	for _, others := range [][]string{{"Nobody"}, {p.Name}, {"Boat", "Boat"}} {
		start(t, WatchOptions{Target: plant, Others: others, Format: FormatLine}).wait(t, ExitUsage)
	}
	r := start(t, WatchOptions{Target: plant, Others: []string{"Boat"}, Count: 3, Format: FormatLine})
	r.err.await(t, "Plant 100%d: connected")
	r.err.await(t, "Boat: connected")
	pub := brokertest.Dial(t, broker.Addr(), "pub", "", "")
	pub.Send("a/b", "1", false)
	pub.Send("a/b", "2", false)
	pub.Flush()
	r.wait(t, ExitOK)
	got := r.out.String()
	if !strings.Contains(got, " [Plant 100%d] a/b 1\n") || !strings.Contains(got, " [Plant 100%d] a/b 2\n") || !strings.Contains(got, " [Boat] mast 7\n") {
		t.Errorf("%q", got)
	}
}

func TestWatchSaysWhichOfSeveralFails(t *testing.T) {
	folder := t.TempDir()
	keep(t, folder, streaming(t, sampler(t)))
	p := profile.New()
	p.Name, p.Host, p.Port = "Dead", "127.0.0.1", brokertest.UnusedPort(t)
	p.Subscriptions = []connections.Subscription{{Filter: "#"}}
	keep(t, folder, p)
	r := start(t, WatchOptions{Target: Target{Profile: "Boat", Folder: folder}, Others: []string{"Dead"}, Format: FormatLine})
	r.wait(t, ExitFailure)
	if !strings.Contains(r.err.String(), "streamscope: Dead: ") {
		t.Errorf("%s", r.err)
	}
}

// TestAnEncryptedKeyIsOpened has a broker that lets in by certificate only.
func TestAnEncryptedKeyIsOpened(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Test CA")
	mine := ca.Issue(t, brokertest.LeafOptions{Names: []string{"tablet"}})
	broker := brokertest.Start(t, brokertest.Options{Listeners: []brokertest.Listener{{TLS: ca.Issue(t, brokertest.LeafOptions{}), ClientCA: ca}}})
	sealed, err := pkcs8.MarshalPrivateKey(mine.Key, []byte("open sesame"), nil)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: sealed}), 0o600); err != nil {
		t.Fatal(err)
	}
	target := Target{URL: "mqtts://" + join(broker.Host, broker.Ports[0]) + "/#",
		Changes: Changes{CAFile: ca.File, CertFile: mine.CertFile, KeyFile: file}}

	r := start(t, WatchOptions{Target: target, Count: 1, Format: FormatLine})
	r.wait(t, ExitUsage)
	if !strings.Contains(r.err.String(), KeyPassphraseVariable) {
		t.Errorf("nobody is told what is missing: %s", r.err)
	}
	asked := target
	asked.Ask = func(question string) (secret.Secret, error) {
		if !strings.Contains(question, "Passphrase of the client key") {
			t.Errorf("asked for %q", question)
		}
		return secret.New("open sesame"), nil
	}
	plain := Target{URL: target.URL, Changes: Changes{CAFile: ca.File, CertFile: mine.CertFile, KeyFile: mine.KeyFile}}
	plain.Ask = func(question string) (secret.Secret, error) {
		t.Errorf("a key in the open needs no %q", question)
		return secret.Secret{}, nil
	}
	for _, way := range []Target{asked, plain} {
		opens(t, way)
	}
	t.Setenv(KeyPassphraseVariable, "open sesame")
	opens(t, target)
}

// opens watches until the connection has come about.
func opens(t *testing.T, target Target) {
	t.Helper()
	r := start(t, WatchOptions{Target: target, Count: 1, Format: FormatLine})
	r.err.await(t, "connected")
	r.cancel()
	<-r.code
}
