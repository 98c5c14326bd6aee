package template

import (
	"fmt"
	"slices"
	"strings"
	"text/template/parse"
	"unicode/utf8"
)

const (
	// MaxTemplate bounds a template, in bytes.
	MaxTemplate = 4 << 20
	// maxPlaceholders bounds how many placeholders a template has.
	maxPlaceholders = 10_000
)

// Problem is a placeholder that is not right. Its text is a sentence's part.
type Problem struct {
	// Line and Column say where, from 1, the column in characters. Where it is only known when the
	// template is filled it is that of the placeholder.
	Line, Column int
	Msg          string
}

func (p *Problem) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, p.Msg)
}

// Template is a text with placeholders. It never changes.
type Template struct {
	parts []part
}

// part is a piece of text or, if call is not nil, a placeholder.
type part struct {
	text string
	call *call
}

// call is one placeholder.
type call struct {
	name   string
	args   []any // string, int64, float64, bool
	raw    []string
	line   int
	column int
	// quoted tells that it stands inside a JSON string, should the text be JSON.
	quoted bool
}

// Has reports whether text may hold a placeholder.
func Has(text string) bool { return strings.Contains(text, "{{") }

// Parse reads a template. The error is a [*Problem].
func Parse(text string) (*Template, error) {
	if len(text) > MaxTemplate {
		return nil, &Problem{1, 1, fmt.Sprintf("a text with placeholders holds at most %d bytes", MaxTemplate)}
	}
	t := &Template{}
	at := 0
	var in literal
	for {
		open := strings.Index(text[at:], "{{")
		if open < 0 {
			break
		}
		open += at
		end := closing(text, open+2)
		if end < 0 {
			return nil, problem(text, open, "a placeholder begins here and has no end: }} is missing")
		}
		in.read(text[at:open])
		c, err := parseCall(text, open, end)
		if err != nil {
			return nil, err
		}
		c.quoted = in.inside
		t.parts = append(t.parts, part{text: text[at:open]}, part{call: c})
		if len(t.parts) > 2*maxPlaceholders {
			return nil, problem(text, open, fmt.Sprintf("there are more than %d placeholders", maxPlaceholders))
		}
		at = end
	}
	t.parts = append(t.parts, part{text: text[at:]})
	return t, nil
}

// closing finds the end of a placeholder whose inside begins at i: what stands in quotes does not
// end it. It is -1 if there is none.
func closing(text string, i int) int {
	for i < len(text) {
		switch c := text[i]; {
		case strings.HasPrefix(text[i:], "}}"):
			return i + 2
		case c == '\n':
			return -1
		case c == '"' || c == '`':
			for i++; i < len(text) && text[i] != c; i++ {
				if c == '"' && text[i] == '\\' {
					i++
				}
			}
		}
		i++
	}
	return -1
}

// literal follows whether a place in a JSON text is inside a string.
type literal struct{ inside, escaped bool }

func (l *literal) read(text string) {
	for i := range len(text) {
		switch c := text[i]; {
		case l.escaped:
			l.escaped = false
		case l.inside && c == '\\':
			l.escaped = true
		case c == '"':
			l.inside = !l.inside
		}
	}
}

// problem says what is wrong at a byte of text.
func problem(text string, at int, msg string) *Problem {
	before := text[:at]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return &Problem{Line: strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(line) + 1, Msg: msg}
}

// parseCall reads the placeholder text[open:end] with the parser of text/template, and takes from
// it no more than a function with constants.
func parseCall(text string, open, end int) (*call, error) {
	wrong := func(format string, a ...any) error { return problem(text, open, fmt.Sprintf(format, a...)) }
	inside := strings.TrimSpace(text[open+2 : end-2])
	if inside == "" {
		return nil, wrong("the placeholder is empty; there are %s", names())
	}
	word, _, _ := strings.Cut(inside, " ")
	f, found := lookup(word)
	if !found {
		return nil, wrong("there is no placeholder %.40q; there are %s", word, names())
	}
	trees, err := parse.Parse("t", "{{"+inside+"}}", "", "", known())
	if err != nil || trees["t"] == nil || len(trees["t"].Root.Nodes) != 1 {
		return nil, wrong("the placeholder {{%.40s}} cannot be read%s", inside, because(err))
	}
	action, ok := trees["t"].Root.Nodes[0].(*parse.ActionNode)
	if !ok || len(action.Pipe.Cmds) != 1 || len(action.Pipe.Decl) != 0 {
		return nil, wrong("a placeholder is a name with constants after it, such as {{random 10 20}}")
	}
	c := &call{name: word}
	at := problem(text, open, "")
	c.line, c.column = at.Line, at.Column
	for _, arg := range action.Pipe.Cmds[0].Args[1:] {
		v, ok := constant(arg)
		if !ok {
			return nil, wrong("%.40s is no constant: write a number, or a text in quotes", arg.String())
		}
		c.args, c.raw = append(c.args, v), append(c.raw, arg.String())
	}
	if msg := f.check(c); msg != "" {
		return nil, wrong("%s", msg)
	}
	return c, nil
}

// because is the parser's own reason, without its place, which is that of the placeholder alone.
func because(err error) string {
	if err == nil {
		return ""
	}
	s := strings.TrimPrefix(err.Error(), "template: t:1: ")
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return ": " + s
}

func constant(n parse.Node) (any, bool) {
	switch n := n.(type) {
	case *parse.StringNode:
		return n.Text, true
	case *parse.BoolNode:
		return n.True, true
	case *parse.NumberNode:
		switch {
		case n.IsInt:
			return n.Int64, true
		case n.IsFloat:
			return n.Float64, true
		}
	}
	return nil, false
}

// known is what the parser has to know of the functions: their names.
func known() map[string]any {
	m := map[string]any{}
	for _, name := range Names() {
		m[name] = ""
	}
	return m
}

func names() string {
	all := Names()
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// Ask is a question to whoever sends.
type Ask struct {
	// Label names it; a template that asks twice by the same name asks once.
	Label string
	// Default is what stands if nothing is answered.
	Default string
	// Number tells that the answer has to be a number, as the default is one.
	Number bool
}

// Asks returns the questions of a template, in their order.
func (t *Template) Asks() []Ask {
	var asks []Ask
	for _, p := range t.parts {
		if p.call == nil || p.call.name != "ask" {
			continue
		}
		a := p.call.ask()
		if !slices.ContainsFunc(asks, func(b Ask) bool { return a.Label == b.Label }) {
			asks = append(asks, a)
		}
	}
	return asks
}

func (c *call) ask() Ask {
	a := Ask{Label: c.args[0].(string)}
	if len(c.args) > 1 {
		switch v := c.args[1].(type) {
		case string:
			a.Default = v
		default:
			a.Default, a.Number = c.raw[1], isNumber(v)
		}
	}
	return a
}

// Uses reports whether a template has a placeholder of that name.
func (t *Template) Uses(name string) bool {
	return slices.ContainsFunc(t.parts, func(p part) bool { return p.call != nil && p.call.name == name })
}

// Plain reports whether there is no placeholder.
func (t *Template) Plain() bool { return len(t.parts) == 1 }
