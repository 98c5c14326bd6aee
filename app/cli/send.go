package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/profile"
)

const (
	// originCLI is how an audit names what this face sends.
	originCLI session.Origin = "cli"
	// maxLine bounds a line of standard input, in bytes.
	maxLine = 16 << 20
	// DefaultSendTimeout bounds connecting, and each message.
	DefaultSendTimeout = 30 * time.Second
)

// SendOptions say what to send, and where.
type SendOptions struct {
	Target
	// Topic is for MQTT only: a raw WebSocket has none.
	Topic string
	// Message is nil for none. It is written in Format, "" for text.
	Message *string
	Format  command.Format
	// Lines makes a message of each line of standard input.
	Lines  bool
	QoS    int
	Retain bool
	// Timeout bounds connecting, and each message; 0 means DefaultSendTimeout.
	Timeout time.Duration
}

// Send sends one message, or one for each line of stdin, and tells on stderr what became of it. It
// ends at the first that was refused or whose fate is unknown.
func Send(ctx context.Context, o SendOptions, stdin io.Reader, stderr io.Writer) int {
	if o.Timeout <= 0 {
		o.Timeout = DefaultSendTimeout
	}
	if err := o.check(); err != nil {
		fmt.Fprintln(stderr, "streamscope: send:", err)
		return ExitUsage
	}
	r, err := o.find(ctx, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: send:", err)
		return ExitUsage
	}
	defer r.close()
	if err := errors.Join(r.complete(), o.fits(r.profile.Profile())); err != nil {
		fmt.Fprintln(stderr, "streamscope: send:", err)
		return ExitUsage
	}
	return (&send{o: o, stdin: stdin, stderr: stderr}).run(ctx, r)
}

// check finds what makes no sense, whatever the target is.
func (o SendOptions) check() error {
	switch {
	case o.Message != nil && o.Lines:
		return errors.New("give --message or --stdin-lines, not both")
	case o.Message == nil && !o.Lines:
		return errors.New("what? Give --message TEXT, or --stdin-lines")
	case o.QoS < 0 || o.QoS > 2:
		return fmt.Errorf("there is no QoS %d; it is 0, 1 or 2", o.QoS)
	}
	return nil
}

// fits finds what makes no sense for p.
func (o SendOptions) fits(p profile.Profile) error {
	switch raw := p.Protocol == profile.WebSocket; {
	case raw && (o.Topic != "" || o.QoS != 0 || o.Retain):
		return errors.New("a raw WebSocket sends frames: it knows no --topic, --qos and --retain")
	case !raw && o.Topic == "":
		return errors.New("where to? Give --topic TOPIC")
	}
	// A message must be right before anything connects; so must the topic of lines to come.
	text := ""
	if o.Message != nil {
		text = *o.Message
	} else if o.Format != command.FormatText && o.Format != "" {
		return o.validTopic(p)
	}
	_, err := o.publication(p, text)
	return err
}

func (o SendOptions) validTopic(p profile.Profile) error {
	o.Format = command.FormatText
	_, err := o.publication(p, "")
	return err
}

func (o SendOptions) publication(p profile.Profile, text string) (connections.Publication, error) {
	if o.Format == "" {
		o.Format = command.FormatText
	}
	draft := command.Draft{Topic: o.Topic, Payload: text, Format: o.Format, QoS: byte(o.QoS), Retain: o.Retain}
	if p.Protocol == profile.WebSocket {
		return draft.Frame()
	}
	return draft.Publication()
}

// send is one run of the verb.
type send struct {
	o      SendOptions
	stdin  io.Reader
	stderr io.Writer
}

func (s *send) run(ctx context.Context, r *reached) int {
	valid, err := validated(apart(r.profile.Profile()), r.profile.Name())
	if err != nil {
		fmt.Fprintln(s.stderr, "streamscope: send:", err)
		return ExitUsage
	}
	c := r.Open(valid, r.secrets)
	if err := s.awaitOpen(ctx, c); err != nil {
		fmt.Fprintln(s.stderr, "streamscope: not sent:", sentence(err))
		return ExitFailure
	}
	if s.o.Lines {
		return s.lines(ctx, c)
	}
	result := s.publish(ctx, c, *s.o.Message)
	fmt.Fprintln(s.stderr, "streamscope:", s.tell(c, result))
	return exitCode(result)
}

// visiting is p for a connection beside the one that the user may have open: it takes neither
// its client ID nor its session, and leaves no last will.
func visiting(p profile.Profile) profile.Profile {
	if p.Protocol == profile.MQTT {
		p.ClientID = profile.NewClientID()
	}
	p.CleanSession, p.MQTT5.SessionExpiry, p.Will = true, 0, nil
	return p
}

// apart is p for sending alone: it receives nothing.
func apart(p profile.Profile) profile.Profile {
	p = visiting(p)
	p.Subscriptions = nil
	return p
}

// awaitOpen waits until the first attempt has succeeded, or returns why it did not.
func (s *send) awaitOpen(ctx context.Context, c *app.Connection) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	changed := make(chan struct{}, 1)
	forget := c.OnStatus(func(connections.Status) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	defer forget()
	for {
		switch st := c.Status(); {
		case st.State == connections.StateOpen:
			return nil
		case st.Err != nil:
			return st.Err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *send) publish(ctx context.Context, c *app.Connection, text string) connections.Result {
	p, err := s.o.publication(c.Profile(), text)
	if err != nil {
		return connections.Result{Outcome: connections.OutcomeRefused, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	return c.Publish(ctx, p, originCLI)
}

// lines sends a message for each line.
func (s *send) lines(ctx context.Context, c *app.Connection) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := readLines(ctx, s.stdin)
	sent := 0
	for in, ok := next(ctx, lines); ok; in, ok = next(ctx, lines) {
		if in.err != nil {
			fmt.Fprintf(s.stderr, "streamscope: send: line %d: %v; %s before\n", sent+1, in.err, were(sent))
			return ExitFailure
		}
		result := s.publish(ctx, c, in.text)
		if code := exitCode(result); code != ExitOK {
			fmt.Fprintf(s.stderr, "streamscope: line %d: %s; %s before\n", sent+1, s.tell(c, result), were(sent))
			return code
		}
		sent++
	}
	what := "sent; with QoS 0 nobody confirms that they arrived"
	switch {
	case c.Profile().Protocol == profile.WebSocket:
		what = "sent; a WebSocket confirms nothing by itself"
	case s.o.QoS > 0:
		what = "acknowledged by the broker"
	}
	fmt.Fprintf(s.stderr, "streamscope: lines: %d; %s\n", sent, what)
	return ExitOK
}

func were(n int) string {
	if n == 1 {
		return "1 message was sent"
	}
	return fmt.Sprintf("%d messages were sent", n)
}

// input is a line of standard input, or why there are no more.
type input struct {
	text string
	err  error
}

// readLines hands over line after line, and closes at the end of r. Reading cannot be cancelled:
// when ctx is, its goroutine stays until r gives way.
func readLines(ctx context.Context, r io.Reader) <-chan input {
	all := make(chan input)
	hand := func(in input) bool {
		select {
		case all <- in:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		defer close(all)
		scanner := bufio.NewScanner(r)
		scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
		for scanner.Scan() {
			if !hand(input{text: scanner.Text()}) {
				return
			}
		}
		if err := scanner.Err(); err != nil {
			hand(input{err: err})
		}
	}()
	return all
}

// next waits for a line; ok is false at the end.
func next(ctx context.Context, lines <-chan input) (in input, ok bool) {
	select {
	case in, ok = <-lines:
		return in, ok
	case <-ctx.Done():
		return input{err: ctx.Err()}, true
	}
}

// tell says what became of a message, and no more than is known.
func (s *send) tell(c *app.Connection, r connections.Result) string {
	var wrong *command.DraftError
	switch {
	case r.Outcome == connections.OutcomeAcknowledged && r.Reason != "":
		return fmt.Sprintf("acknowledged by the broker in %.1f ms: %s", r.Took.Seconds()*1e3, r.Reason)
	case r.Outcome == connections.OutcomeAcknowledged:
		return fmt.Sprintf("acknowledged by the broker in %.1f ms", r.Took.Seconds()*1e3)
	case r.Outcome == connections.OutcomeSent && c.Profile().Protocol == profile.WebSocket:
		return "sent; a WebSocket confirms nothing by itself"
	case r.Outcome == connections.OutcomeSent:
		return "sent; with QoS 0 nobody confirms that it arrived"
	case errors.As(r.Err, &wrong):
		return "not sent: " + wrong.Error()
	case r.Outcome == connections.OutcomeRefused:
		return "refused: " + sentence(r.Err)
	default:
		return "it is not known whether it arrived: " + sentence(r.Err)
	}
}

// exitCode is what became of a message as an exit code.
func exitCode(r connections.Result) int {
	switch r.Outcome {
	case connections.OutcomeSent, connections.OutcomeAcknowledged:
		return ExitOK
	case connections.OutcomeRefused:
		return ExitRefused
	default:
		return ExitUnknown
	}
}
