package diagnose

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest bounds one piece of foreign text in a report, in characters.
const longest = 200

// masker makes text that others wrote fit for a report.
type masker struct{ secrets *strings.Replacer }

const masked = "•••"

// newMasker knows secrets, and the forms in which a peer may send them back.
func newMasker(user string, secrets ...string) masker {
	var forms []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s), inner(strconv.Quote(s)), inner(strconv.QuoteToASCII(s)))
		for _, text := range []string{s, user + ":" + s} {
			forms = append(forms, strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(text)), "="),
				strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(text)), "="))
		}
	}
	// The replacer takes the first that fits.
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(forms))
	for _, f := range forms {
		pairs = append(pairs, f, masked)
	}
	return masker{strings.NewReplacer(pairs...)}
}

func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

// foreign returns text without secrets, on one line, printable and not too long.
func (m masker) foreign(text string) string {
	text = m.secrets.Replace(text)
	var b strings.Builder
	n := 0
	for i, r := range text {
		if n++; n > longest {
			b.WriteString("…")
			break
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) {
			b.WriteString(inner(strconv.Quote(text[i : i+size])))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// err is foreign for an error's text.
func (m masker) err(err error) string { return m.foreign(err.Error()) }
