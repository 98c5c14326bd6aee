package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// input is what standard input has brought: lines, which nobody writes to again, or why there
// are no more.
type input struct {
	lines [][]byte
	err   error
}

// errInput says that standard input could not be read.
var errInput = errors.New("standard input")

const inputBytes = 64 << 10

// readLines hands over lines as they come, many at a time where they come fast, and closes at the
// end of r. Reading cannot be cancelled: when ctx is, its goroutine stays until r gives way.
func readLines(ctx context.Context, r io.Reader) <-chan input {
	all := make(chan input)
	go func() {
		defer close(all)
		l := &liner{in: r}
		for {
			lines, err := l.next()
			if len(lines) > 0 || err != nil && !errors.Is(err, io.EOF) {
				in := input{lines: lines}
				if err != nil && !errors.Is(err, io.EOF) {
					in.err = fmt.Errorf("%w: %w", errInput, err)
				}
				select {
				case all <- in:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return all
}

// liner cuts a stream into lines.
type liner struct {
	in io.Reader
	// text is what was read and not handed over: the beginning of a line. What follows it in its
	// array is free.
	text []byte
}

// next reads once, and returns the lines that are whole by then, without their ends. The error
// comes with the last of them; a line without an end is the last.
func (l *liner) next() ([][]byte, error) {
	if cap(l.text)-len(l.text) < inputBytes/8 {
		// What was handed over stays where it is, so what is left of it moves.
		l.text = append(make([]byte, 0, max(inputBytes, 2*len(l.text))), l.text...)
	}
	n, err := l.in.Read(l.text[len(l.text):cap(l.text)])
	from := len(l.text) // no line ends before
	l.text = l.text[:from+n]
	var lines [][]byte
	for {
		i := bytes.IndexByte(l.text[from:], '\n')
		if i < 0 {
			break
		}
		end := from + i
		lines = append(lines, bytes.TrimSuffix(l.text[:end:end], []byte{'\r'}))
		l.text, from = l.text[end+1:], 0
	}
	if errors.Is(err, io.EOF) && len(l.text) > 0 {
		lines, l.text = append(lines, bytes.TrimSuffix(l.text, []byte{'\r'})), nil
	}
	if len(l.text) > maxLine {
		return lines, fmt.Errorf("a line has more than %d bytes", maxLine)
	}
	return lines, err
}
