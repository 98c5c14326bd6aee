package decode

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

func keyValueKind() Kind { return plain(KeyValue, readKeyValue) }

// readKeyValue reads key=value pairs: one a line, or several parted by ; or & or tabs, by
// commas where another pair follows, or by spaces where another pair follows. A line of "key:
// value" counts as well. Empty lines and those that begin with # are left out.
func readKeyValue(in Input) Result {
	if odd := readText(in); odd.Err != nil {
		odd.Format, odd.Text = KeyValue, nil
		return odd
	}
	w := writer{limit: in.Limits.Bytes}
	w.raw("{")
	first := true
	for at := 0; at < len(in.Payload); {
		piece := in.Payload[at:]
		if end := bytes.IndexAny(piece, "\n;&\t\x00"); end >= 0 {
			piece = piece[:end]
		}
		for rest := 0; rest < len(piece); {
			n := pairLen(piece[rest:])
			pair := piece[rest : rest+n]
			if err := w.pair(pair, at+rest, &first); err != nil {
				r := fault(KeyValue, err)
				r.Text = in.Payload
				return r
			}
			rest += n
			if rest < len(piece) {
				rest++ // the comma or the space
			}
		}
		at += len(piece) + 1
		if w.full() {
			return fault(KeyValue, errTooBig)
		}
	}
	w.raw("}")
	if first {
		return fault(KeyValue, wrongAt(0, "there is no pair key=value"))
	}
	return Result{Format: KeyValue, Document: w.b}
}

// pairLen returns where the pair that b begins with ends: before a comma or a space behind
// which another key with an equals sign stands.
func pairLen(b []byte) int {
	equals := bytes.IndexByte(b, '=')
	if equals < 0 {
		return len(b)
	}
	quoted := false
	for i := equals + 1; i < len(b); i++ {
		switch {
		case b[i] == '"':
			quoted = !quoted
		case quoted || b[i] != ',' && b[i] != ' ':
		default:
			from := i
			for i+1 < len(b) && b[i+1] == ' ' {
				i++
			}
			if anotherPair(b[i+1:]) {
				return from
			}
		}
	}
	return len(b)
}

// anotherPair tells whether a key and an equals sign come next.
func anotherPair(b []byte) bool {
	end := bytes.IndexAny(b, "=, \"")
	if end <= 0 {
		return false
	}
	return bytes.HasPrefix(bytes.TrimLeft(b[end:], " "), []byte("="))
}

// pair writes one pair as a member.
func (w *writer) pair(b []byte, at int, first *bool) error {
	trimmed := bytes.Trim(b, " \r")
	if len(trimmed) == 0 || trimmed[0] == '#' {
		return nil
	}
	key, value, ok := bytes.Cut(trimmed, []byte("="))
	if !ok {
		key, value, ok = bytes.Cut(trimmed, []byte(":"))
	}
	key, value = bytes.TrimSpace(key), bytes.TrimSpace(value)
	if !ok || len(key) == 0 {
		return wrongAt(at+bytes.Index(b, trimmed), "“"+clip(string(trimmed))+"” is no pair key=value")
	}
	if !*first {
		w.comma()
	}
	*first = false
	w.b = appendQuoted(w.b, key)
	w.raw(":")
	w.scalar(value)
	return nil
}

// scalar writes a text as the number or the word that it is in JSON, else as a string.
func (w *writer) scalar(value []byte) {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		w.b = appendQuoted(w.b, value[1:n-1])
		return
	}
	if jsonScalar(value) {
		w.b = append(w.b, value...)
		return
	}
	w.b = appendQuoted(w.b, value)
}

const maxClip = 30

// clip shortens foreign text for a sentence.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= maxClip {
		return s
	}
	return strings.ToValidUTF8(string([]rune(s)[:maxClip]), "�") + "…"
}
