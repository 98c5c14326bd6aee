package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "client" {
		if err := client(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench client:", err)
			os.Exit(1)
		}
		return
	}
	var o options
	flag.StringVar(&o.program, "program", "bin/streamscope-headless", "the build to measure")
	flag.StringVar(&o.window, "window", "bin/streamscope", "the same with its window")
	flag.StringVar(&o.bare, "bare", "bin/bare-window", "a window with nothing of ours")
	flag.DurationVar(&o.long, "long", 15*time.Second, "how long a window is measured under load")
	flag.DurationVar(&o.past, "history", time.Minute, "how long the budget of the history is watched")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each is run")
	flag.Uint64Var(&o.messages, "messages", 2_000_000, "messages in each run from end to end")
	only := flag.String("only", "", "run only what has a name that matches this: 'send|window'")
	flag.StringVar(&o.into, "into", "", "put the table in front of this file, too (BENCHMARKS.md)")
	flag.Parse()
	o.only = regexp.MustCompile(*only)
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	program  string
	window   string
	bare     string
	long     time.Duration
	past     time.Duration
	rounds   int
	messages uint64
	only     *regexp.Regexp
	into     string
}

func (o *options) run() error {
	if err := errors.Join(built(o.program), built(o.window), built(o.bare)); err != nil {
		return err
	}
	var rows []row
	for _, part := range []func(*options) ([]row, error){streams, sends, deliveries, packages, windows} {
		got, err := part(o)
		if err != nil {
			return err
		}
		rows = append(rows, got...)
	}
	text := table(rows)
	fmt.Print("\n", text)
	if o.into == "" {
		return nil
	}
	return prepend(o.into, fmt.Sprintf("## %s, %s\n\n%s", time.Now().UTC().Format("2 January 2006, 15:04 UTC"), machine(), text))
}

// skips reports whether the user asked for other rows only.
func (o *options) skips(name string) bool { return !o.only.MatchString(name) }

func machine() string {
	model := runtime.GOARCH
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d × %s, %s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.Version())
}
