package decode

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"streamscope/app/payload"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// Set reads the payloads of one profile. It never changes.
type Set struct {
	registry *Registry
	bindings []binding
	unpacker *unpacker
	decoded  atomic.Uint64
	// claims are the kinds but JSON that may claim a payload that begins with a byte, always those
	// that may claim any.
	claims [256][]*Kind
	always []*Kind
}

// binding is a [profile.Binding], ready for use.
type binding struct {
	filter  string
	raw     bool
	format  Format
	decoder Decoder
	rule    payload.Rule
	err     error
}

// Compile makes a set of the formats of [Standard]; see [Registry.Compile].
func Compile(bindings []profile.Binding) (*Set, error) { return Standard().Compile(bindings) }

// Compile makes a set of bindings. It always returns one: what a wrong binding matches is read
// with its error beside the bytes. The error joins a [*BindingError] for each of those.
func (r *Registry) Compile(bindings []profile.Binding) (*Set, error) {
	s := &Set{registry: r, unpacker: newUnpacker()}
	s.sortClaims()
	var wrong []error
	for row, b := range bindings {
		made, err := r.bind(b)
		if err != nil {
			wrong = append(wrong, &BindingError{Row: row, Filter: b.Filter, Err: err})
		}
		s.insert(made)
	}
	return s, errors.Join(wrong...)
}

func (s *Set) sortClaims() {
	for i := range s.registry.kinds {
		k := &s.registry.kinds[i]
		switch {
		case k.Claim == nil || k.Format == JSON:
		case k.First == "":
			s.always = append(s.always, k)
		default:
			for _, c := range []byte(k.First) {
				s.claims[c] = append(s.claims[c], k)
			}
		}
	}
}

// BindingError says which binding of a profile cannot be used.
type BindingError struct {
	Row    int
	Filter string
	Err    error
}

func (e *BindingError) Error() string { return fmt.Sprintf("reading %q: %v", e.Filter, e.Err) }
func (e *BindingError) Unwrap() error { return e.Err }

func (r *Registry) bind(b profile.Binding) (binding, error) {
	f := Format(b.Format)
	out := binding{filter: b.Filter, format: f}
	rule, known := payload.RuleNamed(b.Numbers)
	out.rule = rule
	if !known {
		out.err = fmt.Errorf("this version does not know the rule for numbers “%s”", b.Numbers)
		return out, out.err
	}
	if f == Auto {
		return out, nil
	}
	out.decoder, out.err = r.New(Choice{Format: f, Options: b.Options, Files: b.Files, Message: b.Message})
	if k := r.kind(f); k != nil {
		out.raw = k.Raw
	}
	return out, out.err
}

// insert puts a binding before those that are wider, so that the first that matches is the
// narrowest.
func (s *Set) insert(b binding) {
	at := slices.IndexFunc(s.bindings, func(o binding) bool {
		return o.filter != b.filter && connections.Covers(o.filter, b.filter)
	})
	if at < 0 {
		at = len(s.bindings)
	}
	s.bindings = slices.Insert(s.bindings, at, b)
}

// bound returns the binding that a topic has, or nil.
func (s *Set) bound(topic string) *binding {
	for i := range s.bindings {
		if connections.Match(s.bindings[i].filter, topic) {
			return &s.bindings[i]
		}
	}
	return nil
}

// Bound returns the filter that decides how a topic is read; ok is false if none does.
func (s *Set) Bound(topic string) (filter string, ok bool) {
	if b := s.bound(topic); b != nil {
		return b.filter, true
	}
	return "", false
}

// Rule is how the texts of a topic are read as numbers.
func (s *Set) Rule(topic string) payload.Rule {
	if b := s.bound(topic); b != nil {
		return b.rule
	}
	return payload.Usual
}

// Formats lists what a user can choose from.
func (s *Set) Formats() []Format { return s.registry.Formats() }

// Check tells what is wrong with a choice; nil if nothing is. It may read the files that the
// choice names.
func (s *Set) Check(c Choice) error {
	_, err := s.registry.New(c)
	return err
}

// Decoded is how many payloads went through a decoder since the set was made: none that nobody
// looked at.
func (s *Set) Decoded() uint64 { return s.decoded.Load() }

// Decode reads a payload as the profile, the message or its bytes say.
func (s *Set) Decode(topic string, props *connections.Properties, b []byte) Result {
	return s.Read(Input{Topic: topic, Props: props, Payload: b})
}

// Read reads a message as the profile, the message or its bytes say.
func (s *Set) Read(in Input) Result {
	b := s.bound(in.Topic)
	if b == nil || b.format == Auto && b.err == nil {
		return s.auto(in)
	}
	var r Result
	if b.err != nil {
		r = fault(b.format, b.err)
		r.Bytes = in.Payload
	} else {
		r = s.run(b.decoder, b.raw, in)
	}
	r.Why, r.Because = Binding, b.filter
	return r
}

// As reads a message as a user chose.
func (s *Set) As(c Choice, in Input) Result {
	if c.Format == Auto {
		r := s.auto(in)
		return r
	}
	r := Result{Format: c.Format, At: -1, Bytes: in.Payload}
	d, err := s.registry.New(c)
	if err != nil {
		r.Err = err
	} else {
		r = s.run(d, s.registry.kind(c.Format).Raw, in)
	}
	r.Why = Hand
	return r
}

// run decodes, after unpacking for a format that is not raw.
func (s *Set) run(d Decoder, raw bool, in Input) Result {
	s.decoded.Add(1)
	in.Limits = in.Limits.orWhole()
	var wraps []string
	if !raw {
		in, wraps, _ = s.unpacked(in) // what does not unpack is for the decoder to refuse
	}
	r := s.decode(d, in)
	r.Wraps = append(wraps, r.Wraps...)
	return r
}

func (s *Set) decode(d Decoder, in Input) Result {
	if w, ok := d.(wrapper); ok {
		return s.unwrap(w, in)
	}
	r := d.Decode(in)
	r.finish(in)
	return r
}

// finish fills in what every decoder would have to say.
func (r *Result) finish(in Input) {
	if r.Bytes == nil {
		r.Bytes = in.Payload
	}
	if r.Err == nil {
		r.At = -1
		return
	}
	if in.Cut {
		r.Err = fmt.Errorf("%w; the payload was cut to its first %s on its way in", r.Err, payload.ByteCount(int64(len(in.Payload))))
	}
}

func (l Limits) orWhole() Limits {
	if l == (Limits{}) {
		return Whole()
	}
	return l
}
