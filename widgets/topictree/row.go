package topictree

import "image/color"

// Source is what a tree shows. It is called on Fyne's goroutine and must answer at once.
type Source interface {
	// Len is the number of rows: those that open branches show.
	Len() int
	// Fill describes the rows from first on. It overwrites every field of every element;
	// what an element held before (its Trend, say) may be reused as a buffer. Rows beyond
	// the end, if the source shrank meanwhile, are left as zero values.
	Fill(first int, rows []Row)
}

// ParentFinder is what a Source implements if it can find a row's parent faster than by
// looking at the rows above it.
type ParentFinder interface {
	// Parent is the index of the parent of row i, or -1.
	Parent(i int) int
}

// Kind is what a row stands for.
type Kind uint8

const (
	// Topic has had a message; it may be a branch as well.
	Topic Kind = iota
	// Branch is a level of topics that has had no message itself.
	Branch
	// Root is a connection.
	Root
)

// Row is what one line shows. Texts come as they are, from outside: the tree makes them fit
// for one line.
type Row struct {
	Key   uint64 // identity across refreshes and resets
	Depth int    // levels of indentation
	Kind  Kind
	Name  string

	Branch, Open bool   // has something beneath; shows it
	Topics       int    // topics beneath a branch
	Figure       string // stands beside a branch in place of their number

	Value string // short form, one line
	Note  string // a remark after the value: "cut: 64 KiB of 212 MB", "lost since 14:02"
	// Trend is drawn as a small curve scaled to itself; NaN is a gap.
	Trend []float32
	Age   string // already formatted: "3 s"

	Retained bool // known only as a retained message
	Stale    bool // the value may be out of date: greyed
	Cut      bool // the payload was too large and is not whole
	Pinned   bool // on the watch list
	Hit      bool // the topic matches the filter

	// HitStart and HitEnd are the bytes of Name that match the filter; equal if the match
	// isn't within the name.
	HitStart, HitEnd int

	// Colour is a root's mark, where nil is the theme's primary colour, and a slim bar before a
	// topic, where nil is none.
	Colour color.Color
	// Change differs whenever the value was set anew; the value is then marked for a moment.
	Change uint64
}

// Part is what a pointer is over in a row.
type Part int

// The parts of a row, from left to right.
const (
	PartName Part = iota
	PartValue
	PartTrend
	PartAge
	PartMarks
	PartPin
)
