package topics

// glimpser finds the first rows of a search by going down the tree from the top, in order, for
// as long as that is quick. Where topics that fit are rare it gives up, for then the search of
// the whole tree has little to show and is quick itself.
type glimpser struct {
	s      *search
	rows   []FlatRow
	stack  []glimpsed
	visits int
	hits   int
}

// glimpsed is a branch on the way down.
type glimpsed struct {
	kids []NodeID
	// states are those of the terms at the branch.
	states [glimpseTerms]byte
	// row is that of the branch.
	row int
	hit bool
}

// glimpseTerms is the number of terms that are looked for so.
const glimpseTerms = 8

// glimpse returns a screen of rows and the number of hits among them, or false.
func (s *search) glimpse() ([]FlatRow, int, bool) {
	if !s.byName() || len(s.steppers) > glimpseTerms {
		return nil, 0, false
	}
	g := &glimpser{s: s, rows: make([]FlatRow, 0, screen)}
	root := glimpsed{row: -1}
	for i, step := range s.steppers {
		root.states[i] = step.root
	}
	if !g.push(0, &s.l.tree.top, root) {
		return nil, 0, false
	}
	for len(g.stack) > 0 && len(g.rows) < screen {
		at := &g.stack[len(g.stack)-1]
		if len(at.kids) == 0 {
			g.pop()
			continue
		}
		kid := at.kids[0]
		at.kids = at.kids[1:]
		if !g.visit(kid, at) {
			return nil, 0, false
		}
	}
	for len(g.stack) > 0 {
		g.pop()
	}
	return g.rows, g.hits, len(g.rows) >= screen/2
}

// push goes into a branch; false if that would take long.
func (g *glimpser) push(id NodeID, n *node, b glimpsed) bool {
	kids, ok := g.s.x.orders.known(id, n)
	if !ok {
		left := glimpse - g.visits
		for kid := NodeID(n.first.Load()); kid != 0 && left > 0; left-- {
			c := g.s.l.tree.node(kid)
			if c == nil {
				break
			}
			kid = NodeID(c.next.Load())
		}
		if left <= 0 {
			return false
		}
		kids = g.s.x.orders.of(g.s.l.tree, id, n)
	}
	b.kids = kids
	g.stack = append(g.stack, b)
	return true
}

// pop leaves a branch, and takes its row away if nothing beneath was found.
func (g *glimpser) pop() {
	last := len(g.stack) - 1
	b := g.stack[last]
	g.stack = g.stack[:last]
	switch {
	case last == 0:
	case b.hit:
		g.rows[b.row].Branch, g.rows[b.row].Open = true, true
		g.stack[last-1].hit = true
	case g.rows[b.row].Hit:
	default:
		g.rows = g.rows[:b.row]
	}
}

// visit looks at a node; false if it took too long.
func (g *glimpser) visit(id NodeID, above *glimpsed) bool {
	g.visits++
	l := g.s.l
	n := l.tree.node(id)
	if n == nil || n.dead.Load() != 0 || id >= l.next {
		return true
	}
	if g.visits > glimpse {
		return false
	}
	p := l.parts[(id-l.tree.base)>>chunkBits]
	if p == nil {
		return true
	}
	states, fits := above.states, true
	for i, step := range g.s.steppers {
		word, t := p.word[id%chunkSize], &g.s.query.terms[i]
		states[i] = step.step(above.states[i], word)
		if word == 0 || above.states[i]&unruly != 0 {
			states[i] = g.s.lookAt(l.place(id), step, t)
		}
		fits = fits && (states[i]&step.found != 0) != t.exclude
	}
	r := FlatRow{Node: id, Depth: n.level, Topic: n.slot.Load() != 0}
	r.Hit = r.Topic && fits
	if r.Hit {
		above.hit = true
		g.hits++
	}
	if n.first.Load() != 0 {
		g.rows = append(g.rows, r)
		return g.push(id, n, glimpsed{states: states, row: len(g.rows) - 1})
	}
	if r.Hit {
		g.rows = append(g.rows, r)
	}
	return true
}
