package secret

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// roleVariable makes this test binary play a part in another process.
const roleVariable = "STREAMSCOPE_SECRET_TEST"

func TestMain(m *testing.M) {
	switch role, folder, _ := strings.Cut(os.Getenv(roleVariable), ":"); role {
	case "":
		os.Exit(m.Run())
	case "write":
		writeForever(folder)
	case "keyring":
		os.Exit(useKeyring(folder))
	case "locked":
		os.Exit(useLocked(folder))
	}
}

// writeForever keeps a growing number, until it is killed.
func writeForever(folder string) {
	s := Open(folder, withoutRing)
	if err := s.Unlock(passphrase); err != nil {
		panic(err)
	}
	for n := 1; ; n++ {
		if _, err := s.Set(context.Background(), password, New(fmt.Sprintf("%s %d %s", hush, n, strings.Repeat("x", 20_000)))); err != nil {
			panic(err)
		}
		fmt.Println(n)
	}
}

func TestKilledWhileWriting(t *testing.T) {
	folder := t.TempDir()
	first := Open(folder, withoutRing)
	if err := first.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	for round := range 5 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), roleVariable+"=write:"+folder)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		said := ""
		for range 3 + 2*round {
			if !lines.Scan() {
				break
			}
			said = lines.Text()
		}
		_ = cmd.Process.Kill()
		for lines.Scan() {
			said = lines.Text()
		}
		_ = cmd.Wait()
		if said == "" {
			t.Fatal("nothing was written")
		}

		s := Open(folder, withoutRing)
		if err := s.Unlock(passphrase); err != nil {
			t.Fatal(err)
		}
		got, err := s.Get(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		var kept, last int
		if _, err := fmt.Sscanf(got.Reveal(), hush+" %d", &kept); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(said, &last); err != nil {
			t.Fatal(err)
		}
		if kept != last && kept != last+1 {
			t.Errorf("%d was kept, and %d is there", last, kept)
		}
	}
	noneInFiles(t, folder, hush)
}

// session runs this binary in a session of its own with a keyring daemon.
func session(t *testing.T, home, daemon, role, folder string) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the Secret Service is Linux's")
	}
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing (Debian: dbus-daemon, gnome-keyring)", program)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", daemon+` >/dev/null 2>&1; "$0"`, os.Args[0])
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"XDG_RUNTIME_DIR=" + home, "GOCOVERDIR=" + home, roleVariable + "=" + role + ":" + folder,
	}
	// A file and no pipe: what the bus has started may outlive it and hold a pipe open.
	said, err := os.Create(filepath.Join(home, "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	cmd.Stdout = said
	err = cmd.Run()
	out, _ := os.ReadFile(said.Name())
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func TestRealKeyring(t *testing.T) {
	// Sockets have short names: the temporary folder of a test may be too deep.
	home, err := os.MkdirTemp("", "ring") //nolint:usetesting // as said
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	folder := filepath.Join(home, "secrets")
	got := session(t, home, "printf 'login\n' | gnome-keyring-daemon --unlock --components=secrets", "keyring", folder)
	if got != "kept and found\n" {
		t.Error(got)
	}
	noneInFiles(t, folder, hush, "key material")

	locked := "gnome-keyring-daemon --start --components=secrets </dev/null"
	got = session(t, home, locked, "locked", folder)
	t.Log(got)
	if !strings.HasPrefix(got, "locked") {
		t.Error(got)
	}

	// A dialog for the password that never comes up: this is where go-keyring hangs.
	services := filepath.Join(home, "data", "dbus-1", "services")
	if err := os.MkdirAll(services, 0o700); err != nil {
		t.Fatal(err)
	}
	service := "[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/bin/sleep 6\n"
	if err := os.WriteFile(filepath.Join(services, "org.gnome.keyring.SystemPrompter.service"), []byte(service), 0o600); err != nil {
		t.Fatal(err)
	}
	got = session(t, home, locked, "locked", folder)
	t.Log(got)
	if !strings.HasPrefix(got, "locked") || !strings.Contains(got, "no answer within 3s") {
		t.Error(got)
	}
}

func useKeyring(folder string) int {
	ctx := context.Background()
	s := Open(folder, Options{WorkFactor: testWork})
	large := strings.Repeat("key material ", 1000)
	for ref, text := range map[Ref]string{password: hush, other: large} {
		if place, err := s.Set(ctx, ref, New(text)); err != nil {
			fmt.Println(ref, place, err)
			return 1
		}
	}
	s = Open(folder, Options{WorkFactor: testWork})
	for ref, text := range map[Ref]string{password: hush, other: large} {
		if got, err := s.Get(ctx, ref); err != nil || got.Reveal() != text {
			fmt.Println(ref, err)
			return 1
		}
	}
	if s.Where(password) != InKeyring || s.Where(other) != InKeyedFile {
		fmt.Println(s.Where(password), s.Where(other))
		return 1
	}
	gone := Ref{"p-gone", "password"}
	_, err := s.Set(ctx, gone, New("x"))
	if err = errors.Join(err, s.Delete(ctx, gone)); err != nil {
		fmt.Println(err)
		return 1
	}
	if _, err := s.Get(ctx, gone); !errors.Is(err, ErrNotFound) {
		fmt.Println("deleted:", err)
		return 1
	}
	fmt.Println("kept and found")
	return 0
}

// useLocked asks a keyring that nobody unlocks.
func useLocked(folder string) int {
	start := time.Now()
	s := Open(folder, Options{Patience: 3 * time.Second, WorkFactor: testWork})
	_, err := s.Get(context.Background(), password)
	_, second := s.Set(context.Background(), other, New("x"))
	took := time.Since(start)
	switch {
	case !errors.Is(err, ErrLocked) || !errors.Is(second, ErrLocked):
		fmt.Println("got", err, "and", second)
	case took > 8*time.Second:
		fmt.Println("it took", took)
	default:
		fmt.Println("locked, said after", took.Round(time.Millisecond), "-", err)
	}
	return 0
}
