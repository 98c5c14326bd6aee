package saved

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Value is what a control sends for what was typed: a toggle takes "on" and "off", a choice also
// a label, and a slider goes to its steps. The error is a [Problem].
func (c *Control) Value(typed string) (string, error) {
	switch c.Kind {
	case Toggle:
		return c.side(typed)
	case Choice:
		for _, o := range c.Options {
			if o.Value == typed {
				return o.Value, nil
			}
		}
		for _, o := range c.Options {
			if strings.EqualFold(o.Label, typed) {
				return o.Value, nil
			}
		}
		return "", problem("“%s” is not %s.", typed, c.Wants())
	}
	if err := c.Check(typed); err != nil {
		return "", err
	}
	switch plain := strings.TrimSpace(typed); c.Kind {
	case Number:
		return plain, nil
	case Slider:
		v, err := strconv.ParseFloat(plain, 64)
		return c.Format(v), err
	default:
		return typed, nil
	}
}

func (c *Control) side(typed string) (string, error) {
	switch {
	case typed == c.On || typed == c.Off:
		return typed, nil
	case strings.EqualFold(typed, "on"):
		return c.On, nil
	case strings.EqualFold(typed, "off"):
		return c.Off, nil
	}
	return "", problem("“%s” is neither on nor off.", typed)
}

// Wants says in words what [Control.Value] takes.
func (c *Control) Wants() string {
	switch c.Kind {
	case Toggle:
		return "on or off"
	case Slider, Number:
		if c.Max <= c.Min {
			return "a number"
		}
		return strings.TrimSpace(fmt.Sprintf("a number from %s to %s %s", c.Format(c.Min), c.Format(c.Max), c.Unit))
	case Choice:
		labels := make([]string, 0, len(c.Options))
		for _, o := range c.Options {
			labels = append(labels, o.Label)
		}
		return "one of " + strings.Join(labels, ", ")
	case Colour:
		return "a colour, written #rrggbb"
	default:
		return "a text"
	}
}

// Near returns the names of the commands that come nearest to one that there is not, at most
// some; without any that is near, the first of the library.
func (l *Library) Near(name string, some int) []string {
	type ranked struct {
		name string
		far  int
	}
	wanted, list := strings.ToLower(name), l.List()
	var near []ranked
	for _, c := range list {
		lower := strings.ToLower(c.Name)
		far := distance(wanted, lower)
		switch {
		case strings.Contains(lower, wanted) || strings.Contains(wanted, lower):
			far = min(far, 1)
		case far > max(2, len([]rune(wanted))/3):
			continue
		}
		near = append(near, ranked{c.Name, far})
	}
	slices.SortStableFunc(near, func(a, b ranked) int { return a.far - b.far })
	var names []string
	for _, r := range near {
		names = append(names, r.name)
	}
	if len(names) == 0 {
		for _, c := range list {
			names = append(names, c.Name)
		}
	}
	return names[:min(some, len(names))]
}

// distance is how many characters have to be changed, added or taken away to make b of a.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range from {
		corner := row[0]
		row[0] = i + 1
		for j, s := range to {
			change := corner
			if r != s {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
