package websocket

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"streamscope/connections"
	"streamscope/connections/brokertest"
)

// Servers not written in Go: each prints its port and echoes, says goodbye with code
// 4001 when asked to, and speaks the subprotocol "echo".
const (
	pythonServer = `
import asyncio, websockets
async def handle(ws, path=None):
    async for message in ws:
        if message == "bye":
            await ws.close(4001, "as you wish")
            return
        await ws.send(message)
async def main():
    async with websockets.serve(handle, "127.0.0.1", 0, subprotocols=["echo"], max_size=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()
asyncio.run(main())
`
	nodeServer = `
const { WebSocketServer } = require("ws");
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: { threshold: 0 }, maxPayload: 0 });
server.on("listening", () => console.log(server.address().port));
server.on("connection", (ws) => ws.on("message", (data, binary) => {
  if (String(data) === "bye") return ws.close(4001, "as you wish");
  ws.send(data, { binary });
}));
`
)

func TestServersOfOthers(t *testing.T) {
	for _, server := range []struct {
		name  string
		start func(*testing.T) Config
	}{
		{"python3-websockets", startPython},
		{"npm ws", startNode},
	} {
		t.Run(server.name, func(t *testing.T) {
			cfg := server.start(t)
			for _, compressed := range []bool{false, true} {
				t.Run("compression "+strconv.FormatBool(compressed), func(t *testing.T) {
					cfg.Compression, cfg.Subprotocols = compressed, []string{"echo"}
					converse(t, cfg)
				})
			}
		})
	}
}

func converse(t *testing.T, cfg Config) {
	c := open(t, cfg)
	for _, want := range []struct {
		payload string
		binary  bool
	}{{"grüße", false}, {"\x00\xff", true}, {strings.Repeat("0123456789", 300_000), false}} {
		if r := c.send(want.payload, want.binary); r.Outcome != connections.OutcomeSent {
			t.Fatalf("%v %v", r.Outcome, r.Err)
		}
		if m := c.next(); string(m.Payload) != want.payload || m.Binary != want.binary {
			t.Errorf("sent %.20q, got %.20q, binary %v", want.payload, m.Payload, m.Binary)
		}
	}
	if in := c.Link().BytesIn; cfg.Compression && in > 1_000_000 {
		t.Errorf("%d bytes came in: that is not compressed", in)
	}
	c.send("bye", false)
	contains(t, c.end().Detail, "4001 a code of this server's own: as you wish")

	polite := open(t, cfg)
	polite.Close()
	polite.awaitLost()
	if polite.Err() != nil {
		t.Errorf("after Close: %v", polite.Err())
	}
}

func startPython(t *testing.T) Config {
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import websockets").Run() == nil {
			return start(t, exec.Command(name, "-c", pythonServer))
		}
	}
	t.Skip("no python3-websockets here (Debian: apt-get install python3-websockets)")
	return Config{}
}

func startNode(t *testing.T) Config {
	dir, err := brokertest.NodePackage("ws@8.18.3")
	if err != nil {
		t.Skipf("no ws for node here: %v", err)
	}
	cmd := exec.Command("node", "-e", nodeServer)
	cmd.Dir = dir
	return start(t, cmd)
}

// start runs a server until the test ends.
func start(t *testing.T, cmd *exec.Cmd) Config {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not start: %v", err)
	}
	port, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return Config{Host: "127.0.0.1", Port: port, Path: "/"}
}
