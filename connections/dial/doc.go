// Package dial opens byte streams and guards them.
//
// [Dialer] makes the stream. [Guard] stands between the stream and an MQTT library that trusts
// its peer: no byte from outside reaches the library before the packet that it belongs to has
// been measured and checked. It also owns everything about the stream that a library gets
// wrong under load: keep-alive, write deadlines, and the count of what came in.
//
// Start reading at [Conn].
package dial
