package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// opened is a program with a window on a screen and an open debug address.
type opened struct {
	cmd   *exec.Cmd
	home  string
	url   string
	lines chan string // of stderr
	began time.Time
}

// figures are those of /debug/vars that are needed.
type figures struct {
	MemStats struct{ HeapAlloc uint64 }
	Stream   struct {
		Received, Kept, Evicted, Cleared, Excluded, Frames uint64
		HistoryBytes                                       int64  `json:"history_bytes"`
		Lag                                                spread `json:"ui_lag_ms"`
		Topics                                             int
		Taps                                               []struct {
			Name string
			Lost uint64
			Lag  float64 `json:"lag_ms"`
		}
	} `json:"streamscope"`
}

type spread struct{ P99, Max float64 }

// open starts a program and waits until its window is drawn and answers.
func (s *screen) open(program string, args ...string) (*opened, error) {
	home, err := os.MkdirTemp("", "streamscope-bench-")
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{".cache", "run"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			return nil, err
		}
	}
	w := &opened{home: home, lines: make(chan string, 1000), began: time.Now()}
	w.cmd = exec.Command(program, append(args, "--debug-addr", "127.0.0.1:0")...)
	w.cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8", "XDG_RUNTIME_DIR=" + filepath.Join(home, "run"),
		"DISPLAY=" + s.display, "FYNE_SCALE=1", "FYNE_THEME=dark", "FYNE_PLATFORM=x11",
		"LP_NUM_THREADS=1", // drawing in threads of its own would hide from a ratio of processor time
	}
	stderr, err := w.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := w.cmd.Start(); err != nil {
		os.RemoveAll(home)
		return nil, err
	}
	go func() {
		defer close(w.lines)
		for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
			select {
			case w.lines <- scanner.Text():
			default: // nobody wants so many
			}
		}
	}()
	if err := w.drawn(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// drawn waits for the first frame, and for an answer after it.
func (w *opened) drawn() error {
	for line := range w.lines {
		if url, ok := strings.CutPrefix(line, "debug: http"); ok {
			w.url = "http" + url
			break
		}
	}
	if w.url == "" {
		return fmt.Errorf("%s ended before it had a window", filepath.Base(w.cmd.Path))
	}
	if err := w.await("the first frame", func(f figures) bool { return f.Stream.Frames > 0 }); err != nil {
		return err
	}
	return w.settle()
}

// settle waits until the window has done what it was asked for.
func (w *opened) settle() error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); pause(2 * time.Millisecond) {
		var scene struct{ Idle bool }
		if err := w.get("/debug/ui", &scene); err != nil {
			return err
		}
		if scene.Idle {
			return nil
		}
	}
	return errors.New("the window does not settle")
}

func (w *opened) await(what string, is func(figures) bool) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); pause(2 * time.Millisecond) {
		f, err := w.figures()
		if err != nil {
			return err
		}
		if is(f) {
			return nil
		}
	}
	return fmt.Errorf("waited in vain for %s", what)
}

func (w *opened) figures() (f figures, err error) {
	return f, w.get("/debug/vars", &f)
}

// get reads a page of the debug address; into may be nil.
func (w *opened) get(page string, into any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+page, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if into == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(into)
}

// cpu is the processor time that the program has used, in seconds.
func (w *opened) cpu() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", w.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name before may hold blanks; after it the 12th and 13th are user and system time.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 13 {
		return 0, errors.New("/proc has no times")
	}
	user, err1 := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	return (user + system) / clockTicks, errors.Join(err1, err2)
}

// clockTicks are in a second, on every Linux that Go runs on.
const clockTicks = 100

// resident is the memory that the program holds now, in bytes.
func (w *opened) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", w.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, errors.New("/proc has no sizes")
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	return pages * float64(os.Getpagesize()), err
}

// used is what a program did in a span of time.
type used struct {
	cpu, seconds     float64
	messages, frames uint64
}

// pace says how much came through: on a busy machine that may be less than was sent.
func (u used) pace() string {
	return fmt.Sprintf("%.0f messages/s, %.1f frames/s", float64(u.messages)/u.seconds, float64(u.frames)/u.seconds)
}

// during measures a span.
func (w *opened) during(d time.Duration) (u used, err error) {
	before, err1 := w.figures()
	cpu, err2 := w.cpu()
	start := time.Now()
	pause(d)
	u.seconds = time.Since(start).Seconds()
	u.cpu, err = w.cpu()
	after, err3 := w.figures()
	u.cpu -= cpu
	u.messages, u.frames = after.Stream.Received-before.Stream.Received, after.Stream.Frames-before.Stream.Frames
	return u, errors.Join(err, err1, err2, err3)
}

// close ends the program; it has nothing to save.
func (w *opened) close() {
	_ = w.cmd.Process.Kill()
	for range w.lines {
	}
	_ = w.cmd.Wait()
	os.RemoveAll(w.home)
}
