package session

import (
	"context"
	"errors"
	"math/bits"
	"time"

	"streamscope/connections"
)

// TapOptions say what a tap gets.
type TapOptions struct {
	// Name stands in the list of taps.
	Name string
	// Topics are the topics that the tap gets, heard by now or not; nil means those that match
	// Filter (MQTT 3.1.1 §4.7). All means every topic: no filter matches those that begin with
	// $ and the others.
	Topics []string
	Filter string
	All    bool
	// Bytes bounds how far the tap may fall behind, to within one chunk of the log; 0 means
	// 16 MiB. It counts all that the log holds for any tap.
	Bytes int64
	// Linger makes Next wait for that long after the first record of a batch, so that a fast
	// stream does not wake the tap for each message.
	Linger time.Duration
}

const defaultTapBytes = 16 << 20

var (
	// ErrClosed is what Next returns after Close.
	ErrClosed = errors.New("the tap is closed")
	// ErrTooManyTaps is returned when a session has as many taps as it can have.
	ErrTooManyTaps = errors.New("the session has no room for another tap")
)

// Tap gets every message of some topics, in order, from the message after Since on. It has a
// place of its own in the session's log; if it falls behind further than its bound, it loses the
// oldest records and counts them. One goroutine at a time may call Next.
type Tap struct {
	o     TapOptions
	s     *Session
	bit   int
	wake  chan struct{}
	batch []Record

	// batchLog.mu guards what follows.
	since                            uint64
	at                               *chunk
	pos                              int    // the next record in at
	read                             uint32 // of the records in at that are ours, how many are read
	pending                          uint64 // records for us that are not read
	lost                             uint64
	oldest                           int64 // when the first record of the batch in hand was received; 0 if there is none
	starting, waiting, poked, closed bool
}

// Tap starts to collect messages for the caller, who has to Close the tap.
func (s *Session) Tap(o TapOptions) (*Tap, error) {
	if o.Bytes <= 0 {
		o.Bytes = defaultTapBytes
	}
	s.tapping.Lock()
	defer s.tapping.Unlock()
	t := &Tap{o: o, s: s, wake: make(chan struct{}, 1), starting: true}
	if err := s.log.attach(t); err != nil {
		return nil, err
	}
	// The tap collects already, so nothing after Since can be missed; what it collected up to
	// Since is thrown away.
	var since uint64
	if o.Topics != nil && !o.All {
		since = s.index.TapTopics(t.bit, o.Topics)
	} else {
		since = s.index.TapFilter(t.bit, func(topic string) bool { return o.All || connections.Match(o.Filter, topic) })
	}
	s.log.begin(t, since)
	return t, nil
}

// attach gives a tap a bit and a place at the end of the log.
func (l *batchLog) attach(t *Tap) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	t.bit = bits.TrailingZeros64(^l.active)
	if t.bit == len(l.taps) {
		return ErrTooManyTaps
	}
	l.active |= 1 << t.bit
	l.taps[t.bit] = t
	t.at, t.pos = l.last, len(l.last.records)
	// A bit that another tap had may still be counted in this chunk.
	t.read = l.last.counts[t.bit]
	return nil
}

// begin makes the records after since the tap's first.
func (l *batchLog) begin(t *Tap, since uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.since, t.starting = since, false
	pos := t.pos
	for c := t.at; c != nil; c, pos = c.next, 0 {
		for i := pos; i < len(c.records); i++ {
			if c.masks[i]&(1<<t.bit) != 0 && c.records[i].Seq <= since {
				c.masks[i] &^= 1 << t.bit
				c.counts[t.bit]--
				t.pending--
			}
		}
	}
}

// Since is the number of the last message before the tap's first.
func (t *Tap) Since() uint64 { return t.since }

// Next waits for records and returns them, in order. They stay valid; the slice is valid until
// the next call. The error is ctx's, or ErrClosed.
func (t *Tap) Next(ctx context.Context) ([]Record, error) {
	for {
		batch, err := t.take()
		if err != nil || batch != nil {
			return batch, err
		}
		select {
		case <-t.wake:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if err := t.linger(ctx); err != nil {
			return nil, err
		}
	}
}

func (t *Tap) linger(ctx context.Context) error {
	if t.o.Linger <= 0 {
		return nil
	}
	timer := time.NewTimer(t.o.Linger)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take returns the records that are there, at most a chunk of them; nil if there are none, and
// the tap is woken then when one comes.
func (t *Tap) take() ([]Record, error) {
	l := &t.s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	t.oldest = 0
	switch {
	case t.closed:
		return nil, ErrClosed
	case t.poked:
		t.poked = false
		return []Record{}, nil
	}
	for t.pending > 0 {
		if batch := t.cut(); len(batch) > 0 {
			t.oldest = batch[0].Time
			return batch, nil
		}
	}
	t.at, t.pos, t.read = l.last, len(l.last.records), l.last.counts[t.bit]
	t.waiting = true
	return nil, nil
}

// cut takes what is ours of the chunk at hand. Where all is, the records are not copied.
func (t *Tap) cut() []Record {
	c := t.at
	batch := c.records[t.pos:]
	if ours := int(c.counts[t.bit] - t.read); ours < len(batch) {
		t.batch = t.batch[:0]
		for i := range batch {
			if c.masks[t.pos+i]&(1<<t.bit) != 0 {
				t.batch = append(t.batch, batch[i])
			}
		}
		batch = t.batch
	}
	t.pos, t.read = len(c.records), c.counts[t.bit]
	t.pending -= uint64(len(batch))
	if c.next != nil {
		t.at, t.pos, t.read = c.next, 0, 0
	}
	return batch
}

// arrived counts a record and wakes the tap if it waits.
func (t *Tap) arrived() {
	t.pending++
	if t.waiting {
		t.signal()
	}
}

func (t *Tap) signal() {
	t.waiting = false
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// bound moves the tap on to where it may be: to the end if nothing before is for it, and else
// over the oldest chunks until it is not too far behind.
func (t *Tap) bound() {
	l := &t.s.log
	if t.starting {
		return
	}
	for t.at != l.last && (t.pending == 0 || l.total-t.at.start > t.o.Bytes) {
		gone := uint64(t.at.counts[t.bit] - t.read)
		t.pending -= gone
		t.lost += gone
		t.at, t.pos, t.read = t.at.next, 0, 0
	}
}

// poke makes Next return an empty batch.
func (t *Tap) poke() {
	l := &t.s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	t.poked = true
	t.signal()
}

// drained reports whether its owner has taken all that there is.
func (t *Tap) drained() bool {
	l := &t.s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	return t.pending == 0
}

// end makes Next return ErrClosed.
func (t *Tap) end() {
	l := &t.s.log
	if t.closed {
		return
	}
	t.closed = true
	t.at = nil
	l.active &^= 1 << t.bit
	l.taps[t.bit] = nil
	t.signal()
}

// Lost is the number of records that the tap lost because it fell behind.
func (t *Tap) Lost() uint64 {
	l := &t.s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	return t.lost
}

// Lag is the age of the oldest record that the tap's owner has not dealt with.
func (t *Tap) Lag() time.Duration {
	l := &t.s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	oldest := t.oldest
	if oldest == 0 && t.pending > 0 {
		for c, pos := t.at, t.pos; c != nil && oldest == 0; c, pos = c.next, 0 {
			for i := pos; i < len(c.records) && oldest == 0; i++ {
				if c.masks[i]&(1<<t.bit) != 0 {
					oldest = c.records[i].Time
				}
			}
		}
	}
	if oldest == 0 {
		return 0
	}
	return time.Duration(max(0, l.clock.Now()-oldest))
}

// Close ends the tap; Next returns ErrClosed from now on. It may be called twice.
func (t *Tap) Close() {
	l := &t.s.log
	t.s.tapping.Lock()
	defer t.s.tapping.Unlock()
	l.mu.Lock()
	open := !t.closed
	l.mu.Unlock()
	if open {
		// The bit must have gone from the index before another tap can get it.
		t.s.index.Untap(t.bit)
		l.mu.Lock()
		t.end()
		l.mu.Unlock()
	}
}

// TapStats are the figures of one tap.
type TapStats struct {
	Name string
	Lost uint64
	Lag  time.Duration
}

// Taps returns the figures of the taps as they stand.
func (s *Session) Taps() []TapStats {
	s.log.mu.Lock()
	taps := s.log.taps
	s.log.mu.Unlock()
	var list []TapStats
	for _, t := range taps {
		if t != nil {
			list = append(list, TapStats{Name: t.o.Name, Lost: t.Lost(), Lag: t.Lag()})
		}
	}
	return list
}
