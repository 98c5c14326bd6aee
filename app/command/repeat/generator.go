package repeat

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"time"
)

// Shape is how values come one after another.
type Shape string

// The shapes.
const (
	Constant Shape = ""     // no value at all: the draft as it is
	Sine     Shape = "sine" // between Min and Max, once around in Period
	Ramp     Shape = "ramp" // from Min to Max in Period, then from Min again
	Step     Shape = "step" // Min for half of Period, Max for the other half
	Walk     Shape = "walk" // each a random step, at most a twentieth of the range, from the last
	Rows     Shape = "rows" // the rows of a CSV file, one after another, then from the first again
)

// Shapes lists all, in the order in which they are offered.
func Shapes() []Shape { return []Shape{Constant, Sine, Ramp, Step, Walk, Rows} }

// Generator makes values.
type Generator struct {
	Shape    Shape
	Min, Max float64
	// Period is that of a sine, a ramp or steps.
	Period time.Duration
	// Decimals is how many digits follow the point; fewer than 0 for as many as there are.
	Decimals int
	// File and Column name the rows; Column counts from 1.
	File   string
	Column int
	// Random is where a walk comes from; nil for chance.
	Random *rand.Rand
}

const (
	// maxRows and maxFile bound a CSV file: it is held in memory.
	maxRows = 1_000_000
	maxFile = 64 << 20
)

// Source makes one value after another. elapsed is the time since the first. It is used by one
// goroutine.
type Source func(elapsed time.Duration) string

// Source checks the generator and begins. It reads the file if there is one; an error names it,
// and the line.
func (g Generator) Source() (Source, error) {
	switch g.Shape {
	case Constant:
		return func(time.Duration) string { return "" }, nil
	case Rows:
		return g.rows()
	case Walk:
		if !(g.Min < g.Max) || math.IsInf(g.Max-g.Min, 0) {
			return nil, errRange
		}
		return g.walk(), nil
	case Sine, Ramp, Step:
	default:
		return nil, fmt.Errorf("%q is no way to make values", string(g.Shape))
	}
	switch {
	case !(g.Min < g.Max) || math.IsInf(g.Max-g.Min, 0):
		return nil, errRange
	case g.Period <= 0:
		return nil, errors.New("the period has to be longer than nothing")
	}
	return func(elapsed time.Duration) string {
		phase := float64(elapsed%g.Period) / float64(g.Period)
		return g.write(g.Min + (g.Max-g.Min)*g.at(phase))
	}, nil
}

var errRange = errors.New("the smallest value has to be below the largest")

// at is where the shape stands, from 0 to 1, at a part of its period.
func (g Generator) at(phase float64) float64 {
	switch g.Shape {
	case Sine:
		return (1 + math.Sin(2*math.Pi*phase)) / 2
	case Step:
		return math.Round(phase - 1e-12)
	default:
		return phase
	}
}

func (g Generator) write(v float64) string { return strconv.FormatFloat(v, 'f', g.Decimals, 64) }

// walk stays within the range by turning back at its ends.
func (g Generator) walk() Source {
	chance := rand.Float64
	if g.Random != nil {
		chance = g.Random.Float64
	}
	v := (g.Min + g.Max) / 2
	return func(time.Duration) string {
		v += (chance()*2 - 1) * (g.Max - g.Min) / 20
		if v < g.Min {
			v = min(2*g.Min-v, g.Max)
		}
		if v > g.Max {
			v = max(2*g.Max-v, g.Min)
		}
		return g.write(v)
	}
}

// rows reads a column of a CSV file (RFC 4180).
func (g Generator) rows() (Source, error) {
	f, err := os.Open(g.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	values, err := readColumn(f, max(g.Column, 1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", g.File, err)
	}
	next := 0
	return func(time.Duration) string {
		v := values[next]
		next = (next + 1) % len(values)
		return v
	}, nil
}

func readColumn(from io.Reader, column int) ([]string, error) {
	limited := &io.LimitedReader{R: from, N: maxFile + 1}
	r := csv.NewReader(limited)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	var values []string
	for {
		row, err := r.Read()
		if limited.N <= 0 || len(values) > maxRows {
			return nil, errors.New("it is too long to be repeated")
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(row) < column {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("line %d has %d columns, not %d", line, len(row), column)
		}
		values = append(values, row[column-1])
	}
	if len(values) == 0 {
		return nil, errors.New("it has no rows")
	}
	return values, nil
}
