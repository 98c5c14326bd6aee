package saved

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"streamscope/connections/document"
)

const (
	version = 1
	// maxUndo is how many changes can be taken back.
	maxUndo = 100
)

// Library is the list of saved commands, kept in one document. Its methods may be called from any
// goroutine; those that change it write to disk before they return.
type Library struct {
	path string

	mu sync.Mutex // guards what follows, and that the file is written in order
	// commands are in the user's order.
	commands []Command
	// before holds what the list was before each change, the last change last; after what it was
	// before each undo.
	before, after [][]Command
}

// file is the document.
type file struct {
	Commands []Command `json:"commands"`
}

// Open reads the document at path; none there is an empty library. It can be used even with an
// error, which says that the file was broken or is of a newer version.
func Open(path string) (*Library, error) {
	l := &Library{path: path}
	var doc file
	err := document.Load(path, version, &doc)
	var newer *document.NewerError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return l, nil
	case err == nil, errors.As(err, &newer):
		l.commands = doc.Commands
	}
	return l, err
}

// List returns a copy of the commands, in their order.
func (l *Library) List() []Command {
	l.mu.Lock()
	defer l.mu.Unlock()
	return clone(l.commands)
}

func clone(list []Command) []Command {
	out := make([]Command, len(list))
	for i := range list {
		out[i] = list[i].Clone()
	}
	return out
}

// ErrUnknown is returned for a command that is not in the library.
var ErrUnknown = errors.New("there is no such command")

// Find returns the command with an ID or a name, without regard to case. An error says that there
// is none, or that several have that name.
func (l *Library) Find(name string) (Command, error) {
	var found []Command
	for _, c := range l.List() {
		if c.ID == name {
			return c, nil
		}
		if strings.EqualFold(c.Name, name) {
			found = append(found, c)
		}
	}
	if same := slices.DeleteFunc(slices.Clone(found), func(c Command) bool { return c.Name != name }); len(same) > 0 {
		found = same
	}
	switch len(found) {
	case 0:
		return Command{}, fmt.Errorf("%w: %q", ErrUnknown, name)
	case 1:
		return found[0], nil
	}
	ids := make([]string, 0, len(found))
	for _, c := range found {
		ids = append(ids, c.ID+" (“"+c.Draft.Topic+"”)")
	}
	return Command{}, fmt.Errorf("several commands are called %q; name one by its ID: %s", name, strings.Join(ids, ", "))
}

// Put adds a command at the end, or replaces the one with its ID. What is not valid is refused.
func (l *Library) Put(c Command) error {
	if err := c.Validate(); err != nil {
		return err
	}
	return l.change(func(list []Command) ([]Command, error) {
		if i := index(list, c.ID); i >= 0 {
			list[i] = c.Clone()
			return list, nil
		}
		if c.ID == "" {
			c.ID = newID()
		}
		return append(list, c.Clone()), nil
	})
}

// Remove drops the command with an ID.
func (l *Library) Remove(id string) error {
	return l.change(func(list []Command) ([]Command, error) {
		i := index(list, id)
		if i < 0 {
			return nil, ErrUnknown
		}
		return slices.Delete(list, i, i+1), nil
	})
}

// Move puts the command with an ID at place to of the list.
func (l *Library) Move(id string, to int) error {
	return l.change(func(list []Command) ([]Command, error) {
		i := index(list, id)
		if i < 0 {
			return nil, ErrUnknown
		}
		c := list[i]
		list = slices.Delete(list, i, i+1)
		return slices.Insert(list, min(max(to, 0), len(list)), c), nil
	})
}

func index(list []Command, id string) int {
	return slices.IndexFunc(list, func(c Command) bool { return c.ID == id })
}

// change makes a new list of a copy of the old one and saves it; after an error all is as before.
func (l *Library) change(how func([]Command) ([]Command, error)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	list, err := how(clone(l.commands))
	if err != nil {
		return err
	}
	if err := l.save(list); err != nil {
		return err
	}
	l.before = append(l.before, l.commands)
	l.before = l.before[max(0, len(l.before)-maxUndo):]
	l.commands, l.after = list, nil
	return nil
}

func (l *Library) save(list []Command) error {
	if list == nil {
		list = []Command{}
	}
	return document.Save(l.path, version, file{list})
}

// CanUndo and CanRedo tell whether there is a change to take back, or to make again.
func (l *Library) CanUndo() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.before) > 0
}

// CanRedo is told by CanUndo.
func (l *Library) CanRedo() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.after) > 0
}

// Undo takes the last change of this run back; without one it does nothing.
func (l *Library) Undo() error { return l.step(&l.before, &l.after) }

// Redo makes again what Undo took back.
func (l *Library) Redo() error { return l.step(&l.after, &l.before) }

func (l *Library) step(from, to *[][]Command) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(*from) == 0 {
		return nil
	}
	list := (*from)[len(*from)-1]
	if err := l.save(list); err != nil {
		return err
	}
	*from = (*from)[:len(*from)-1]
	*to = append(*to, l.commands)
	l.commands = list
	return nil
}

// Export writes commands to a file of their own.
func Export(path string, commands []Command) error {
	return document.Save(path, version, file{commands})
}

// Read reads what Export wrote. Each command that is not valid is named in the error; the others
// are returned.
func Read(path string) ([]Command, error) {
	var doc file
	if err := document.Peek(path, version, &doc); err != nil {
		return nil, err
	}
	var good []Command
	var wrong []error
	for _, c := range doc.Commands {
		if err := c.Validate(); err != nil {
			wrong = append(wrong, fmt.Errorf("“%s”: %w", c.Name, err))
			continue
		}
		good = append(good, c)
	}
	return good, errors.Join(wrong...)
}

// Add takes commands in, each with an ID of its own and a name that is not in use.
func (l *Library) Add(commands []Command) error {
	return l.change(func(list []Command) ([]Command, error) {
		for _, c := range commands {
			c = c.Clone()
			c.ID = newID()
			c.Shortcut = ""
			for n, name := 2, c.Name; slices.ContainsFunc(list, func(o Command) bool { return o.Name == c.Name }); n++ {
				c.Name = fmt.Sprintf("%s (%d)", name, n)
			}
			list = append(list, c)
		}
		return list, nil
	})
}
