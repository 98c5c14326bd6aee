package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
	"unicode/utf8"

	"streamscope/app/session"
	"streamscope/connections"
)

// Kind says what a line is.
type Kind string

// The kinds of lines.
const (
	// KindIntent: a message is about to be sent.
	KindIntent Kind = "intent"
	// KindResult: what became of it.
	KindResult Kind = "result"
	// KindRun: a run of many messages begins.
	KindRun Kind = "run"
	// KindCounts: how far the run has come.
	KindCounts Kind = "counts"
	// KindEnd: what became of the run.
	KindEnd Kind = "end"
)

// maxPayload is how much of a payload is kept where bytes are kept at all; the hash is always over
// all of it.
const maxPayload = 64 << 10

// Line is one line of the record. Fields that mean nothing for its kind are left out.
type Line struct {
	Time time.Time `json:"time"`
	// ID is shared by the lines of one message or run.
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Profile is the connection's ID, Connection its name.
	Profile    string         `json:"profile,omitempty"`
	Connection string         `json:"connection,omitempty"`
	Origin     session.Origin `json:"origin,omitempty"`
	// Name is what the user calls it, or what a run does.
	Name   string `json:"name,omitempty"`
	Topic  string `json:"topic,omitempty"`
	QoS    byte   `json:"qos,omitempty"`
	Retain bool   `json:"retain,omitempty"`
	// Confirmed tells that somebody was asked, and agreed.
	Confirmed bool `json:"confirmed,omitempty"`
	// Size is the payload's in bytes, and SHA256 its hash in hexadecimal digits; at the end of a
	// run the latter is over all of it, see session.RunReport.
	Size   *int64 `json:"size,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Text or Bytes (base64) hold the payload if it is kept, whichever it is; Cut tells that it
	// was longer.
	Text  string `json:"text,omitempty"`
	Bytes []byte `json:"bytes,omitempty"`
	Cut   bool   `json:"cut,omitempty"`
	// Outcome is a connections.Outcome in words.
	Outcome string `json:"outcome,omitempty"`
	// Code is the reason code of an MQTT 5 broker.
	Code byte          `json:"code,omitempty"`
	Took time.Duration `json:"took_ns,omitempty"`
	// Reason tells why it was refused, is unknown, or ended early.
	Reason string `json:"reason,omitempty"`
	// Total is how many messages a run was to have; 0 if nobody knew.
	Total  uint64  `json:"total,omitempty"`
	Counts *Counts `json:"counts,omitempty"`
}

// Counts are those of a run: see session.RunCounts.
type Counts struct {
	Asked        uint64 `json:"asked"`
	Sent         uint64 `json:"sent"`
	Acknowledged uint64 `json:"acknowledged"`
	NoSubscriber uint64 `json:"noSubscriber,omitempty"`
	Refused      uint64 `json:"refused"`
	Unknown      uint64 `json:"unknown"`
	Bytes        uint64 `json:"bytes"`
}

func intent(i session.Intent, keep bool) Line {
	p := i.Publication
	sum := sha256.Sum256(p.Payload)
	size := int64(len(p.Payload))
	l := Line{
		Time: time.Unix(0, i.At).UTC(), ID: i.ID, Kind: KindIntent, Profile: i.Session, Connection: i.Connection, Origin: i.Origin,
		Name: i.Name, Topic: p.Topic, QoS: p.QoS, Retain: p.Retain, Confirmed: i.Confirm != "",
		Size: &size, SHA256: hex.EncodeToString(sum[:]),
	}
	if keep {
		l.hold(p.Payload)
	}
	return l
}

// hold keeps a payload, or its beginning.
func (l *Line) hold(b []byte) {
	if len(b) > maxPayload {
		b, l.Cut = b[:maxPayload], true
		for range utf8.UTFMax - 1 { // a cut through a character does not make binary of text
			if r, n := utf8.DecodeLastRune(b); r == utf8.RuneError && n == 1 {
				b = b[:len(b)-1]
			}
		}
	}
	if utf8.Valid(b) {
		l.Text = string(b)
		return
	}
	l.Bytes = b
}

func result(i session.Intent, r connections.Result) Line {
	return Line{Time: now(), ID: i.ID, Kind: KindResult, Outcome: r.Outcome.String(), Code: r.Code, Took: r.Took, Reason: reason(r)}
}

func reason(r connections.Result) string {
	if r.Reason != "" || r.Err == nil {
		return r.Reason
	}
	return connections.Explain(r.Err).What
}

func run(r session.RunIntent) Line {
	return Line{
		Time: time.Unix(0, r.At).UTC(), ID: r.ID, Kind: KindRun, Profile: r.Session, Connection: r.Connection, Origin: r.Origin,
		Name: r.Name, Topic: r.Topic, Total: r.Total, Confirmed: r.Confirm != "",
	}
}

func progress(r session.RunIntent, c session.RunCounts) Line {
	return Line{Time: now(), ID: r.ID, Kind: KindCounts, Counts: counts(c)}
}

func end(r session.RunIntent, report session.RunReport) Line {
	l := Line{Time: now(), ID: r.ID, Kind: KindEnd, Counts: counts(report.RunCounts), SHA256: report.Hash, Took: report.Took}
	if report.Err != nil {
		l.Reason = connections.Explain(report.Err).What
		switch {
		case errors.Is(report.Err, context.Canceled): // whoever started it has ended it
			l.Reason = session.ErrStopped.Error()
		case connections.KindOf(report.Err) == connections.FailureOther:
			l.Reason = report.Err.Error()
		}
	}
	return l
}

func counts(c session.RunCounts) *Counts {
	return &Counts{
		Asked: c.Asked, Sent: c.Sent, Acknowledged: c.Acknowledged, NoSubscriber: c.NoSubscriber,
		Refused: c.Refused, Unknown: c.Unknown, Bytes: c.Bytes,
	}
}

func now() time.Time { return time.Now().UTC() }
