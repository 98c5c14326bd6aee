package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// screen is an X server in memory, drawn by the processor.
type screen struct {
	server  *exec.Cmd
	display string // ":93"
}

// errNoScreen says what a screen needs.
var errNoScreen = errors.New("skipped: a window needs Linux with Xvfb and xdotool (apt-get install xvfb xdotool)")

const width, height = 1366, 768

func openScreen() (*screen, error) {
	for _, program := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(program); err != nil || runtime.GOOS != "linux" {
			return nil, errNoScreen
		}
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height),
		"-nolisten", "tcp", "-noreset", "+extension", "GLX", "+extension", "RANDR")
	server.ExtraFiles = []*os.File{write}
	err = server.Start()
	write.Close()
	if err != nil {
		return nil, err
	}
	s := &screen{server: server}
	// It picks a free number and says so once it takes connections; if it ends, reading does.
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		s.close()
		return nil, fmt.Errorf("start Xvfb: %w", err)
	}
	s.display = ":" + strings.TrimSpace(number)
	return s, nil
}

func (s *screen) close() {
	_ = s.server.Process.Kill()
	_ = s.server.Wait()
}

// do runs one command of xdotool and returns its answer.
func (s *screen) do(args ...string) (string, error) {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("xdotool %s: %w: %s", args[0], err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// fill makes a window as large as the screen and gives it the keyboard.
func (s *screen) fill(name string) error {
	ids, err := s.do("search", "--sync", "--onlyvisible", "--name", "^"+name+"$")
	if err != nil {
		return err
	}
	id, _, _ := strings.Cut(ids, "\n")
	_, err = s.do("windowmove", id, "0", "0", "windowsize", id, strconv.Itoa(width), strconv.Itoa(height), "windowfocus", id)
	return err
}

// scroll turns the wheel over the middle of the tree, up and down, 20 notches a second, until
// stop is closed.
func (s *screen) scroll(stop <-chan struct{}) error {
	if _, err := s.do("mousemove", strconv.Itoa(width/4), strconv.Itoa(height*2/3)); err != nil {
		return err
	}
	for button := "5"; ; {
		select {
		case <-stop:
			return nil
		default:
		}
		if _, err := s.do("click", "--repeat", "40", "--delay", "50", button); err != nil {
			return err
		}
		if button == "5" {
			button = "4"
		} else {
			button = "5"
		}
	}
}

// pause waits; nothing but time passes.
func pause(d time.Duration) { <-time.After(d) }
