package topics

// heap has the topic with the most history first. It moves only when a block comes or goes,
// never for a mere message.
type heap []*history

// most is the number of bytes of the topic that has most.
func (p heap) most() int64 {
	if len(p) == 0 {
		return 0
	}
	return p[0].bytes
}

// rise takes in a history that is new, or has grown.
func (p *heap) rise(h *history) {
	if h.pos < 0 {
		h.pos = len(*p)
		*p = append(*p, h)
	}
	q := *p
	for i := h.pos; i > 0; {
		up := (i - 1) / 2
		if q[up].bytes >= h.bytes {
			break
		}
		q.swap(i, up)
		i = up
	}
}

// sink puts a history that has shrunk in its place.
func (p heap) sink(h *history) {
	for i := h.pos; ; {
		most := i
		for k := 2*i + 1; k <= 2*i+2 && k < len(p); k++ {
			if p[k].bytes > p[most].bytes {
				most = k
			}
		}
		if most == i {
			return
		}
		p.swap(i, most)
		i = most
	}
}

// remove takes a history out.
func (p *heap) remove(h *history) {
	q, i, last := *p, h.pos, len(*p)-1
	if i < 0 {
		return
	}
	q.swap(i, last)
	q[last], *p = nil, q[:last]
	h.pos = -1
	if i < last {
		moved := q[i]
		p.rise(moved)
		p.sink(moved)
	}
}

func (p heap) swap(i, k int) {
	p[i], p[k] = p[k], p[i]
	p[i].pos, p[k].pos = i, k
}
