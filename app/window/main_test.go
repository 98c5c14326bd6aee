package window

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets little garbage stand: Fyne keeps what every window of a test has drawn, and the
// race detector keeps several times as much beside it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(25)
	os.Exit(m.Run())
}
