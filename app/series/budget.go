package series

// Budget is memory shared with others, in bytes. A series calls it while it is locked: an
// implementation may not call back into any series.
type Budget interface {
	// Reserve takes n bytes, or nothing and returns false.
	Reserve(n int64) bool
	// Release gives back n bytes that were reserved.
	Release(n int64)
}

// Bytes is the memory that samples and pyramid take, by the capacity of their arrays.
func (s *Series) Bytes() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.size()
}

// Shrink gives back at least n bytes if it can, oldest samples first, and says how many. For
// whoever shares one budget among several series.
func (s *Series) Shrink(n int64) (freed int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.size()
	for before-s.size() < n && s.giveWay() {
	}
	s.settle()
	return before - s.size()
}

// Close gives all memory back to the budget. The series is empty afterwards.
func (s *Series) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chunks, s.slab, s.levels = nil, nil, make([][]summary, 1)
	s.held, s.firstRaw, s.firstFine, s.thinned = 0, 0, 0, false
	s.rewritten()
	s.settle()
}

func (s *Series) size() int64 {
	n := s.held + int64(cap(s.chunks))*chunkBytes + int64(len(s.slab))*blockBytes
	for _, l := range s.levels {
		n += int64(cap(l)) * summaryBytes
	}
	return n
}

// account notes that the chunks have grown by n bytes. What the budget refuses comes out of the
// oldest samples; the open chunk stays whatever the budget says, so the overdraft is one chunk.
func (s *Series) account(n int64) {
	s.held += n
	s.settle()
}

// settle makes what is reserved equal to what is held.
func (s *Series) settle() {
	if s.budget == nil {
		return
	}
	for s.reserved < s.size() {
		if want := s.size() - s.reserved; s.budget.Reserve(want) {
			s.reserved += want
		} else if !s.giveWay() {
			return
		}
	}
	if spare := s.reserved - s.size(); spare > 0 {
		s.budget.Release(spare)
		s.reserved -= spare
	}
}

// giveWay frees the least precious memory: the oldest samples, then the summaries of
// the oldest blocks, then every second of the oldest chunks.
func (s *Series) giveWay() bool {
	closed := len(s.chunks) - 1
	if s.firstRaw < closed {
		s.thin(s.firstRaw)
		s.firstRaw++
		return true
	}
	if s.firstFine < closed {
		c := &s.chunks[s.firstFine]
		s.held -= c.bytes()
		c.thin = nil
		s.firstFine++
		s.rewritten()
		return true
	}
	return s.coarsen()
}

func (s *Series) thin(i int) {
	c := &s.chunks[i]
	if c.thinned() {
		return
	}
	before := c.bytes()
	c.thinOut()
	s.held += c.bytes() - before
	s.thinTo, s.thinned = max(s.thinTo, s.levels[0][i].to), true
	s.rewritten()
}

// coarsen merges neighbours in the older half of the chunks, all of which are coarse by now.
func (s *Series) coarsen() bool {
	pairs := (len(s.chunks) - 1) / 4
	if pairs < fan {
		return false
	}
	base := s.levels[0]
	for i := range pairs {
		base[i] = fold(base[2*i : 2*i+2])
		s.chunks[i] = chunk{}
	}
	keep := len(s.chunks) - 2*pairs
	chunks := make([]chunk, pairs, pairs+keep+fan)
	summaries := make([]summary, 0, pairs+keep+fan)
	s.chunks = append(chunks, s.chunks[2*pairs:]...)
	s.levels = [][]summary{append(append(summaries, base[:pairs]...), base[2*pairs:]...)}
	s.firstRaw -= pairs
	s.firstFine -= pairs
	s.promote()
	s.rewritten()
	return true
}
