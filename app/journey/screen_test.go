package journey

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// screen is an X server in memory with a window manager, for one test.
type screen struct {
	t       *testing.T
	display string // ":93"
}

// openScreen starts a screen of some pixels; it goes away with the test.
func openScreen(t *testing.T, width, height int) *screen {
	t.Helper()
	needs(t, "Xvfb", "openbox", "xdotool", "import", "make")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height),
		"-nolisten", "tcp", "-noreset", "+extension", "GLX", "+extension", "RANDR")
	server.ExtraFiles = []*os.File{write}
	launch(t, server)
	write.Close()
	// The server picks a free number and says so once it takes connections.
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	s := &screen{t: t, display: ":" + strings.TrimSpace(number)}
	manager := exec.Command("openbox", "--sm-disable")
	manager.Env = append(os.Environ(), "DISPLAY="+s.display, "HOME="+t.TempDir())
	launch(t, manager)
	await(t, "a window manager", func() bool { _, err := s.try("get_num_desktops"); return err == nil })
	return s
}

// do runs one command of xdotool and returns its answer.
func (s *screen) do(args ...string) string {
	s.t.Helper()
	out, err := s.try(args...)
	if err != nil {
		s.t.Fatalf("xdotool %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return out
}

func (s *screen) try(args ...string) (string, error) {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// picture writes a PNG of a window, or of all when window is "root".
func (s *screen) picture(window, file string) error {
	cmd := exec.Command("import", "-display", s.display, "-window", window, file)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// launch starts a program that is stopped at the end of the test.
func launch(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// needs skips the test where programs are missing; in CI that is an error.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	give := t.Skipf
	if os.Getenv("CI") != "" {
		give = t.Fatalf
	}
	if runtime.GOOS != "linux" {
		give("journeys need X11, so Linux")
	}
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			give("%s is not installed: run .ci/install-packages", program)
		}
	}
}

// patience is far above what anything takes, also on a busy machine with the race detector.
const patience = time.Minute

// await polls until condition holds.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	if !holds(condition) {
		t.Fatalf("still waiting for %s after %v", what, patience)
	}
}

func holds(condition func() bool) bool {
	poll := time.NewTicker(25 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(patience); !condition(); <-poll.C {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}
