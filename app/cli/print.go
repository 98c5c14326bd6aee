package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"streamscope/app/export"
	"streamscope/app/record"
	"streamscope/app/session"
)

// Format says how messages are printed.
type Format string

// The formats of watch.
const (
	// FormatLine prints time, topic and payload on one line each.
	FormatLine Format = "line"
	// FormatJSON prints one JSON object on a line each.
	FormatJSON Format = "json"
	// FormatCSV prints a table: RFC 4180, times in UTC, safe for a spreadsheet.
	FormatCSV Format = "csv"
	// FormatNone prints nothing but the counts at the end.
	FormatNone Format = "none"
)

// stamp is RFC 3339 in local time to the millisecond, always of the same length.
const stamp = "2006-01-02T15:04:05.000Z07:00"

func (f Format) check() error {
	switch f {
	case FormatLine, FormatJSON, FormatCSV, FormatNone:
		return nil
	}
	return fmt.Errorf("there is no format %q: line, json, csv or none", string(f))
}

// printer writes messages of a connection. One goroutine at a time may use it.
type printer interface {
	print(connection string, batch []session.Record) error
}

// newPrinter makes one of a format. Where several connections print, a line names its own.
func newPrinter(f Format, several bool, out io.Writer) printer {
	switch f {
	case FormatLine:
		return &lines{out: out, append: func(dst []byte, connection string, r *session.Record) []byte {
			if !several {
				connection = ""
			}
			return appendLine(dst, connection, r)
		}}
	case FormatJSON:
		return &lines{out: out, append: appendJSON}
	case FormatCSV:
		return &table{csv: export.NewCSV(out, "time", "connection", "topic", "qos", "retained", "size", "payload_time", "payload")}
	}
	return silent{}
}

// silent prints nothing.
type silent struct{}

func (silent) print(string, []session.Record) error { return nil }

// lines prints each message as a line, a batch at a time.
type lines struct {
	out    io.Writer
	append func(dst []byte, connection string, r *session.Record) []byte
	text   []byte
}

func (l *lines) print(connection string, batch []session.Record) error {
	l.text = l.text[:0]
	for i := range batch {
		l.text = l.append(l.text, connection, &batch[i])
	}
	_, err := l.out.Write(l.text)
	return err
}

// table prints each message as a row.
type table struct{ csv *export.CSV }

func (t *table) print(connection string, batch []session.Record) error {
	for i := range batch {
		r := &batch[i]
		var own any
		if r.Own != 0 {
			own = export.Instant(r.Own)
		}
		if err := t.csv.Write(export.Instant(r.Time), connection, r.Topic, r.QoS, r.Retained, r.Size, own, r.Payload); err != nil {
			return err
		}
	}
	return t.csv.Flush()
}

func appendLine(dst []byte, connection string, r *session.Record) []byte {
	dst = time.Unix(0, r.Time).AppendFormat(dst, stamp)
	dst = append(dst, ' ')
	if connection != "" {
		dst = append(appendSafe(append(dst, '['), connection), "] "...)
	}
	dst = appendSafe(dst, r.Topic)
	dst = append(dst, ' ')
	if utf8.Valid(r.Payload) {
		dst = appendSafe(dst, string(r.Payload))
	} else {
		dst = fmt.Appendf(dst, "0x%x", r.Payload)
	}
	if n := int64(len(r.Payload)); n < r.Size {
		dst = fmt.Appendf(dst, " [cut: %d of %d bytes]", n, r.Size)
	}
	return append(dst, '\n')
}

// appendSafe adds text for a terminal: on one line, and without characters that steer it or
// turn its order round.
func appendSafe(dst []byte, s string) []byte {
	from := 0
	for i, c := range s {
		if c != '\\' && c != utf8.RuneError && unicode.IsPrint(c) {
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		dst = append(dst, s[from:i]...)
		if c == '\\' {
			dst = append(dst, `\\`...)
		} else {
			quoted := strconv.Quote(s[i : i+n])
			dst = append(dst, quoted[1:len(quoted)-1]...)
		}
		from = i + n
	}
	return append(dst, s[from:]...)
}

func appendJSON(dst []byte, connection string, r *session.Record) []byte {
	m := record.Message{
		Time: record.Time(r.Time, time.Local), Seq: r.Seq, Connection: connection, Topic: r.Topic, Size: r.Size,
		QoS: r.QoS, Retained: r.Retained, Dup: r.Dup, Cut: int64(len(r.Payload)) < r.Size, Properties: record.PropertiesOf(r.Props),
	}
	if r.Own != 0 {
		m.PayloadTime = record.Time(r.Own, time.Local)
	}
	m.SetPayload(r.Payload)
	line, err := json.Marshal(m)
	if err != nil {
		// Strings, numbers and bytes can always be marshalled.
		panic(err)
	}
	return append(append(dst, line...), '\n')
}
