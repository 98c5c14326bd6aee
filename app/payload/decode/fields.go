package decode

import (
	"fmt"
	"strings"
)

func fieldsKind() Kind {
	return Kind{Format: Fields, Raw: true, New: func(c Choice) (Decoder, error) {
		fields, err := parseFields(c.Options)
		if err != nil {
			return nil, err
		}
		return fieldDecoder(fields), nil
	}}
}

// fieldDecoder reads fields at their offsets.
type fieldDecoder []field

// field is one number, or some, at an offset.
type field struct {
	name    string
	element element
	// text is for bytes that are no number: their count is size.
	text, raw bool
	size      int
	offset    int
	// count is how many there are; 0 for one that is no list.
	count int
	// low and high are the bits that count, of an integer; high is -1 for all of them. A single
	// bit is true or false.
	low, high int
	flag      bool
	// factor and shift make the value: number × factor + shift, both kept as they were written.
	scaled        bool
	factor, shift float64
	unit          string
	at            word
}

func (f *field) width() int { return f.size * max(f.count, 1) }

// Decode writes an object with a member for each field, or says which begins beyond the end.
func (d fieldDecoder) Decode(in Input) Result {
	w := writer{limit: in.Limits.Bytes}
	w.raw("{")
	for i := range d {
		f := &d[i]
		if f.offset+f.width() > len(in.Payload) {
			r := fault(Fields, wrongAt(len(in.Payload), fmt.Sprintf("%s (line %d) takes bytes %d to %d, and there are only %d",
				f.name, f.at.line, f.offset, f.offset+f.width()-1, len(in.Payload))))
			return r
		}
		if i > 0 {
			w.comma()
		}
		w.b = appendQuoted(w.b, []byte(f.name))
		w.raw(":")
		f.write(&w, in.Payload[f.offset:f.offset+f.width()])
	}
	w.raw("}")
	r := Result{Format: Fields, Document: w.b}
	if len(d) == 1 && d[0].count == 0 {
		r.Main = []string{d[0].name}
	}
	return r
}

func (f *field) write(w *writer, b []byte) {
	switch {
	case f.text:
		w.text([]byte(strings.TrimRight(string(b), "\x00 ")), f.offset)
	case f.raw:
		w.bytes(b)
	case f.count == 0:
		f.one(w, b)
	default:
		w.raw("[")
		for i := range f.count {
			if i > 0 {
				w.comma()
			}
			f.one(w, b[i*f.size:(i+1)*f.size])
		}
		w.raw("]")
	}
}

// one writes a number. With a unit it becomes a text such as "21.4 °C": so the unit stays with
// it wherever the number goes.
func (f *field) one(w *writer, b []byte) {
	if f.unit != "" {
		w.raw(`"`)
		defer func() {
			w.raw(" ")
			quoted := appendQuoted(nil, []byte(f.unit))
			w.b = append(w.b, quoted[1:]...)
		}()
	}
	if f.high >= 0 {
		f.part(w, f.element.bits(b))
		return
	}
	if !f.scaled {
		f.element.write(w, b)
		return
	}
	f.scale(w, f.element.value(b))
}

// part writes some bits of an integer.
func (f *field) part(w *writer, v uint64) {
	n := f.high - f.low + 1
	v = v >> f.low & (1<<n - 1)
	switch {
	case f.flag:
		w.raw([]string{"false", "true"}[min(v, 1)])
	case f.scaled && f.element.signed:
		f.scale(w, float64(extend(v, n)))
	case f.scaled:
		f.scale(w, float64(v))
	case f.element.signed:
		w.int(extend(v, n))
	default:
		w.uint(v)
	}
}

// scale writes a value with the digits that a float64 means for certain, so that 214 × 0.1 is
// 21.4.
func (f *field) scale(w *writer, v float64) {
	v = v*f.factor + f.shift
	if f.unit != "" && v-v != 0 {
		w.raw("NaN") // within the quotes of the unit
		return
	}
	w.rounded(v)
}
