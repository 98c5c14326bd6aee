package decode

import (
	"bytes"

	"streamscope/app/payload"
)

func jsonKind() Kind {
	k := plain(JSON, readJSON)
	k.Types = []string{"application/json", "text/json", "+json"}
	k.Claim = func(in Input) Claim {
		b := bytes.TrimLeft(withoutBOM(in.Payload), " \t\r\n")
		if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
			return IfDecodes
		}
		return NoClaim
	}
	return k
}

func withoutBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")) }

// readJSON checks the document and leaves every byte as it was sent.
func readJSON(in Input) Result {
	if err := payload.CheckJSON(in.Payload); err != nil {
		r := fault(JSON, err)
		if payload.Detect(in.Payload) != payload.KindBinary {
			r.Text = in.Payload
		}
		return r
	}
	return Result{Format: JSON, Document: withoutBOM(in.Payload)}
}

// jsonScalar tells whether b is a number, true, false or null as JSON writes them.
func jsonScalar(b []byte) bool {
	if len(b) == 0 || b[0] != '-' && (b[0] < '0' || b[0] > '9') && b[0] != 't' && b[0] != 'f' && b[0] != 'n' {
		return false
	}
	return payload.CheckJSON(b) == nil
}
