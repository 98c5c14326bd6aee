package document

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockPatience is how long a change waits for another's to end.
const lockPatience = 5 * time.Second

// Locked runs change while no other handle, of this program or of another, runs one on the
// folder. It makes the folder if needed. A change must not begin another on the same folder.
//
// Locked waits for the disk, and for another's change for a few seconds: call it where blocking
// is allowed.
func Locked(folder string, change func() error) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	lock := flock.New(filepath.Join(folder, ".lock"), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(context.Background(), lockPatience)
	defer cancel()
	if _, err := lock.TryLockContext(ctx, 5*time.Millisecond); err != nil {
		return fmt.Errorf("lock %s: %w", folder, err)
	}
	defer lock.Close()
	return change()
}
