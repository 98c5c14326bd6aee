package journey

import "testing"

func TestOnlyFynesOwnLateWordsAreExcused(t *testing.T) {
	const complaint = "2026/01/02 03:04:05 *** Error in Fyne call thread, this should have been called in fyne.Do[AndWait] ***\n" +
		"2026/01/02 03:04:05 *** This error needs to be addressed as it could cause concurrent errors soon ***\n"
	tooltip := complaint + "2026/01/02 03:04:05   From: /go/pkg/mod/github.com/dweymouth/fyne-tooltip@v0.4.0/widget/tooltipwidget.go:117\n"
	ours := complaint + "2026/01/02 03:04:05   From: /src/app/window/banners.go:90\n"
	for said, want := range map[string]string{
		"a\n" + tooltip:                        "a\n" + tooltip,
		"a\n" + lastWord + tooltip + "b\n":     "a\n" + lastWord + "b\n",
		lastWord + ours:                        lastWord + ours,
		lastWord + tooltip + ours:              lastWord + ours,
		lastWord + "WARNING: DATA RACE\n":      lastWord + "WARNING: DATA RACE\n",
		lastWord + ours + tooltip + "panic: x": lastWord + ours + "panic: x",
	} {
		if got := withoutLateWords(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}
