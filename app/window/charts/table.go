package charts

import (
	"context"
	"io"
	"math"
	"time"

	"streamscope/app/export"
	"streamscope/app/series"
	"streamscope/app/window/ui"
)

// table is the data of a chart on its way into a file. It is made on the UI goroutine and
// written on any.
type table struct {
	lines    []tableLine
	from, to int64
	// lines of JSON instead of CSV.
	json bool
}

// tableLine is one value of the chart.
type tableLine struct {
	name, connection, topic, unit string
	path                          []string
	data                          *series.Series
}

// batch is how many records of a line are read at once, under its lock.
const batch = 2048

// newTable takes down the lines of the chart that are switched on, for what is in view or for
// all that is held.
func (p *panel) newTable(all, json bool) table {
	t := table{json: json}
	t.from, t.to = p.chart.View().Stretch()
	if all {
		t.from, t.to = math.MaxInt64, math.MinInt64
	}
	for _, l := range p.lines {
		if l.spec.Hidden {
			continue
		}
		t.lines = append(t.lines, tableLine{
			name: l.title(p.several()), connection: l.owner, topic: l.spec.Topic, unit: p.unit(l), path: l.spec.Path, data: l.data,
		})
		if from, to, ok := l.data.Span(); all && ok {
			t.from, t.to = min(t.from, from), max(t.to, to+1)
		}
	}
	return t
}

// row is one line of the file.
type row struct {
	Time       string   `json:"time"`
	Series     string   `json:"series"`
	Connection string   `json:"connection"`
	Topic      string   `json:"topic"`
	Path       []string `json:"path,omitempty"`
	Value      *float64 `json:"value"` // null from where on it is not known
	Unit       string   `json:"unit,omitempty"`
	// What follows stands where only the sum of several samples is held: Value is their mean.
	Until   string   `json:"until,omitempty"`
	Samples int64    `json:"samples,omitempty"`
	Min     *float64 `json:"min,omitempty"`
	Max     *float64 `json:"max,omitempty"`
}

// write writes the table, the samples of all lines in order of time, and tells how far it is,
// from 0 to 1. It ends early with the context.
func (t table) write(ctx context.Context, w io.Writer, progress func(float64)) (rows int, err error) {
	put, flush := t.format(w)
	readers := make([]*tableReader, len(t.lines))
	for i := range t.lines {
		readers[i] = &tableReader{r: t.lines[i].data.Reader(t.from, t.to), buf: make([]series.Record, batch)}
	}
	for ; ; rows++ {
		if rows%batch == 0 && ctx.Err() != nil {
			return rows, ctx.Err()
		}
		next := earliest(readers)
		if next < 0 {
			progress(1)
			return rows, flush()
		}
		rec := readers[next].take()
		if rows%batch == 0 {
			progress(float64(rec.From-t.from) / max(float64(t.to)-float64(t.from), 1))
		}
		if err := put(&t.lines[next], rec); err != nil {
			return rows, err
		}
	}
}

// tableReader is one line with a look at its next record.
type tableReader struct {
	r    *series.Reader
	buf  []series.Record
	next []series.Record
	done bool
}

func (r *tableReader) peek() (series.Record, bool) {
	if len(r.next) == 0 && !r.done {
		n := r.r.Next(r.buf)
		r.next, r.done = r.buf[:n], n == 0
	}
	if r.done {
		return series.Record{}, false
	}
	return r.next[0], true
}

func (r *tableReader) take() series.Record {
	rec := r.next[0]
	r.next = r.next[1:]
	return rec
}

// earliest is the reader whose next record begins first, or -1.
func earliest(readers []*tableReader) int {
	best, at := -1, int64(0)
	for i, r := range readers {
		if rec, ok := r.peek(); ok && (best < 0 || rec.From < at) {
			best, at = i, rec.From
		}
	}
	return best
}

func (t table) format(w io.Writer) (put func(*tableLine, series.Record) error, flush func() error) {
	if t.json {
		lines := export.NewLines(w)
		return func(l *tableLine, rec series.Record) error { return lines.Write(rowOf(l, rec)) }, lines.Flush
	}
	csv := export.NewCSV(w, "time", "series", "connection", "topic", "path", "value", "unit", "until", "samples", "min", "max")
	return func(l *tableLine, rec series.Record) error {
		cells := []any{export.Instant(rec.From), l.name, l.connection, l.topic, ui.PathLabel(l.path), known(rec.Value), l.unit, nil, nil, nil, nil}
		if rec.Count > 1 {
			cells[7], cells[8], cells[9], cells[10] = export.Instant(rec.To), rec.Count, rec.Min, rec.Max
		}
		return csv.Write(cells...)
	}, csv.Flush
}

// known leaves a cell empty where the value is not known.
func known(v float64) any {
	if v != v {
		return nil
	}
	return v
}

func rowOf(l *tableLine, rec series.Record) row {
	r := row{Time: instant(rec.From), Series: l.name, Connection: l.connection, Topic: l.topic, Path: l.path, Unit: l.unit}
	if rec.Value == rec.Value {
		r.Value = &rec.Value
	}
	if rec.Count > 1 {
		r.Until, r.Samples, r.Min, r.Max = instant(rec.To), rec.Count, &rec.Min, &rec.Max
	}
	return r
}

// instant writes a time as the tables of this program do: ISO 8601, in UTC, to the nanosecond.
func instant(t int64) string { return time.Unix(0, t).UTC().Format("2006-01-02T15:04:05.000000000Z") }
