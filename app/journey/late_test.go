package journey

import (
	"strings"
	"testing"
)

func TestOnlyLateWordsAreExcused(t *testing.T) {
	const (
		complaint = "2026/01/02 03:04:05 *** Error in Fyne call thread, this should have been called in fyne.Do[AndWait] ***\n" +
			"2026/01/02 03:04:05 *** This error needs to be addressed as it could cause concurrent errors soon ***\n"
		tooltip = complaint + "2026/01/02 03:04:05   From: /go/pkg/mod/github.com/dweymouth/fyne-tooltip@v0.4.0/widget/tooltipwidget.go:117\n"
		drawn   = complaint + "2026/01/02 03:04:05   From: /src/widgets/virtual/bar.go:80\n"
		gone    = "2026/01/02 03:04:05 Fyne error:  \n2026/01/02 03:04:05   Cause: no canvas\n" +
			"2026/01/02 03:04:05   At: /go/pkg/mod/github.com/dweymouth/fyne-tooltip@v0.4.0/internal/tooltip_layer.go:73\n"
		other = "2026/01/02 03:04:05 Fyne error:  x\n2026/01/02 03:04:05   Cause: y\n2026/01/02 03:04:05   At: /src/app/window/window.go:1\n"
	)
	for said, want := range map[string]string{
		"a\n" + tooltip:                               "a\n" + tooltip,
		drawn + lastWord:                              drawn + lastWord,
		gone + lastWord:                               gone + lastWord,
		"a\n" + lastWord + tooltip + "b\n":            "a\n" + lastWord + "b\n",
		lastWord + drawn + drawn + tooltip + gone:     lastWord,
		lastWord + strings.TrimSuffix(tooltip, "\n"):  lastWord,
		lastWord + strings.TrimSuffix(gone, "\n"):     lastWord,
		lastWord + tooltip + other + gone:             lastWord + other,
		lastWord + "WARNING: DATA RACE\n":             lastWord + "WARNING: DATA RACE\n",
		lastWord + drawn + tooltip + "panic: x":       lastWord + "panic: x",
		"debug: goroutines left: 1\n" + drawn + "b\n": "debug: goroutines left: 1\n" + drawn + "b\n",
	} {
		if got := withoutLateWords(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}
