//go:build unix

package brokertest

import "syscall"

// Freeze stops the broker's clock: it keeps its connections and does nothing. Thaw ends that.
func (m *Mosquitto) Freeze() { _ = m.process.Process.Signal(syscall.SIGSTOP) }

// Thaw lets a frozen broker go on.
func (m *Mosquitto) Thaw() { _ = m.process.Process.Signal(syscall.SIGCONT) }
