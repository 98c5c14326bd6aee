package series

import (
	"math"
	"slices"
	"sort"
	"sync"
)

// Options say where a Series gets its memory.
type Options struct {
	// Budget is asked before memory is taken; nil means that there is no limit.
	Budget Budget
}

// Series is one number over time. Any goroutine may use it; it is made for one that appends
// and many that read. Times are nanoseconds since 1970 UTC.
type Series struct {
	// mu guards everything below.
	mu     sync.RWMutex
	chunks []chunk // in order of time; the last one is open for more

	// levels[0][i] sums up chunks[i]. levels[k+1][i] sums up levels[k][i*fan:(i+1)*fan] and
	// stands only when all of those are there and none is, or has beneath it, the open chunk.
	levels  [][]summary
	slab    []block // for the middle blocks of chunks to come
	count   int64
	version uint64
	revised uint64 // the version of the last change that was more than a new sample at the end

	budget    Budget
	held      int64 // bytes in chunks
	reserved  int64 // bytes that the budget has granted
	firstRaw  int   // no chunk before this one has its samples
	firstFine int   // nor any before this one its blocks
	thinTo    int64 // no sample after this instant was given up
	thinned   bool
}

// New makes an empty series.
func New(o Options) *Series {
	return &Series{budget: o.Budget, levels: make([][]summary, 1)}
}

// Append adds the value v at the instant t. Samples may share an instant and keep their order
// then. A sample that comes late, as after a clock was set back, is put where its time belongs;
// that costs more. NaN and ±Inf are no numbers to draw: they are kept as the mark of a gap.
func (s *Series) Append(t int64, v float64) {
	if v-v != 0 {
		v = math.NaN()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(t, v)
}

// Gap marks that from t on, until the next sample, the value is not known: the connection was
// lost, or the device died. Lines are not drawn across it.
func (s *Series) Gap(t int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.chunks); n > 0 {
		if end := &s.levels[0][n-1]; end.last != end.last && t >= end.to {
			return
		}
	}
	s.put(t, math.NaN())
}

func (s *Series) put(t int64, v float64) {
	s.version++
	s.count++
	n := len(s.chunks)
	if n > 0 && t < s.levels[0][n-1].to {
		s.putLate(t, v)
		return
	}
	if n == 0 || s.chunks[n-1].thinned() || len(s.chunks[n-1].times) == chunkLen {
		s.open()
	} else if tail := &s.chunks[n-1]; len(tail.times) == cap(tail.times) {
		s.replace(n-1, tail.grown())
	}
	n = len(s.chunks)
	s.chunks[n-1].append(t, v)
	s.levels[0][n-1].add(t, v)
}

// open starts a new last chunk, and closes the one before it into the pyramid.
func (s *Series) open() {
	capacity := chunkLen
	if len(s.chunks) == 0 {
		capacity = firstCap
	}
	c := newChunk(capacity)
	if len(s.chunks) >= slabChunks {
		c.mids = s.fromSlab()
	}
	s.chunks = append(s.chunks, c)
	s.levels[0] = append(s.levels[0], summary{})
	s.promote()
	s.account(c.bytes())
}

// slabChunks is how many chunks have their middle blocks side by side. A picture of a long time reads
// one after the other, and the processor fetches ahead what lies in a row.
const slabChunks = 16

func (s *Series) fromSlab() []block {
	const n = chunkLen / midLen
	if len(s.slab) < n {
		s.slab = make([]block, n*slabChunks)
	}
	mids := s.slab[:0:n]
	s.slab = s.slab[n:]
	return mids
}

// promote completes the pyramid over all chunks but the open one.
func (s *Series) promote() {
	closed := len(s.chunks) - 1
	for l := 0; closed >= fan; l++ {
		if l+1 == len(s.levels) {
			s.levels = append(s.levels, nil)
		}
		closed >>= fanShift
		for p := len(s.levels[l+1]); p < closed; p++ {
			s.levels[l+1] = append(s.levels[l+1], fold(s.levels[l][p<<fanShift:(p+1)<<fanShift]))
		}
	}
}

// putLate inserts a sample that is older than the newest.
func (s *Series) putLate(t int64, v float64) {
	s.revised = s.version
	base := s.levels[0]
	i := max(sort.Search(len(base), func(i int) bool { return base[i].from > t })-1, 0)
	if s.chunks[i].thinned() {
		s.putThinned(i, t, v)
		return
	}
	if len(s.chunks[i].times) == chunkLen {
		late := s.chunks[i].split()
		s.chunks = slices.Insert(s.chunks, i+1, late)
		s.levels[0] = slices.Insert(s.levels[0], i+1, late.sum(0, len(late.times)))
		s.levels[0][i] = s.chunks[i].sum(0, len(s.chunks[i].times))
		s.relevel(i)
		s.account(late.bytes())
		s.putAgain(t, v)
		return
	}
	if c := &s.chunks[i]; len(c.times) == cap(c.times) {
		s.replace(i, c.grown())
		s.putAgain(t, v)
		return
	}
	c := &s.chunks[i]
	c.insert(upper(c.times, t), t, v)
	s.levels[0][i].insert(t, v)
	s.refold(i)
}

// putAgain starts over: making room may have moved the chunk where the sample belongs.
func (s *Series) putAgain(t int64, v float64) {
	s.count--
	s.put(t, v)
}

func (s *Series) putThinned(i int, t int64, v float64) {
	s.levels[0][i].insert(t, v)
	if thin := s.chunks[i].thin; thin != nil {
		b := max(sort.Search(len(thin), func(b int) bool { return thin[b].from > t })-1, 0)
		thin[b].insert(t, v)
	}
	s.refold(i)
}

// refold brings the summaries above chunk i up to date.
func (s *Series) refold(i int) {
	for l := 0; l+1 < len(s.levels); l++ {
		i >>= fanShift
		if i >= len(s.levels[l+1]) {
			return
		}
		s.levels[l+1][i] = fold(s.levels[l][i<<fanShift : (i+1)<<fanShift])
	}
}

// relevel builds the pyramid anew from chunk i on, after chunks have moved.
func (s *Series) relevel(i int) {
	for l := 1; l < len(s.levels); l++ {
		i >>= fanShift
		s.levels[l] = s.levels[l][:min(i, len(s.levels[l]))]
	}
	s.promote()
}

func (s *Series) replace(i int, c chunk) {
	before := s.chunks[i].bytes()
	s.chunks[i] = c
	s.account(c.bytes() - before)
}

// Grown tells whether all that has changed since a version, as Columns tells it, are new samples at the
// end. What was read of the past is then still right.
func (s *Series) Grown(since uint64) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.revised <= since
}

// rewritten notes a change of the past.
func (s *Series) rewritten() {
	s.version++
	s.revised = s.version
}

// Len is how many samples and gap marks were ever appended, those given up included.
func (s *Series) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return int(s.count)
}

// upper is the index of the first time after t.
func upper(times []int64, t int64) int {
	return sort.Search(len(times), func(i int) bool { return times[i] > t })
}

// lower is the index of the first time at or after t.
func lower(times []int64, t int64) int {
	return sort.Search(len(times), func(i int) bool { return times[i] >= t })
}
