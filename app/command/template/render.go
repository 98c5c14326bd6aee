package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"streamscope/app/payload"
)

const (
	// MaxOutput bounds what a template makes, in bytes.
	MaxOutput = 16 << 20
	// deadline bounds how long filling may take.
	deadline = 2 * time.Second
)

// Values is what placeholders stand for. Its zero value answers every question with its default
// and knows no topic.
type Values struct {
	// Now is the present; zero means that of the clock.
	Now time.Time
	// Counter is what {{counter}} gives.
	Counter int64
	// Value returns the latest payload of a topic; nil if nothing is known of any.
	Value func(topic string) ([]byte, bool)
	// Asked holds answers by their labels.
	Asked map[string]string
	// JSON puts data in so that a JSON text stays what it is: inside quotes escaped, outside as
	// one JSON value.
	JSON bool
	// Random makes {{random}} repeatable; nil means chance. NewUUID is the same for {{uuid}}.
	Random  *rand.Rand
	NewUUID func() string
}

// Render fills the placeholders. What it returns is bounded; the error is a [*Problem].
func (t *Template) Render(v Values) ([]byte, error) {
	if v.Now.IsZero() {
		v.Now = time.Now()
	}
	began := time.Now()
	var out bytes.Buffer
	for _, p := range t.parts {
		if p.call == nil {
			out.WriteString(p.text)
			continue
		}
		f, _ := lookup(p.call.name)
		made, err := f.make(p.call, &v)
		if err == nil {
			made, err = p.call.fit(made, v.JSON, f.value(p.call))
		}
		switch {
		case err != nil:
			return nil, p.call.problem(err.Error())
		case out.Len()+len(made) > MaxOutput:
			return nil, p.call.problem(fmt.Sprintf("the message grows beyond %d bytes here", MaxOutput))
		case time.Since(began) > deadline:
			return nil, p.call.problem("filling the placeholders takes too long")
		}
		out.Write(made)
	}
	return out.Bytes(), nil
}

func (c *call) problem(msg string) *Problem {
	return &Problem{Line: c.line, Column: c.column, Msg: msg}
}

// fit makes data one JSON value, or the inside of a JSON string. asIs tells whether it may stand
// as it is, if it is a value.
func (c *call) fit(data []byte, asJSON, asIs bool) ([]byte, error) {
	if !asJSON || !c.quoted && asIs && payload.CheckJSON(data) == nil {
		return data, nil
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("the value is not text, so it cannot stand in JSON")
	}
	var quoted bytes.Buffer
	e := json.NewEncoder(&quoted)
	e.SetEscapeHTML(false)
	if err := e.Encode(string(data)); err != nil {
		return nil, err
	}
	text := bytes.TrimSpace(quoted.Bytes())
	if c.quoted {
		text = text[1 : len(text)-1]
	}
	return text, nil
}

// function is what a placeholder's name means.
type function struct {
	// check tells what is wrong with the constants; "" if nothing is.
	check func(*call) string
	make  func(*call, *Values) ([]byte, error)
	// value tells whether what it makes may stand in JSON as it is, where it is a JSON value.
	value func(*call) bool
}

// lookup finds what a placeholder's name means.
func lookup(name string) (f function, known bool) {
	switch name {
	case "now":
		return function{checkNow, now, never}, true
	case "unixms":
		return function{none, func(_ *call, v *Values) ([]byte, error) {
			return strconv.AppendInt(nil, v.Now.UnixMilli(), 10), nil
		}, always}, true
	case "uuid":
		return function{none, func(_ *call, v *Values) ([]byte, error) { return []byte(v.uuid()), nil }, never}, true
	case "counter":
		return function{none, func(_ *call, v *Values) ([]byte, error) { return strconv.AppendInt(nil, v.Counter, 10), nil }, always}, true
	case "random":
		return function{checkRandom, random, always}, true
	case "value":
		return function{checkValue, value, always}, true
	case "ask":
		return function{checkAsk, answer, (*call).isNumber}, true
	}
	return function{}, false
}

// Names returns the names of all placeholders.
func Names() []string { return []string{"ask", "counter", "now", "random", "unixms", "uuid", "value"} }

func always(*call) bool { return true }
func never(*call) bool  { return false }

func (c *call) isNumber() bool { return c.ask().Number }

func none(c *call) string {
	if len(c.args) > 0 {
		return fmt.Sprintf("{{%s}} has nothing after its name", c.name)
	}
	return ""
}

func checkNow(c *call) string {
	if len(c.args) == 0 {
		return ""
	}
	if s, ok := c.args[0].(string); !ok || len(c.args) > 1 || s == "" {
		return `write {{now}}, or {{now "2006-01-02 15:04:05"}} with that instant in the form that you want`
	}
	return ""
}

func now(c *call, v *Values) ([]byte, error) {
	layout := "2006-01-02T15:04:05.000Z07:00"
	if len(c.args) > 0 {
		layout = c.args[0].(string)
	}
	return []byte(v.Now.Format(layout)), nil
}

func checkRandom(c *call) string {
	const how = "write {{random 10 20}}: the least and the greatest number"
	if len(c.args) != 2 || !isNumber(c.args[0]) || !isNumber(c.args[1]) {
		return how
	}
	low, high := float(c.args[0]), float(c.args[1])
	if low > high || math.IsInf(high-low, 0) {
		return how
	}
	return ""
}

func checkValue(c *call) string {
	if len(c.args) == 0 {
		return `write {{value "plant/line4/temp"}}: the topic whose latest payload it is`
	}
	for _, a := range c.args {
		if s, ok := a.(string); !ok || s == "" {
			return `the topic and the keys that follow are texts in quotes: {{value "plant/line4" "temp"}}`
		}
	}
	return ""
}

func checkAsk(c *call) string {
	const how = `write {{ask "Set point" 20}}: what is asked for, and what stands if nothing is answered`
	if len(c.args) < 1 || len(c.args) > 2 {
		return how
	}
	if s, ok := c.args[0].(string); !ok || strings.TrimSpace(s) == "" {
		return how
	}
	return ""
}

func isNumber(v any) bool {
	switch v.(type) {
	case int64, float64:
		return true
	}
	return false
}

func float(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	return v.(float64)
}

func (v *Values) uuid() string {
	if v.NewUUID != nil {
		return v.NewUUID()
	}
	return uuid.NewString()
}

// random gives whole numbers between whole ones, and else as many decimals as were written.
func random(c *call, v *Values) ([]byte, error) {
	low, wholeLow := c.args[0].(int64)
	high, wholeHigh := c.args[1].(int64)
	if wholeLow && wholeHigh && uint64(high-low) < math.MaxInt64 {
		return strconv.AppendInt(nil, low+v.int64N(high-low+1), 10), nil
	}
	from, to := float(c.args[0]), float(c.args[1])
	return strconv.AppendFloat(nil, from+v.float64()*(to-from), 'f', max(decimals(c.raw[0]), decimals(c.raw[1])), 64), nil
}

func (v *Values) int64N(n int64) int64 {
	if v.Random != nil {
		return v.Random.Int64N(n)
	}
	return rand.Int64N(n)
}

func (v *Values) float64() float64 {
	if v.Random != nil {
		return v.Random.Float64()
	}
	return rand.Float64()
}

func decimals(s string) int {
	_, after, _ := strings.Cut(s, ".")
	return min(len(after), 9)
}

// value is the latest payload of a topic, or a value inside its JSON.
func value(c *call, v *Values) ([]byte, error) {
	topic := c.args[0].(string)
	var data []byte
	known := false
	if v.Value != nil {
		data, known = v.Value(topic)
	}
	if !known {
		return nil, fmt.Errorf("nothing has been received on %q yet", topic)
	}
	if len(c.args) == 1 {
		return data, nil
	}
	keys := make([]string, len(c.args)-1)
	for i, k := range c.args[1:] {
		keys[i] = k.(string)
	}
	found, ok := at(data, keys)
	if !ok {
		return nil, fmt.Errorf("the latest payload of %q has no value at %s", topic, strings.Join(keys, " › "))
	}
	return found, nil
}

// answer is what the user answered.
func answer(c *call, v *Values) ([]byte, error) {
	a := c.ask()
	text, answered := v.Asked[a.Label]
	if !answered {
		text = a.Default
	}
	if text = strings.TrimSpace(text); a.Number {
		if text == "" {
			text = a.Default
		}
		text = strings.Replace(text, ",", ".", 1)
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || payload.CheckJSON([]byte(text)) != nil {
			return nil, fmt.Errorf("%s: %.40q is no number", a.Label, text)
		}
	}
	return []byte(text), nil
}

// at finds the value at keys in a JSON text; a string without its quotes.
func at(data []byte, keys []string) ([]byte, bool) {
	if payload.CheckJSON(data) != nil {
		return nil, false
	}
	for _, key := range keys {
		var members map[string]json.RawMessage
		var elements []json.RawMessage
		if json.Unmarshal(data, &members) == nil {
			found, ok := members[key]
			if !ok {
				return nil, false
			}
			data = found
			continue
		}
		i, err := strconv.Atoi(key)
		if err != nil || json.Unmarshal(data, &elements) != nil || i < 0 || i >= len(elements) {
			return nil, false
		}
		data = elements[i]
	}
	var text string
	if bytes.HasPrefix(data, []byte{'"'}) && json.Unmarshal(data, &text) == nil {
		return []byte(text), true
	}
	return data, true
}
