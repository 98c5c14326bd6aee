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

	"streamscope/app/record"
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
		r := record.Message{Topic: m.Topic, Size: m.Size, QoS: m.QoS, Retained: true, Properties: record.PropertiesOf(m.Props)}
		r.SetPayload(m.Payload)
		if err := e.Encode(r); err != nil {
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

// maxLine bounds a line of a backup, in bytes: the largest message of MQTT, whose characters may
// each need an escape of six.
const maxLine = 1700 << 20

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
		var r record.Message
		if torn = json.Unmarshal(s.Bytes(), &r); torn != nil {
			torn = fmt.Errorf("%s, line %d: %w", name, n, torn)
			continue
		}
		p := connections.Publication{Topic: r.Topic, Payload: r.Bytes(), QoS: r.QoS, Retain: true}
		if err := connections.ValidPublication(p); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, n, err)
		}
		b.Messages = append(b.Messages, Message{p.Topic, p.QoS, p.Payload, max(r.Size, int64(len(p.Payload))), r.Properties.Read()})
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
