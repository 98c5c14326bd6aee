package payload

import (
	"strings"
	"testing"
)

func FuzzBalancedLen(f *testing.F) {
	for _, s := range []string{machine, document200, `{"a":"]\"}"}]`, "[[[]]]]", strings.Repeat(`"\\"`, 9) + "]", `1234567"}"]`} {
		f.Add([]byte(s), 1)
	}
	f.Fuzz(func(t *testing.T, b []byte, depth int) {
		depth = depth&3 + 1
		n, ok := balancedLen(b, depth)
		plain := balancer{depth: depth}
		want := plain.bytes(b)
		if n != want || ok != (plain.depth == 0) {
			t.Fatalf("balancedLen(%q, %d) = %d %v, byte by byte %d", b, depth, n, ok, want)
		}
	})
}

func FuzzPlainLen(f *testing.F) {
	f.Add([]byte("0123456789\"\\\x1f"))
	f.Add([]byte("\xff\x80\x20\x7f\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		want := 0
		for want < len(b) && b[want] >= ' ' && b[want] != '"' && b[want] != '\\' {
			want++
		}
		if got := plainLen(b); got != want {
			t.Fatalf("plainLen(%q) = %d, want %d", b, got, want)
		}
	})
}
