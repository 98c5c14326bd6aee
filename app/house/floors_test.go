package house

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

const module = "streamscope"

// floors lists the rooms from the ground up. A package belongs to the room with the longest
// path that holds it, and imports rooms of its own floor or of a lower one.
var floors = [][]string{
	{"connections", "connections/document", "assets", "widgets", "app/vitals", "app/logfile", "app/single", "app/tune", "app/bench", "app/collector", "app/export"},
	{"connections/dial", "connections/profile", "connections/brokertest"},
	{"connections/mqtt", "connections/websocket", "connections/way"},
	{"connections/diagnose"},
	{"app/topics", "app/series", "app/payload", "app/workspace", "app/record", "app/recording"},
	{"app/session"},
	{"app/command", "app/demo", "app/alarm", "app/pipe", "app/dashboard"},
	{"app"},
	{"app/window", "app/cli"},
	{"", "app/house", "app/journey"},
}

// alone names the rooms that import nothing of ours but what stands in the room itself.
var alone = []string{"connections", "connections/document", "assets", "widgets", "app/vitals", "app/logfile", "app/single", "app/tune", "app/bench", "app/collector", "app/export"}

// support names the rooms that only tests import.
var support = []string{"connections/brokertest", "app/window/uitest"}

// screen names the modules that bring a window with them.
var screen = []string{"fyne.io/", "github.com/dweymouth/fyne-tooltip", "github.com/go-gl/"}

// source is a Go file: its path from the top of the repository, and what it imports.
type source struct {
	file    string
	imports []string
}

// violations tells, a sentence each, where the sources break the rules of the house.
func violations(sources []source) []string {
	var found []string
	for _, s := range sources {
		from := packageOf(s.file)
		room, floor := home(from)
		if floor < 0 {
			found = append(found, fmt.Sprintf("%s: the room %q has no floor; give it one in app/house/floors_test.go", s.file, from))
			continue
		}
		for _, imported := range s.imports {
			if why := forbidden(s.file, room, floor, imported); why != "" {
				found = append(found, fmt.Sprintf("%s imports %s: %s", s.file, imported, why))
			}
		}
	}
	return found
}

// forbidden tells why a file of a room may not import a package; "" if it may.
func forbidden(file, room string, floor int, imported string) string {
	if hasAny(imported, screen) && !mayHaveScreen(file) {
		return "only app/window, widgets and main_window.go import Fyne"
	}
	ours, ok := strings.CutPrefix(imported, module+"/")
	if !ok {
		return ""
	}
	target, height := home(ours)
	switch {
	case slices.Contains(support, ours) && !forTests(file):
		return "only tests import it"
	case height < 0:
		return "that room has no floor"
	case target == room:
		return ""
	case slices.Contains(alone, room):
		return room + " imports nothing of ours"
	case height > floor:
		return "nothing reaches up"
	}
	return ""
}

// forTests reports whether a file is no part of any program.
func forTests(file string) bool {
	return strings.HasSuffix(file, "_test.go") || slices.Contains(support, packageOf(file))
}

func mayHaveScreen(file string) bool {
	return file == "main_window.go" || within(file, "app/window") || within(file, "widgets")
}

// home finds the room that a package belongs to, and its floor; -1 if there is none. A
// package under app without an entry of its own has none, so that each room is placed.
func home(pkg string) (room string, floor int) {
	room, floor = "", -1
	for i, rooms := range floors {
		for _, r := range rooms {
			if (r == pkg || r != "" && r != "app" && within(pkg, r)) && len(r) >= len(room) {
				room, floor = r, i
			}
		}
	}
	return room, floor
}

func packageOf(file string) string {
	if dir := path.Dir(file); dir != "." {
		return dir
	}
	return ""
}

func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func hasAny(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
