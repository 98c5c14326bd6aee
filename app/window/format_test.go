package window

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"streamscope/connections"
)

func TestRateMeter(t *testing.T) {
	var m rateMeter
	at := time.Unix(100, 0)
	m.Add(1000, at)
	m.Add(1010, at.Add(100*time.Millisecond))
	if m.PerSecond() != 0 {
		t.Errorf("a rate after a tenth of a second: %v", m.PerSecond())
	}
	m.Add(1100, at.Add(2*time.Second))
	if m.PerSecond() != 50 {
		t.Errorf("100 messages in 2 s are %v/s", m.PerSecond())
	}
	m.Add(5, at.Add(4*time.Second))
	if m.PerSecond() != 0 {
		t.Errorf("a count that began anew makes %v/s", m.PerSecond())
	}
}

func TestChipText(t *testing.T) {
	test.NewTempApp(t)
	now := time.Unix(1000, 0)
	tests := []struct {
		st   connections.Status
		want string
	}{
		{connections.Status{State: connections.StateOpen}, "Plant A  5.0/s"},
		{connections.Status{State: connections.StateDialling}, "Plant A  connecting…"},
		{connections.Status{State: connections.StateWaiting, RetryAt: now.Add(3500 * time.Millisecond)}, "Plant A  retry in 4 s"},
		{connections.Status{State: connections.StateWaiting, RetryAt: now.Add(-time.Second)}, "Plant A  retry in 0 s"},
		{connections.Status{State: connections.StateClosed}, "Plant A  disconnected"},
	}
	for _, tt := range tests {
		if got := chipText("Plant A", tt.st, 5, now); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.st.State, got, tt.want)
		}
	}
}
