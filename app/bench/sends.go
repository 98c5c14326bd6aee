package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// sentLines is how many lines are sent in each run.
const sentLines = 100_000

// sends runs the program and a bare client over lines of standard input.
func sends(o *options) ([]row, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	config, err := os.MkdirTemp("", "streamscope-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(config)
	var rows []row
	for qos := range 2 {
		level := strconv.Itoa(qos)
		ours := contender{"send", func(addr, _ string) []string {
			return []string{
				o.program, "send", "mqtt://" + addr, "--config", config, "--mqtt-version", "3.1.1", "--lines", "payload",
				"--topic", sendTopic, "--qos", level,
			}
		}}
		bare := contender{"paho, the same loop", func(addr, _ string) []string {
			return []string{self, "client", "-addr", addr, "-send", level}
		}}
		name := fmt.Sprintf("send, %d lines of standard input, QoS %d", sentLines, qos)
		if o.skips(name) {
			continue
		}
		r := row{name: name, baseline: bare.name, unit: "µs", bar: 1.3, note: "recorded as a run"}
		if r.ours, r.theirs, err = o.sendBoth(name, ours, bare); err != nil {
			r = row{name: name, baseline: bare.name, note: err.Error()}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// sendBoth runs both in turn and returns the processor time for a message, in µs.
func (o *options) sendBoth(name string, list ...contender) (ours, theirs []float64, err error) {
	var text bytes.Buffer
	l := newLoad(1, "json", sentLines)
	for i := range l.messages {
		_, payload := l.message(i)
		text.Write(payload)
		text.WriteByte('\n')
	}
	took := make([][]float64, len(list))
	for round := range o.rounds {
		for i := range list {
			k := (i + round) % len(list)
			sink, err := newStandIn(version311, nil)
			if err != nil {
				return nil, nil, err
			}
			_, state, err := list[k].run(sink.addr(), "", bytes.NewReader(text.Bytes()))
			_ = sink.close()
			if err != nil {
				return nil, nil, err
			}
			if n := sink.taken.Load(); n != sentLines {
				return nil, nil, fmt.Errorf("%s: %d messages came", list[k].name, n)
			}
			took[k] = append(took[k], processor(state)*1e6/sentLines)
			say("%s: %s: %.2f µs a message", name, list[k].name, processor(state)*1e6/sentLines)
		}
	}
	return took[0], took[1], nil
}
