package decode

import (
	"fmt"
	"unicode/utf8"
)

func textKind() Kind {
	k := plain(Text, readText)
	k.Types = []string{"text/plain", "text/csv", "text/html", "text/markdown"}
	return k
}

// readText checks UTF-8. Bytes that are none stay in the text, for whoever shows it to show as
// bytes. One NUL at the end does not count: C programs send it along.
func readText(in Input) Result {
	b := in.Payload
	r := Result{Format: Text, Text: b, Bytes: b, At: -1}
	if utf8.Valid(b) {
		return r
	}
	odd, first := 0, -1
	for i := 0; i < len(b); {
		c, w := utf8.DecodeRune(b[i:])
		if c == utf8.RuneError && w == 1 {
			if odd++; first < 0 {
				first = i
			}
		}
		i += w
	}
	words := "1 byte is not UTF-8"
	if odd > 1 {
		words = fmt.Sprintf("%d bytes are not UTF-8, the first", odd)
	}
	r.Err, r.At = wrongAt(first, words), first
	return r
}

func hexKind() Kind {
	k := plain(Hex, func(in Input) Result { return Result{Format: Hex, At: -1} })
	k.Raw = true
	k.Types = []string{"application/octet-stream"}
	return k
}
