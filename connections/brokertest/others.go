package brokertest

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Mochi runs a mochi that lets everybody in, until the test ends, and returns the addresses of
// its doors for MQTT over TCP and over WebSocket.
func Mochi(t testing.TB) (plain, webSocket string) {
	t.Helper()
	caps := mochi.NewDefaultServerCapabilities()
	caps.MaximumClientWritesPending = 64 << 10
	caps.MaximumMessageExpiryInterval = 0 // or it adds a message expiry of its own
	s := mochi.New(&mochi.Options{Capabilities: caps, Logger: slog.New(slog.DiscardHandler)})
	if err := s.AddHook(new(openDoor), nil); err != nil {
		t.Fatal(err)
	}
	tcp := listeners.NewTCP(listeners.Config{ID: "tcp", Address: "127.0.0.1:0"})
	webSocket = fmt.Sprintf("127.0.0.1:%d", freePort(t))
	for _, l := range []listeners.Listener{tcp, listeners.NewWebsocket(listeners.Config{ID: "ws", Address: webSocket})} {
		if err := s.AddListener(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		eventually(time.Second, func() bool { return s.Clients.Len() == 0 }) // it hangs when clients are there
		_ = s.Close()
	})
	awaitPort(t, webSocket)
	return tcp.Address(), webSocket
}

// openDoor lets everybody in.
type openDoor struct{ mochi.HookBase }

func (*openDoor) ID() string { return "open-door" }

func (*openDoor) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}

func (*openDoor) OnConnectAuthenticate(*mochi.Client, packets.Packet) bool { return true }

func (*openDoor) OnACLCheck(*mochi.Client, string, bool) bool { return true }

// awaitPort waits until somebody listens.
func awaitPort(t testing.TB, addr string) {
	t.Helper()
	listens := func() bool {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}
	if !eventually(10*time.Second, listens) {
		t.Fatalf("nobody listens at %s", addr)
	}
}

// eventually asks ok again and again until it says yes; false if it doesn't within patience.
func eventually(patience time.Duration, ok func() bool) bool {
	enough := time.After(patience)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !ok() {
		select {
		case <-again.C:
		case <-enough:
			return false
		}
	}
	return true
}

// aedes is the version of the broker that tests run.
const aedes = "aedes@1.2.0"

const aedesServer = `
const { Aedes } = require('aedes')
Aedes.createBroker().then(broker => {
  const server = require('net').createServer(broker.handle)
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
})
process.stdin.on('end', () => process.exit()).resume()
`

// Aedes runs an aedes, which is written in JavaScript and speaks MQTT 3.1.1 only, until the test
// ends. Without node, or without a registry to install it from, it says so and returns false.
func Aedes(t testing.TB) (addr string, ok bool) {
	t.Helper()
	dir, err := NodePackage(aedes)
	if err != nil {
		t.Logf("without aedes: %v", err)
		return "", false
	}
	node := exec.Command("node", "-e", aedesServer)
	node.Dir = dir
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = node.Process.Kill()
		_ = node.Wait()
	})
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("aedes does not start: %v", err)
	}
	return net.JoinHostPort("127.0.0.1", strings.TrimSpace(port)), true
}

// NodePackage installs a package of npm, such as "ws@8.18.3", into a cache that outlives the
// test, and returns the folder from which node finds it. An error means that node or npm are
// missing, or that no registry answers.
func NodePackage(pkg string) (string, error) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return "", err
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "streamscope-tests", pkg)
	if _, err := os.Stat(filepath.Join(dir, "installed")); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--no-save", "--prefix", dir, pkg)
	if text, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install %s: %w: %s", pkg, err, text)
	}
	return dir, os.WriteFile(filepath.Join(dir, "installed"), nil, 0o644)
}
