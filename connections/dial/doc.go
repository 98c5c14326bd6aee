// Package dial opens byte streams and guards them.
//
// [Dialer] makes the stream: over TCP or a Unix socket, through a proxy, under TLS, inside a
// WebSocket. Each step is a method of its own for whoever needs only some of them, and each says
// what went wrong as a [connections.Failure]. [TLS] decides whom to trust; a certificate that is
// not trusted comes back in a [CertificateError], so that a user can look at it and pin it.
//
// [Guard] stands between the stream and an MQTT library that trusts its peer: no byte from
// outside reaches the library before the packet that it belongs to has been measured and checked.
// It also owns everything about the stream that a library gets wrong under load: keep-alive,
// write deadlines, and the count of what came in.
//
// Start reading at [Dialer.DialContext] and at [Conn].
package dial
