package mapping

import "strconv"

// leaves makes a message of every leaf of one value. It recurses no deeper than the grammar
// check allowed and passes each byte once.
type leaves struct {
	*walk
	b []byte
}

// value handles the value that begins at i and returns where it ends.
func (l *leaves) value(i int) int {
	switch l.b[i] {
	case '{':
		if first := space(l.b, i+1); l.b[first] != '}' {
			return l.object(first)
		}
	case '[':
		if first := space(l.b, i+1); l.b[first] != ']' {
			return l.array(first)
		}
	}
	end := skip(l.b, i)
	l.leaf(l.b[i:end])
	return end
}

func (l *leaves) object(i int) int {
	mark := len(l.topic)
	for {
		key := skip(l.b, i)
		l.descend(unquote(l.b[i:key]))
		i = l.value(space(l.b, space(l.b, key)+1)) // over the colon
		l.topic = l.topic[:mark]
		i = space(l.b, i)
		if l.b[i] == '}' {
			return i + 1
		}
		i = space(l.b, i+1) // over the comma
	}
}

func (l *leaves) array(i int) int {
	mark := len(l.topic)
	for n := 0; ; n++ {
		var digits [20]byte
		l.descend(strconv.AppendInt(digits[:0], int64(n), 10))
		i = l.value(i)
		l.topic = l.topic[:mark]
		i = space(l.b, i)
		if l.b[i] == ']' {
			return i + 1
		}
		i = space(l.b, i+1)
	}
}

// descend adds levels to the topic, unless it is too long already.
func (l *leaves) descend(name []byte) {
	if len(l.topic) > MaxTopic {
		return
	}
	if len(l.topic) > 0 {
		l.topic = append(l.topic, '/')
	}
	l.topic = appendLevels(l.topic, name, false)
}

func (l *leaves) leaf(raw []byte) {
	if !validTopic(l.topic) {
		l.misfit(raw)
		return
	}
	if l.count++; l.count <= MaxMessages {
		l.emit(l.m.intern(l.topic), text(raw), l.at)
	}
}
