package textview

const (
	// A text of so many lines or bytes is long: nobody reads it from end to end.
	longLines = 2000
	longBytes = 256 << 10
	// manyLines is how long a part may be to be unfolded with all that is in it.
	manyLines = 200
	// fewLines is what is no outline yet: a wrapper or two.
	fewLines = 5
	// deepest is the last level at which the parts of an outline may begin.
	deepest = 3
	// maxOutline bounds the parts of an outline; a list of more small parts is better read unfolded.
	maxOutline = 1 << 20
)

// Part is lines of a document that can be folded away behind the first of them.
type Part struct{ First, Last int32 }

// Outliner is a document that says what of it a reader should find folded, because it is long.
type Outliner interface {
	Folder
	// Outline returns parts in order, none within another; none at all for a document that isn't
	// long. The caller doesn't change it.
	Outline() []Part
}

// parted is what a document knows of its parts.
type parted struct {
	// ends is the last line of the part that begins with a line; 0 if none begins there.
	ends []int32
	// levels are the parts within 1, 2 … others; hidden is how many lines they would fold away.
	levels  [deepest + 1][]Part
	hidden  [deepest + 1]int
	outline []Part
	level   int
}

// add notes a part within depth others. Parts of one depth come in order.
func (p *parted) add(depth int, first, last int32) {
	p.ends[first] = last
	if depth < 1 || depth > deepest || len(p.levels[depth]) > maxOutline {
		return
	}
	p.levels[depth] = append(p.levels[depth], Part{first, last})
	p.hidden[depth] += int(last - first)
}

// settle chooses the outline: the given level, or the first that shows more than a wrapper.
func (p *parted) settle(lines, level int) {
	p.level = level
	if level == 0 {
		for p.level = 1; p.level < deepest && lines-p.hidden[p.level] < fewLines && len(p.levels[p.level+1]) > 0; {
			p.level++
		}
	}
	if n := len(p.levels[p.level]); n <= maxOutline {
		p.outline = p.levels[p.level]
	}
	p.levels = [deepest + 1][]Part{}
}

// Fold returns where the part that begins on line i ends.
func (p *parted) Fold(i int) (end int, ok bool) {
	if i < 0 || i >= len(p.ends) || p.ends[i] == 0 {
		return 0, false
	}
	return int(p.ends[i]), true
}

// Outline is what a reader should find folded.
func (p *parted) Outline() []Part { return p.outline }

// Level is the number of parts that those of the outline lie in; 0 without one.
func (p *parted) Level() int { return p.level }

// IndentedDocument is text whose parts are told by how far their lines stand in.
type IndentedDocument struct {
	*TextDocument
	parted
}

// Indented makes a document of indented text, as of XML with a line for each element. A line that is
// followed by lines farther in folds them away, and with them a line "</" at its own place. Like
// [Text] it reads all of b.
func Indented(b []byte) *IndentedDocument {
	d := &IndentedDocument{TextDocument: Text(b)}
	d.ends = make([]int32, d.Len())
	f := indentFinder{parted: &d.parted}
	for i, start := 0, 0; i < d.Len(); i++ {
		end, next := d.cut(start)
		if start == 0 || b[start-1] == '\n' {
			f.line(int32(i), b[start:end])
		}
		start = next
	}
	f.close(0, f.last)
	if d.Len() > longLines || len(b) > longBytes {
		d.settle(d.Len(), 0)
	}
	return d
}

// indentFinder finds the parts of indented text.
type indentFinder struct {
	*parted
	open []indented
	last int32 // the last line that wasn't empty
}

// indented is a line that may be followed by what it contains.
type indented struct {
	in   int
	line int32
}

func (f *indentFinder) line(i int32, b []byte) {
	in := 0
	for in < len(b) && b[in] == ' ' {
		in++
	}
	if in == len(b) {
		return
	}
	before := f.last
	f.last = i
	closes := in+1 < len(b) && b[in] == '<' && b[in+1] == '/'
	if n := len(f.open); closes && n > 0 {
		f.close(in+1, before)
		if n = len(f.open); n > 0 && f.open[n-1].in == in {
			f.close(in, i)
			return
		}
	}
	f.close(in, before)
	if len(f.open) < maxNesting {
		f.open = append(f.open, indented{in, i})
	}
}

// close ends, with a line, the parts that stand in by so much or more.
func (f *indentFinder) close(in int, last int32) {
	for n := len(f.open); n > 0 && f.open[n-1].in >= in; n = len(f.open) {
		o := f.open[n-1]
		f.open = f.open[:n-1]
		if last > o.line {
			f.add(len(f.open), o.line, last)
		}
	}
}
