package brokertest

import (
	"bufio"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Echo shapes a raw WebSocket server. The zero value is open to everybody.
type Echo struct {
	// TLS is the certificate that it shows; nil for plain.
	TLS *Leaf
	// ClientCA, if set, must have signed the certificates that clients show.
	ClientCA *Authority
	// Authorization, if set, is the header that the handshake must have; others get a 401.
	Authorization string
}

// parameters are what the scripts below read.
func (e Echo) parameters() string {
	p := map[string]string{"authorization": e.Authorization}
	if e.TLS != nil {
		p["cert"], p["key"] = e.TLS.CertFile, e.TLS.KeyFile
	}
	if e.ClientCA != nil {
		p["ca"] = e.ClientCA.File
	}
	b, _ := json.Marshal(p) // a map of strings always can
	return string(b)
}

const (
	pythonEcho = `
import asyncio, http, json, os, ssl, websockets
p = json.loads(os.environ["ECHO"])
tls = None
if p.get("cert"):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(p["cert"], p["key"])
    if p.get("ca"):
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(p["ca"])
async def door(path, headers):
    if p["authorization"] and headers.get("Authorization") != p["authorization"]:
        return http.HTTPStatus(401), [("WWW-Authenticate", "Bearer")], b"log in\n"
async def handle(ws, path=None):
    await ws.send('{"hello":"python"}')
    async for message in ws:
        await ws.send(message)
async def main():
    async with websockets.serve(handle, "127.0.0.1", 0, ssl=tls, process_request=door) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()
asyncio.run(main())
`
	nodeEcho = `
const fs = require("fs"), { WebSocketServer } = require("ws")
const p = JSON.parse(process.env.ECHO), read = f => f && fs.readFileSync(f)
const tls = { cert: read(p.cert), key: read(p.key), ca: read(p.ca), requestCert: !!p.ca, rejectUnauthorized: !!p.ca }
const server = p.cert ? require("https").createServer(tls) : require("http").createServer()
const sockets = new WebSocketServer({ noServer: true })
server.on("upgrade", (req, socket, head) => {
  if (p.authorization && req.headers.authorization !== p.authorization)
    return socket.end("HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer\r\nConnection: close\r\n\r\n")
  sockets.handleUpgrade(req, socket, head, ws => {
    ws.send('{"hello":"node"}')
    ws.on("message", (data, binary) => ws.send(data, { binary }))
  })
})
server.listen(0, "127.0.0.1", () => console.log(server.address().port))
`
)

// EchoOfPython runs a server of Debian's python3-websockets until the test ends, and returns its
// address. It sends one frame on opening, and then sends back what it gets. Without the package it
// says so and returns false.
func EchoOfPython(t testing.TB, e Echo) (addr string, ok bool) {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import websockets").Run() == nil {
			return serveEcho(t, e, exec.Command(name, "-c", pythonEcho)), true
		}
	}
	t.Log("without python3-websockets: apt-get install python3-websockets")
	return "", false
}

// EchoOfNode is [EchoOfPython] with the package ws of npm.
func EchoOfNode(t testing.TB, e Echo) (addr string, ok bool) {
	t.Helper()
	dir, err := NodePackage("ws@8.18.3")
	if err != nil {
		t.Logf("without ws of npm: %v", err)
		return "", false
	}
	cmd := exec.Command("node", "-e", nodeEcho)
	cmd.Dir = dir
	return serveEcho(t, e, cmd), true
}

// serveEcho runs a server that prints its port.
func serveEcho(t testing.TB, e Echo, cmd *exec.Cmd) string {
	t.Helper()
	cmd.Env = append(os.Environ(), "ECHO="+e.parameters())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server does not start: %v", err)
	}
	return net.JoinHostPort("127.0.0.1", strings.TrimSpace(port))
}
