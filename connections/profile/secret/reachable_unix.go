//go:build unix && !darwin

package secret

import (
	"fmt"
	"os"
	"path/filepath"
)

// reachable looks for the session's bus, because without one the D-Bus library would start one
// that nobody ends.
func reachable() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "bus")); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: there is no session bus", ErrNoKeyring)
}
