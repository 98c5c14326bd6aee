package journey

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// top is the top of the repository, seen from this package.
const top = "../.."

// build makes a target of the Makefile and returns the program that it makes. It is up to
// date already when `make test` runs the journeys.
func build(t *testing.T, target string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(top, "main.go")); err != nil {
		t.Skip("there is no main.go yet")
	}
	cmd := exec.Command("make", "--silent", "--no-print-directory", target)
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make %s: %v\n%s", target, err, out)
	}
	name, err := filepath.Abs(filepath.Join(top, "bin", map[string]string{
		"build": "streamscope", "race": "streamscope-race", "headless": "streamscope-headless",
	}[target]))
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// faults are words on stderr that no run may leave.
var faults = []string{"*** Error in Fyne call thread", "Fyne error:", "WARNING: DATA RACE", "panic:", "fatal error:"}

// excused is a complaint of Fyne about itself: when it saves its preferences while quitting, its
// own watcher may read the file before it is written. Nothing of ours lies in them.
const excused = "Fyne error:  Preferences load error:"

// home is where a program may leave files.
type home struct{ dir string }

func newHome(t *testing.T) home {
	t.Helper()
	h := home{t.TempDir()}
	// Fyne complains where the cache folder of the user is missing; a desktop has it.
	for _, dir := range []string{h.config(), h.temp(), h.run(), filepath.Join(h.dir, ".cache")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h home) config() string { return filepath.Join(h.dir, "config") }
func (h home) temp() string   { return filepath.Join(h.dir, "tmp") }
func (h home) run() string    { return filepath.Join(h.dir, "run") }

// environment is that of a fresh user, with a scale and fonts that never change.
func (h home) environment(display, theme string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + h.dir, "TMPDIR=" + h.temp(), "LANG=C.UTF-8",
		"XDG_CONFIG_HOME=" + filepath.Join(h.dir, ".config"), "XDG_CACHE_HOME=" + filepath.Join(h.dir, ".cache"),
		"XDG_STATE_HOME=" + filepath.Join(h.dir, ".state"), "XDG_RUNTIME_DIR=" + h.run(),
		"DISPLAY=" + display, "FYNE_SCALE=1", "FYNE_THEME=" + theme, "FYNE_PLATFORM=x11",
		"LP_NUM_THREADS=1", "GOTRACEBACK=all",
	}
}

// program is a running Streamscope with its debug address open.
type program struct {
	t   *testing.T
	cmd *exec.Cmd
	url string

	ended chan struct{} // closed when the process has ended and stderr is read
	err   error         // what Wait said; read after ended

	mu    sync.Mutex // guards lines
	lines []string   // of stderr
}

// start runs a program with a debug address until the test ends at the latest, and waits
// until it answers there.
func start(t *testing.T, binary string, environment []string, args ...string) *program {
	t.Helper()
	p := &program{t: t, ended: make(chan struct{})}
	p.cmd = exec.Command(binary, append(args, "--debug-addr", "127.0.0.1:0")...)
	p.cmd.Env = environment
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.read(stderr)
		p.err = p.cmd.Wait()
	}()
	t.Cleanup(p.end)
	p.await("the debug address on stderr", func() bool { p.url = p.after("debug: http"); return p.url != "" })
	p.url = "http" + p.url
	return p
}

func (p *program) read(stderr io.Reader) {
	for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
		p.mu.Lock()
		p.lines = append(p.lines, scanner.Text())
		p.mu.Unlock()
	}
}

// after returns the rest of the first line that begins so.
func (p *program) after(prefix string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.lines {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			return rest
		}
	}
	return ""
}

func (p *program) stderr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

func (p *program) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// await polls until condition holds, and fails at once when the program ends meanwhile.
func (p *program) await(what string, condition func() bool) {
	p.t.Helper()
	met := false
	holds(func() bool { met = condition(); return met || !p.running() })
	switch {
	case met:
	case !p.running():
		p.t.Fatalf("the program ended (%v) before %s:\n%s", p.err, what, p.stderr())
	default:
		p.t.Fatalf("still waiting for %s after %v", what, patience)
	}
}

// end checks what the program said and makes sure that it is gone.
func (p *program) end() {
	if p.running() {
		// Asked to, Go prints where every goroutine stands: a hang explains itself.
		if p.t.Failed() {
			_ = p.cmd.Process.Signal(syscall.SIGQUIT)
			select {
			case <-p.ended:
			case <-time.After(5 * time.Second):
			}
		}
		_ = p.cmd.Process.Kill()
	}
	<-p.ended
	said := strings.ReplaceAll(p.stderr(), excused, "")
	said = withoutLateWords(said)
	if p.t.Failed() {
		p.t.Logf("stderr:\n%s", said)
		return
	}
	for _, fault := range faults {
		if strings.Contains(said, fault) {
			p.t.Errorf("stderr has %q:\n%s", fault, said)
		}
	}
}

// late is a complaint that nobody but Fyne and its tooltips can raise: after the end of its loop
// Fyne runs what it is given on the goroutine that asks, and its watcher of files and a tooltip
// that is just due still ask. What they call may draw our widgets, so the complaint names those,
// or the canvas is gone already. The race detector holds a program for a second before it lets it
// go, which leaves them time.
var late = regexp.MustCompile(`(?m)^(.*\*\*\* .*\n)+.*From: .*(\n|\z)|^.*Fyne error:.*\n.*Cause: .*\n.*At: .*/fyne-tooltip@.*(\n|\z)`)

// withoutLateWords takes out of what was said after our last goroutine ended what late names;
// anything else counts.
func withoutLateWords(said string) string {
	running, ended, ok := strings.Cut(said, lastWord)
	if !ok {
		return said
	}
	return running + lastWord + late.ReplaceAllString(ended, "")
}

// lastWord is said when none of our goroutines is left.
const lastWord = "debug: goroutines left: 0\n"

// endsCleanly waits for an end that was asked for: no error, no goroutine, no file of a
// moment left behind.
func (p *program) endsCleanly(h home) {
	p.t.Helper()
	if !holds(func() bool { return !p.running() }) {
		p.t.Fatalf("the program did not end")
	}
	if p.err != nil {
		p.t.Fatalf("the program ended with %v", p.err)
	}
	if left := strings.TrimSpace(p.after("debug: goroutines left:")); left != "0" {
		p.t.Errorf("goroutines left: %q, want the line `debug: goroutines left: 0`", left)
	}
	if files := filesIn(p.t, h.temp(), h.run()); len(files) > 0 {
		p.t.Errorf("files left: %q", files)
	}
	for _, file := range filesIn(p.t, h.config()) {
		if ext := filepath.Ext(file); strings.HasPrefix(ext, ".tmp") || slices.Contains([]string{".sock", ".address"}, ext) {
			p.t.Errorf("file left: %s", file)
		}
	}
}

// get reads a JSON page of the debug address.
func (p *program) get(page string, into any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+page, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", page, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}

// vars are the figures that journeys look at.
type vars struct {
	Received, Kept, Evicted, Cleared, Excluded uint64
	Topics                                     int
	Connections                                []struct {
		Name, State string
		Received    uint64
	}
}

func (p *program) vars() vars {
	p.t.Helper()
	var document struct{ Streamscope vars }
	if err := p.get("/debug/vars", &document); err != nil && p.running() {
		p.t.Fatal(err)
	}
	return document.Streamscope
}

func filesIn(t *testing.T, dirs ...string) []string {
	t.Helper()
	var files []string
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
			if err == nil && name != dir {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}
