// Package logfile gives the program its one logger: a [log/slog] text handler on files that
// never grow past a limit, in which no secret stands. The Go runtime writes the trace of a
// crash into the same folder, where a program without a console would lose it.
//
// It imports nothing of ours. Start at [Open]; mask.go tells what counts as a secret.
package logfile
