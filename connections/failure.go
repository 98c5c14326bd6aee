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
	FailureReadOnly        FailureKind = "read-only"         // nothing may be sent
	FailureTooFast         FailureKind = "too-fast"          // more was asked for than may be sent in a second
	FailureNotConfirmed    FailureKind = "not-confirmed"     // whoever was asked did not agree
	FailureNotRecorded     FailureKind = "not-recorded"      // the record of what is sent cannot be written
	FailureCredentialsLost FailureKind = "credentials-asked" // a password is needed and was not given
	FailureUpgrade         FailureKind = "upgrade"           // the peer did not open a WebSocket
	FailureEnded           FailureKind = "ended"             // the end of a WebSocket, said or unsaid; Detail has the code in words
	FailureFrames          FailureKind = "frames"            // the peer breaks the WebSocket protocol
	FailureOther           FailureKind = "other"
)

// Causes on the way to the peer: names of files, certificates, proxies, the HTTP upgrade. Their
// Err may hold more: a dial.CertificateError with the chain, for instance.
const (
	FailureCertUntrusted FailureKind = "tls-untrusted"     // signed by nobody whom we trust
	FailureCertExpired   FailureKind = "tls-expired"       // its time is over
	FailureCertNotYet    FailureKind = "tls-not-yet-valid" // its time has not begun
	FailureCertName      FailureKind = "tls-wrong-host"    // it is for another host
	FailureHandshake     FailureKind = "tls-handshake"     // no agreement on version, cipher, protocol
	FailureClientCert    FailureKind = "tls-client-cert"   // the peer wants a certificate of ours, or another one
	FailureNotTLS        FailureKind = "not-tls"           // TLS was tried on a port that does not speak it
	FailureSpeaksTLS     FailureKind = "speaks-tls"        // plain MQTT was tried on a port that speaks TLS
	FailureCertFile      FailureKind = "certificate-file"  // a file of certificates or keys cannot be used
	FailurePassphrase    FailureKind = "key-passphrase"    // a key is encrypted; its passphrase is missing or wrong
	FailureProxy         FailureKind = "proxy"             // the proxy cannot be reached, or is none
	FailureProxyRefused  FailureKind = "proxy-refused"     // the proxy does not let us through
	FailureProxyAuth     FailureKind = "proxy-auth"        // the proxy wants credentials, or others
	FailureSubprotocol   FailureKind = "subprotocol"       // the server chose no subprotocol of ours
)

// Causes that only MQTT 5 can name.
const (
	FailureNeedsMQTT5 FailureKind = "needs-mqtt5" // MQTT 3.1.1 cannot carry what is asked for
	FailureRejected   FailureKind = "rejected"    // the broker took the packet and said no; Detail has its reason
	FailureMoved      FailureKind = "moved"       // the broker names another server
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
