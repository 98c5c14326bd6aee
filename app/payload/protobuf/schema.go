package protobuf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

const (
	// maxSchema bounds one file of a schema, in bytes.
	maxSchema = 16 << 20
	// compilePatience bounds the compiling of .proto files.
	compilePatience = 10 * time.Second
	// maxNesting bounds messages within messages.
	maxNesting = 100
)

// Schema is what the files of a choice describe.
type Schema struct {
	messages []protoreflect.MessageDescriptor
}

// Load reads .proto files, which may import others beside them and the well-known ones, or
// compiled descriptor sets (protoc --include_imports --descriptor_set_out). It reads from disk.
// An error names the file and, in a .proto file, line and column.
func Load(files []string) (*Schema, error) {
	s := &Schema{}
	var sources []string
	for _, f := range files {
		if strings.EqualFold(filepath.Ext(f), ".proto") {
			sources = append(sources, f)
			continue
		}
		if err := s.loadSet(f); err != nil {
			return nil, err
		}
	}
	if err := s.compile(sources); err != nil {
		return nil, err
	}
	if len(s.messages) == 0 {
		return nil, errors.New("the schema describes no message")
	}
	return s, nil
}

// loadSet reads a FileDescriptorSet.
func (s *Schema) loadSet(file string) error {
	b, err := readBounded(file)
	if err != nil {
		return err
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(b, &set); err != nil {
		return fmt.Errorf("%s is neither a .proto file nor a descriptor set: %w", file, err)
	}
	registry, err := protodesc.NewFiles(&set)
	if err != nil {
		return fmt.Errorf("%s: %w (protoc needs --include_imports)", file, err)
	}
	s.add(registry)
	return nil
}

func (s *Schema) add(files *protoregistry.Files) {
	files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		s.collect(f.Messages())
		return true
	})
}

// compile reads .proto files. Each may be named by its own folder, or by one above it, in the
// imports of the others.
func (s *Schema) compile(files []string) error {
	if len(files) == 0 {
		return nil
	}
	var folders, names []string
	for _, f := range files {
		if dir := filepath.Dir(f); !slices.Contains(folders, dir) {
			folders = append(folders, dir)
		}
		names = append(names, filepath.Base(f))
	}
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: ancestors(folders),
		Accessor: func(path string) (io.ReadCloser, error) {
			b, err := readBounded(path)
			return io.NopCloser(bytes.NewReader(b)), err
		},
	})}
	ctx, cancel := context.WithTimeout(context.Background(), compilePatience)
	defer cancel()
	linked, err := compiler.Compile(ctx, names...)
	if err != nil {
		return fmt.Errorf("the schema does not compile: %w", err)
	}
	for _, f := range linked {
		s.collect(f.Messages())
	}
	return nil
}

// maxAncestors is how many folders above a file its imports may be named from.
const maxAncestors = 4

func ancestors(folders []string) []string {
	all := slices.Clone(folders)
	for _, f := range folders {
		for range maxAncestors {
			up := filepath.Dir(f)
			if up == f {
				break
			}
			if f = up; !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	return all
}

func readBounded(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSchema+1))
	if err == nil && len(b) > maxSchema {
		err = fmt.Errorf("%s is larger than a schema can be", file)
	}
	return b, err
}

// collect adds messages and those within them, in the order of the files.
func (s *Schema) collect(list protoreflect.MessageDescriptors) {
	for i := range list.Len() {
		m := list.Get(i)
		if m.IsMapEntry() {
			continue
		}
		if !slices.ContainsFunc(s.messages, func(o protoreflect.MessageDescriptor) bool { return o.FullName() == m.FullName() }) {
			s.messages = append(s.messages, m)
		}
		s.collect(m.Messages())
	}
}

// Messages lists the full names of what the schema describes, for a user to choose from.
func (s *Schema) Messages() []string {
	names := make([]string, 0, len(s.messages))
	for _, m := range s.messages {
		names = append(names, string(m.FullName()))
	}
	return names
}

// Message finds a message by its full name, or by the end of it if only one ends so. An empty
// name is the only message there is.
func (s *Schema) Message(name string) (*Message, error) {
	var found []protoreflect.MessageDescriptor
	for _, m := range s.messages {
		full := string(m.FullName())
		if full == name {
			return &Message{m}, nil
		}
		if name == "" || strings.HasSuffix(full, "."+name) {
			found = append(found, m)
		}
	}
	if len(found) == 1 {
		return &Message{found[0]}, nil
	}
	if name == "" {
		return nil, fmt.Errorf("choose a message: the schema describes %s", s.some())
	}
	return nil, fmt.Errorf("the schema does not describe “%s”, but %s", name, s.some())
}

// some names a few of the messages.
func (s *Schema) some() string {
	const few = 8
	names := s.Messages()
	if len(names) > few {
		return strings.Join(names[:few], ", ") + fmt.Sprintf(" and %d more", len(names)-few)
	}
	return strings.Join(names, ", ")
}

// Message is one message of a schema.
type Message struct {
	descriptor protoreflect.MessageDescriptor
}

// Name is the full name.
func (m *Message) Name() string { return string(m.descriptor.FullName()) }
