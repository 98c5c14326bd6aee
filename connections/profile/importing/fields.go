package importing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fields reads an object of a foreign document, and knows what was not asked for. Types are
// taken as they come, for forms write numbers as texts and the reverse.
type fields struct {
	// prefix is the object's own name with a dot, or empty.
	prefix string
	values map[string]any
	order  []string // the names, sorted
	taken  map[string]bool
}

func newFields(prefix string, values map[string]any) *fields {
	return &fields{prefix: prefix, values: values, order: keysOf(values), taken: map[string]bool{}}
}

func (f *fields) get(name string) any {
	f.taken[name] = true
	return f.values[name]
}

// text returns a text, or a number or truth value as one.
func (f *fields) text(name string) string { return asText(f.get(name)) }

func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case int, int64, uint64, float64:
		return fmt.Sprint(v)
	case time.Time:
		return v.Format(time.RFC3339)
	}
	return ""
}

// number returns a whole number in bounds; 0 and false if there is none. A fraction is cut.
func (f *fields) number(name string, low, high int64) (n int64, ok bool) {
	text := strings.TrimSpace(f.text(name))
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !(x >= float64(low) && x <= float64(high)) {
			return 0, false
		}
		n = int64(x)
	}
	if n < low || n > high {
		return 0, false
	}
	return n, true
}

// boolean returns a truth value, or usual if there is none.
func (f *fields) boolean(name string, usual bool) bool {
	switch strings.ToLower(f.text(name)) {
	case "true", "1", "yes", "on":
		return true
	case "false", "0", "no", "off":
		return false
	}
	return usual
}

func (f *fields) object(name string) *fields {
	values, _ := f.get(name).(map[string]any)
	return newFields(f.prefix+name+".", values)
}

func (f *fields) list(name string) []any {
	list, _ := f.get(name).([]any)
	return list
}

// own marks fields that are the source's bookkeeping.
func (f *fields) own(names ...string) {
	for _, name := range names {
		f.taken[name] = true
	}
}

// rest returns the names of those that nobody asked for and that say something.
func (f *fields) rest() (names []string) {
	for _, name := range f.order {
		if !f.taken[name] && !hollow(f.values[name]) {
			names = append(names, presentable(f.prefix+name))
		}
	}
	return names
}

// hollow reports whether a value says nothing.
func hollow(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case []any:
		return len(v) == 0
	case map[string]any:
		return !slices.ContainsFunc(keysOf(v), func(k string) bool { return !hollow(v[k]) })
	}
	return asText(v) == "0"
}

func keysOf(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// decode reads JSON into maps, lists, texts and numbers as written.
func decode(b []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, notJSON(b, err)
	}
	return v, nil
}

// notJSON names the place of a mistake, and nothing of what stands there.
func notJSON(b []byte, err error) error {
	offset := int64(-1)
	switch err := err.(type) { //nolint:errorlint // the decoder returns them bare
	case *json.SyntaxError:
		offset = err.Offset
	case *json.UnmarshalTypeError:
		offset = err.Offset
	}
	if offset < 0 {
		return fmt.Errorf("this is no whole JSON document: %w", err)
	}
	line := bytes.Count(b[:min(int64(len(b)), offset)], []byte("\n")) + 1
	return fmt.Errorf("line %d is not JSON as it is expected there", line)
}

// orderOf returns the names of a JSON object in the order of the file.
func orderOf(object []byte) (names []string) {
	d := json.NewDecoder(bytes.NewReader(object))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return names
		}
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return names
		}
	}
	return names
}
