package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/app/session"
	"streamscope/connections/profile"
)

// nearNames is how many commands are named where one is not found.
const nearNames = 5

// useCommand drafts what a saved command says, with the values that came with the call. Without
// another target it goes to the connection that the command is for.
func (s *send) useCommand() error {
	o := &s.o
	if o.Wait < 0 {
		return errors.New("--wait takes a number above 0")
	}
	if o.Folder == "" {
		return errors.New("there is no configuration folder, and so no saved command; name one with --config DIR")
	}
	library, err := saved.Open(filepath.Join(o.Folder, app.CommandsFile))
	if err != nil {
		return err
	}
	c, err := library.Find(o.Command)
	if err != nil {
		return notFound(library, o.Command, err)
	}
	if o.Confirm == nil && !o.Yes && c.Confirm != "" {
		return fmt.Errorf("before %q is sent it asks: “%s” Agree with --yes, or run this at a terminal", c.Name, c.Confirm)
	}
	if value, said := o.Set[saved.ValueLabel]; said && c.Control.Kind != saved.Button {
		if o.Set[saved.ValueLabel], err = c.Control.Value(value); err != nil {
			return err
		}
	}
	if o.URL == "" && o.Profile == "" {
		if c.Profile == "" {
			return fmt.Errorf("where to? %q is for any connection: give --profile NAME, or a URL", c.Name)
		}
		o.Profile = c.Profile
	}
	s.command, s.draft = &c, c.Draft.Clone()
	if s.draft.Answer != nil && o.Wait > 0 {
		s.draft.Answer.Seconds = o.Wait.Seconds()
	}
	return s.asked()
}

// notFound adds what the user may have meant.
func notFound(library *saved.Library, name string, err error) error {
	if !errors.Is(err, saved.ErrUnknown) {
		return err
	}
	near := library.Near(name, nearNames)
	if len(near) == 0 {
		return fmt.Errorf("%w; none is saved yet", err)
	}
	for i := range near {
		near[i] = "“" + near[i] + "”"
	}
	return fmt.Errorf("%w; there is %s", err, strings.Join(near, ", "))
}

// forCommand tells why a command cannot go to a connection.
func (s *send) forCommand(r *reached) error {
	c := s.command
	if c.Profile == "" || c.Profile == r.profile.ID() {
		return nil
	}
	name := c.Profile
	// What a URL leads to has no folder of its own.
	if p, err := profile.Open(filepath.Join(s.o.Folder, "profiles")).Get(c.Profile); err == nil {
		name = p.Name
	}
	return fmt.Errorf("%q is for the connection %q alone", c.Name, name)
}

// alone tells what makes no sense beside a saved command.
func (o *SendOptions) alone() error {
	if o.Topic != "" || o.Message != nil || o.File != "" || o.Lines != "" || o.Template || o.Format != "" && o.Format != command.FormatText ||
		o.QoS != 0 || o.Retain || !o.Properties.Empty() || o.AnswerTopic != "" || len(o.AnswerKey) > 0 || len(o.Schema.Files) > 0 {
		return errors.New("a saved command says itself what goes where, and how: with --command give --set, --wait and --yes only")
	}
	return nil
}

// wants says what the value of a control can be; empty if label is another's.
func (s *send) wants(label string) string {
	if s.command == nil || label != saved.ValueLabel || s.command.Control.Kind == saved.Button {
		return ""
	}
	return ", " + s.command.Control.Wants()
}

// agreeing asks whoever sits at the terminal, unless they agreed beforehand.
type agreeing struct {
	yes bool
	ask func(ctx context.Context, question string) (bool, error)
	out io.Writer
}

// errDisagreed says that whoever was asked did not agree.
var errDisagreed = errors.New("it was not agreed to")

// Confirm implements [session.Confirmer].
func (a agreeing) Confirm(ctx context.Context, i session.Intent) error {
	if a.yes {
		return nil
	}
	if a.ask == nil {
		return errors.New("nobody is there to ask")
	}
	const excerpt = 200
	fmt.Fprintf(a.out, "%s\n  to %s\n  of %s\n  %s\n", safeText(i.Confirm), safeText(i.Publication.Topic), safeText(i.Connection), safeText(command.Excerpt(i.Publication.Payload, excerpt)))
	agreed, err := a.ask(ctx, "Type yes to send it")
	if err == nil && !agreed {
		err = errDisagreed
	}
	return err
}

// ConfirmRun implements [session.Confirmer]; nothing of the command line's asks it.
func (a agreeing) ConfirmRun(context.Context, session.RunIntent) error {
	return errors.New("nobody is there to ask")
}

// safeText is a text without what a terminal would take as a command.
func safeText(s string) string { return string(appendSafe(nil, s)) }
