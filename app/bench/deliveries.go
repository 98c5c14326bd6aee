package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// broker is a mosquitto that queues without a bound.
type broker struct {
	cmd  *exec.Cmd
	dir  string
	addr string
}

func startBroker() (*broker, error) {
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path = "/usr/sbin/mosquitto" // Debian keeps it out of users' way
		if _, err := os.Stat(path); err != nil {
			return nil, errors.New("skipped: mosquitto is not installed (apt-get install mosquitto)")
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &broker{addr: free.Addr().String()}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	if b.dir, err = os.MkdirTemp("", "streamscope-bench-"); err != nil {
		return nil, err
	}
	config := filepath.Join(b.dir, "mosquitto.conf")
	text := fmt.Sprintf("listener %d 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n", port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	b.cmd = exec.Command(path, "-c", config)
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); pause(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", b.addr); err == nil {
			c.Close()
			return b, nil
		}
	}
	b.close()
	return nil, errors.New("mosquitto does not answer")
}

func (b *broker) close() {
	_ = b.cmd.Process.Kill()
	_ = b.cmd.Wait()
	os.RemoveAll(b.dir)
}

// deliveries sends messages through a real broker, as fast as it takes them, and counts what
// arrives.
func deliveries(o *options) ([]row, error) {
	var rows []row
	for qos := range 2 {
		name := fmt.Sprintf("watch through mosquitto, flat out, QoS %d", qos)
		if o.skips(name) {
			continue
		}
		r := row{name: name, baseline: "sent", unit: "messages"}
		b, err := startBroker()
		for round := 0; err == nil && round < o.rounds; round++ {
			err = o.deliver(b, &r, strconv.Itoa(qos))
		}
		if b != nil {
			b.close()
		}
		if err != nil {
			r = row{name: name, baseline: "sent", note: err.Error()}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// deliver sends a quarter of the messages of the other rows: a broker stands between.
func (o *options) deliver(b *broker, r *row, qos string) error {
	l := newLoad(1000, "number", o.messages/4)
	config, err := os.MkdirTemp("", "streamscope-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(config)
	watch := exec.Command(o.program, "watch", "mqtt://"+b.addr+"/%23", "--qos", qos, "--format", "none",
		"--count", strconv.FormatUint(l.messages, 10), "--seconds", "100", "--config", config)
	var counts bytes.Buffer
	watch.Stdout = &counts
	stderr, err := watch.StderrPipe()
	if err != nil {
		return err
	}
	if err := watch.Start(); err != nil {
		return err
	}
	defer func() { _ = watch.Process.Kill() }()
	for lines := bufio.NewScanner(stderr); lines.Scan() && !strings.Contains(lines.Text(), "connected"); {
	}
	var text bytes.Buffer
	for i := range l.messages {
		topic, payload := l.message(i)
		fmt.Fprintf(&text, "%s\t%s\n", topic, payload)
	}
	send := contender{"send", func(string, string) []string {
		return []string{o.program, "send", "mqtt://" + b.addr, "--lines", "topic", "--qos", qos, "--config", config}
	}}
	start := time.Now()
	if _, _, err := send.run("", "", &text); err != nil {
		return err
	}
	err = watch.Wait()
	took := time.Since(start).Seconds()
	var n counted
	if jerr := json.Unmarshal(counts.Bytes(), &n); jerr != nil {
		return errors.Join(err, jerr)
	}
	if n.Received != n.Kept+n.Evicted+n.Cleared+n.Excluded {
		return fmt.Errorf("the counts do not add up: %s", counts.String())
	}
	if n.Received != l.messages || n.Lost != 0 {
		return fmt.Errorf("%d of %d messages came, %d were lost", n.Received, l.messages, n.Lost)
	}
	r.ours, r.theirs = append(r.ours, float64(n.Received)), append(r.theirs, float64(l.messages))
	r.note = fmt.Sprintf("%.0f/s from send to watch; lost %d; the broker's queue and in-flight limits are off", float64(l.messages)/took, n.Lost)
	say("%s: %d of %d, %s", r.name, n.Received, l.messages, r.note)
	return nil
}
