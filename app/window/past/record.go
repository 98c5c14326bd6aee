package past

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"time"
	"unicode/utf8"

	"streamscope/app/export"
	"streamscope/app/record"
	"streamscope/app/topics"
)

// format is how messages are written into a file.
type format int

const (
	asCSV format = iota
	asLines
)

func (f format) extension() string {
	if f == asCSV {
		return ".csv"
	}
	return ".jsonl"
}

// origin is where messages came from.
type origin struct{ connection, topic string }

// writer writes messages.
type writer interface {
	write(o origin, e *topics.Entry) error
	Flush() error
}

func newWriter(f format, w io.Writer) writer {
	if f == asCSV {
		return csvWriter{export.NewCSV(w, "time", "seq", "connection", "topic", "payload", "payload_encoding", "size", "qos",
			"retained", "dup", "cut", "payload_time", "properties")}
	}
	return linesWriter{export.NewLines(w)}
}

type csvWriter struct{ *export.CSV }

func (w csvWriter) write(o origin, e *topics.Entry) error {
	text, encoding := string(e.Payload), "utf-8"
	if !utf8.Valid(e.Payload) {
		text, encoding = base64.StdEncoding.EncodeToString(e.Payload), "base64"
	}
	var own, props any
	if e.Own != 0 {
		own = export.Instant(e.Own)
	}
	if p := record.PropertiesOf(e.Props); p != nil {
		b, err := json.Marshal(p)
		if err != nil {
			return err
		}
		props = string(b)
	}
	return w.Write(export.Instant(e.Time), e.Seq, o.connection, o.topic, text, encoding, e.Size, e.QoS, e.Retained, e.Dup, e.Cut, own, props)
}

type linesWriter struct{ *export.Lines }

func (w linesWriter) write(o origin, e *topics.Entry) error {
	m := record.Message{
		Time: record.Time(e.Time, time.UTC), Seq: e.Seq, Connection: o.connection, Topic: o.topic, Size: e.Size, QoS: e.QoS,
		Retained: e.Retained, Dup: e.Dup, Cut: e.Cut, Properties: record.PropertiesOf(e.Props),
	}
	if e.Own != 0 {
		m.PayloadTime = record.Time(e.Own, time.UTC)
	}
	m.SetPayload(e.Payload)
	return w.Write(m)
}

// source yields messages, oldest first, until yield returns false.
type source func(yield func(*topics.Entry) bool)

// held yields what the index holds of a topic up to a message.
func held(x *topics.Index, id topics.NodeID, upTo uint64) source {
	return func(yield func(*topics.Entry) bool) {
		x.Replay(id, upTo, func(e topics.Entry) bool { return yield(&e) })
	}
}

// those yields the given ones.
func those(entries []topics.Entry) source {
	return func(yield func(*topics.Entry) bool) {
		for i := range entries {
			if !yield(&entries[i]) {
				return
			}
		}
	}
}

// write writes messages and tells progress the number of each now and then. It returns how many
// it wrote. It may run on any goroutine, and ends with ctx.
func write(ctx context.Context, out io.Writer, f format, o origin, from source, progress func(seq uint64)) (n int, err error) {
	w := newWriter(f, out)
	from(func(e *topics.Entry) bool {
		if n%512 == 0 {
			if err = ctx.Err(); err != nil {
				return false
			}
			progress(e.Seq)
		}
		if err = w.write(o, e); err == nil {
			n++
		}
		return err == nil
	})
	if err == nil {
		err = w.Flush()
	}
	return n, err
}
