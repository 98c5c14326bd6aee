package diagnose

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// State is the mark of a step.
type State int

// The marks, from harmless to harmful.
const (
	// Skipped: it was not tried, because a step before it failed or it would do harm.
	Skipped State = iota
	OK
	// Warning: it works, and something about it should be known.
	Warning
	Failed
)

func (s State) String() string {
	return [...]string{"skipped", "ok", "warning", "failed"}[s]
}

// Mark is one character for s.
func (s State) Mark() string { return [...]string{"-", "✓", "!", "✗"}[s] }

// The names of the steps, in the order in which a connection takes those that it needs.
const (
	StepName      = "Name"
	StepTCP       = "TCP"
	StepSocket    = "Socket"
	StepProxy     = "Proxy"
	StepTLS       = "TLS"
	StepWebSocket = "WebSocket"
	StepMQTT      = "MQTT"
	StepFrame     = "First frame"
	StepSubscribe = "Subscribe"
)

// Step is what became of one step. It holds no secret.
type Step struct {
	// Name is one of the constants above.
	Name  string
	State State
	Took  time.Duration
	// Found is what is known now. Its first line sums up; further lines are details.
	Found string
	// Cause says in a sentence what is probably wrong, Cure what to do about it. Both are empty
	// where all is well, and Cure also where nothing can be done.
	Cause, Cure string
}

// Text is the step as plain text of a few lines, without a line's end after the last.
func (s Step) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-11s %9s  ", s.State.Mark(), s.Name, s.Duration())
	indent(&b, "", s.Found)
	if s.Cause != "" {
		indent(&b, "\n"+margin+"Cause: ", s.Cause)
	}
	if s.Cure != "" {
		indent(&b, "\n"+margin+"Try:   ", s.Cure)
	}
	return strings.TrimRight(b.String(), " ")
}

// margin is as wide as what stands before Found on the first line of a step.
const margin = "                         "

func indent(b *strings.Builder, first, text string) {
	b.WriteString(first)
	b.WriteString(strings.ReplaceAll(text, "\n", "\n"+margin))
}

// Duration is how long the step took, in words; empty if it was skipped.
func (s Step) Duration() string {
	switch d := s.Took; {
	case s.State == Skipped:
		return ""
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	default:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
}

// Report is the whole examination. It holds no secret.
type Report struct {
	// Target is the URL that was examined, without password and query.
	Target string
	// Began is when, by this computer's clock.
	Began time.Time
	Took  time.Duration
	Steps []Step
	// Cancelled tells that it was ended before its end.
	Cancelled bool
}

// Worst is the most harmful of the steps' marks.
func (r Report) Worst() State {
	worst := Skipped
	for _, s := range r.Steps {
		worst = max(worst, s.State)
	}
	return worst
}

// Failure is the first step that failed; ok is false if none did.
func (r Report) Failure() (s Step, ok bool) {
	for _, s := range r.Steps {
		if s.State == Failed {
			return s, true
		}
	}
	return Step{}, false
}

// Summary is the outcome in a sentence.
func (r Report) Summary() string {
	failure, failed := r.Failure()
	switch {
	case failed:
		return "It fails at the step " + failure.Name + "."
	case r.Cancelled:
		return "It was cancelled."
	case r.Worst() == Warning:
		return "The connection works; see what is marked with !."
	default:
		return "The connection works."
	}
}

// Text is the report as plain text, to be copied into a mail or a ticket.
func (r Report) Text() string {
	var b strings.Builder
	head := "Diagnosis of " + r.Target
	fmt.Fprintf(&b, "%s\n%s\n", head, strings.Repeat("=", utf8.RuneCountInString(head)))
	fmt.Fprintf(&b, "%s, took %.1f s\n\n", r.Began.UTC().Format("2006-01-02 15:04:05 UTC"), r.Took.Seconds())
	for _, s := range r.Steps {
		b.WriteString(s.Text() + "\n")
	}
	b.WriteString("\n" + r.Summary() + "\n")
	return b.String()
}
