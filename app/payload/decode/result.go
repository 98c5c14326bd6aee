package decode

import (
	"errors"
	"image"

	"streamscope/app/payload"
	"streamscope/connections"
)

// Format is a way to read bytes. Its text stands in profiles.
type Format string

// The formats of [Standard], and two that are added to it.
const (
	Auto        Format = "auto" // as the payload itself says, for certain
	Text        Format = "text"
	JSON        Format = "json"
	XML         Format = "xml"
	CBOR        Format = "cbor"
	Diagnostic  Format = "cbor-diagnostic" // CBOR, shown in the notation of RFC 8949 §8
	MessagePack Format = "messagepack"
	Protobuf    Format = "protobuf"
	Sparkplug   Format = "sparkplug"
	KeyValue    Format = "key-value"
	Array       Format = "array"  // numbers of one type, one after the other
	Fields      Format = "fields" // numbers at offsets
	Base64      Format = "base64"
	Gzip        Format = "gzip"
	Zlib        Format = "zlib"
	Zstd        Format = "zstd"
	Image       Format = "image"
	Hex         Format = "hex"
)

// Why tells what decided how a payload is read.
type Why uint8

const (
	// Nothing: it is text or bytes, for want of anything certain.
	Nothing Why = iota
	// Bytes: they say so themselves.
	Bytes
	// ContentType: the sender named it; Because is what it said.
	ContentType
	// Topic: the namespace of the topic says so.
	Topic
	// Binding: the profile binds it; Because is the filter.
	Binding
	// Hand: the user chose it.
	Hand
)

// Input is a message to read. Only Payload is needed.
type Input struct {
	Topic   string
	Props   *connections.Properties
	Payload []byte
	// Seq is the number of the message in its session, for formats that look at what came
	// before; 0 if it is not known.
	Seq uint64
	// Cut tells that the payload was shortened on its way in.
	Cut bool
	// Limits bound the work; the zero value is [Whole].
	Limits Limits
}

// Limits bound what one payload may cost.
type Limits struct {
	// Input is the largest payload that is decoded for a row; 0 means any.
	Input int
	// Bytes is the most that unpacking may make, and the most that a document may have.
	Bytes int
	// Ratio is the most times that unpacking may make of the packed bytes, beyond the first MiB.
	Ratio int
	// Pixels is the largest picture that is unpacked; with 0 only its size is read.
	Pixels int
}

// Whole are the limits for a payload that somebody reads.
func Whole() Limits { return Limits{Bytes: 64 << 20, Ratio: 200, Pixels: 50_000_000} }

// Brief are the limits for a row: its work holds the screen up.
func Brief() Limits { return Limits{Input: 64 << 10, Bytes: 1 << 20, Ratio: 200} }

// Samples are the limits for a number that goes onto a chart.
func Samples() Limits { return Limits{Bytes: 16 << 20, Ratio: 200} }

// maxDepth is how deep documents of any format may nest.
const maxDepth = payload.MaxDepth

// Result is what a payload was read as.
type Result struct {
	Format Format
	Why    Why
	// Because is the filter or the content type that decided.
	Because string
	// Wraps are what was unpacked on the way, outermost first: "gzip 1:14".
	Wraps []string
	// Bytes are what Format was read from: the payload, unpacked.
	Bytes []byte
	// Document holds the values as JSON; nil if the format has none. Text is what to show in its
	// place, nil if there is nothing better than the document, or the bytes.
	Document, Text []byte
	// Main is the path of the value that stands for the whole document; nil to let
	// [payload.Number] choose.
	Main []string
	// Image is a picture, no larger than a screen needs; nil if Limits.Pixels was 0.
	Image image.Image
	// Note says in English what should be known: the size of a picture, what is no UTF-8.
	Note string
	// Err says why the bytes are not what they were read as, and At where in Bytes; -1 if that
	// is not known.
	Err error
	At  int
}

// fault is the result of bytes that are no f, with the offset that err knows.
func fault(f Format, err error) Result {
	r := Result{Format: f, Err: err, At: -1}
	var at *payload.SyntaxError
	if errors.As(err, &at) {
		r.At = at.Offset
	}
	return r
}

// wrongAt is the error for bytes that are wrong at an offset.
func wrongAt(offset int, msg string) error { return &payload.SyntaxError{Offset: offset, Msg: msg} }
