package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/app/command/template"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/profile"
)

const (
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
	// File holds the message instead: as it is, or written in Format if that is not text.
	File string
	// Template says that the message, or the file, has placeholders. Set answers what they ask for,
	// by its label; with any of it there are placeholders.
	Template bool
	Set      map[string]string
	// Lines makes messages of the lines of standard input; "" for none.
	Lines  LineForm
	QoS    int
	Retain bool
	// Properties are for MQTT 5.
	Properties command.Properties
	// Schema is that of command.FormatProtobuf.
	Schema command.Schema
	// Command is the name or the ID of a saved command, which is sent instead of a message; "" for
	// none. Set answers what it asks for; a control's value is saved.ValueLabel.
	Command string
	// Yes agrees beforehand to what a saved command asks before it is sent. Confirm asks whoever
	// sits at the terminal; nil if nobody does.
	Yes     bool
	Confirm func(ctx context.Context, question string) (bool, error)
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
	r, err := s.o.find(ctx, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: send:", err)
		return ExitUsage
	}
	defer r.close()
	r.SetConfirmer(agreeing{yes: s.o.Yes, ask: s.o.Confirm, out: stderr})
	err = errors.Join(r.complete(), s.fits(r))
	if err == nil {
		r.profile, err = validated(apart(r.profile.Profile()), r.profile.Name())
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
	// draft is the message, or what the messages of lines have in common.
	draft command.Draft
	// command is the saved one that is sent; nil for none.
	command *saved.Command
}

// prepare finds what makes no sense, whatever the target is, and drafts the message.
func (s *send) prepare() error {
	o := &s.o
	o.Set = maps.Clone(o.Set)
	if o.Command != "" {
		if err := o.alone(); err != nil {
			return err
		}
		return s.useCommand()
	}
	for _, check := range []func() error{o.what, o.answerable, o.schematic, o.Lines.check} {
		if err := check(); err != nil {
			return err
		}
	}
	if o.Format == "" {
		o.Format = command.FormatText
	}
	s.draft = command.Draft{Topic: o.Topic, Format: o.Format, QoS: byte(o.QoS), Retain: o.Retain, Template: o.Template || len(o.Set) > 0}
	if !o.Properties.Empty() {
		s.draft.Properties = &o.Properties
	}
	if o.Format == command.FormatProtobuf {
		s.draft.Schema = &o.Schema
	}
	return s.write()
}

// what tells what is wrong with what shall be sent.
func (o *SendOptions) what() error {
	ways := 0
	for _, given := range []bool{o.Message != nil, o.File != "", o.Lines != ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		return errors.New("what? Give --message TEXT, --file FILE, --command NAME, or --lines payload for those of standard input")
	case ways > 1:
		return errors.New("give one of --message, --file and --lines")
	case o.Yes:
		return errors.New("--yes is for --command: only a saved command asks before it is sent")
	case o.QoS < 0 || o.QoS > 2:
		return fmt.Errorf("there is no QoS %d; it is 0, 1 or 2", o.QoS)
	case o.Lines != "" && (o.Template || len(o.Set) > 0):
		return errors.New("what lines hold is sent as it is: placeholders are for --message and --file")
	}
	return nil
}

// answerable tells what is wrong with the waiting for an answer.
func (o *SendOptions) answerable() error {
	switch {
	case o.Wait < 0:
		return errors.New("--wait takes a number above 0")
	case o.Lines != "" && o.Wait > 0:
		return errors.New("an answer can be waited for after one message, not after --lines")
	case o.Wait == 0 && (o.AnswerTopic != "" || len(o.AnswerKey) > 0):
		return errors.New("how long shall the answer be waited for? Give --wait SECONDS")
	}
	return nil
}

// schematic tells what is wrong with the schema of a message.
func (o *SendOptions) schematic() error {
	switch {
	case o.Format == command.FormatProtobuf && len(o.Schema.Files) == 0:
		return errors.New("which schema? Give --schema FILE, a .proto file or a compiled descriptor set")
	case o.Format == command.FormatProtobuf && o.Lines != "":
		return errors.New("--lines know no protobuf: use --message or --file")
	case o.Format != command.FormatProtobuf && (len(o.Schema.Files) > 0 || o.Schema.Message != ""):
		return errors.New("a schema is for --format protobuf")
	}
	return nil
}

// write puts the message into the draft.
func (s *send) write() error {
	d, o := &s.draft, &s.o
	switch {
	case o.Message != nil:
		d.Payload = *o.Message
	case o.File != "" && d.Format == command.FormatText && !d.Template:
		d.Payload, d.Format = o.File, command.FormatFile
	case o.File != "":
		if _, err := command.CheckFile(o.File); err != nil {
			return err
		}
		text, err := os.ReadFile(o.File)
		if err != nil {
			return err
		}
		d.Payload = string(text)
	}
	return s.asked()
}

// asked compares what the placeholders ask for with what was said.
func (s *send) asked() error {
	asks := s.draft.Asks()
	for _, a := range asks {
		if _, said := s.o.Set[a.Label]; !said && a.Default == "" {
			return fmt.Errorf("the message asks for %q: give --set %q%s", a.Label, a.Label+"=VALUE", s.wants(a.Label))
		}
	}
	for label := range s.o.Set {
		if !slices.ContainsFunc(asks, func(a template.Ask) bool { return a.Label == label }) {
			return fmt.Errorf("the message has no placeholder {{ask %q}}", label)
		}
	}
	return nil
}

// fits finds what makes no sense for the connection, before anything connects.
func (s *send) fits(r *reached) error {
	p := r.profile.Profile()
	var wrong error
	if s.command != nil {
		wrong = s.forCommand(r)
	} else {
		wrong = s.o.goes(p)
	}
	if err := errors.Join(wrong, s.expectAnswer(p)); err != nil {
		return err
	}
	d, err := s.draft.Fill(template.Values{Asked: s.o.Set})
	switch {
	case err != nil || s.o.Lines != "" && (p.Protocol == profile.WebSocket || s.o.Topic == ""):
		return err // lines say the rest
	case p.Protocol == profile.WebSocket:
		_, err = d.Frame()
		return err
	case s.o.Lines != "":
		d.Format = command.FormatText // nothing is written yet
	case d.Format == command.FormatProtobuf:
		_, err = d.Publication() // the schema is looked at, too
		return err
	}
	return d.Validate()
}

// goes tells what makes no sense for a connection, or is missing.
func (o *SendOptions) goes(p profile.Profile) error {
	eachSays := o.Lines == LinesWithTopic || o.Lines == LinesJSON
	switch {
	case p.Protocol == profile.WebSocket:
		if o.Topic != "" || o.QoS != 0 || o.Retain || !o.Properties.Empty() || o.AnswerTopic != "" || eachSays {
			return errors.New("a raw WebSocket sends frames: it knows no --topic, --qos, --retain, properties or --answer-topic, and only --lines payload")
		}
	case o.Topic == "" && !eachSays:
		return errors.New("where to? Give --topic TOPIC")
	}
	return nil
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

// apart is p for sending: it subscribes to nothing.
func apart(p profile.Profile) profile.Profile {
	p = visiting(p)
	p.Subscriptions = nil
	return p
}

func (s *send) run(ctx context.Context, r *reached) int {
	c := r.Open(r.profile, r.secrets)
	if err := s.awaitOpen(ctx, c); err != nil {
		fmt.Fprintln(s.stderr, "streamscope: not sent:", sentence(err))
		return ExitFailure
	}
	if s.o.Lines != "" {
		return s.lines(ctx, c)
	}
	return s.one(ctx, r, c)
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

// one sends the message, and waits for its answer if one shall come.
func (s *send) one(ctx context.Context, r *reached, c *app.Connection) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	told := false
	tell := func(out command.Outcome) {
		if !told {
			fmt.Fprintln(s.stderr, "streamscope:", s.tell(c, out))
		}
		told = true
	}
	name, question := "", ""
	if s.command != nil {
		name, question = s.command.Name, s.command.Confirm
	}
	out := r.Sender.Send(ctx, c.Session, s.draft, command.SendOptions{
		Origin: session.OriginCLI, Name: name, Confirm: question, Asked: s.o.Set, Patience: s.o.Timeout,
		Unlisted: true, // the history is the composer's, which may be open
		OnOutcome: func(out command.Outcome) {
			if tell(out); out.Verdict == command.VerdictNoSubscriber {
				cancel() // nobody will answer
			}
		},
	})
	tell(out)
	if code := exitCode(out.Verdict); code != ExitOK || s.draft.Answer == nil {
		return code
	}
	return s.answered(out)
}

// answered prints the answer, or tells why there is none.
func (s *send) answered(out command.Outcome) int {
	switch r := out.Reply; {
	case out.Verdict == command.VerdictNoSubscriber:
		fmt.Fprintln(s.stderr, "streamscope: no answer will come: nobody has subscribed to the topic")
		return ExitNoAnswer
	case r == nil || r.TimedOut:
		fmt.Fprintf(s.stderr, "streamscope: no answer came within %v\n", s.draft.Answer.Patience())
		return ExitNoAnswer
	case r.Err != nil:
		fmt.Fprintln(s.stderr, "streamscope: no answer can come any more:", sentence(r.Err))
		return ExitNoAnswer
	default:
		fmt.Fprintf(s.stderr, "streamscope: answered in %.1f ms on %s\n", r.Took.Seconds()*1e3, appendSafe(nil, r.Topic))
		text := r.Payload
		if !bytes.HasSuffix(text, []byte("\n")) {
			text = append(slices.Clip(text), '\n')
		}
		if _, err := s.stdout.Write(text); err != nil {
			fmt.Fprintln(s.stderr, "streamscope: send:", err)
			return ExitFailure
		}
		return ExitOK
	}
}

// expectAnswer says in the draft how an answer is told; a saved command may say it itself.
func (s *send) expectAnswer(p profile.Profile) error {
	o := &s.o
	if o.Wait == 0 || s.draft.Answer != nil {
		return nil
	}
	a := &command.Answer{Kind: command.AnswerTopic, Topic: o.AnswerTopic, Path: o.AnswerKey, Seconds: o.Wait.Seconds()}
	switch {
	case o.AnswerTopic != "":
	case p.Protocol == profile.WebSocket && len(o.AnswerKey) > 0:
		a.Kind = command.AnswerKey
	case p.Protocol == profile.WebSocket:
		a.Topic = "#" // the next frame
	case len(o.AnswerKey) > 0:
		return errors.New("where does the answer with that key come? Give --answer-topic FILTER")
	case p.Version == profile.Version311:
		return errors.New("MQTT 3.1.1 knows no response topic: say where the answer comes, with --answer-topic FILTER")
	default:
		a.Kind = command.AnswerResponse
	}
	s.draft.Answer = a
	return nil
}

// tell says what became of a message, and no more than is known.
func (s *send) tell(c *app.Connection, out command.Outcome) string {
	switch out.Verdict {
	case command.VerdictAcknowledged, command.VerdictNoSubscriber:
		text := fmt.Sprintf("acknowledged by the broker in %.1f ms", out.Took.Seconds()*1e3)
		if out.Reason != "" {
			text += ": " + out.Reason
		}
		return text
	case command.VerdictSent:
		if c.Frames() {
			return "sent; a WebSocket confirms nothing by itself"
		}
		return "sent; with QoS 0 nobody confirms that it arrived"
	case command.VerdictRefused:
		if wrong := (*command.DraftError)(nil); errors.As(out.Err, &wrong) {
			return "not sent: " + wrong.Error()
		}
		return "refused: " + out.Why()
	default:
		return "it is not known whether it arrived: " + out.Why()
	}
}

// exitCode is what became of a message as an exit code.
func exitCode(v command.Verdict) int {
	switch v {
	case command.VerdictSent, command.VerdictAcknowledged, command.VerdictNoSubscriber:
		return ExitOK
	case command.VerdictRefused:
		return ExitRefused
	default:
		return ExitUnknown
	}
}
