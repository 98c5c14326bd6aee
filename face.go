package main

import (
	"io"
	"log/slog"
)

// face is what the window is opened with.
type face struct {
	openCommand
	folder, logs string
	log          *slog.Logger
	stderr       io.Writer
}
