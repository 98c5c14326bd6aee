package retained

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"streamscope/connections"
)

// backupVersion is that of the file's form.
const backupVersion = 1

// head is the first line of a backup.
type head struct {
	Version    int       `json:"streamscopeRetained"`
	Connection string    `json:"connection"`
	At         time.Time `json:"at"`
	Messages   int       `json:"messages"`
}

// line is one message of it; bytes stand in base64.
type line struct {
	Topic   string      `json:"topic"`
	QoS     byte        `json:"qos"`
	Payload []byte      `json:"payload"`
	Size    int64       `json:"size"`
	Props   *properties `json:"properties,omitempty"`
}

// properties are those of [connections.Properties].
type properties struct {
	ContentType     string     `json:"contentType,omitempty"`
	Text            bool       `json:"text,omitempty"`
	Expiry          uint32     `json:"expiry,omitempty"`
	ResponseTopic   string     `json:"responseTopic,omitempty"`
	CorrelationData []byte     `json:"correlationData,omitempty"`
	User            []property `json:"user,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func written(p *connections.Properties) *properties {
	if p == nil {
		return nil
	}
	out := &properties{
		ContentType: p.ContentType, Text: p.Text, Expiry: p.Expiry, ResponseTopic: p.ResponseTopic, CorrelationData: p.CorrelationData,
	}
	for _, u := range p.User {
		out.User = append(out.User, property(u))
	}
	return out
}

func (p *properties) read() *connections.Properties {
	if p == nil {
		return nil
	}
	out := &connections.Properties{
		ContentType: p.ContentType, Text: p.Text, Expiry: p.Expiry, ResponseTopic: p.ResponseTopic, CorrelationData: p.CorrelationData,
	}
	for _, u := range p.User {
		out.User = append(out.User, connections.UserProperty(u))
	}
	return out
}

// WriteBackup writes messages to a new file, JSON Lines, and returns when they are on the disk.
// connection names where they come from.
func WriteBackup(file, connection string, at time.Time, messages []Message) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	e := json.NewEncoder(w)
	if err := e.Encode(head{backupVersion, connection, at, len(messages)}); err != nil {
		return err
	}
	for i := range messages {
		m := &messages[i]
		if err := e.Encode(line{m.Topic, m.QoS, m.Payload, m.Size, written(m.Props)}); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

// Backup is what a file holds.
type Backup struct {
	Connection string
	At         time.Time
	Messages   []Message
	// Torn tells that the file ends in the middle: fewer messages than it names.
	Torn bool
}

// maxLine bounds a line of a backup, in bytes: the largest message of MQTT in base64.
const maxLine = 400 << 20

// ReadBackup reads what WriteBackup wrote. A file that ends in the middle gives what is whole. An
// error names file and line.
func ReadBackup(file string) (*Backup, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readBackup(f, file)
}

func readBackup(from io.Reader, name string) (*Backup, error) {
	s := bufio.NewScanner(from)
	s.Buffer(nil, maxLine)
	var h head
	if !s.Scan() {
		return nil, fmt.Errorf("%s is empty: %w", name, cmpErr(s.Err(), io.ErrUnexpectedEOF))
	}
	if err := json.Unmarshal(s.Bytes(), &h); err != nil || h.Version == 0 {
		return nil, fmt.Errorf("%s holds no retained messages", name)
	}
	if h.Version > backupVersion {
		return nil, fmt.Errorf("%s was written by a newer Streamscope", name)
	}
	b := &Backup{Connection: h.Connection, At: h.At}
	var torn error // the last line may be one
	for n := 2; s.Scan(); n++ {
		if torn != nil {
			return nil, torn
		}
		var l line
		if torn = json.Unmarshal(s.Bytes(), &l); torn != nil {
			torn = fmt.Errorf("%s, line %d: %w", name, n, torn)
			continue
		}
		p := connections.Publication{Topic: l.Topic, Payload: l.Payload, QoS: l.QoS, Retain: true}
		if err := connections.ValidPublication(p); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, n, err)
		}
		b.Messages = append(b.Messages, Message{l.Topic, l.QoS, l.Payload, max(l.Size, int64(len(l.Payload))), l.Props.read()})
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b.Torn = torn != nil || len(b.Messages) < h.Messages
	return b, nil //nolint:nilerr // what is whole is of use
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
