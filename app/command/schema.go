package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"streamscope/app/payload"
	"streamscope/app/payload/protobuf"
)

// Schema names the message of Protocol Buffers that a payload of FormatProtobuf is.
type Schema struct {
	// Files are the paths of .proto files, or of compiled descriptor sets.
	Files []string `json:"files"`
	// Message is a full name, or the end of one; empty for the only message that there is.
	Message string `json:"message,omitempty"`
}

// Errors about a schema, inside a [*DraftError] of FieldSchema.
var (
	// ErrNoSchema says that none is chosen.
	ErrNoSchema = errors.New("choose the schema: a .proto file, or a compiled descriptor set")
	// ErrSchemaUnread says that the schema was not read yet, see [Sender.ReadSchema].
	ErrSchemaUnread = errors.New("the schema is being read")
)

// messageOf finds the message that a schema names, and may read it from disk.
type messageOf func(*Schema) (*protobuf.Message, error)

// encodeProtobuf makes a message of JSON. Without find it looks at the JSON only.
func (d Draft) encodeProtobuf(find messageOf) ([]byte, error) {
	if d.Schema == nil || len(d.Schema.Files) == 0 {
		return nil, &DraftError{FieldSchema, ErrNoSchema}
	}
	if find == nil {
		_, err := encodeJSON(d.Payload)
		return nil, err
	}
	m, err := find(d.Schema)
	if err != nil {
		return nil, &DraftError{FieldSchema, err}
	}
	if strings.TrimSpace(d.Payload) == "" {
		return nil, &SyntaxError{Line: 1, Column: 1, Msg: "nothing is written; an empty " + m.Name() + " is {}"}
	}
	if err := payload.CheckJSON([]byte(d.Payload)); err != nil {
		return nil, jsonError(d.Payload, err)
	}
	b, err := m.Encode([]byte(d.Payload))
	var misfit *protobuf.MisfitError
	if errors.As(err, &misfit) && misfit.Line > 0 {
		return nil, &SyntaxError{Line: misfit.Line, Column: misfit.Column, Msg: fmt.Sprintf("not a %s: %s", misfit.Message, misfit.Msg)}
	}
	return b, err
}

// readMessage reads a schema for one use.
func readMessage(s *Schema) (*protobuf.Message, error) {
	for _, f := range s.Files {
		if _, err := os.Stat(f); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no file %s, which holds the schema", f)
		}
	}
	schema, err := protobuf.Load(s.Files)
	if err != nil {
		return nil, err
	}
	return schema.Message(s.Message)
}

// maxSchemas bounds how many schemas are kept in memory.
const maxSchemas = 16

// schemas keeps what was read: a schema takes milliseconds to compile, and its payload is checked
// with each key. The zero value is ready.
type schemas struct {
	mu   sync.Mutex // guards read
	read map[string]readSchema
}

// readSchema is what became of reading one, and the state of its files at that time.
type readSchema struct {
	message *protobuf.Message
	err     error
	files   string
}

func (s *Schema) key() string { return strings.Join(append([]string{s.Message}, s.Files...), "\x00") }

// state tells whether the files have changed.
func (s *Schema) state() string {
	var b strings.Builder
	for _, f := range s.Files {
		info, err := os.Stat(f)
		if err != nil {
			fmt.Fprint(&b, err, "\x00")
			continue
		}
		fmt.Fprint(&b, info.Size(), info.ModTime().Format(time.RFC3339Nano), "\x00")
	}
	return b.String()
}

// known returns what was read before, and reads nothing.
func (c *schemas) known(s *Schema) (*protobuf.Message, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.read[s.key()]; ok {
		return r.message, r.err
	}
	return nil, ErrSchemaUnread
}

// load reads a schema, unless its files are as they were when it was read.
func (c *schemas) load(s *Schema) (*protobuf.Message, error) {
	key, state := s.key(), s.state()
	c.mu.Lock()
	r, ok := c.read[key]
	c.mu.Unlock()
	if ok && r.files == state {
		return r.message, r.err
	}
	m, err := readMessage(s)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read == nil || len(c.read) >= maxSchemas {
		c.read = map[string]readSchema{}
	}
	c.read[key] = readSchema{m, err, state}
	return m, err
}

// ReadSchema reads a schema from disk and keeps it, so that [Sender.Preview] can check a payload
// by it. An error says what is wrong with the schema. It may take seconds.
func (s *Sender) ReadSchema(of Schema) error {
	_, err := s.schemas.load(&of)
	return err
}

// Sketch writes the message of a schema with its fields empty, to be filled in; empty if
// [Sender.ReadSchema] has not read it.
func (s *Sender) Sketch(of Schema) string {
	m, err := s.schemas.known(&of)
	if err != nil {
		return ""
	}
	return m.Sketch()
}
