package session

import (
	"crypto/rand"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/app/payload"
	"streamscope/app/series"
	"streamscope/app/topics"
	"streamscope/connections"
)

// Options is what a [Session] needs.
type Options struct {
	// ID and Name are those of the connection; the session only passes them on.
	ID, Name string
	// Budget bounds history and charts; nil means no limit.
	Budget *topics.Budget
	// Pool is what charts take their part of the budget from, shared with those of other sessions;
	// nil makes one of the session's own.
	Pool          *series.Pool
	Subscriptions []connections.Subscription
	// Exclude holds filters whose messages are counted and not kept.
	Exclude []string
	// Client makes the client of one attempt, which hands its messages to receive. It must not
	// block.
	Client func(receive func(*connections.Message)) connections.Client
	// Mapper makes topics of the frames of a raw WebSocket; nil for MQTT, whose messages have
	// topics.
	Mapper Mapper
	// Auditor and Confirmer may be nil; without a Confirmer what asks to be confirmed is refused.
	Auditor   Auditor
	Confirmer Confirmer
	// ReadOnly tells whether nothing may be sent; nil means never. It must not block.
	ReadOnly func() bool
	// SendRate is how many messages a second may be sent one by one; 0 means DefaultSendRate,
	// negative that there is no limit.
	SendRate int
	// Numbers finds the number of a message for charts; nil means [payload.Number], which knows
	// text and JSON.
	Numbers Numbers
	// Documents makes of a payload the text or JSON in which its own time is looked for; nil
	// leaves it as it came.
	Documents func(topic string, props *connections.Properties, b []byte) []byte
	Logger    *slog.Logger
}

// Numbers finds the number under a path of a payload, and its unit. It is called for every
// message that is charted, on a goroutine of the session's.
type Numbers func(topic string, props *connections.Properties, b []byte, path []string) (v float64, unit string, ok bool)

// Session is one connection with its index, its clock and its taps. All methods may be called
// from any goroutine.
type Session struct {
	o          Options
	clock      *Clock
	index      *topics.Index
	supervisor *connections.Supervisor
	log        batchLog
	charts     charts
	exclude    []string
	excluded   atomic.Uint64
	frames     frames
	limit      *limiter
	wanted     wanted
	// intents begins the IDs of what is sent, and published counts it.
	intents   string
	published atomic.Uint64

	// tapping guards the giving out of tap bits.
	tapping sync.Mutex

	// mu guards what follows.
	mu        sync.Mutex
	listeners map[int]func(connections.Status)
	nextID    int
	open      bool
	// breaks holds the instants when an open connection ended, oldest first.
	breaks []int64

	stop   chan struct{}
	closed sync.Once
	work   sync.WaitGroup
}

// maxBreaks bounds how many ends of connections are remembered for charts made later.
const maxBreaks = 10_000

// housekeeping is how often the index is asked to tidy up.
const housekeeping = time.Second

// Counts adds up at any time: Received = Kept + Evicted + Cleared + Excluded. Of a raw WebSocket
// Received counts the messages that the mapping made.
type Counts struct {
	topics.Counts
	// Excluded is the number of messages that were not kept because a filter says so.
	Excluded uint64
	// Frames is the number of frames that were mapped, Misfits of those that did not fit the
	// mapping wholly; what did not is kept under a topic of its own. Both are 0 on MQTT.
	Frames, Misfits uint64
}

// New makes a session that is not connected. Close frees its goroutines and its memory.
func New(o Options) *Session {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Numbers == nil {
		o.Numbers = func(_ string, _ *connections.Properties, b []byte, path []string) (float64, string, bool) {
			return payload.Number(b, path)
		}
	}
	if o.Documents == nil {
		o.Documents = func(_ string, _ *connections.Properties, b []byte) []byte { return b }
	}
	clock := NewClock()
	s := &Session{
		o: o, clock: clock, index: topics.New(topics.Options{Budget: o.Budget, Now: clock.Now}),
		limit: newLimiter(o.SendRate), intents: strings.ToLower(rand.Text()[:8]),
		exclude: slices.Clone(o.Exclude), listeners: map[int]func(connections.Status){}, stop: make(chan struct{}),
	}
	s.log.init(s.clock)
	s.charts.init(s)
	s.frames.init(s)
	s.supervisor = connections.NewSupervisor(connections.Options{
		New:           func() connections.Client { return o.Client(s.receive) },
		Subscriptions: s.wanted.init(o.Subscriptions),
		Valid:         s.valid,
		OnStatus:      s.onStatus,
		Logger:        o.Logger,
	})
	s.work.Add(1)
	go s.housekeep()
	return s
}

// receive is the way of a message. It runs on the client's network goroutine.
func (s *Session) receive(m *connections.Message) {
	at := s.clock.Now()
	if s.o.Mapper != nil && m.Topic == "" {
		s.frames.receive(m, at)
		return
	}
	s.keep(m, at)
}

// keep stores a message and hands it to the taps.
func (s *Session) keep(m *connections.Message, at int64) {
	if len(s.exclude) != 0 && matchAny(s.exclude, m.Topic) {
		s.excluded.Add(1)
		return
	}
	if stored := s.index.Put(m, at); stored.Taps != 0 {
		s.log.append(m, stored, at)
	}
}

func matchAny(filters []string, topic string) bool {
	for _, f := range filters {
		if connections.Match(f, topic) {
			return true
		}
	}
	return false
}

// ID is the connection's.
func (s *Session) ID() string { return s.o.ID }

// Name is the connection's.
func (s *Session) Name() string { return s.o.Name }

// Index holds what was received.
func (s *Session) Index() *topics.Index { return s.index }

// Now is the present by the clock that stamps the messages, in nanoseconds since 1970.
func (s *Session) Now() int64 { return s.clock.Now() }

// Connect starts to connect and to stay connected.
func (s *Session) Connect() { s.supervisor.Connect() }

// Disconnect ends the connection, or the attempts at one, and answers at once.
func (s *Session) Disconnect() { s.supervisor.Disconnect() }

// RetryNow cuts the wait for the next attempt short.
func (s *Session) RetryNow() { s.supervisor.RetryNow() }

// Status tells where the connection stands.
func (s *Session) Status() connections.Status { return s.supervisor.Status() }

// Link returns the figures of the byte stream.
func (s *Session) Link() connections.Link { return s.supervisor.Link() }

// SetSubscriptions changes what is received, now and on every later opening. What is borrowed
// stays beside it.
func (s *Session) SetSubscriptions(subs []connections.Subscription) {
	s.wanted.set(s, subs)
}

// Counts returns the counts as they stand.
func (s *Session) Counts() Counts {
	excluded := s.excluded.Load()
	misfits := s.frames.misfit.Load()
	c := Counts{Counts: s.index.Counts(), Excluded: excluded, Misfits: misfits, Frames: s.frames.came.Load()}
	c.Received += excluded
	return c
}

// OnStatus makes f hear every change from now on, in order, on a goroutine of the supervisor's.
// f must not block, nor call Close.
func (s *Session) OnStatus(f func(connections.Status)) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nextID
	s.nextID++
	s.listeners[id] = f
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.listeners, id)
	}
}

func (s *Session) onStatus(status connections.Status) {
	s.mu.Lock()
	broke := s.open && status.State != connections.StateOpen
	s.open = status.State == connections.StateOpen
	at := s.clock.at(status.Since)
	if broke {
		s.breaks = append(s.breaks, at)
		s.breaks = s.breaks[max(0, len(s.breaks)-maxBreaks):]
	}
	ids := make([]int, 0, len(s.listeners))
	for id := range s.listeners {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	listeners := make([]func(connections.Status), 0, len(ids))
	for _, id := range ids {
		listeners = append(listeners, s.listeners[id])
	}
	s.mu.Unlock()

	if broke {
		s.index.Interrupted()
		s.charts.broke(at)
	}
	for _, f := range listeners {
		f(status)
	}
}

// Breaks returns the instants when the open connection ended, oldest first, in nanoseconds since
// 1970: what came later says nothing about the time before.
func (s *Session) Breaks() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.breaks)
}

func (s *Session) housekeep() {
	defer s.work.Done()
	tick := time.NewTicker(housekeeping)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.index.Housekeep()
			s.charts.relieve()
		case <-s.stop:
			return
		}
	}
}

// Close disconnects, ends the taps and frees everything. It waits for all goroutines of the
// session. It may be called twice.
func (s *Session) Close() {
	s.closed.Do(func() {
		s.supervisor.Close()
		close(s.stop)
		s.charts.close()
		s.log.close()
		s.work.Wait()
		s.index.Close()
	})
}
