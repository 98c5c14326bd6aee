package decode

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"streamscope/app/payload"
)

const (
	// maxXMLNodes bounds the elements of a document that become values; the text of a larger one
	// is still shown.
	maxXMLNodes = 200_000
	// maxXMLDepth leaves room for the list that each element may need in the document of values.
	maxXMLDepth = maxDepth/2 - 1
	// maxXMLIndent is where lines stop moving to the right, in columns.
	maxXMLIndent = 64
)

func xmlKind() Kind {
	k := plain(XML, readXML)
	k.Types = []string{"application/xml", "text/xml", "+xml"}
	k.First = "<\xef"
	k.Claim = func(in Input) Claim {
		if bytes.HasPrefix(withoutBOM(in.Payload), []byte("<?xml")) {
			return IfDecodes
		}
		return NoClaim
	}
	return k
}

// readXML checks that the document is well formed (XML 1.0), and shows each element on a line
// of its own. Entities of the document's own are not expanded.
//
// Its values become a document as most converters make it: an element is a member of its
// parent, several of one name are a list, attributes begin with @, and the text of an element
// that has attributes or elements stands under #text.
func readXML(in Input) Result {
	b := withoutBOM(in.Payload)
	p := xmlReader{b: b, shift: len(in.Payload) - len(b), limit: min(in.Limits.Bytes, 8*len(b)+1<<16), charset: charset}
	err := p.read()
	if errors.Is(err, errLatin1) {
		p = xmlReader{b: fromLatin1(b), limit: p.limit, charset: func(_ string, in io.Reader) (io.Reader, error) { return in, nil }}
		err = p.read()
		var at *payload.SyntaxError
		if errors.As(err, &at) { // in characters it is the byte of what was sent
			at.Offset = utf8.RuneCount(p.b[:min(at.Offset, len(p.b))]) + len(in.Payload) - len(b)
		}
	}
	if err != nil {
		return fault(XML, err)
	}
	r := Result{Format: XML, Text: p.out}
	if p.nodes <= maxXMLNodes {
		w := writer{limit: in.Limits.Bytes}
		p.root.write(&w)
		r.Document = w.b
	}
	return r
}

type xmlNode struct {
	name     string
	attrs    []xml.Attr
	text     []byte
	children []*xmlNode
}

// xmlReader walks the tokens once: it checks, indents and builds at the same time.
type xmlReader struct {
	b []byte
	// shift is what stands before b in the payload.
	shift, limit int
	charset      func(name string, in io.Reader) (io.Reader, error)
	out          []byte
	root         xmlNode
	open         []*xmlNode
	nodes        int
	// inline tells that the innermost open element has had no child so far: what it holds stays
	// on its line.
	inline bool
}

// read follows raw tokens, which leave names as they were written.
func (p *xmlReader) read() error {
	d := xml.NewDecoder(bytes.NewReader(p.b))
	d.CharsetReader = p.charset
	p.open = []*xmlNode{&p.root}
	for {
		from := int(d.InputOffset())
		token, err := d.RawToken()
		to := int(d.InputOffset())
		switch {
		case errors.Is(err, io.EOF):
			return p.ended()
		case err != nil:
			return p.explain(err, to)
		}
		if err := p.token(token, p.b[from:to], from); err != nil {
			return err
		}
		if len(p.out) > p.limit {
			return errTooBig
		}
	}
}

func (p *xmlReader) explain(err error, at int) error {
	if errors.Is(err, errLatin1) {
		return errLatin1
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		if syntax.Msg == "unexpected EOF" {
			return wrongAt(p.shift+len(p.b), badEnd)
		}
		return wrongAt(p.shift+at, syntax.Msg)
	}
	return wrongAt(p.shift+at, strings.TrimPrefix(err.Error(), "xml: "))
}

func (p *xmlReader) ended() error {
	if n := len(p.open); n > 1 {
		return wrongAt(p.shift+len(p.b), fmt.Sprintf("the element <%s> is not closed", clip(p.open[n-1].name)))
	}
	if len(p.root.children) == 0 {
		return wrongAt(p.shift, "there is no element")
	}
	return nil
}

func rawName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

func (p *xmlReader) token(t xml.Token, raw []byte, at int) error {
	switch t := t.(type) {
	case xml.StartElement:
		return p.start(t, raw, at)
	case xml.EndElement:
		return p.end(rawName(t.Name), raw, at)
	case xml.CharData:
		return p.text(t, raw, at)
	default:
		p.line(raw)
		p.inline = false
	}
	return nil
}

func (p *xmlReader) start(t xml.StartElement, raw []byte, at int) error {
	if len(p.open) > maxXMLDepth {
		return wrongAt(p.shift+at, badDepth)
	}
	parent := p.open[len(p.open)-1]
	if parent == &p.root && len(p.root.children) > 0 {
		return wrongAt(p.shift+at, "a second element stands outside of the first")
	}
	p.line(raw)
	n := &xmlNode{name: rawName(t.Name), attrs: t.Attr}
	if p.nodes += 1 + len(t.Attr); p.nodes <= maxXMLNodes {
		n.attrs = append([]xml.Attr(nil), t.Attr...)
	}
	if p.nodes <= maxXMLNodes || parent == &p.root {
		parent.children = append(parent.children, n)
	}
	p.open = append(p.open, n)
	p.inline = true
	return nil
}

func (p *xmlReader) end(name string, raw []byte, at int) error {
	last := p.open[len(p.open)-1]
	if last.name != name || len(p.open) == 1 {
		msg := fmt.Sprintf("</%s> closes nothing", clip(name))
		if len(p.open) > 1 {
			msg = fmt.Sprintf("</%s> was expected to close the element, not </%s>", clip(last.name), clip(name))
		}
		return wrongAt(p.shift+at, msg)
	}
	p.open = p.open[:len(p.open)-1]
	// An element without an end tag of its own, <a/>, gives an end with no bytes.
	if len(raw) > 0 {
		if !p.inline {
			p.newline()
		}
		p.out = append(p.out, raw...)
	}
	p.inline = false
	return nil
}

func (p *xmlReader) text(t xml.CharData, raw []byte, at int) error {
	trimmed := bytes.TrimSpace(t)
	if len(trimmed) == 0 {
		return nil
	}
	last := p.open[len(p.open)-1]
	if last == &p.root {
		return wrongAt(p.shift+at, "text stands outside of the element")
	}
	if p.nodes <= maxXMLNodes {
		last.text = append(last.text, trimmed...)
	}
	if !p.inline {
		p.newline()
	}
	p.out = append(p.out, bytes.TrimSpace(raw)...)
	return nil
}

func (p *xmlReader) line(raw []byte) {
	p.newline()
	p.out = append(p.out, raw...)
}

func (p *xmlReader) newline() {
	if len(p.out) == 0 {
		return
	}
	p.out = append(p.out, '\n')
	for range min(2*(len(p.open)-1), maxXMLIndent) {
		p.out = append(p.out, ' ')
	}
}

// write writes the members of an element, or its text if there is nothing else.
func (n *xmlNode) write(w *writer) {
	if len(n.attrs) == 0 && len(n.children) == 0 {
		w.scalar(n.text)
		return
	}
	w.raw("{")
	first := true
	key := func(name string) {
		if !first {
			w.comma()
		}
		first = false
		w.b = appendQuoted(w.b, []byte(name))
		w.raw(":")
	}
	for _, a := range n.attrs {
		key("@" + rawName(a.Name))
		w.scalar([]byte(a.Value))
	}
	if len(n.text) > 0 {
		key("#text")
		w.scalar(n.text)
	}
	groups := map[string][]*xmlNode{}
	for _, c := range n.children {
		groups[c.name] = append(groups[c.name], c)
	}
	for _, c := range n.children {
		group := groups[c.name]
		if group == nil {
			continue
		}
		delete(groups, c.name)
		key(c.name)
		writeGroup(w, group)
	}
	w.raw("}")
}

// writeGroup writes elements of one name: one as it is, several as a list.
func writeGroup(w *writer, group []*xmlNode) {
	if len(group) == 1 {
		group[0].write(w)
		return
	}
	w.raw("[")
	for i, c := range group {
		if i > 0 {
			w.comma()
		}
		c.write(w)
	}
	w.raw("]")
}

// errLatin1 tells that a document names an encoding of one byte a character.
var errLatin1 = errors.New("the encoding is ISO 8859-1")

// charset knows the encodings that devices name.
func charset(name string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return in, nil
	case "iso-8859-1", "latin1", "windows-1252":
		return nil, errLatin1
	}
	return nil, fmt.Errorf("the encoding %s is not known", clip(name))
}

// fromLatin1 makes UTF-8 of ISO 8859-1.
func fromLatin1(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/8)
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}
