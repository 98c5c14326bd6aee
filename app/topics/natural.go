package topics

import "strings"

// compareNatural orders names as people do: runs of digits by their number, so that sensor2
// stands before sensor10. Names that differ only in leading zeros are ordered by their bytes.
// Unlike other such comparisons it is a strict order for numbers of any length.
func compareNatural(a, b string) int {
	i, n := 0, min(len(a), len(b))
	for i < n && a[i] == b[i] {
		i++
	}
	if i == n {
		return len(a) - len(b)
	}
	if !isDigit(a[i]) && !isDigit(b[i]) {
		return int(a[i]) - int(b[i])
	}
	// The first difference may stand inside a number that begins before it.
	from := i
	for from > 0 && isDigit(a[from-1]) {
		from--
	}
	ends := [2]int{from + digits(a[from:]), from + digits(b[from:])}
	if ends[0] == from || ends[1] == from {
		return int(a[i]) - int(b[i])
	}
	na, nb := strings.TrimLeft(a[from:ends[0]], "0"), strings.TrimLeft(b[from:ends[1]], "0")
	if len(na) != len(nb) {
		return len(na) - len(nb)
	}
	if c := strings.Compare(na, nb); c != 0 {
		return c
	}
	if c := compareNatural(a[ends[0]:], b[ends[1]:]); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func isDigit(c byte) bool { return c-'0' < 10 }

func digits(s string) int {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return i
		}
	}
	return len(s)
}
