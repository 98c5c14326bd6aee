package payloadview

import (
	"bytes"
	"image"
	"sync/atomic"

	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/widgets/textview"
)

const (
	// inlineBytes is the largest payload that is laid out on the UI goroutine; a larger one is
	// prepared in the background.
	inlineBytes = 32 << 10
	// stagedBytes is the size from which the beginning of a document is shown before all of it.
	stagedBytes = 1 << 20
	// startBytes is how much of it: more than any screen has.
	startBytes = 128 << 10
)

// shown is a payload, ready to be seen.
type shown struct {
	result decode.Result
	doc    textview.Document
	image  image.Image
	// rest tells that doc is only the beginning of result.Document.
	rest bool
	// line is where something is wrong; -1 if nothing is.
	line int
}

// read decodes a message and makes what can be made at once. It runs on any goroutine.
func read(set *decode.Set, choice decode.Choice, in decode.Input, raw bool) shown {
	s := shown{line: -1}
	if choice.Format == decode.Auto {
		s.result = set.Read(in)
	} else {
		s.result = set.As(choice, in)
	}
	r := &s.result
	switch {
	case raw:
		s.dump(in.Payload, -1)
	case r.Err != nil && r.Text == nil:
		s.dump(r.Bytes, r.At)
	case r.Image != nil:
		s.image = r.Image
	case r.Format == decode.XML && r.Text != nil && r.Err == nil:
		s.doc = textview.Indented(r.Text)
	case r.Text != nil:
		s.doc = textview.Text(r.Text)
		if r.Err != nil && r.At >= 0 {
			s.line = bytes.Count(r.Text[:min(r.At, len(r.Text))], []byte("\n"))
		}
	case r.Document == nil:
		s.dump(r.Bytes, -1)
	case len(r.Document) > stagedBytes:
		s.doc, s.rest = textview.JSONStart(payload.PrettyStart(r.Document, startBytes)), true
	default:
		s.doc, _ = layOut(r.Document, nil, func(int) bool { return true })
	}
	return s
}

// layOut makes all lines of a document, folded as the start that is shown of it already, if there is
// one. A document that would become too long stays as it was sent.
func layOut(document []byte, start *textview.JSONDocument, goOn func(int) bool) (textview.Document, error) {
	pretty, err := payload.PrettyJSONWatched(document, goOn)
	switch {
	case err != nil:
		return textview.JSONRaw(document), err
	case start != nil:
		return textview.JSONWhole(pretty, start), nil
	}
	return textview.JSON(pretty), nil
}

func (s *shown) dump(b []byte, at int) {
	d := hexDocument{HexDump: payload.HexDump(b), line: -1}
	if at >= 0 && d.Len() > 0 {
		d.line = min(at/bytesPerLine, d.Len()-1)
	}
	s.doc, s.line = d, d.line
}

const bytesPerLine = 16

// hexDocument is a hex dump that marks the line where something is wrong.
type hexDocument struct {
	payload.HexDump
	line int
}

// Mark implements textview.Marker.
func (d hexDocument) Mark(i int) textview.Mark {
	if i == d.line {
		return textview.MarkChanged
	}
	return textview.MarkNone
}

// layout is the laying out of a big document in the background.
type layout struct {
	done, of atomic.Int64
	stopped  atomic.Bool
}

func (l *layout) goOn(done int) bool {
	l.done.Store(int64(done))
	return !l.stopped.Load()
}

// share is how much is done, from 0 to 1.
func (l *layout) share() float64 { return float64(l.done.Load()) / float64(max(l.of.Load(), 1)) }
