package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/profile"
)

const (
	// maxMessage bounds what is sent at once, in bytes: a line of standard input, or a file.
	maxMessage = 16 << 20
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
	// File holds the message instead, as it is.
	File string
	// Lines makes messages of the lines of standard input; "" for none.
	Lines  LineForm
	QoS    int
	Retain bool
	// Properties are for MQTT 5.
	Properties connections.Properties
	// Timeout bounds connecting, and each message; 0 means DefaultSendTimeout.
	Timeout time.Duration
	// Wait is how long to wait for an answer; 0 means not at all.
	Wait time.Duration
	// AnswerTopic is a filter that answers match; empty for the response topic of MQTT 5.
	AnswerTopic string
	// AnswerKey is a key path whose value is the same in the message and in its answer; empty for
	// none.
	AnswerKey []string
}

// Send sends one message, or those that standard input holds, and tells on stderr what became of
// it; the payload of an answer goes to stdout. It returns the exit code.
func Send(ctx context.Context, o SendOptions, stdin io.Reader, stdout, stderr io.Writer) int {
	if o.Timeout <= 0 {
		o.Timeout = DefaultSendTimeout
	}
	s := &send{o: o, stdin: stdin, stdout: stdout, stderr: stderr}
	if err := s.prepare(); err != nil {
		fmt.Fprintln(stderr, "streamscope: send:", err)
		return ExitUsage
	}
	r, err := o.find(ctx, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: send:", err)
		return ExitUsage
	}
	defer r.close()
	err = errors.Join(r.complete(), s.fits(r.profile.Profile()))
	if err == nil {
		r.profile, err = validated(s.apart(r.profile.Profile()), r.profile.Name())
	}
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: send:", err)
		return ExitUsage
	}
	return s.run(ctx, r)
}

// send is one run of the verb.
type send struct {
	o              SendOptions
	stdin          io.Reader
	stdout, stderr io.Writer
	// body is the message, unless it is lines.
	body []byte
	// binary tells that it was written as bytes.
	binary bool
	// answerTo is the filter of an answer; empty if none is waited for.
	answerTo string
}

// prepare finds what makes no sense, whatever the target is, and reads the message.
func (s *send) prepare() error {
	o := &s.o
	ways := 0
	for _, given := range []bool{o.Message != nil, o.File != "", o.Lines != ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		return errors.New("what? Give --message TEXT, --file FILE, or --lines payload for those of standard input")
	case ways > 1:
		return errors.New("give one of --message, --file and --lines")
	case o.QoS < 0 || o.QoS > 2:
		return fmt.Errorf("there is no QoS %d; it is 0, 1 or 2", o.QoS)
	case o.Lines != "" && o.Wait > 0:
		return errors.New("an answer can be waited for after one message, not after --lines")
	case o.Wait < 0:
		return errors.New("--wait takes a number above 0")
	case o.Wait == 0 && (o.AnswerTopic != "" || len(o.AnswerKey) > 0):
		return errors.New("how long shall the answer be waited for? Give --wait SECONDS")
	}
	if o.Format == "" {
		o.Format = command.FormatText
	}
	if err := o.Lines.check(); err != nil {
		return err
	}
	return s.read()
}

// read makes the bytes of the message.
func (s *send) read() (err error) {
	switch o := s.o; {
	case o.File != "":
		s.body, err = readFile(o.File)
		s.binary = !utf8.Valid(s.body)
	case o.Message != nil:
		s.body, err = command.Encode(o.Format, *o.Message)
		s.binary = o.Format == command.FormatHex
		if err != nil {
			err = &command.DraftError{Field: command.FieldPayload, Err: err}
		}
	}
	return err
}

func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > maxMessage:
		return nil, fmt.Errorf("%s has %d bytes; at most %d are sent at once", name, info.Size(), maxMessage)
	}
	return os.ReadFile(name)
}

// fits finds what makes no sense for p, before anything connects.
func (s *send) fits(p profile.Profile) error {
	o := &s.o
	if p.Protocol == profile.WebSocket {
		if o.Topic != "" || o.QoS != 0 || o.Retain || !o.Properties.Empty() || o.AnswerTopic != "" || o.Lines == LinesWithTopic || o.Lines == LinesJSON {
			return errors.New("a raw WebSocket sends frames: it knows no --topic, --qos, --retain, properties or --answer-topic, and only --lines payload")
		}
		if o.Lines == "" {
			return connections.ValidFrame(s.publication())
		}
		return nil
	}
	if err := s.expectAnswer(p); err != nil {
		return err
	}
	switch {
	case o.Topic == "" && (o.Lines == "" || o.Lines == LinesPayload):
		return errors.New("where to? Give --topic TOPIC")
	case o.Topic == "" || o.Lines == LinesWithTopic:
		return nil // each line says it
	}
	return connections.ValidPublication(s.publication())
}

// publication is the message, or what the messages of lines have in common.
func (s *send) publication() connections.Publication {
	p := connections.Publication{Topic: s.o.Topic, Payload: s.body, QoS: byte(s.o.QoS), Retain: s.o.Retain, Binary: s.binary}
	if !s.o.Properties.Empty() {
		p.Props = &s.o.Properties
	}
	return p
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

// apart is p for sending: it receives nothing but answers.
func (s *send) apart(p profile.Profile) profile.Profile {
	p = visiting(p)
	p.Subscriptions = nil
	if s.answerTo != "" {
		p.Subscriptions = []connections.Subscription{{Filter: s.answerTo, QoS: 1}}
	}
	return p
}

func (s *send) run(ctx context.Context, r *reached) int {
	c := r.Open(r.profile, r.secrets)
	if err := s.awaitOpen(ctx, c); err != nil {
		fmt.Fprintln(s.stderr, "streamscope: not sent:", sentence(err))
		return ExitFailure
	}
	switch {
	case s.o.Lines != "":
		return s.lines(ctx, c)
	case s.o.Wait > 0:
		return s.ask(ctx, c)
	}
	result := s.publish(ctx, c)
	fmt.Fprintln(s.stderr, "streamscope:", s.tell(c, result))
	return exitCode(result)
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

func (s *send) publish(ctx context.Context, c *app.Connection) connections.Result {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	return c.Publish(ctx, s.publication(), session.OriginCLI)
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
