package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/record"
	"streamscope/app/session"
	"streamscope/connections"
)

// LineForm says how a line of standard input is a message.
type LineForm string

// The forms of lines.
const (
	// LinesPayload: the line is the payload.
	LinesPayload LineForm = "payload"
	// LinesWithTopic: the topic, a tab, the payload.
	LinesWithTopic LineForm = "topic"
	// LinesJSON: an object as watch prints it.
	LinesJSON LineForm = "json"
)

func (f LineForm) check() error {
	switch f {
	case "", LinesPayload, LinesWithTopic, LinesJSON:
		return nil
	}
	return fmt.Errorf("lines have no form %q: payload, topic or json", string(f))
}

// lines sends a message for each line, many of them on their way at once, as one run: it is
// recorded as a whole. It ends at the first that was refused or whose fate is unknown.
func (s *send) lines(ctx context.Context, c *app.Connection) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	bad := &firstBad{}
	run, err := c.Run(ctx, session.RunOptions{
		Origin: session.OriginCLI, Name: "lines of standard input", Topic: s.o.Topic, Patience: s.o.Timeout, OnResult: bad.take,
	})
	if err != nil {
		fmt.Fprintln(s.stderr, "streamscope: not sent:", sentence(err))
		return ExitRefused
	}
	bad.stop = run.Stop
	wrong := s.handOver(ctx, run)
	return s.tellRun(c, run.Finish(), bad, wrong)
}

// handOver gives the lines to a run until one is wrong, or the run ends.
func (s *send) handOver(ctx context.Context, run *session.Run) error {
	common, err := s.common()
	if err != nil {
		return err
	}
	all := readLines(ctx, s.stdin)
	for {
		var in input
		select {
		case in = <-all:
		case <-ctx.Done():
			return ctx.Err()
		}
		if in.err == nil && len(in.lines) == 0 {
			return nil // the end
		}
		for _, line := range in.lines {
			p := common
			if err := s.message(&p, line); err != nil {
				return err
			}
			if run.Publish(p) != nil {
				return nil //nolint:nilerr // the run says why it ended
			}
		}
		if in.err != nil {
			return in.err
		}
	}
}

// common is what the messages of all lines have in common.
func (s *send) common() (connections.Publication, error) {
	d := s.draft
	d.Topic, d.Format = "any", command.FormatText
	p, err := d.Publication()
	p.Topic, p.Payload = s.o.Topic, nil
	return p, err
}

// message makes a message of a line.
func (s *send) message(p *connections.Publication, line []byte) (err error) {
	switch s.o.Lines {
	case LinesJSON:
		return readMessage(p, line)
	case LinesWithTopic:
		topic, rest, found := bytes.Cut(line, []byte{'\t'})
		if !found {
			return errors.New("no tab stands between a topic and a payload")
		}
		p.Topic, line = string(topic), rest
	}
	if s.o.Format == command.FormatText {
		p.Payload = line
		return nil
	}
	p.Payload, err = command.Encode(s.o.Format, string(line))
	p.Binary = s.o.Format.Binary()
	return err
}

// readMessage reads the JSON form of [record.Message]; a payload may also be JSON itself. What it does not say stays.
func readMessage(p *connections.Publication, line []byte) error {
	var m struct {
		Topic    *string            `json:"topic"`
		Payload  json.RawMessage    `json:"payload"`
		Base64   []byte             `json:"payload_base64"`
		QoS      *byte              `json:"qos"`
		Retain   *bool              `json:"retain"`
		Retained *bool              `json:"retained"`
		Cut      bool               `json:"cut"`
		Props    *record.Properties `json:"properties"`
	}
	if err := json.Unmarshal(line, &m); err != nil {
		return err
	}
	switch {
	case m.Cut:
		return errors.New("its payload was cut when it was received")
	case m.Topic != nil:
		p.Topic = *m.Topic
	case p.Topic == "":
		return errors.New("it names no topic")
	}
	if m.QoS != nil {
		p.QoS = *m.QoS
	}
	for _, retain := range []*bool{m.Retained, m.Retain} {
		if retain != nil {
			p.Retain = *retain
		}
	}
	if m.Props != nil {
		p.Props = m.Props.Read()
	}
	var text string
	switch {
	case m.Base64 != nil:
		p.Payload = m.Base64
	case json.Unmarshal(m.Payload, &text) == nil:
		p.Payload = []byte(text)
	default:
		p.Payload = m.Payload
	}
	return nil
}

// firstBad remembers the first message that was not taken, and ends the run.
type firstBad struct {
	stop func() // set before the first message goes

	mu     sync.Mutex // guards what follows
	number uint64
	result connections.Result
}

func (b *firstBad) take(n uint64, r connections.Result) {
	if r.Outcome == connections.OutcomeSent || r.Outcome == connections.OutcomeAcknowledged {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.number == 0 || n < b.number {
		b.number, b.result = n, r
	}
	b.stop()
}

// tellRun says what became of the lines, and which was the first that went wrong.
func (s *send) tellRun(c *app.Connection, r session.RunReport, bad *firstBad, wrong error) int {
	bad.mu.Lock()
	defer bad.mu.Unlock()
	switch {
	case bad.number > 0:
		out := command.Outcome{Verdict: command.VerdictUnknown, Err: bad.result.Err}
		if bad.result.Outcome == connections.OutcomeRefused {
			out.Verdict = command.VerdictRefused
		}
		fmt.Fprintf(s.stderr, "streamscope: line %d: %s; %s\n", bad.number, s.tell(c, out), counted(r))
		return exitCode(out.Verdict)
	case wrong != nil && errors.Is(wrong, context.Canceled):
		fmt.Fprintf(s.stderr, "streamscope: interrupted; %s\n", counted(r))
		return ExitFailure
	case wrong != nil:
		fmt.Fprintf(s.stderr, "streamscope: line %d: not sent: %v; %s\n", r.Asked+1, wrong, counted(r))
		if errors.Is(wrong, errInput) {
			return ExitFailure
		}
		return ExitRefused
	case r.Err != nil:
		fmt.Fprintf(s.stderr, "streamscope: %s; %s\n", sentence(r.Err), counted(r))
		return ExitUnknown
	}
	what := "sent; with QoS 0 nobody confirms that they arrived"
	switch {
	case c.Frames():
		what = "sent; a WebSocket confirms nothing by itself"
	case r.Acknowledged == r.Asked && r.Asked > 0:
		what = "acknowledged by the broker"
	case r.Acknowledged > 0:
		what = counted(r)
	}
	if r.NoSubscriber > 0 {
		what += fmt.Sprintf("; to %d nobody has subscribed", r.NoSubscriber)
	}
	fmt.Fprintf(s.stderr, "streamscope: lines: %d; %s\n", r.Asked, what)
	return ExitOK
}

// counted says how many messages had which end.
func counted(r session.RunReport) string {
	text := ""
	for _, c := range []struct {
		n    uint64
		what string
	}{{r.Sent, "sent"}, {r.Acknowledged, "acknowledged"}, {r.Refused, "refused"}, {r.Unknown, "unknown"}} {
		if c.n == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%d %s", c.n, c.what)
	}
	if text == "" {
		return "nothing was sent before"
	}
	return text + " in all"
}
