package connections

import (
	"strings"
	"testing"
)

func TestReasonsInWords(t *testing.T) {
	known := 0
	said := make(map[string]int)
	for code := range 256 {
		text := ReasonText(byte(code))
		if KnownReason(byte(code)) {
			known++
			if other, twice := said[text]; twice {
				t.Errorf("%#02x and %#02x are both %q", code, other, text)
			}
			said[text] = code
		} else if !strings.Contains(text, "does not define") {
			t.Errorf("%#02x is not known, but is %q", code, text)
		}
	}
	if known != 43 { // MQTT 5 §2.4, in which 0x00 has three names
		t.Errorf("%d codes are known", known)
	}
	if got := DescribeReason(0x87, "line one\nline\x00two"); got != "not authorised: line one line two" {
		t.Errorf("%q", got)
	}
	if got := OneLine(strings.Repeat("ä", 500)); len([]rune(got)) != longestLine+1 {
		t.Errorf("%d characters", len([]rune(got)))
	}
}
