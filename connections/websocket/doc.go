// Package websocket speaks raw WebSocket (RFC 6455) as a [connections.Client]: frames in,
// frames out, no topics. What frames mean is for others to say.
//
// It uses gorilla/websocket for frames and masks and nothing more. The meter beneath it owns
// what gorilla leaves to its user: it bounds the handshake, notices silence by any byte that
// does or does not come, and takes each write for stalled when the peer takes nothing. The
// client above it bounds messages by what they decompress to, lets one goroutine write, and
// puts every end into words. Start reading at [Config], then [Client].
package websocket
