package session

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"streamscope/app/payload"
	"streamscope/app/series"
	"streamscope/app/topics"
	"streamscope/connections"
)

const (
	chartTapBytes  = 64 << 20
	chartTapLinger = 15 * time.Millisecond
)

// charts feeds every series of a session from one tap. Its goroutine starts with the first
// series and ends with the session. It alone fills them: first what the index holds up to message S, then what the tap
// brings after S, so that nothing is missed or counted twice and samples come in order.
type charts struct {
	s    *Session
	pool *series.Pool // nil where nothing bounds memory

	// mu guards what follows.
	mu      sync.Mutex
	feeds   map[string]*feed
	fresh   []*feed
	gone    []*feed
	breaks  []interruption
	tap     *Tap
	stop    context.CancelFunc
	running sync.WaitGroup
	closed  bool
}

// feed is one series and where it comes from.
type feed struct {
	key    string
	topic  string
	path   []string
	clock  placer
	series *series.Series
	refs   int
	// since is the number of the last message that was filled in from the index. Only the
	// goroutine uses it.
	since uint64
}

// interruption is the end of an open connection: its instant by the session's clock, and the number
// of the last message before it.
type interruption struct {
	at  int64
	seq uint64
}

func (c *charts) init(s *Session) {
	c.s, c.feeds, c.pool = s, map[string]*feed{}, s.o.Pool
	if c.pool == nil && s.o.Budget != nil {
		c.pool = series.NewPool(s.o.Budget)
	}
}

// newSeries makes a series that shares the budget with the others.
func (c *charts) newSeries() *series.Series {
	if c.pool == nil {
		return series.New(series.Options{})
	}
	s := series.New(series.Options{Budget: c.pool})
	c.pool.Join(s)
	return s
}

// endSeries gives back what a series holds.
func (c *charts) endSeries(s *series.Series) {
	if c.pool != nil {
		c.pool.Leave(s)
	}
	s.Close()
}

// relieve has the largest series of all sessions give up detail when the budget is full.
func (c *charts) relieve() {
	if c.pool != nil && c.s.o.Budget != nil {
		c.pool.Relieve(c.s.o.Budget.Short())
	}
}

// Series returns the numbers of a topic over the time of their receipt, those of the value at
// path where payloads are documents (nil lets [Numbers] choose). It is filled in the
// background, at first from history; retained messages, whose age nobody knows, are left out,
// and where the connection was lost there is a gap. Options say what else is wanted; at most one
// is read. Who asks for the same gets the same; release has to be called once by each.
func (s *Session) Series(topic string, path []string, o ...SeriesOptions) (data *series.Series, release func()) {
	c := &s.charts
	clock := clockOf(o)
	key := feedKey(topic, path, clock)
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.feeds[key]
	if f == nil {
		f = &feed{key: key, topic: topic, path: slices.Clone(path), series: c.newSeries()}
		f.clock.init(clock)
		c.feeds[key] = f
		c.fresh = append(c.fresh, f)
		c.start()
	}
	f.refs++
	return f.series, sync.OnceFunc(func() { c.release(f) })
}

func (c *charts) release(f *feed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.refs--; f.refs > 0 || c.closed {
		return
	}
	delete(c.feeds, f.key)
	c.gone = append(c.gone, f)
	c.start()
}

// broke puts a gap in every series: the connection was lost at that instant.
func (c *charts) broke(at int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.feeds) > 0 {
		c.breaks = append(c.breaks, interruption{at, c.s.index.Seq()})
		c.start()
	}
}

// start makes the goroutine look at what is to do.
func (c *charts) start() {
	if c.tap != nil {
		c.tap.poke()
		return
	}
	if c.closed {
		return
	}
	tap, err := c.s.Tap(TapOptions{Name: "charts", Topics: []string{}, Bytes: chartTapBytes, Linger: chartTapLinger})
	if err != nil {
		c.s.o.Logger.Error("charts get no data", "err", err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.tap, c.stop = tap, cancel
	c.running.Add(1)
	go func() {
		defer c.running.Done()
		(&feeder{c: c, tap: tap, byTopic: map[string][]*feed{}}).run(ctx)
	}()
}

// close ends the goroutine and empties the series.
func (c *charts) close() {
	c.mu.Lock()
	c.closed = true
	tap := c.tap
	if tap != nil {
		c.stop()
	}
	c.mu.Unlock()
	c.running.Wait()
	if tap != nil {
		tap.Close()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.feeds {
		c.endSeries(f.series)
	}
	for _, f := range c.gone {
		c.endSeries(f.series)
	}
}

// feeder is the goroutine's own part of charts.
type feeder struct {
	c       *charts
	tap     *Tap
	byTopic map[string][]*feed
	lost    uint64
	// breaks are the interruptions whose place among the records is not reached yet.
	breaks []interruption
}

func (r *feeder) run(ctx context.Context) {
	r.tap.poke() // what was asked for before the tap was there
	for {
		batch, err := r.tap.Next(ctx)
		if err != nil {
			return
		}
		r.noteLoss(batch)
		for i := range batch {
			rec := &batch[i]
			r.reach(rec.Seq)
			for _, f := range r.byTopic[rec.Topic] {
				if rec.Seq > f.since {
					r.take(f, rec.Time, rec.Own, rec.Props, rec.Payload, rec.Retained)
				}
			}
		}
		r.orders()
		if len(r.breaks) > 0 && r.tap.drained() {
			r.reach(math.MaxUint64)
		}
		r.c.relieve()
	}
}

// take adds a sample if the message has a number, and a gap if it says that there is none.
func (r *feeder) take(f *feed, at, own int64, props *connections.Properties, p []byte, retained bool) {
	if retained && !f.clock.used {
		return
	}
	o := &r.c.s.o
	v, _, ok := o.Numbers(f.topic, props, p, f.path)
	if !ok {
		if !payload.Missing(o.Documents(f.topic, props, p), f.path) {
			return
		}
		v = math.NaN()
	}
	if f.clock.used {
		if at, ok = f.clock.place(at, own, v, o.Documents(f.topic, props, p), retained); !ok {
			return
		}
	}
	if v == v {
		f.series.Append(at, v)
	} else {
		f.series.Gap(at)
	}
}

// gap marks that from at on, by the session's clock, nothing is known.
func (f *feed) gap(at int64) {
	if f.clock.used {
		if at = f.clock.after(); at == 0 {
			return
		}
	}
	f.series.Gap(at)
}

// noteLoss puts a gap where the tap lost records.
func (r *feeder) noteLoss(batch []Record) {
	lost := r.tap.Lost()
	if lost == r.lost || len(batch) == 0 {
		return
	}
	r.lost = lost
	for _, feeds := range r.byTopic {
		for _, f := range feeds {
			f.gap(batch[0].Time)
		}
	}
}

// reach puts the gaps of the interruptions that came before the record of that number.
func (r *feeder) reach(seq uint64) {
	for len(r.breaks) > 0 && r.breaks[0].seq < seq {
		b := r.breaks[0]
		r.breaks = r.breaks[1:]
		for _, feeds := range r.byTopic {
			for _, f := range feeds {
				if b.seq >= f.since { // or it was filled in from the index with this gap
					f.gap(b.at)
				}
			}
		}
	}
}

// orders does what was asked for since the last time.
func (r *feeder) orders() {
	r.c.mu.Lock()
	fresh, gone, breaks := r.c.fresh, r.c.gone, r.c.breaks
	r.c.fresh, r.c.gone, r.c.breaks = nil, nil, nil
	r.c.mu.Unlock()
	r.breaks = append(r.breaks, breaks...)
	for _, f := range fresh {
		r.begin(f)
	}
	for _, f := range gone {
		r.end(f)
	}
}

// begin fills a series from the index and lets the tap go on from there.
func (r *feeder) begin(f *feed) {
	s := r.c.s
	f.since = s.index.TapTopic(r.tap.bit, f.topic)
	breaks := s.Breaks()
	if id, ok := s.index.Find(f.topic); ok {
		s.index.Replay(id, f.since, func(e topics.Entry) bool {
			for len(breaks) > 0 && breaks[0] <= e.Time {
				f.gap(breaks[0])
				breaks = breaks[1:]
			}
			r.take(f, e.Time, e.Own, e.Props, e.Payload, e.Retained)
			return true
		})
	}
	for _, at := range breaks {
		f.gap(at)
	}
	r.byTopic[f.topic] = append(r.byTopic[f.topic], f)
}

func (r *feeder) end(f *feed) {
	left := slices.DeleteFunc(r.byTopic[f.topic], func(o *feed) bool { return o == f })
	if len(left) == 0 {
		delete(r.byTopic, f.topic)
		r.c.s.index.UntapTopic(r.tap.bit, f.topic)
	} else {
		r.byTopic[f.topic] = left
	}
	r.c.endSeries(f.series)
}
