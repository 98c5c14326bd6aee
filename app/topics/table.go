package topics

// table finds nodes by the hash of their path. It holds no paths and no pointers: 8 bytes a
// place, which is a third of what a map of strings takes, and nothing for the garbage
// collector to look at. It is split into shards that grow one by one, so that no message waits
// for all of a million entries to move.
type table struct {
	shards [tableShards]shard
}

const tableShards = 64

type shard struct {
	places []place
	used   int
}

// place holds a node and the lower half of its hash; id 0 is free.
type place struct {
	hash uint32
	id   NodeID
}

// probe walks over the places where a hash may stand, until a free one.
type probe struct {
	s    *shard
	i    int
	hash uint32
}

func (t *table) probe(hash uint64) probe {
	s := &t.shards[hash>>58]
	p := probe{s: s, hash: uint32(hash)}
	if len(s.places) != 0 {
		p.i = s.home(p.hash)
	}
	return p
}

// id is the node at this place, 0 when the walk is over.
func (p *probe) id() NodeID {
	if len(p.s.places) == 0 {
		return 0
	}
	return p.s.places[p.i].id
}

func (p *probe) fits() bool        { return p.s.places[p.i].hash == p.hash }
func (p *probe) replace(id NodeID) { p.s.places[p.i].id = id }
func (p *probe) next()             { p.i = (p.i + 1) & (len(p.s.places) - 1) }
func (s *shard) home(h uint32) int { return int(h) & (len(s.places) - 1) }

// insert adds an entry that is known not to be there.
func (t *table) insert(hash uint64, id NodeID) {
	s := &t.shards[hash>>58]
	if s.used*8 >= len(s.places)*6 {
		s.resize(max(8, 2*len(s.places)))
	}
	s.put(place{uint32(hash), id})
	s.used++
}

// remove takes out the entry of a node, if it has one.
func (t *table) remove(hash uint64, id NodeID) {
	s := &t.shards[hash>>58]
	for p := t.probe(hash); p.id() != 0; p.next() {
		if p.id() == id {
			s.close(p.i)
			s.used--
			return
		}
	}
}

func (s *shard) put(e place) {
	i := s.home(e.hash)
	for s.places[i].id != 0 {
		i = (i + 1) & (len(s.places) - 1)
	}
	s.places[i] = e
}

func (s *shard) resize(n int) {
	old := s.places
	s.places = make([]place, n)
	for _, e := range old {
		if e.id != 0 {
			s.put(e)
		}
	}
}

// close frees place i and moves up those that were pushed past it.
func (s *shard) close(i int) {
	mask := len(s.places) - 1
	for j := i; ; {
		j = (j + 1) & mask
		e := s.places[j]
		if e.id == 0 {
			break
		}
		if home := s.home(e.hash); (j-home)&mask >= (j-i)&mask {
			s.places[i] = e
			i = j
		}
	}
	s.places[i] = place{}
}
