package document

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
)

func TestOneChangesAFolderAtATime(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	changes := 0 // the race detector tells if two of them meet
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := Locked(folder, func() error { changes++; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if changes != 20 {
		t.Errorf("%d changes", changes)
	}
	wrong := errors.New("wrong")
	if err := Locked(folder, func() error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("the change's error became %v", err)
	}
	if err := Locked(folder, func() error { return nil }); err != nil {
		t.Errorf("the lock was kept after an error: %v", err)
	}
}
