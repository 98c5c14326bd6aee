package single

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestASecondStartRaisesTheFirst(t *testing.T) {
	tests := []struct{ name, folder string }{
		{"in a plain folder", "config"},
		{"in a folder with spaces", "my config – ü"},
		{"in a folder too long for a socket", strings.Repeat("long/", 40)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), test.folder)
			first := acquire(t, folder)
			raised := make(chan struct{}, 8)
			first.OnRaise(func() { raised <- struct{}{} })

			if _, err := Acquire(folder); !errors.Is(err, ErrRunning) {
				t.Fatalf("the second start got %v, want ErrRunning", err)
			}
			for range 3 {
				if err := Raise(folder); err != nil {
					t.Fatal(err)
				}
				<-raised
			}
		})
	}
}

func TestARaiseWaitsForTheWindow(t *testing.T) {
	folder := t.TempDir()
	first := acquire(t, folder)
	if err := Raise(folder); err != nil {
		t.Fatal(err)
	}
	raised := 0
	first.OnRaise(func() { raised++ })
	if raised != 1 {
		t.Errorf("raised %d times, want once", raised)
	}
}

func TestFoldersAreIndependent(t *testing.T) {
	acquire(t, t.TempDir())
	acquire(t, t.TempDir())
}

func TestCloseGivesTheFolderBack(t *testing.T) {
	folder := t.TempDir()
	first, err := Acquire(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Raise(folder); err == nil {
		t.Error("somebody answered after Close")
	}
	if names := files(t, folder); !slices.Equal(names, []string{lockName}) {
		t.Errorf("left behind: %q", names)
	}
	acquire(t, folder)
}

// A process that is killed leaves its socket and its address behind.
func TestADeadProgramIsNoHindrance(t *testing.T) {
	folder := os.Getenv("SINGLE_TEST_FOLDER")
	if folder != "" {
		if _, err := Acquire(folder); err != nil {
			os.Exit(3)
		}
		os.Exit(0) // without Close
	}
	folder = t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestADeadProgramIsNoHindrance$")
	child.Env = append(os.Environ(), "SINGLE_TEST_FOLDER="+folder)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !slices.Contains(files(t, folder), "streamscope.sock") {
		t.Fatal("the child left no socket: the test tests nothing")
	}
	if err := Raise(folder); err == nil {
		t.Error("a dead program answered")
	}
	first := acquire(t, folder)
	raised := make(chan struct{}, 1)
	first.OnRaise(func() { raised <- struct{}{} })
	if err := Raise(folder); err != nil {
		t.Fatal(err)
	}
	<-raised
}

func TestNoiseOnTheSocketRaisesNothing(t *testing.T) {
	folder := t.TempDir()
	first := acquire(t, folder)
	raised := make(chan struct{}, 8)
	first.OnRaise(func() { raised <- struct{}{} })
	for _, noise := range []string{"", "GET / HTTP/1.0\r\n\r\n", "raise"} {
		conn, err := net.Dial("unix", filepath.Join(folder, "streamscope.sock"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(noise)); err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	// Requests are answered in order, so this one's answer comes after the noise.
	if err := Raise(folder); err != nil {
		t.Fatal(err)
	}
	if n := len(raised); n != 1 {
		t.Errorf("raised %d times, want once", n)
	}
}

func TestAcquireNamesTheFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(filepath.Join(file, "config")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, want an error that names %s", err, file)
	}
}

func acquire(t *testing.T, folder string) *Instance {
	t.Helper()
	instance, err := Acquire(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := instance.Close(); err != nil {
			t.Error(err)
		}
	})
	return instance
}

func files(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
