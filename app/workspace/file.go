package workspace

import (
	"errors"
	"io/fs"
	"path/filepath"

	"streamscope/connections/document"
)

const (
	fileName    = "workspace.json"
	fileVersion = 1
)

// Load reads the workspace from folder. What it returns can always be used: without a file it
// is Default and the error nil; with a [*document.BrokenError] it is Default, and the file is
// set aside; with a [*document.NewerError] it is what this version understands, and Save will
// refuse.
func Load(folder string) (Workspace, error) {
	w := Default()
	err := document.Load(filepath.Join(folder, fileName), fileVersion, &w)
	var newer *document.NewerError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Default(), nil
	case err != nil && !errors.As(err, &newer):
		return Default(), err
	}
	return w.sane(), err
}

// Save writes w to folder. It waits for the disk, and does so at each call: whoever follows a
// divider as it is dragged calls it when the dragging has ended.
func Save(folder string, w Workspace) error {
	return document.Save(filepath.Join(folder, fileName), fileVersion, w.sane())
}
