//go:build headless

package main

import (
	"fmt"

	"streamscope/app/cli"
)

// openWindow says that this build has no window.
func openWindow(f face) int {
	fmt.Fprintln(f.stderr, "streamscope: this build has no window; see streamscope --help for the verbs")
	return cli.ExitUsage
}
