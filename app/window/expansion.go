package window

import (
	"maps"
	"slices"
	"strings"
)

// expansion says which branches of one connection stand open. The zero value has everything
// closed but the first level.
//
// It is used on the UI goroutine; a flatten in the background works on a clone.
type expansion struct {
	// set holds what the user opened (true) and closed (false), by path.
	set map[string]bool
	// all holds the paths beneath which everything is open unless set says otherwise.
	// For everything it may also hold false: then the first level is closed as well.
	all map[string]bool
}

// Open reports whether the branch at path shows its children. The first level does until it is
// told otherwise: a tree of closed branches tells a new user nothing.
func (e expansion) Open(path string) bool {
	if open, ok := e.set[path]; ok {
		return open
	}
	if e.beneathAll(path) {
		return true
	}
	_, told := e.all[everything]
	return !told && !strings.Contains(path, "/")
}

func (e expansion) beneathAll(path string) bool {
	if len(e.all) == 0 {
		return false
	}
	if e.all[everything] {
		return true
	}
	for p := path; ; {
		if e.all[p] {
			return true
		}
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			return false
		}
		p = p[:i]
	}
}

// untouched reports whether nothing was opened or closed yet, by the user or from the workspace.
func (e *expansion) untouched() bool { return e == nil || len(e.set) == 0 && len(e.all) == 0 }

// everything stands for the connection itself in expansion.all: no topic can hold a NUL
// (MQTT 3.1.1 §4.7.3).
const everything = "\x00"

// Toggle opens or closes one branch.
func (e *expansion) Toggle(path string, open bool) {
	if e.set == nil {
		e.set = make(map[string]bool)
	}
	e.set[path] = open
}

// ToggleAll opens or closes a branch with all that is beneath it, now and later.
func (e *expansion) ToggleAll(path string, open bool) {
	beneath := func(p string, _ bool) bool {
		return path == everything || p == path || strings.HasPrefix(p, path+"/")
	}
	maps.DeleteFunc(e.set, beneath)
	maps.DeleteFunc(e.all, beneath)
	if !open && path != everything {
		e.Toggle(path, false)
		return
	}
	if e.all == nil {
		e.all = make(map[string]bool)
	}
	e.all[path] = open
}

func (e expansion) clone() expansion {
	return expansion{set: maps.Clone(e.set), all: maps.Clone(e.all)}
}

// lists returns the expansion as sorted lists, for the workspace.
func (e expansion) lists() (open, closed, all []string) {
	for p, isOpen := range e.set {
		if isOpen {
			open = append(open, p)
		} else {
			closed = append(closed, p)
		}
	}
	for p, isOpen := range e.all {
		if isOpen {
			all = append(all, p)
		} else {
			closed = append(closed, p)
		}
	}
	slices.Sort(all)
	slices.Sort(open)
	slices.Sort(closed)
	return open, closed, all
}

func expansionOf(open, closed, all []string) expansion {
	e := expansion{set: make(map[string]bool), all: make(map[string]bool)}
	for _, p := range open {
		e.set[p] = true
	}
	for _, p := range closed {
		if p == everything {
			e.all[p] = false
		} else {
			e.set[p] = false
		}
	}
	for _, p := range all {
		e.all[p] = true
	}
	return e
}
