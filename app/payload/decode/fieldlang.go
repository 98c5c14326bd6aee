package decode

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	maxFieldCount  = 1000
	maxFieldOffset = 1 << 28
)

// parseFields reads the language of fields: a field a line (or parted by ;), # begins a comment.
//
//	[name:] type[count] [LE|BE] [at [offset] n] [bit n | bits n..m] [× number] [/ number] [+ number] [- number] [unit]
//
// A type is int8 to int64, uint8 to uint64 (also of 24, 40, 48 and 56 bits), float16, float32,
// float64, bool, text[n] or bytes[n]. LE or BE alone on a line holds for those beneath. Without
// an offset a field begins where the one before it ends. The offset may be hexadecimal (0x10).
//
//	temperature: int16 LE at offset 4 × 0.1 °C
func parseFields(options string) ([]field, error) {
	p := fieldParser{words: lex(options)}
	var fields []field
	seen := map[string]word{}
	for !p.done() {
		if p.take("\n") || p.defaults() {
			continue
		}
		f, err := p.field()
		if err != nil {
			return nil, err
		}
		if f.name == "" {
			f.name = fmt.Sprintf("byte %d", f.offset)
			if f.high >= 0 {
				f.name = fmt.Sprintf("byte %d bit %d", f.offset, f.low)
			}
		}
		if first, twice := seen[f.name]; twice {
			return nil, f.at.wrong("“%s” has a field already, on line %d", f.name, first.line)
		}
		seen[f.name] = f.at
		if fields = append(fields, f); len(fields) > maxFieldCount {
			return nil, f.at.wrong("that are more than %d fields", maxFieldCount)
		}
	}
	if len(fields) == 0 {
		return nil, &OptionError{Line: 1, Column: 1, Msg: "write a field, such as  temperature: int16 LE at offset 4 × 0.1 °C"}
	}
	return fields, nil
}

type fieldParser struct {
	words []word
	at    int
	// order holds for fields that name none; next is where the next one begins.
	order string
	next  int
}

func (p *fieldParser) done() bool { return p.at >= len(p.words) }

// peek returns the word that comes n later on this line; its text is empty at the end of it.
func (p *fieldParser) peek(n int) word {
	for i := 0; i <= n; i++ {
		if p.at+i >= len(p.words) || p.words[p.at+i].text == "\n" {
			return p.end(p.at + i)
		}
	}
	return p.words[p.at+n]
}

// end is a word without text at the end of the line.
func (p *fieldParser) end(i int) word {
	if i == 0 {
		return word{line: 1, column: 1}
	}
	last := p.words[i-1]
	return word{line: last.line, column: last.column + len([]rune(last.text))}
}

func (p *fieldParser) take(text string) bool {
	if p.done() || !strings.EqualFold(p.words[p.at].text, text) {
		return false
	}
	p.at++
	return true
}

// defaults takes a line that is nothing but an order.
func (p *fieldParser) defaults() bool {
	if _, ok := orderNamed(p.peek(0).text); ok && p.peek(1).text == "" {
		p.order = p.peek(0).text
		p.at++
		return true
	}
	return false
}

func (p *fieldParser) field() (field, error) {
	f := field{high: -1, factor: 1, at: p.peek(0), offset: p.next}
	for _, part := range []func(*field) error{p.name, p.kind, p.list, p.byteOrder, p.place, p.bits, p.scale, p.unit} {
		if err := part(&f); err != nil {
			return f, err
		}
	}
	p.next = f.offset + f.width()
	return f, nil
}

// name takes everything before a colon or an equals sign.
func (p *fieldParser) name(f *field) error {
	for n := 0; p.peek(n).text != ""; n++ {
		if sign := p.peek(n).text; sign != ":" && sign != "=" {
			continue
		}
		if n == 0 {
			return p.peek(0).wrong("a name is missing before the colon")
		}
		var name strings.Builder
		for i := range n {
			w := p.peek(i)
			if i > 0 && w.spaced {
				name.WriteByte(' ')
			}
			name.WriteString(w.text)
		}
		f.name = name.String()
		p.at += n + 1
		return nil
	}
	return nil
}

func (p *fieldParser) kind(f *field) error {
	w := p.peek(0)
	switch strings.ToLower(w.text) {
	case "":
		return w.wrong("a type is missing, such as uint8 or int16 LE")
	case "text", "ascii", "string":
		f.text, f.size = true, 1
	case "bytes", "hex":
		f.raw, f.size = true, 1
	case "bool":
		f.element, f.flag, f.low, f.high, f.size = element{size: 1}, true, 0, 7, 1
	default:
		e, ok := elementNamed(w.text)
		if !ok {
			return w.wrong("“%s” is no type; there are int8 to int64, uint8 to uint64, float16, float32, float64, bool, text[n] and bytes[n]", w.text)
		}
		f.element, f.size = e, e.size
	}
	p.at++
	return nil
}

// list takes [n].
func (p *fieldParser) list(f *field) error {
	if p.peek(0).text != "[" {
		if f.text || f.raw {
			return p.peek(0).wrong("say how many bytes: text[8]")
		}
		return nil
	}
	p.at++
	n, err := p.integer("a number of elements", 1, 1<<16)
	if err != nil {
		return err
	}
	if p.peek(0).text != "]" {
		return p.peek(0).wrong("a ] is missing")
	}
	p.at++
	f.count = n
	return nil
}

func (p *fieldParser) byteOrder(f *field) error {
	named := p.peek(0)
	order, ok := orderNamed(named.text)
	if ok {
		p.at++
	} else {
		order, ok = orderNamed(p.order)
	}
	if !ok && f.element.size > 1 {
		return p.peek(0).wrong("say in which order the bytes come: LE (little end first) or BE")
	}
	f.element.order = order
	return nil
}

func (p *fieldParser) place(f *field) error {
	if !p.take("at") && !p.take("offset") && !p.take("@") {
		return nil
	}
	p.take("offset")
	p.take("byte")
	n, err := p.integer("an offset", 0, maxFieldOffset)
	f.offset = n
	return err
}

func (p *fieldParser) bits(f *field) error {
	w := p.peek(0)
	single := p.take("bit")
	if !single && !p.take("bits") {
		return nil
	}
	if f.element.float || f.text || f.raw || f.flag {
		return w.wrong("only an integer has bits to choose from")
	}
	last := 8*f.size - 1
	if single {
		n, err := p.integer("a bit", 0, last)
		f.low, f.high, f.flag = n, n, true
		return err
	}
	at := p.peek(0)
	low, high, ranged := strings.Cut(at.text, "..")
	if p.at++; !ranged {
		low = at.text
		if !p.take("-") && !p.take("to") {
			return at.wrong("write the first and the last bit: bits 4..7")
		}
		high = p.peek(0).text
		p.at++
	}
	a, err1 := strconv.Atoi(low)
	b, err2 := strconv.Atoi(high)
	if err1 != nil || err2 != nil || a < 0 || b < a || b > last {
		return at.wrong("write the first and the last bit, from 0 to %d: bits 0..%d", last, min(3, last))
	}
	f.low, f.high = a, b
	return nil
}

// integer takes a whole number, decimal or hexadecimal.
func (p *fieldParser) integer(what string, least, most int) (int, error) {
	w := p.peek(0)
	n, err := strconv.ParseInt(w.text, 0, 64)
	if err != nil || n < int64(least) || n > int64(most) {
		return 0, w.wrong("%s from %d to %d is missing here", what, least, most)
	}
	p.at++
	return int(n), nil
}

// scale takes × and / and then + and -.
func (p *fieldParser) scale(f *field) error {
	for {
		w := p.peek(0)
		sign := w.text
		if sign == "" || !strings.Contains("*×x/+-−", sign) {
			return nil
		}
		if sign == "/" && !w.spaced && p.peek(1).text == "" {
			return nil
		}
		if f.text || f.raw || f.flag {
			return w.wrong("this field is no number that could be scaled")
		}
		p.at++
		v, err := p.number()
		if err != nil {
			return err
		}
		f.scaled = true
		switch sign {
		case "/":
			if v == 0 {
				return w.wrong("nothing can be divided by 0")
			}
			f.factor, f.shift = f.factor/v, f.shift/v
		case "+":
			f.shift += v
		case "-", "−":
			f.shift -= v
		default:
			f.factor, f.shift = f.factor*v, f.shift*v
		}
	}
}

func (p *fieldParser) number() (float64, error) {
	w := p.peek(0)
	negative := p.take("-") || p.take("−")
	text := p.peek(0).text
	// An exponent with a sign was cut into three words.
	p.at++
	if n := len(text); n > 1 && text[n-1]|0x20 == 'e' && text[0] <= '9' {
		if sign := p.peek(0).text; sign == "-" || sign == "+" {
			text += sign + p.peek(1).text
			p.at += 2
		}
	}
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, w.wrong("a number is missing here")
	}
	if negative {
		v = -v
	}
	return v, nil
}

const maxUnitText = 16

// unit takes the rest of the line.
func (p *fieldParser) unit(f *field) error {
	first := p.peek(0)
	var unit strings.Builder
	for w := first; w.text != ""; w = p.peek(0) {
		if unit.Len() > 0 && w.spaced {
			return w.wrong("“%s” is too much: a unit is one word at the end of the line", w.text)
		}
		unit.WriteString(w.text)
		p.at++
	}
	f.unit = unit.String()
	switch {
	case f.unit == "":
		return nil
	case len([]rune(f.unit)) > maxUnitText:
		return first.wrong("a unit has at most %d characters", maxUnitText)
	case f.unit[0] >= '0' && f.unit[0] <= '9':
		return first.wrong("“%s” is not expected here; a unit comes last", f.unit)
	case f.text || f.raw || f.flag:
		return first.wrong("only a number has a unit")
	}
	return nil
}
