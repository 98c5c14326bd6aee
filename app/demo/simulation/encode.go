package simulation

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// object is a JSON object with its keys in order: key, value, key, value. Values are strings,
// bools, ints, float64s, fixed, lists of them, and objects.
type object []any

// fixed is a number with its number of decimals, as a sensor gives it.
type fixed struct {
	v        float64
	decimals int
}

func (f fixed) String() string {
	// Rounding first keeps "-0.0" away.
	p := math.Pow10(f.decimals)
	v := math.Round(f.v*p)/p + 0
	return strconv.FormatFloat(v, 'f', f.decimals, 64)
}

func (o object) encode() []byte { return o.append(nil) }

func (o object) append(b []byte) []byte {
	b = append(b, '{')
	for i := 0; i+1 < len(o); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, o[i])
		b = append(b, ':')
		b = appendValue(b, o[i+1])
	}
	return append(b, '}')
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case object:
		return v.append(b)
	case fixed:
		return append(b, v.String()...)
	case []fixed:
		b = append(b, '[')
		for i, f := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, f.String()...)
		}
		return append(b, ']')
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(fmt.Sprintf("simulation: %T is no value for JSON: %v", v, err))
		}
		return append(b, text...)
	}
}
