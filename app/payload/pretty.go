package payload

import "errors"

// ErrTooBig is returned when the pretty form of a document would be many times its size.
var ErrTooBig = errors.New("pretty form too big")

// ErrStopped is returned when who watched the work did not want it to go on.
var ErrStopped = errors.New("stopped")

const (
	indentWidth = 2
	// maxIndent is where lines stop moving to the right, in columns.
	maxIndent = 64
	// prettyGrowth bounds the pretty form: so many times the input, and some.
	prettyGrowth = 12
	prettySlack  = 64 << 10
)

// PrettyJSON returns the JSON document b with a line for each member, two spaces deeper for
// each level down to the 32nd. Order, numbers and strings stay exactly as they were sent. The
// error is a [*SyntaxError], [ErrTooDeep], or [ErrTooBig] when the result would be more than
// twelve times as long.
func PrettyJSON(b []byte) ([]byte, error) {
	return PrettyJSONWatched(b, func(int) bool { return true })
}

// watchEvery is after how many bytes of a document its watcher is asked.
const watchEvery = 1 << 20

// PrettyJSONWatched is [PrettyJSON] for a big document: it tells goOn after each MiB how many
// bytes are done, and returns [ErrStopped] if that returns false.
func PrettyJSONWatched(b []byte, goOn func(done int) bool) ([]byte, error) {
	var s scanner
	s.reset(b)
	p := prettyPrinter{out: make([]byte, 0, 2*len(b)), limit: len(b)*prettyGrowth + prettySlack}
	for next := watchEvery; ; {
		t := s.next()
		switch t {
		case tokenEnd:
			return p.out, nil
		case tokenBad:
			return nil, s.err()
		}
		p.token(&s, t)
		if len(p.out) > p.limit {
			return nil, ErrTooBig
		}
		if s.pos > next {
			if !goOn(s.pos) {
				return nil, ErrStopped
			}
			next = s.pos + watchEvery
		}
	}
}

// PrettyStart returns the beginning of the pretty form, of about limit bytes; what is no JSON
// ends it. It is the first screen of a document that takes a while.
func PrettyStart(b []byte, limit int) []byte {
	var s scanner
	s.reset(b)
	p := prettyPrinter{out: make([]byte, 0, limit+1<<10)}
	for len(p.out) < limit {
		t := s.next()
		if t == tokenEnd || t == tokenBad {
			break
		}
		p.token(&s, t)
	}
	return p.out
}

type prettyPrinter struct {
	out   []byte
	limit int
	// last is the token before; it decides whether a comma or a line end comes next.
	last token
}

func (p *prettyPrinter) token(s *scanner, t token) {
	switch t {
	case tokenObjectEnd, tokenArrayEnd:
		if p.last != tokenObject && p.last != tokenArray {
			p.newline(s.depth)
		}
		p.out = append(p.out, s.raw()...)
	case tokenKey:
		p.separate(s.depth)
		p.out = append(p.out, '"')
		p.out = append(p.out, s.raw()...)
		p.out = append(p.out, `": `...)
	default:
		depth := s.depth
		if t == tokenObject || t == tokenArray {
			depth--
		}
		if p.last != tokenKey {
			p.separate(depth)
		}
		p.scalar(s, t)
	}
	p.last = t
}

func (p *prettyPrinter) scalar(s *scanner, t token) {
	if t == tokenString {
		p.out = append(p.out, '"')
		p.out = append(p.out, s.raw()...)
		p.out = append(p.out, '"')
		return
	}
	p.out = append(p.out, s.raw()...)
}

// separate begins the line of a member: after a comma unless it is the first.
func (p *prettyPrinter) separate(depth int) {
	switch p.last {
	case tokenEnd:
		return
	case tokenObject, tokenArray:
	default:
		p.out = append(p.out, ',')
	}
	p.newline(depth)
}

func (p *prettyPrinter) newline(depth int) {
	const spaces = "\n                                                                "
	p.out = append(p.out, spaces[:1+min(depth*indentWidth, maxIndent)]...)
}
