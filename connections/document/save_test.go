package document

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSavedFileIsForItsOwner(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no permission bits")
	}
	path := writeFile(t, `{"version":1}`)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Save(path, 1, garden{}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestSaveSetsABrokenFileAside(t *testing.T) {
	path := writeFile(t, "half a thou")
	if err := Save(path, 1, garden{Name: "new"}); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(path + ".broken-1"); err != nil || string(kept) != "half a thou" {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func TestSaveRefusesWhatIsNoDocument(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	for name, v := range map[string]any{
		"an array":          []int{1},
		"null":              nil,
		"a version of own":  map[string]int{"version": 4},
		"what JSON has not": map[string]float64{"x": math.NaN()},
	} {
		if err := Save(path, 1, v); err == nil {
			t.Errorf("%s was saved", name)
		}
	}
	if err := Save(path, 0, garden{}); err == nil {
		t.Error("version 0 was saved")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused save left a file: %v", err)
	}
}

func TestSaveFollowsASymbolicLink(t *testing.T) {
	target := writeFile(t, `{"version":1}`)
	link := filepath.Join(t.TempDir(), "link.json")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	if err := Save(link, 1, garden{Name: "behind the link"}); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Lstat(link); info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced by a file")
	}
	var got garden
	if err := Load(target, 1, &got); err != nil || got.Name != "behind the link" {
		t.Errorf("the target holds %+v, %v", got, err)
	}
}

func TestFailedSaveLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "garden.json")
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Save(path, 1, garden{}); err == nil {
		t.Fatal("saved over a folder")
	}
	if names := list(t, folder); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestSweepRemovesOnlyOldTemporaryFiles(t *testing.T) {
	folder := t.TempDir()
	old := time.Now().Add(-time.Hour)
	for name, at := range map[string]time.Time{
		"a.json": old, "a.json.saving-1": old, "a.json.saving-2": time.Now(), "a.json.v1.bak": old,
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	Sweep(folder)
	if got := strings.Join(list(t, folder), " "); got != "a.json a.json.saving-2 a.json.v1.bak" {
		t.Errorf("left: %s", got)
	}
}

func TestWritersOfOneFileNeverTearIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "garden.json")
	if err := Save(path, 1, wholeGarden(0)); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 25 {
				if err := Save(path, 1, wholeGarden(w*1000+i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		checkWhole(t, path)
	}
}

const saverEnv = "STREAMSCOPE_TEST_SAVES_TO"

// TestKilledInTheMiddle kills a process that saves without pause, half of the times while a
// temporary file is seen to be open, and looks at what it left.
func TestKilledInTheMiddle(t *testing.T) {
	if path := os.Getenv(saverEnv); path != "" {
		for i := 1; ; i++ {
			if err := Save(path, 1, wholeGarden(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "garden.json")
	if err := Save(path, 1, wholeGarden(0)); err != nil {
		t.Fatal(err)
	}
	interrupted := 0
	unfinished := func() []string {
		left, _ := filepath.Glob(filepath.Join(folder, "*"+temporary))
		return left
	}
	for round := range 12 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledInTheMiddle$")
		child.Env = append(os.Environ(), saverEnv+"="+path)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		before := checkWhole(t, path)
		for saves := 0; saves < 3+round; {
			if now := checkWhole(t, path); now != before {
				before = now
				saves++
			}
		}
		for round%2 == 0 && len(unfinished()) == 0 {
			runtime.Gosched()
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait()
		checkWhole(t, path)
		for _, name := range unfinished() {
			interrupted++
			os.Remove(name)
		}
	}
	if interrupted == 0 {
		t.Error("no kill fell into a save: this test proves nothing")
	}
	if names := list(t, folder); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

// wholeGarden is large enough that writing it takes a while; every bed carries its number.
func wholeGarden(n int) garden {
	g := garden{Name: fmt.Sprint(n), Depth: n}
	for range 3000 {
		g.Beds = append(g.Beds, fmt.Sprintf("bed of garden %d", n))
	}
	return g
}

// checkWhole fails unless path holds one whole garden, and returns its number.
func checkWhole(t *testing.T, path string) int {
	t.Helper()
	var got garden
	if err := Load(path, 1, &got); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("bed of garden %d", got.Depth)
	if len(got.Beds) != 3000 || got.Beds[0] != want || got.Beds[2999] != want {
		t.Fatalf("garden %d has %d beds, the last is %q", got.Depth, len(got.Beds), got.Beds[len(got.Beds)-1])
	}
	return got.Depth
}

func list(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
