package journey

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Fyne reads FYNE_CACHE while it is initialised; app/tune has to come first, and the order is
// Go's to choose.
func TestTuneComesBeforeFyne(t *testing.T) {
	needs(t, "make")
	for _, target := range []string{"build", "race"} {
		t.Run(target, func(t *testing.T) {
			cmd := exec.Command(build(t, target), "--version")
			cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1", "FYNE_CACHE=")
			trace, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, trace)
			}
			ours := strings.Index(string(trace), "init streamscope/app/tune @")
			fynes := strings.Index(string(trace), "init fyne.io/fyne/v2/internal/cache @")
			if ours < 0 || fynes < 0 || ours > fynes {
				t.Errorf("tune is at %d, Fyne's cache at %d of the trace:\n%s", ours, fynes, trace)
			}
		})
	}
}
