package connections

import "fmt"

// FailureKind names a cause that the window can explain. Its value is the dotted tail of
// the translation key.
type FailureKind string

// The causes that are told apart.
const (
	FailureRefused         FailureKind = "refused"           // nobody listens on that port
	FailureNoSuchHost      FailureKind = "no-such-host"      // the name does not resolve
	FailureUnreachable     FailureKind = "unreachable"       // no route
	FailureTimeout         FailureKind = "timeout"           // no answer in time
	FailureCredentials     FailureKind = "bad-credentials"   // CONNACK 4
	FailureNotAuthorised   FailureKind = "not-authorised"    // CONNACK 5
	FailureClientID        FailureKind = "client-id"         // CONNACK 2
	FailureVersion         FailureKind = "version"           // CONNACK 1
	FailureUnavailable     FailureKind = "unavailable"       // CONNACK 3
	FailureFilter          FailureKind = "filter-refused"    // SUBACK 0x80 for every filter
	FailureTakenOver       FailureKind = "taken-over"        // closed again and again right after opening
	FailureSilent          FailureKind = "silent"            // no byte for 1.5 × keep-alive
	FailureClosed          FailureKind = "closed-by-peer"    // the peer closed the connection
	FailureReset           FailureKind = "reset"             // the peer or the network reset it
	FailureProtocol        FailureKind = "protocol"          // the peer does not speak MQTT, or breaks it
	FailurePacketTooLarge  FailureKind = "packet-too-large"  // a packet over the limit that cannot be cut
	FailureWriteStalled    FailureKind = "write-stalled"     // the peer stopped reading
	FailureNotConnected    FailureKind = "not-connected"     // a publish while not open
	FailureInvalid         FailureKind = "invalid"           // the request itself is not valid
	FailureCredentialsLost FailureKind = "credentials-asked" // a password is needed and was not given
	FailureUpgrade         FailureKind = "upgrade"           // the peer did not open a WebSocket
	FailureEnded           FailureKind = "ended"             // the end of a WebSocket, said or unsaid; Detail has the code in words
	FailureFrames          FailureKind = "frames"            // the peer breaks the WebSocket protocol
	FailureOther           FailureKind = "other"
)

// Failure is a cause that the window can explain in a sentence, with what to try.
type Failure struct {
	Kind FailureKind
	// Addr is the host:port that was talked to.
	Addr string
	// Detail names the thing at fault: a filter, a client ID, a packet type. It may be empty.
	Detail string
	// Err is the error underneath; may be nil.
	Err error
}

func (f *Failure) Error() string {
	s := string(f.Kind)
	if f.Addr != "" {
		s = f.Addr + ": " + s
	}
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	if f.Err != nil {
		s = fmt.Sprintf("%s (%v)", s, f.Err)
	}
	return s
}

func (f *Failure) Unwrap() error { return f.Err }
