package export

import (
	"bufio"
	"encoding/json"
	"io"
)

// Lines writes JSON Lines: one JSON value on each line, UTF-8, lines that end in LF. One
// goroutine at a time may use it.
type Lines struct {
	out  *bufio.Writer
	json *json.Encoder
}

// NewLines writes to w.
func NewLines(w io.Writer) *Lines {
	l := &Lines{out: bufio.NewWriterSize(w, bufferBytes)}
	l.json = json.NewEncoder(l.out)
	l.json.SetEscapeHTML(false) // it is data, not a web page
	return l
}

// Write adds a value, as [json.Marshal] writes it. A value that has no form in JSON is an error,
// and nothing of it is written.
func (l *Lines) Write(v any) error { return l.json.Encode(v) }

// Flush writes what is buffered.
func (l *Lines) Flush() error { return l.out.Flush() }
