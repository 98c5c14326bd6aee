package decode

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"streamscope/app/payload"
)

const (
	// maxWraps is how many compressions may stand inside each other.
	maxWraps = 4
	// freeBytes is what may be unpacked whatever the ratio.
	freeBytes = 1 << 20
	// zstdWindow is the most that a zstd decoder may hold back, in bytes: what its own command
	// line writes at its usual levels (RFC 8878 §3.1.1.1.2 asks for no more).
	zstdWindow = 8 << 20
)

// wrapper is a decoder that only unpacks; what is inside is read for itself.
type wrapper interface {
	Decoder
	unwrap(u *unpacker, b []byte, l Limits) (inner []byte, name string, err error)
}

// compression is the wrapper of one format.
type compression Format

func wrapKind(f Format) Kind {
	types := map[Format][]string{
		Gzip: {"application/gzip", "application/x-gzip"},
		Zlib: {"application/zlib", "application/x-deflate"},
		Zstd: {"application/zstd"},
	}
	return Kind{
		Format: f, Raw: true, Types: types[f],
		New: func(Choice) (Decoder, error) { return compression(f), nil },
	}
}

// Decode is never called: a set unwraps it.
func (c compression) Decode(Input) Result { return fault(Format(c), errors.New("packed")) }

func (c compression) unwrap(u *unpacker, b []byte, l Limits) (inner []byte, name string, err error) {
	inner, err = u.unpack(Format(c), b, l)
	return inner, wrapName(Format(c), len(b), len(inner)), err
}

// wrapName is how an unpacked payload is labelled: "gzip 1:14".
func wrapName(f Format, packed, unpacked int) string {
	ratio := float64(unpacked) / float64(max(packed, 1))
	precision := 0
	if ratio < 9.95 {
		precision = 1
	}
	return string(f) + " 1:" + strconv.FormatFloat(ratio, 'f', precision, 64)
}

// magic tells which compression b says that it is; zlib's two bytes may also begin a text.
func magic(b []byte) (f Format, certain bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\x1f\x8b\x08")):
		return Gzip, true
	case bytes.HasPrefix(b, []byte("\x28\xb5\x2f\xfd")):
		return Zstd, true
	case len(b) > 6 && b[0] == 0x78 && (int(b[0])<<8|int(b[1]))%31 == 0 && b[1]&0x20 == 0:
		return Zlib, false
	}
	return "", false
}

// unpacked takes the compressions off that the payload says it has. One that does not unpack
// stays as it is; packed is what that one is and why, if its first bytes can be nothing else.
func (s *Set) unpacked(in Input) (_ Input, wraps []string, packed *Result) {
	for range maxWraps {
		f, certain := magic(in.Payload)
		if f == "" {
			break
		}
		inner, err := s.unpacker.unpack(f, in.Payload, in.Limits)
		if err != nil && certain {
			r := fault(f, err)
			r.Why = Bytes
			r.finish(in)
			packed = &r
		}
		if err != nil {
			break
		}
		wraps = append(wraps, wrapName(f, len(in.Payload), len(inner)))
		in.Payload = inner
	}
	return in, wraps, packed
}

// inside reads what was unpacked, or says why it could not be.
func (s *Set) inside(in Input) Result {
	in, wraps, packed := s.unpacked(in)
	r := Result{}
	if packed != nil {
		r = *packed
	} else {
		r = s.certain(in)
	}
	r.Wraps = append(wraps, r.Wraps...)
	return r
}

// unwrap unpacks as a user asked, and reads what is inside by what it says.
func (s *Set) unwrap(w wrapper, in Input) Result {
	inner, name, err := w.unwrap(s.unpacker, in.Payload, in.Limits)
	if err != nil {
		r := w.Decode(in)
		at := fault(r.Format, err)
		at.finish(in)
		return at
	}
	in.Payload = inner
	r := s.inside(in)
	r.Wraps = append([]string{name}, r.Wraps...)
	return r
}

// unpacker keeps decoders for use again: a new one costs more than most payloads.
type unpacker struct{ gzip, zlib, zstd sync.Pool }

func newUnpacker() *unpacker { return &unpacker{} }

// BombError is returned for a payload that would become too much.
type BombError struct {
	Format Format
	// Packed and Limit are in bytes.
	Packed, Limit int
}

func (e *BombError) Error() string {
	return fmt.Sprintf("%s: %s would become more than %s; unpacking was stopped there",
		e.Format, payload.ByteCount(int64(e.Packed)), payload.ByteCount(int64(e.Limit)))
}

func (u *unpacker) unpack(f Format, b []byte, l Limits) ([]byte, error) {
	limit := min(max(freeBytes, len(b)*l.Ratio), l.Bytes)
	source := bytes.NewReader(b)
	var out []byte
	var err error
	switch f {
	case Gzip:
		out, err = u.gunzip(source, limit)
	case Zlib:
		out, err = u.inflate(source, limit)
	default:
		out, err = u.unzstd(source, limit)
	}
	if err != nil {
		return nil, explainPacked(f, err, len(b)-source.Len(), len(b))
	}
	if len(out) > limit {
		return nil, &BombError{Format: f, Packed: len(b), Limit: limit}
	}
	return out, nil
}

// explainPacked says what is wrong with packed bytes. Decoders read ahead, so where they stopped
// is where they had come to at most.
func explainPacked(f Format, err error, at, whole int) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &corrupt):
		at = int(min(int64(corrupt), int64(whole)))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return wrongAt(whole, badEnd)
	}
	return wrongAt(at, strings.TrimPrefix(err.Error(), string(f)+": "))
}

// readBounded reads at most one byte more than limit.
func readBounded(r io.Reader, limit int) ([]byte, error) {
	var out bytes.Buffer
	_, err := io.Copy(&out, io.LimitReader(r, int64(limit)+1))
	return out.Bytes(), err
}

func (u *unpacker) gunzip(source *bytes.Reader, limit int) ([]byte, error) {
	z, ok := u.gzip.Get().(*gzip.Reader)
	if !ok {
		z = new(gzip.Reader)
	}
	defer u.gzip.Put(z)
	if err := z.Reset(source); err != nil {
		return nil, err
	}
	return readBounded(z, limit)
}

func (u *unpacker) inflate(source *bytes.Reader, limit int) ([]byte, error) {
	z, ok := u.zlib.Get().(io.ReadCloser)
	if !ok {
		var err error
		if z, err = zlib.NewReader(source); err != nil {
			return nil, err
		}
	} else if err := z.(zlib.Resetter).Reset(source, nil); err != nil {
		return nil, err
	}
	defer u.zlib.Put(z)
	out, err := readBounded(z, limit)
	if err == nil && len(out) <= limit && source.Len() > 0 {
		return nil, errors.New("something follows the packed bytes")
	}
	return out, err
}

func (u *unpacker) unzstd(source *bytes.Reader, limit int) ([]byte, error) {
	z, ok := u.zstd.Get().(*zstd.Decoder)
	if !ok {
		var err error
		z, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(maxUnzstd), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, err
		}
	}
	defer u.zstd.Put(z)
	if err := z.Reset(source); err != nil {
		return nil, err
	}
	return readBounded(z, limit)
}

// maxUnzstd is beyond every limit: the limit of the payload at hand is kept by reading no more.
const maxUnzstd = 1 << 30
