package mapping

import "streamscope/connections/profile"

// previewed is how many results Preview returns for one frame.
const previewed = 100

// Result is one message that a frame becomes.
type Result struct {
	// Frame is the index of the frame.
	Frame   int
	Topic   string
	Payload []byte
	// At is the payload's own time in nanoseconds since 1970, 0 if it has none.
	At int64
	// Fits is false for what the rule can make nothing of.
	Fits bool
}

// Preview shows what a rule makes of frames, at most the first hundred messages of each. Any
// goroutine may call it.
func Preview(rule profile.Mapping, frames [][]byte) ([]Result, error) {
	m, err := Compile(rule)
	if err != nil {
		return nil, err
	}
	var results []Result
	for i, frame := range frames {
		n := 0
		m.Map(frame, func(topic string, payload []byte, at int64) {
			if n++; n <= previewed {
				results = append(results, Result{Frame: i, Topic: topic, Payload: payload, At: at, Fits: topic != Unmapped})
			}
		})
	}
	return results, nil
}
