package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestLogGoesToTheFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state", "logs")
	logger, closer, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	logger.Info("hello", "user", "joe")
	if err := closer.Close(); err != nil {
		t.Fatal(err)
	}
	logger.Info("too late")
	if got := read(t, filepath.Join(folder, fileName)); !strings.Contains(got, "msg=hello user=joe") || strings.Contains(got, "too late") {
		t.Errorf("log file holds %q", got)
	}
	if names := list(t, folder); !slices.Equal(names, []string{fileName}) {
		t.Errorf("left behind: %q", names)
	}
}

func TestLogGoesOnWhereItEnded(t *testing.T) {
	folder := t.TempDir()
	for _, word := range []string{"yesterday", "today"} {
		logger, closer, err := Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		logger.Info(word)
		closer.Close()
	}
	if got := read(t, filepath.Join(folder, fileName)); !strings.Contains(got, "yesterday") || !strings.Contains(got, "today") {
		t.Errorf("log file holds %q", got)
	}
}

func TestOpenNamesTheFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(filepath.Join(file, "logs")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, want an error that names %s", err, file)
	}
}

func TestACrashIsKept(t *testing.T) {
	folder := os.Getenv("LOGFILE_TEST_CRASH")
	if folder != "" {
		if _, _, err := Open(folder); err != nil {
			os.Exit(3)
		}
		go panic("the boiler is on fire")
		select {}
	}
	folder = t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestACrashIsKept$")
	child.Env = append(os.Environ(), "LOGFILE_TEST_CRASH="+folder)
	if err := child.Run(); err == nil {
		t.Fatal("the child did not crash")
	}
	_, closer, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	closer.Close()
	if got := read(t, filepath.Join(folder, "crash.previous.log")); !strings.Contains(got, "the boiler is on fire") {
		t.Errorf("the trace holds %q", got)
	}
	if got := read(t, filepath.Join(folder, fileName)); !strings.Contains(got, "crashed when it last ran") {
		t.Errorf("the log holds %q", got)
	}
}

func TestFilesStayWithinTheirLimit(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.log")
	const limit, count = 100, 3
	out, err := openRotating(name, limit, count)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for i := range 100 {
		if _, err := fmt.Fprintf(out, "record %03d of a hundred\n", i); err != nil {
			t.Fatal(err)
		}
	}
	var all strings.Builder
	for _, file := range []string{"x.2.log", "x.1.log", "x.log"} {
		text := read(t, filepath.Join(filepath.Dir(name), file))
		if len(text) > limit || len(text) == 0 {
			t.Errorf("%s holds %d bytes", file, len(text))
		}
		all.WriteString(text)
	}
	var want strings.Builder
	for i := 88; i < 100; i++ {
		fmt.Fprintf(&want, "record %03d of a hundred\n", i)
	}
	if all.String() != want.String() {
		t.Errorf("the files hold %q, want %q", all.String(), want.String())
	}
	if names := list(t, filepath.Dir(name)); len(names) != count {
		t.Errorf("files: %q", names)
	}
}

func TestARecordLargerThanAFileIsCut(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.log")
	out, err := openRotating(name, 16, 2)
	if err != nil {
		t.Fatal(err)
	}
	record := []byte(strings.Repeat("x", 100) + "\n")
	if n, err := out.Write(record); n != len(record) || err != nil {
		t.Errorf("Write = %d, %v", n, err)
	}
	if record[15] != 'x' {
		t.Error("Write changed the caller's bytes")
	}
	out.Close()
	if got := read(t, name); got != strings.Repeat("x", 15)+"\n" {
		t.Errorf("file holds %q", got)
	}
	if _, err := out.Write(record); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestWritersDoNotTearEachOthersRecords(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.log")
	out, err := openRotating(name, 1<<10, 200)
	if err != nil {
		t.Fatal(err)
	}
	const writers, records = 8, 200
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for r := range records {
				fmt.Fprintf(out, "writer %d record %d.\n", w, r)
			}
		})
	}
	wait.Wait()
	out.Close()
	seen := map[string]bool{}
	for _, file := range list(t, filepath.Dir(name)) {
		for line := range bytes.Lines([]byte(read(t, filepath.Join(filepath.Dir(name), file)))) {
			var w, r int
			if n, _ := fmt.Sscanf(string(line), "writer %d record %d.\n", &w, &r); n != 2 {
				t.Errorf("%s: torn record %q", file, line)
			}
			seen[string(line)] = true
		}
	}
	if len(seen) != writers*records {
		t.Errorf("%d records arrived, want %d", len(seen), writers*records)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func list(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
