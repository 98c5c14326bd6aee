package decode

import (
	"slices"
	"strings"
)

// Choice is a format and what it has to be told.
type Choice struct {
	Format Format
	// Options is in the format's own words: for [Array] "int16 LE", for [Fields] a line a field.
	Options string
	// Files and Message name a schema and what in it is meant.
	Files   []string
	Message string
}

// Decoder reads payloads of one format. The payload has been unpacked unless the format asks
// for raw bytes. It must not keep or change them, but the result may share their memory.
type Decoder interface {
	Decode(in Input) Result
}

// DecoderFunc is a [Decoder] that needs to know nothing but the payload.
type DecoderFunc func(in Input) Result

// Decode calls f.
func (f DecoderFunc) Decode(in Input) Result { return f(in) }

// Kind is a format that a [Registry] knows.
type Kind struct {
	Format Format
	// New makes a decoder for a choice of this format. Its error says what is wrong with the
	// options; an [*OptionError] says where.
	New func(Choice) (Decoder, error)
	// Types are the content types that name the format for certain, in lower case; one that
	// begins with + is a suffix (RFC 6838 §4.2.8).
	Types []string
	// Claim looks at the topic and the first bytes; nil if they never tell. It is asked about
	// every payload that is looked at, so it must be quick.
	Claim func(in Input) Claim
	// First holds the first bytes of what Claim may claim, so that it need not be asked about the
	// rest; empty for any.
	First string
	// Raw formats read the bytes as they came: nothing is unpacked for them.
	Raw bool
}

// Claim is how far a format says that a payload is its own.
type Claim uint8

const (
	// NoClaim: it may be anything.
	NoClaim Claim = iota
	// IfDecodes: it begins so, and is of this format if all of it decodes.
	IfDecodes
	// Certainly: its first bytes can be nothing else.
	Certainly
	// ByTopic: its topic is in the format's own namespace.
	ByTopic
)

// Registry knows formats. Fill it before it is used by several goroutines.
type Registry struct{ kinds []Kind }

// Standard returns a registry with every format of this package.
func Standard() *Registry {
	r := &Registry{}
	for _, k := range []Kind{
		textKind(), jsonKind(), xmlKind(), cborKind(), diagnosticKind(), messagePackKind(), keyValueKind(), fieldsKind(),
		arrayKind(), base64Kind(), wrapKind(Gzip), wrapKind(Zlib), wrapKind(Zstd), imageKind(), hexKind(),
	} {
		r.Add(k)
	}
	return r
}

// Add makes a format known, in place of one of the same name. Of several that claim a
// payload the one added last is taken.
func (r *Registry) Add(k Kind) {
	r.kinds = slices.DeleteFunc(r.kinds, func(o Kind) bool { return o.Format == k.Format })
	r.kinds = append(r.kinds, k)
}

// Formats lists what is known, for a user to choose from.
func (r *Registry) Formats() []Format {
	out := make([]Format, 0, len(r.kinds))
	for _, k := range r.kinds {
		out = append(out, k.Format)
	}
	return out
}

func (r *Registry) kind(f Format) *Kind {
	for i := range r.kinds {
		if r.kinds[i].Format == f {
			return &r.kinds[i]
		}
	}
	return nil
}

// New makes the decoder of a choice. It is how a form checks options while they are typed.
func (r *Registry) New(c Choice) (Decoder, error) {
	k := r.kind(c.Format)
	if k == nil {
		return nil, &UnknownFormatError{c.Format}
	}
	return k.New(c)
}

// UnknownFormatError is returned for a format that this version does not know.
type UnknownFormatError struct{ Format Format }

func (e *UnknownFormatError) Error() string {
	return "this version does not know the format “" + string(e.Format) + "”"
}

// typed returns the kind that a content type names.
func (r *Registry) typed(contentType string) *Kind {
	t, _, _ := strings.Cut(contentType, ";")
	t = strings.ToLower(strings.TrimSpace(t))
	if t == "" {
		return nil
	}
	suffix := ""
	if i := strings.LastIndexByte(t, '+'); i >= 0 {
		suffix = t[i:]
	}
	for i := range slices.Backward(r.kinds) {
		k := &r.kinds[i]
		if slices.Contains(k.Types, t) || suffix != "" && slices.Contains(k.Types, suffix) {
			return k
		}
	}
	return nil
}

// plain is a Kind that takes no options.
func plain(f Format, decode DecoderFunc) Kind {
	return Kind{Format: f, New: func(Choice) (Decoder, error) { return decode, nil }}
}
