package brokertest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Options shape a [Mosquitto]. The zero value is an open broker without persistence.
type Options struct {
	// Users maps names to passwords; if there are any, nobody else gets in.
	Users map[string]string
	// ACL is the text of an access control list; it may be empty.
	ACL string
	// Subscribable, if it holds any, are the only filters that may be subscribed to; others are
	// refused, which an ACL file cannot do.
	Subscribable []string
	// Listeners are opened beside the plain one.
	Listeners []Listener
	// Config holds further lines for mosquitto.conf.
	Config string
}

// Listener is a further door of a [Mosquitto].
type Listener struct {
	WebSocket bool
	// TLS is the certificate that it shows; nil for plain.
	TLS *Leaf
	// ClientCA, if set, must have signed the certificates that clients show.
	ClientCA *Authority
	// Config holds further lines for this listener.
	Config string
}

func (l Listener) config(port int) []string {
	lines := []string{fmt.Sprintf("listener %d 127.0.0.1", port)}
	if l.WebSocket {
		lines = append(lines, "protocol websockets")
	}
	if l.TLS != nil {
		lines = append(lines, "certfile "+l.TLS.CertFile, "keyfile "+l.TLS.KeyFile)
	}
	if l.ClientCA != nil {
		lines = append(lines, "cafile "+l.ClientCA.File, "require_certificate true")
	}
	return append(lines, l.Config)
}

// Mosquitto is a real broker.
type Mosquitto struct {
	// Host is a loopback address; Port stays the same over a restart.
	Host string
	Port int
	// Ports are those of Options.Listeners.
	Ports []int

	t       testing.TB
	path    string
	config  string
	process *exec.Cmd
	exited  chan struct{}
	log     bytes.Buffer
}

// Start runs a mosquitto until the test ends. The test is skipped where it is not installed.
func Start(t testing.TB, o Options) *Mosquitto {
	t.Helper()
	path := program(t, "mosquitto")
	m := &Mosquitto{Host: "127.0.0.1", t: t, path: path}
	dir := t.TempDir()
	lines := []string{"user root", "log_dest stderr", "persistence false"}
	if len(o.Users) > 0 {
		lines = append(lines, "allow_anonymous false", "password_file "+passwords(t, dir, o.Users))
	} else {
		lines = append(lines, "allow_anonymous true")
	}
	if o.ACL != "" {
		acl := filepath.Join(dir, "acl")
		write(t, acl, o.ACL)
		lines = append(lines, "acl_file "+acl)
	}
	if len(o.Subscribable) > 0 {
		lines = append(lines, subscribable(t, dir, o.Subscribable)...)
	}
	lines = append(lines, o.Config)
	m.config = filepath.Join(dir, "mosquitto.conf")
	t.Cleanup(m.Stop)
	for range 5 { // the port that was free may be taken by now
		m.Port = freePort(t)
		all := append(slices.Clip(lines), fmt.Sprintf("listener %d %s", m.Port, m.Host))
		m.Ports = nil
		for _, l := range o.Listeners {
			port := freePort(t)
			m.Ports = append(m.Ports, port)
			all = append(all, l.config(port)...)
		}
		write(t, m.config, strings.Join(all, "\n")+"\n")
		if m.start() {
			return m
		}
	}
	t.Fatalf("mosquitto does not start:\n%s", m.log.String())
	return nil
}

// Addr is the broker's host:port.
func (m *Mosquitto) Addr() string { return net.JoinHostPort(m.Host, strconv.Itoa(m.Port)) }

// Stop ends the broker at once, as a crash would.
func (m *Mosquitto) Stop() {
	if m.process == nil {
		return
	}
	_ = m.process.Process.Kill()
	<-m.exited
	m.process = nil
}

// Restart starts a stopped broker again on its port, or stops and starts a running one.
func (m *Mosquitto) Restart() {
	m.t.Helper()
	m.Stop()
	if !m.start() {
		m.t.Fatalf("mosquitto does not start again:\n%s", m.log.String())
	}
}

// start reports whether the broker takes connections.
func (m *Mosquitto) start() bool {
	m.log.Reset()
	m.process = exec.Command(m.path, "-c", m.config)
	m.process.Stderr = &m.log
	if err := m.process.Start(); err != nil {
		m.t.Fatalf("start mosquitto: %v", err)
	}
	exited := make(chan struct{})
	m.exited = exited
	process := m.process
	go func() {
		_ = process.Wait()
		close(exited)
	}()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if m.listens() {
			return true
		}
		select {
		case <-exited:
			return false
		case <-time.After(5 * time.Millisecond):
		}
	}
	return false
}

// listens reports whether all doors are open.
func (m *Mosquitto) listens() bool {
	for _, port := range append([]int{m.Port}, m.Ports...) {
		conn, err := net.Dial("tcp", net.JoinHostPort(m.Host, strconv.Itoa(port)))
		if err != nil {
			return false
		}
		_ = conn.Close()
	}
	return true
}

func program(t testing.TB, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	path := filepath.Join("/usr/sbin", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not installed: apt-get install mosquitto", name)
	}
	return path
}

func passwords(t testing.TB, dir string, users map[string]string) string {
	t.Helper()
	tool := program(t, "mosquitto_passwd")
	path := filepath.Join(dir, "passwords")
	write(t, path, "")
	for user, password := range users {
		if out, err := exec.Command(tool, "-b", path, user, password).CombinedOutput(); err != nil {
			t.Fatalf("mosquitto_passwd: %v: %s", err, out)
		}
	}
	return path
}

// subscribable configures mosquitto's dynamic security plugin.
func subscribable(t testing.TB, dir string, filters []string) []string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/*/mosquitto_dynamic_security.so")
	if len(found) == 0 {
		t.Skip("mosquitto_dynamic_security.so is not installed: apt-get install mosquitto")
	}
	var rules []string
	for _, f := range filters {
		rules = append(rules, fmt.Sprintf(`{"acltype":"subscribePattern","topic":%q,"allow":true}`, f))
	}
	path := filepath.Join(dir, "security.json")
	write(t, path, `{"defaultACLAccess":{"publishClientSend":true,"publishClientReceive":true,"subscribe":false,"unsubscribe":true},
		"clients":[],"groups":[{"groupname":"all","roles":[{"rolename":"reader"}],"clients":[]}],
		"roles":[{"rolename":"reader","acls":[`+strings.Join(rules, ",")+`]}],"anonymousGroup":"all"}`)
	return []string{"plugin " + found[0], "plugin_opt_config_file " + path}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// UnusedPort returns a loopback port on which nothing listens.
func UnusedPort(t testing.TB) int { return freePort(t) }
