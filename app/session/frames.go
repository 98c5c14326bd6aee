package session

import (
	"bytes"
	"sync"
	"sync/atomic"

	"streamscope/connections"
)

// Mapper makes messages of a frame that has no topic, as package mapping does. It is asked by
// one goroutine at a time.
type Mapper interface {
	// Map hands what becomes of a frame to emit, at once and in order, and reports whether all
	// of it fits the rule. own is the time that the payload tells, 0 if none.
	Map(frame []byte, emit func(topic string, payload []byte, own int64)) (fits bool)
}

// pinLimit is the longest payload that may keep a much longer frame in memory: the index copies
// what is not longer.
const pinLimit = 4 << 10

// frames makes messages of the frames of a raw WebSocket.
type frames struct {
	s            *Session
	came, misfit atomic.Uint64

	// mu guards the mapper and what follows: the client before may still hand over its last
	// frame when the next one begins.
	mu    sync.Mutex
	emit  func(topic string, payload []byte, own int64)
	at    int64
	frame *connections.Message
	piece connections.Message
}

func (f *frames) init(s *Session) { f.s, f.emit = s, f.keep }

// receive maps a frame. All that becomes of it has one time of receipt.
func (f *frames) receive(m *connections.Message, at int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.came.Add(1)
	f.frame, f.at = m, at
	if !f.s.o.Mapper.Map(m.Payload, f.emit) {
		f.misfit.Add(1)
	}
	f.frame, f.piece = nil, connections.Message{}
}

// keep stores one message of the frame at hand.
func (f *frames) keep(topic string, payload []byte, own int64) {
	f.piece = *f.frame
	f.piece.Topic, f.piece.Own = topic, own
	if len(payload) != len(f.frame.Payload) {
		if len(payload) > pinLimit && len(payload) < len(f.frame.Payload)/2 {
			payload = bytes.Clone(payload)
		}
		f.piece.Payload, f.piece.Size = payload, int64(len(payload))
	}
	f.s.keep(&f.piece, f.at)
}
