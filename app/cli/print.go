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
	"streamscope/app/session"
	"streamscope/connections"
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

// message is the JSON form. A payload that is not UTF-8 stands in Base64.
type message struct {
	Time string `json:"time"`
	Seq  uint64 `json:"seq"`
	// Connection is the name of its profile.
	Connection string  `json:"connection"`
	Topic      string  `json:"topic"`
	Payload    *string `json:"payload,omitempty"`
	Base64     []byte  `json:"payload_base64,omitempty"`
	Size       int64   `json:"size"`
	QoS        byte    `json:"qos"`
	Retain     bool    `json:"retained,omitempty"`
	Dup        bool    `json:"dup,omitempty"`
	Cut        bool    `json:"cut,omitempty"`
	// Own is the time that the payload tells.
	Own   string      `json:"payload_time,omitempty"`
	Props *properties `json:"properties,omitempty"`
}

// properties is the JSON form of what MQTT 5 says beside a payload.
type properties struct {
	ContentType   string         `json:"content_type,omitempty"`
	Text          bool           `json:"text,omitempty"`
	Expiry        uint32         `json:"expiry,omitempty"`
	ResponseTopic string         `json:"response_topic,omitempty"`
	Correlation   []byte         `json:"correlation_base64,omitempty"`
	User          []userProperty `json:"user,omitempty"`
}

type userProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (p *properties) read() *connections.Properties {
	made := &connections.Properties{
		ContentType: p.ContentType, Text: p.Text, Expiry: p.Expiry, ResponseTopic: p.ResponseTopic, CorrelationData: p.Correlation,
	}
	for _, u := range p.User {
		made.User = append(made.User, connections.UserProperty(u))
	}
	return made
}

func written(p *connections.Properties) *properties {
	if p.Empty() {
		return nil
	}
	made := &properties{
		ContentType: p.ContentType, Text: p.Text, Expiry: p.Expiry, ResponseTopic: p.ResponseTopic, Correlation: p.CorrelationData,
	}
	for _, u := range p.User {
		made.User = append(made.User, userProperty(u))
	}
	return made
}

func appendJSON(dst []byte, connection string, r *session.Record) []byte {
	m := message{
		Time: time.Unix(0, r.Time).Format(time.RFC3339Nano), Seq: r.Seq, Connection: connection, Topic: r.Topic, Size: r.Size,
		QoS: r.QoS, Retain: r.Retained, Dup: r.Dup, Cut: int64(len(r.Payload)) < r.Size, Props: written(r.Props),
	}
	if r.Own != 0 {
		m.Own = time.Unix(0, r.Own).Format(time.RFC3339Nano)
	}
	if utf8.Valid(r.Payload) {
		text := string(r.Payload)
		m.Payload = &text
	} else {
		m.Base64 = r.Payload
	}
	line, err := json.Marshal(m)
	if err != nil {
		// Strings, numbers and bytes can always be marshalled.
		panic(err)
	}
	return append(append(dst, line...), '\n')
}
