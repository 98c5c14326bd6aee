package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamscope/app/payload"
)

// MaxBytes is the longest payload that is compared, in bytes; MaxValues bounds the values of a
// document and MaxLines the lines of a text.
const (
	MaxBytes  = 8 << 20
	MaxValues = 200_000
	MaxLines  = 200_000
)

// ErrTooBig is returned for payloads beyond the bounds.
var ErrTooBig = errors.New("too big to be compared")

// Kind is what happened to a value or a line.
type Kind uint8

// The kinds; the zero Kind is what stayed the same.
const (
	Added Kind = iota + 1
	Removed
	Changed
)

// Change is one difference between two documents.
type Change struct {
	Kind Kind
	// Path is the list of keys to the value, an index into an array is its digits. It is empty
	// for the document itself.
	Path []string
	// Old and New are the values as they were sent, JSON text within the documents that were
	// given; nil where there is none.
	Old, New []byte
}

// Document is the difference between two documents.
type Document struct {
	// Changes are in the order of the older document, what was added to an object or array comes
	// after what was there. There may be fewer than were counted, see [Documents].
	Changes                 []Change
	Added, Removed, Changed int
}

// Count is the number of all differences.
func (d *Document) Count() int { return d.Added + d.Removed + d.Changed }

// Documents compares two JSON documents and returns at most limit changes; all are counted.
// Members of objects belong together by their keys (the second of two equal keys to the second),
// elements of arrays by their index. A value that became one of another type, and a number that
// is written in another way, has changed. The error is that of [payload.CheckJSON], or ErrTooBig.
func Documents(older, newer []byte, limit int) (Document, error) {
	was, err := parse(older)
	if err != nil {
		return Document{}, fmt.Errorf("the older document: %w", err)
	}
	is, err := parse(newer)
	if err != nil {
		return Document{}, fmt.Errorf("the newer document: %w", err)
	}
	c := comparison{limit: limit}
	c.values(was, is)
	return c.Document, nil
}

type comparison struct {
	Document
	limit int
	path  []string
}

func (c *comparison) note(k Kind, older, newer *value) {
	switch k {
	case Added:
		c.Added++
	case Removed:
		c.Removed++
	case Changed:
		c.Changed++
	}
	if len(c.Changes) >= c.limit {
		return
	}
	change := Change{Kind: k, Path: slices.Clone(c.path)}
	if older != nil {
		change.Old = older.raw
	}
	if newer != nil {
		change.New = newer.raw
	}
	c.Changes = append(c.Changes, change)
}

func (c *comparison) values(older, newer *value) {
	switch {
	case bytes.Equal(older.raw, newer.raw):
	case older.kind == '{' && newer.kind == '{':
		c.objects(older.parts, newer.parts)
	case older.kind == '[' && newer.kind == '[':
		c.arrays(older.parts, newer.parts)
	case older.kind == '"' && newer.kind == '"' && sameString(older.raw, newer.raw):
	default:
		c.note(Changed, older, newer)
	}
}

func (c *comparison) under(key string, f func()) {
	c.path = append(c.path, key)
	f()
	c.path = c.path[:len(c.path)-1]
}

func (c *comparison) arrays(older, newer []value) {
	for i := range max(len(older), len(newer)) {
		c.under(strconv.Itoa(i), func() {
			switch {
			case i >= len(newer):
				c.note(Removed, &older[i], nil)
			case i >= len(older):
				c.note(Added, nil, &newer[i])
			default:
				c.values(&older[i], &newer[i])
			}
		})
	}
}

func (c *comparison) objects(older, newer []value) {
	places := make(map[string][]int, len(newer))
	for i := range newer {
		places[newer[i].key] = append(places[newer[i].key], i)
	}
	met := make([]bool, len(newer))
	for i := range older {
		o := &older[i]
		c.under(o.key, func() {
			at := places[o.key]
			if len(at) == 0 {
				c.note(Removed, o, nil)
				return
			}
			places[o.key], met[at[0]] = at[1:], true
			c.values(o, &newer[at[0]])
		})
	}
	for i := range newer {
		if !met[i] {
			c.under(newer[i].key, func() { c.note(Added, nil, &newer[i]) })
		}
	}
}

// sameString tells whether two JSON strings that are written differently mean the same. Where
// one has half a surrogate pair or is no UTF-8, what it means is not known.
func sameString(a, b []byte) bool {
	if bytes.IndexByte(a, '\\') < 0 && bytes.IndexByte(b, '\\') < 0 {
		return false
	}
	var x, y string
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return x == y && !strings.ContainsRune(x, utf8.RuneError)
}

// value is one value of a document, with what is in it.
type value struct {
	raw   []byte
	key   string
	kind  byte // the first byte of raw
	parts []value
}

// parse reads a document into values. CheckJSON has bounded its depth, and made sure that it is
// one: what follows trusts it.
func parse(b []byte) (*value, error) {
	if len(b) > MaxBytes {
		return nil, ErrTooBig
	}
	if err := payload.CheckJSON(b); err != nil {
		return nil, err
	}
	p := parser{b: bytes.TrimPrefix(b, []byte("\uFEFF"))}
	v := new(value)
	p.value(v)
	if p.count > MaxValues {
		return nil, ErrTooBig
	}
	return v, nil
}

// parser walks over a document. It stops short at MaxValues.
type parser struct {
	b     []byte
	at    int
	count int
}

// next skips what parts tokens and returns the first byte of the one that follows.
func (p *parser) next() byte {
	for {
		switch c := p.b[p.at]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			p.at++
		default:
			return c
		}
	}
}

func (p *parser) value(v *value) {
	p.count++
	v.kind = p.next()
	from := p.at
	switch v.kind {
	case '{', '[':
		p.at++
		p.parts(v)
	case '"':
		p.skipString()
	default:
		for p.at < len(p.b) && strings.IndexByte(" \t\r\n,]}", p.b[p.at]) < 0 {
			p.at++
		}
	}
	v.raw = p.b[from:p.at]
}

// parts reads up to the bracket that closes v.
func (p *parser) parts(v *value) {
	for c := p.next(); c != ']' && c != '}' && p.count <= MaxValues; c = p.next() {
		var part value
		if v.kind == '{' {
			part.key = key(p.skipString())
		}
		p.value(&part)
		v.parts = append(v.parts, part)
	}
	p.at++
}

// skipString returns the string at hand with its quotes.
func (p *parser) skipString() []byte {
	from := p.at
	for p.at++; p.b[p.at] != '"'; p.at++ {
		if p.b[p.at] == '\\' {
			p.at++
		}
	}
	p.at++
	return p.b[from:p.at]
}

func key(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	var s string
	_ = json.Unmarshal(raw, &s) // CheckJSON has seen it
	return s
}
