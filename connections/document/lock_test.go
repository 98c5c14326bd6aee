package document

import (
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

func TestOneChangesAFolderAtATime(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	var inside, changes atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := Locked(folder, func() error {
				if n := inside.Add(1); n != 1 {
					t.Errorf("%d changes meet", n)
				}
				runtime.Gosched()
				inside.Add(-1)
				changes.Add(1)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := changes.Load(); n != 20 {
		t.Errorf("%d changes", n)
	}
	wrong := errors.New("wrong")
	if err := Locked(folder, func() error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("the change's error became %v", err)
	}
	if err := Locked(folder, func() error { return nil }); err != nil {
		t.Errorf("the lock was kept after an error: %v", err)
	}
}
