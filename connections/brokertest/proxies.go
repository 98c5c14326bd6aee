package brokertest

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Tinyproxy runs a real HTTP CONNECT proxy until the test ends and returns its address; user may
// be empty. The test is skipped where it is not installed.
func Tinyproxy(t testing.TB, user, password string) string {
	t.Helper()
	path := installed(t, "tinyproxy", "tinyproxy")
	port := freePort(t)
	config := fmt.Sprintf("Port %d\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 60\nMaxClients 20\n", port)
	if user != "" {
		config += fmt.Sprintf("BasicAuth %s %s\n", user, password)
	}
	file := filepath.Join(t.TempDir(), "tinyproxy.conf")
	write(t, file, config)
	return serve(t, port, exec.Command(path, "-d", "-c", file))
}

// Dante runs a real SOCKS5 proxy until the test ends and returns its address. It lets through
// only to the given ports. The test is skipped where it is not installed.
func Dante(t testing.TB, to ...int) string {
	t.Helper()
	path := installed(t, "danted", "dante-server")
	port := freePort(t)
	file := filepath.Join(t.TempDir(), "danted.conf")
	var pass strings.Builder
	for _, port := range to {
		fmt.Fprintf(&pass, "socks pass { from: 127.0.0.0/8 to: 127.0.0.0/8 port = %d }\n", port)
	}
	write(t, file, fmt.Sprintf(`logoutput: stderr
internal: 127.0.0.1 port = %d
external: 127.0.0.1
clientmethod: none
socksmethod: none
user.unprivileged: nobody
client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
%ssocks block { from: 0.0.0.0/0 to: 0.0.0.0/0 }
`, port, pass.String()))
	return serve(t, port, exec.Command(path, "-f", file, "-N", "1"))
}

func installed(t testing.TB, name, pkg string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	t.Skipf("%s is not installed: apt-get install %s", name, pkg)
	return ""
}

// serve starts a server in a process group of its own, which ends with the test.
func serve(t testing.TB, port int, cmd *exec.Cmd) string {
	t.Helper()
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		endGroup(cmd)
		_ = cmd.Wait()
	})
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	awaitPort(t, addr)
	return addr
}
