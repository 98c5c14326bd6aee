package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// feed is what a client connects to.
type feed interface {
	addr() string
	close() error
}

// contender is one way to receive a load.
type contender struct {
	name string
	// command returns the command line for an address and a number of messages.
	command func(addr, count string) []string
}

// patience bounds one run of a client.
const patience = 2 * time.Minute

// counted is what the program prints at the end.
type counted struct {
	Received, Kept, Evicted, Cleared, Excluded, Topics, Lost uint64
	HistoryBytes                                             uint64 `json:"history_bytes"`
}

// streams runs the program and bare clients from end to end.
func streams(o *options) ([]row, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bare := func(name string, args ...string) contender {
		return contender{name, func(addr, count string) []string {
			return append([]string{self, "client", "-addr", addr, "-count", count}, args...)
		}}
	}
	program := func(version string) contender {
		return contender{"watch", func(addr, count string) []string {
			return []string{o.program, "watch", "mqtt://" + addr + "/%23", "--mqtt-version", version, "--format", "none", "--count", count}
		}}
	}
	buffer := []string{"-buffer", "65536"}
	versions := []struct {
		name   string
		is     version
		list   []contender
		topics map[int]float64 // and the bar
	}{
		{
			"MQTT 3.1.1", version311,
			[]contender{program("3.1.1"), bare("paho with a 64 KiB read buffer", buffer...), bare("paho as it comes")},
			map[int]float64{1_000: 1.3, 100_000: 1.6},
		},
		{
			"MQTT 5", version5,
			[]contender{program("5"), bare("paho.golang with a 64 KiB read buffer", append(buffer, "-five")...)},
			map[int]float64{1_000: 1.2, 100_000: 1.2},
		},
	}
	var rows []row
	for _, v := range versions {
		for _, topics := range slices.Sorted(maps.Keys(v.topics)) {
			for _, kind := range []string{"number", "json"} {
				name := fmt.Sprintf("watch, %s, %d topics, %s", v.name, topics, kind)
				serve := func(l *load) (feed, error) { return newStandIn(v.is, l) }
				rows = append(rows, o.contest(name, newLoad(topics, kind, o.messages), serve, v.list, v.topics[topics], 0)...)
			}
		}
	}
	for _, kind := range []string{"number", "json"} {
		name := "watch, WebSocket, a fixed topic, " + kind
		ws := []contender{
			{"watch", func(addr, count string) []string {
				return []string{o.program, "watch", "ws://" + addr + "/", "--format", "none", "--count", count}
			}},
			bare("gorilla", "-frames"),
		}
		serve := func(l *load) (feed, error) { return newFrameServer(l) }
		rows = append(rows, o.contest(name, newLoad(1, kind, o.messages), serve, ws, 2, 0.5)...)
	}
	return rows, nil
}

// contest runs the contenders in turn. The first is ours; each of the others makes a row, and
// the bar is for the first of them.
func (o *options) contest(name string, l *load, serve func(*load) (feed, error), list []contender, bar, plus float64) []row {
	if o.skips(name) {
		return nil
	}
	took := make([][]float64, len(list))
	var note string
	for round := range o.rounds {
		for i := range list {
			k := i
			if round%2 == 1 { // who runs first has the quieter machine
				k = len(list) - 1 - i
			}
			seconds, remark, err := o.once(l, serve, list[k])
			if err != nil {
				return []row{{name: name, baseline: list[k].name, note: err.Error()}}
			}
			took[k] = append(took[k], seconds*1e6/float64(l.messages))
			if k == 0 {
				note = remark
			}
			fmt.Fprintf(os.Stderr, "%s: %s: %.2f µs a message\n", name, list[k].name, seconds*1e6/float64(l.messages))
		}
	}
	var rows []row
	for k := 1; k < len(list); k++ {
		rows = append(rows, row{
			name: name, baseline: list[k].name, ours: took[0], theirs: took[k], unit: "µs", bar: bar, plus: plus, note: note,
		})
		bar, plus, note = 0, 0, ""
	}
	return rows
}

// run runs a client to its end.
func (c contender) run(addr, count string, stdin io.Reader) (stdout bytes.Buffer, state *os.ProcessState, err error) {
	args := c.command(addr, count)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	if err := cmd.Start(); err != nil {
		return stdout, nil, err
	}
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	err = cmd.Wait()
	late.Stop()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", c.name, err, strings.TrimSpace(stderr.String()))
	}
	return stdout, cmd.ProcessState, err
}

// processor is the processor time of a process that has ended, in seconds.
func processor(s *os.ProcessState) float64 { return (s.UserTime() + s.SystemTime()).Seconds() }

// once runs one client over one load and returns its processor time.
func (o *options) once(l *load, serve func(*load) (feed, error), c contender) (seconds float64, note string, err error) {
	f, err := serve(l)
	if err != nil {
		return 0, "", err
	}
	stdout, state, err := c.run(f.addr(), strconv.FormatUint(l.messages, 10), nil)
	_ = f.close() // that the client left early is no news
	if err != nil {
		return 0, "", err
	}
	seconds = processor(state)
	if stdout.Len() == 0 {
		return seconds, "", nil
	}
	var n counted
	if err := json.Unmarshal(stdout.Bytes(), &n); err != nil {
		return 0, "", err
	}
	switch {
	case n.Received < l.messages || n.Lost != 0:
		return 0, "", fmt.Errorf("%s: %d of %d messages, %d lost", c.name, n.Received, l.messages, n.Lost)
	case n.Received != n.Kept+n.Evicted+n.Cleared+n.Excluded:
		return 0, "", fmt.Errorf("%s: the counts do not add up: %s", c.name, stdout.String())
	}
	note = fmt.Sprintf("%d topics, history %d MB", n.Topics, n.HistoryBytes>>20)
	if most := resident(state); most > 0 {
		note += fmt.Sprintf(", resident ≤ %d MB", most>>20)
	}
	return seconds, note, nil
}
