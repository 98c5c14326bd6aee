//go:build !unix

package brokertest

// Freeze skips the test: this system cannot stop a process for a while.
func (m *Mosquitto) Freeze() { m.t.Skip("a process cannot be frozen on this system") }

// Thaw has nothing to end.
func (m *Mosquitto) Thaw() {}
