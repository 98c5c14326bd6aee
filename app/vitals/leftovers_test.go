package vitals

import (
	"strings"
	"testing"
	"time"
)

func TestLeftoversNamesWhoStayed(t *testing.T) {
	before := len(Leftovers(0))
	stop := make(chan struct{})
	started := make(chan struct{})
	go lingerer(started, stop)
	<-started
	left := Leftovers(0)
	if len(left) != before+1 || !strings.Contains(strings.Join(left, "\n"), "lingerer") {
		t.Errorf("left: %q", left)
	}
	close(stop)
	for deadline := time.Now().Add(10 * time.Second); len(Leftovers(time.Millisecond)) > before; {
		if time.Now().After(deadline) {
			t.Fatalf("still left: %q", Leftovers(0))
		}
	}
}

func lingerer(started, stop chan struct{}) {
	close(started)
	<-stop
}
