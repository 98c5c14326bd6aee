package saved

import (
	"crypto/rand"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamscope/app/command"
	"streamscope/app/command/template"
)

// Kind is how a command is handled.
type Kind string

// The kinds.
const (
	Button Kind = "button" // sends as it is
	Toggle Kind = "toggle" // sends one of two values
	Slider Kind = "slider" // sends a number while it is moved, at a pace, and always its last
	Number Kind = "number" // sends a number that is typed
	Text   Kind = "text"   // sends a text that is typed
	Choice Kind = "choice" // sends one of a list
	Colour Kind = "colour" // sends #rrggbb
)

// Kinds lists all, in the order in which they are offered.
func Kinds() []Kind { return []Kind{Button, Toggle, Slider, Number, Text, Choice, Colour} }

// ValueLabel is the question by which a control's value gets into its draft: {{ask "value"}}.
const ValueLabel = "value"

// Command is one saved command.
type Command struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Icon names one of the icons that the window offers; empty for none. Colour is "#rrggbb";
	// empty for the theme's.
	Icon   string `json:"icon,omitempty"`
	Colour string `json:"colour,omitempty"`
	// Group is the heading under which it stands; empty for none.
	Group string `json:"group,omitempty"`
	// Profile is the ID of the connection that it is for; empty for whichever is chosen.
	Profile string        `json:"profile,omitempty"`
	Draft   command.Draft `json:"draft"`
	// Confirm is the question that is asked before it is sent; empty for none.
	Confirm string `json:"confirm,omitempty"`
	// Shortcut is a key with its modifiers, such as "Ctrl+Alt+1"; empty for none. What is sent by
	// shortcut is always confirmed.
	Shortcut string  `json:"shortcut,omitempty"`
	Control  Control `json:"control"`
}

// Control is what makes a command more than a button.
type Control struct {
	Kind Kind `json:"kind"`
	// On and Off are a toggle's values.
	On  string `json:"on,omitempty"`
	Off string `json:"off,omitempty"`
	// Min, Max and Step bound a slider or a number; Step 0 means any.
	Min  float64 `json:"min,omitempty"`
	Max  float64 `json:"max,omitempty"`
	Step float64 `json:"step,omitempty"`
	Unit string  `json:"unit,omitempty"`
	// Every is the least time between two messages of a slider, in ms; 0 means 200.
	Every   int      `json:"every,omitempty"`
	Options []Option `json:"options,omitempty"`
	// State is where the device reports what it really does; nil if it does not.
	State *State `json:"state,omitempty"`
}

// Option is one of a choice.
type Option struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// State names a value that a device reports.
type State struct {
	Topic string `json:"topic"`
	// Path leads to the value in a document; empty for the topic's usual one.
	Path []string `json:"path,omitempty"`
	// Within is the longest time between two reports, in seconds; after it the device counts as
	// silent. 0 means that only the topic's own rhythm can tell: many report only what changes.
	Within int `json:"within,omitempty"`
}

// defaultEvery is the pace of a slider.
const defaultEvery = 200 * time.Millisecond

// Pace is the least time between two messages of a slider.
func (c *Control) Pace() time.Duration {
	if c.Every <= 0 {
		return defaultEvery
	}
	return time.Duration(c.Every) * time.Millisecond
}

// New makes a command of a draft, with an ID of its own.
func New(name string, d command.Draft) Command {
	return Command{ID: newID(), Name: name, Draft: d.Clone(), Control: Control{Kind: Button}}
}

func newID() string { return "c-" + strings.ToLower(rand.Text()[:16]) }

// Problem is a sentence for the user about what is wrong with a command, or with a value.
type Problem string

func (p Problem) Error() string { return string(p) }

func problem(format string, args ...any) Problem { return Problem(fmt.Sprintf(format, args...)) }

// Clone returns a copy that shares nothing with c.
func (c Command) Clone() Command {
	c.Draft = c.Draft.Clone()
	c.Control.Options = slices.Clone(c.Control.Options)
	if s := c.Control.State; s != nil {
		c.Control.State = &State{Topic: s.Topic, Path: slices.Clone(s.Path), Within: s.Within}
	}
	return c
}

// Validate tells what keeps a command from being of use; the error is a [Problem] or a
// [*command.DraftError].
// Placeholders that are filled only when it is sent are not judged.
func (c Command) Validate() error {
	switch {
	case strings.TrimSpace(c.Name) == "":
		return Problem("Give the command a name.")
	case !slices.Contains(Kinds(), c.Control.Kind):
		return problem("“%s” is no kind of control.", c.Control.Kind)
	}
	if err := c.Control.validate(); err != nil {
		return err
	}
	asks := slices.ContainsFunc(c.Draft.Asks(), func(a template.Ask) bool { return a.Label == ValueLabel })
	if c.Control.Kind != Button && !asks {
		return problem(`A %s needs {{ask "value"}} in its payload or topic: that is where its value goes.`, c.Control.Kind)
	}
	if !c.Draft.Template {
		if err := c.Draft.Validate(); err != nil {
			return err
		}
	}
	if c.Control.State != nil && strings.TrimSpace(c.Control.State.Topic) == "" {
		return Problem("Enter the topic on which the state is reported, or switch it off.")
	}
	return nil
}

func (c *Control) validate() error {
	switch c.Kind {
	case Toggle:
		if c.On == c.Off {
			return Problem("On and off have the same value.")
		}
	case Slider:
		if !(c.Min < c.Max) || math.IsInf(c.Max-c.Min, 0) {
			return Problem("The slider's smallest value has to be below its largest.")
		}
	case Number:
		if c.Min > c.Max {
			return Problem("The smallest number is above the largest.")
		}
	case Choice:
		if len(c.Options) == 0 {
			return Problem("Enter what can be chosen: a line each.")
		}
	default:
	}
	if c.Step < 0 || math.IsNaN(c.Step) {
		return Problem("The step cannot be negative.")
	}
	return nil
}

// Format writes a number as a slider or a number field sends it: to the step's precision.
func (c *Control) Format(v float64) string {
	if c.Step > 0 {
		v = c.Min + math.Round((v-c.Min)/c.Step)*c.Step
	}
	if c.Max > c.Min {
		v = min(max(v, c.Min), c.Max)
	}
	return strconv.FormatFloat(v, 'f', c.decimals(), 64)
}

// decimals is how many digits after the point the step and the smallest value need; -1 for as
// many as the number has.
func (c *Control) decimals() int {
	if c.Step == 0 {
		return -1
	}
	n := 0
	for _, v := range []float64{c.Step, c.Min} {
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if _, after, ok := strings.Cut(text, "."); ok {
			n = max(n, len(after))
		}
	}
	return n
}

// Check tells whether a value that was typed can be sent.
func (c *Control) Check(value string) error {
	switch c.Kind {
	case Number, Slider:
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return problem("“%s” is no number.", value)
		}
		if c.Max > c.Min && (v < c.Min || v > c.Max) {
			return problem("%s is not between %s and %s.", value, c.Format(c.Min), c.Format(c.Max))
		}
	case Colour:
		var r, g, b uint8
		if n, err := fmt.Sscanf(value, "#%02x%02x%02x", &r, &g, &b); n != 3 || err != nil || len(value) != 7 {
			return problem("“%s” is no colour: it is written #rrggbb.", value)
		}
	default:
	}
	return nil
}
