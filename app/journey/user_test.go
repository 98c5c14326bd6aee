package journey

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// scene is what /debug/ui says stands in the window, in pixels of the window.
type scene struct {
	Idle    bool
	Focus   string
	Objects []object
	Rows    []object
}

// object is one thing that can be read and clicked.
type object struct {
	Name, Text string
	X, Y, W, H float64
}

func find(objects []object, name string) (object, bool) {
	for _, o := range objects {
		if o.Name == name {
			return o, true
		}
	}
	return object{}, false
}

// user sits before a program's window.
type user struct {
	*program
	screen *screen
	home   home
	window string // X11's id of the window
}

// sitDown starts the program on a screen and waits for its window.
func sitDown(t *testing.T, s *screen, h home, binary, theme string, args ...string) *user {
	t.Helper()
	u := &user{screen: s, home: h}
	u.program = start(t, binary, h.environment(s.display, theme), append(args, "--config", h.config())...)
	t.Cleanup(u.keepPicture)
	u.findsTheWindow()
	return u
}

func (u *user) findsTheWindow() {
	u.t.Helper()
	u.await("the window", func() bool {
		ids, err := u.screen.try("search", "--onlyvisible", "--name", "Streamscope")
		u.window, _, _ = strings.Cut(ids, "\n")
		return err == nil && u.window != ""
	})
	u.settle()
}

// look reads the scene.
func (u *user) look() scene {
	u.t.Helper()
	var s scene
	if err := u.get("/debug/ui", &s); err != nil && u.running() {
		u.t.Fatal(err)
	}
	return s
}

// settle waits until the window has done what it was asked for.
func (u *user) settle() {
	u.t.Helper()
	u.await("an idle window", func() bool { return u.look().Idle })
}

// waitsFor waits until the scene is as described.
func (u *user) waitsFor(what string, condition func(scene) bool) {
	u.t.Helper()
	u.await(what, func() bool { return condition(u.look()) })
}

// sees waits until a named object is on the screen.
func (u *user) sees(name string) object {
	u.t.Helper()
	var o object
	u.waitsFor(name+" on the screen", func(s scene) (ok bool) { o, ok = find(s.Objects, name); return ok })
	return o
}

// reads waits until the text of a named object contains a part.
func (u *user) reads(name, part string) {
	u.t.Helper()
	u.waitsFor(fmt.Sprintf("%q in %s", part, name), func(s scene) bool {
		o, ok := find(s.Objects, name)
		return ok && strings.Contains(o.Text, part)
	})
}

// seesRow waits until a row of the tree, or of the watch list as "watch:TOPIC", is on the
// screen.
func (u *user) seesRow(name string) object {
	u.t.Helper()
	var o object
	u.waitsFor("the row "+name, func(s scene) (ok bool) { o, ok = find(s.Rows, name); return ok })
	return o
}

// reading returns the first number in the text of a row.
func (u *user) reading(row string) (float64, bool) {
	u.t.Helper()
	o, ok := find(u.look().Rows, row)
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(number.FindString(o.Text), 64)
	return v, err == nil
}

var number = regexp.MustCompile(`-?\d+(\.\d+)?`)

// clicks clicks on a named object once it is there.
func (u *user) clicks(name string) {
	u.t.Helper()
	u.press(u.sees(name), "1")
}

// clicksRow clicks on a row once it is there.
func (u *user) clicksRow(name string) {
	u.t.Helper()
	u.press(u.seesRow(name), "1")
}

// press puts the mouse on the middle of an object and presses a button.
func (u *user) press(o object, button string) {
	u.t.Helper()
	u.screen.do("mousemove", "--window", u.window, pixel(o.X+o.W/2), pixel(o.Y+o.H/2))
	u.outlastPolling()
	u.screen.do("click", button)
	u.outlastPolling()
	u.settle()
}

// outlastPolling waits for some frames: Fyne asks for the mouse at 60 Hz, and a move and a
// press that it learns in one go are no click. Nothing in the scene tells that it asked.
func (u *user) outlastPolling() {
	<-time.After(80 * time.Millisecond)
	u.look() // runs between two frames, so a slow one has ended
}

// types types ASCII into what has the focus; the server has no keys for more.
func (u *user) types(text string) {
	u.t.Helper()
	u.screen.do("type", "--clearmodifiers", "--delay", "20", text)
	u.settle()
}

// typesInto clicks into a field, replaces what stands there and waits until it shows.
func (u *user) typesInto(name, text string) {
	u.t.Helper()
	u.clicks(name)
	u.waitsFor("the focus in "+name, func(s scene) bool { return s.Focus == name })
	u.keys("ctrl+a")
	u.types(text)
	u.reads(name, text)
}

// keys presses chords, one after the other: "ctrl+f", "Down", "Return".
func (u *user) keys(chords ...string) {
	u.t.Helper()
	for _, chord := range chords {
		u.screen.do("key", "--clearmodifiers", chord)
		u.outlastPolling()
	}
	u.settle()
}

// resizes gives the window's content a size in pixels.
func (u *user) resizes(width, height int) {
	u.t.Helper()
	u.screen.do("windowsize", "--sync", u.window, strconv.Itoa(width), strconv.Itoa(height))
	u.outlastPolling()
	u.settle()
}

// pointsAway puts the mouse where nothing answers to it.
func (u *user) pointsAway() {
	u.t.Helper()
	o := u.sees("status")
	u.screen.do("mousemove", "--window", u.window, pixel(o.X+o.W/2), pixel(o.Y+o.H/2))
	u.outlastPolling()
	u.settle()
}

// takesPicture writes a PNG of the window.
func (u *user) takesPicture(file string) {
	u.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		u.t.Fatal(err)
	}
	u.outlastPolling()
	if err := u.screen.picture(u.window, file); err != nil {
		u.t.Fatal(err)
	}
}

// keepPicture shows what went wrong.
func (u *user) keepPicture() {
	if !u.t.Failed() {
		return
	}
	name := filepath.Join("testdata", "failed", strings.ReplaceAll(u.t.Name(), "/", "_")+".png")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return
	}
	if err := u.screen.picture("root", name); err == nil {
		u.t.Logf("the screen at that moment: app/journey/%s", name)
	}
}

// quits leaves the program by its menu's shortcut and checks that nothing is left behind.
func (u *user) quits() {
	u.t.Helper()
	u.screen.do("key", "--clearmodifiers", "ctrl+q")
	u.endsCleanly(u.home)
}

func pixel(v float64) string { return strconv.Itoa(int(v)) }
