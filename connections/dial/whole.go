package dial

import (
	"net"
	"sync"
)

// Whole returns c for a library that writes its packets in pieces, and locks the stream as a
// [sync.Locker] while it writes one, as paho.golang does. A packet is sent with its last piece.
func (c *Conn) Whole() net.Conn { return &whole{Conn: c} }

type whole struct {
	*Conn
	sync.Mutex
	pieces []byte // of a packet that is not complete; guarded by Mutex, which the library locks
}

func (w *whole) Write(p []byte) (int, error) {
	if len(w.pieces) == 0 && complete(p) {
		return w.Conn.Write(p)
	}
	w.pieces = append(w.pieces, p...)
	if !complete(w.pieces) {
		return len(p), nil
	}
	_, err := w.Conn.Write(w.pieces)
	if w.pieces = w.pieces[:0]; cap(w.pieces) > keepBig {
		w.pieces = nil
	}
	return len(p), err
}

func complete(p []byte) bool {
	h, ok, _ := parseHeader(p)
	return ok && int64(len(p)) >= h.total()
}
