package connections

import (
	"context"
	"errors"
	"io"
	"strings"
)

// Explanation is a failure in words for the user. The words are English; Kind is the tail of
// the key under which a translation stands.
type Explanation struct {
	Kind FailureKind
	// What says what happened, in one sentence.
	What string
	// Try says what to do about it; empty if there is nothing.
	Try string
}

// Explain puts an error in plain English. What is never empty for an error, and never the bare
// text of a library's.
func Explain(err error) Explanation {
	if err == nil {
		return Explanation{}
	}
	var f *Failure
	if !errors.As(err, &f) {
		f = &Failure{Kind: FailureOther, Err: err}
		switch {
		case errors.Is(err, context.Canceled):
			return Explanation{Kind: FailureOther, What: "It was cancelled."}
		case errors.Is(err, context.DeadlineExceeded):
			f.Kind = FailureTimeout
		}
	}
	e := f.explain()
	e.Kind = f.Kind
	return e
}

// peer names whom a connection was with.
func (f *Failure) peer() string {
	if f.Addr == "" {
		return "The broker"
	}
	return f.Addr
}

// detail returns before + Detail + after, or nothing if there is no Detail.
func (f *Failure) detail(before, after string) string {
	if f.Detail == "" {
		return ""
	}
	return before + f.Detail + after
}

// said returns what a web server said; the codes of MQTT add nothing.
func (f *Failure) said() string {
	if strings.HasPrefix(f.Detail, "code ") {
		return ""
	}
	return f.detail(" (", ")")
}

func (f *Failure) explain() Explanation {
	switch f.Kind {
	case FailureRefused:
		return Explanation{What: f.peer() + " refused the connection: nothing listens on that port.",
			Try: "Check that the broker is running, and the port number."}
	case FailureNoSuchHost:
		return Explanation{What: "There is no host" + f.detail(" named ", "") + ".",
			Try: "Check the spelling of the host name, and that this computer is in the right network."}
	case FailureUnreachable:
		return Explanation{What: "There is no way to " + f.peer() + " from this network.",
			Try: "Check the address, the cable or wireless network, and whether a VPN is needed."}
	case FailureTimeout:
		return Explanation{What: f.peer() + " did not answer in time" + f.detail(" (", ")") + ".",
			Try: "A firewall may be dropping the packets, or the port belongs to another service."}
	case FailureCredentials:
		return Explanation{What: "The broker does not accept this user name or password" + f.said() + ".",
			Try: "Check both in the connection's settings, also upper and lower case."}
	case FailureNotAuthorised:
		return Explanation{What: "The broker does not let this user or client in" + f.said() + ".",
			Try: "Check user name and password; ask whoever runs the broker whether this client ID is allowed."}
	case FailureClientID:
		return Explanation{What: "The broker does not accept the client ID.",
			Try: "Choose another client ID in the connection's settings: shorter, and of letters and digits only."}
	case FailureVersion:
		return Explanation{What: "The broker does not speak this version of MQTT.",
			Try: "Choose “automatic” or another version of MQTT in the connection's settings."}
	case FailureUnavailable:
		return Explanation{What: "The broker says that it is not available at the moment" + f.said() + ".",
			Try: "Wait, or ask whoever runs the broker; it may be starting or full."}
	default:
		return f.explainOpen()
	}
}

// Unanswered is the detail of a stream that ended before the peer said anything.
const Unanswered = "before it answered"

// explainOpen explains the failures of a connection that was open, and of requests over it.
func (f *Failure) explainOpen() Explanation {
	if f.Detail == Unanswered {
		return Explanation{What: f.peer() + " hung up " + Unanswered + ".",
			Try: "The port may want TLS, or belong to another service; the server's log may tell why."}
	}
	switch f.Kind {
	case FailureFilter:
		return Explanation{What: "The broker refused the subscription" + f.detail(" to ", "") + ".",
			Try: "Subscribe to topics that this user may read; many brokers forbid #."}
	case FailureTakenOver:
		return Explanation{What: "The broker ends the connection again and again right after opening it.",
			Try: "Probably another program uses the same client ID: choose another one in the connection's settings."}
	case FailureSilent:
		return Explanation{What: f.peer() + " has fallen silent: nothing came for longer than the keep-alive allows.",
			Try: "The broker or the network may be down; a shorter keep-alive may help against routers that forget."}
	case FailureClosed:
		return Explanation{What: f.peer() + " closed the connection" + f.detail(" (", ")") + ".",
			Try: "The broker may have been stopped or may not want this client; its log tells why."}
	case FailureReset:
		return Explanation{What: "The connection to " + f.peer() + " was cut off.",
			Try: "The broker may have crashed, or a firewall between ended the connection."}
	case FailureProtocol:
		return Explanation{What: f.peer() + " does not follow MQTT" + f.detail(": ", "") + ".",
			Try: "Check that the port belongs to an MQTT broker, not to a web server, TLS or WebSocket."}
	case FailurePacketTooLarge:
		return Explanation{What: "The broker sent more in one packet than is allowed" + f.detail(": ", "") + ".",
			Try: "Check that the port belongs to an MQTT broker, or raise the packet limit of the connection."}
	case FailureWriteStalled:
		return Explanation{What: f.peer() + " stopped taking what was sent.",
			Try: "The broker may be overloaded, or the network too slow."}
	case FailureNotConnected:
		return Explanation{What: "There is no connection to send over.",
			Try: "Connect first, or wait until the connection is open again."}
	case FailureInvalid:
		return Explanation{What: "This cannot be sent as it is" + f.detail(" (", ")") + f.because() + "."}
	case FailureReadOnly, FailureTooFast, FailureNotConfirmed, FailureNotRecorded:
		return f.explainDoor()
	case FailureUpgrade:
		return Explanation{What: f.peer() + " did not open a WebSocket" + f.detail(": ", "") + ".",
			Try: "Check port and path, whether it wants ws:// or wss://, and the login."}
	case FailureEnded:
		return Explanation{What: f.peer() + " ended the connection" + f.detail(": ", "") + ".",
			Try: "If it goes on like this: check the login and the messages that are sent on opening; the server's log tells more."}
	case FailureFrames:
		return Explanation{What: f.peer() + " breaks the WebSocket protocol" + f.detail(": ", "") + ".",
			Try: "Check that port and path belong to a WebSocket endpoint; compression, if it is on, may be the cause."}
	case FailureCredentialsLost:
		return Explanation{What: "A password is needed and was not given.", Try: "Connect again and type the password."}
	default:
		return f.explainWay()
	}
}

// explainDoor explains why something was not let out.
func (f *Failure) explainDoor() Explanation {
	switch f.Kind {
	case FailureReadOnly:
		return Explanation{What: "The connection is read-only: nothing is sent.",
			Try: "Switch read-only off for the window, or in the connection's settings."}
	case FailureTooFast:
		return Explanation{What: "More was asked for than may be sent in a second" + f.detail(" (", ")") + ".",
			Try: "Send more slowly; for a steady stream use a repeat or the command line."}
	case FailureNotConfirmed:
		return Explanation{What: "It was not confirmed" + f.because() + "."}
	default:
		return Explanation{What: "It was not sent, because the record of what is sent cannot be written" + f.because() + ".",
			Try: "Make room on the disk, and see that the configuration folder can be written to."}
	}
}

// explainWay explains the failures on the way to the peer: TLS, proxies, the HTTP upgrade.
func (f *Failure) explainWay() Explanation {
	switch f.Kind {
	case FailureCertUntrusted:
		return Explanation{What: "The certificate of " + f.peer() + " is signed by nobody whom this computer trusts" + f.detail(" (", ")") + ".",
			Try: "Add the CA's certificate to the connection's settings, or look at the certificate and trust exactly this one."}
	case FailureCertExpired:
		return Explanation{What: "The certificate of " + f.peer() + " has expired" + f.detail(" (", ")") + ".",
			Try: "Check this computer's clock; if it is right, whoever runs the server must renew the certificate."}
	case FailureCertNotYet:
		return Explanation{What: "The certificate of " + f.peer() + " is not valid yet" + f.detail(" (", ")") + ".",
			Try: "Check the date and the time zone of this computer, then those of the server."}
	case FailureCertName:
		return Explanation{What: "The certificate of " + f.peer() + " is for another host" + f.detail(" (", ")") + ".",
			Try: "Connect by a name that the certificate holds, or set that name as the expected host name."}
	case FailureHandshake:
		return Explanation{What: "No secure connection to " + f.peer() + " came about" + f.detail(" (", ")") + ".",
			Try: "The server may want another TLS version or another ALPN protocol than the connection offers."}
	case FailureClientCert:
		return Explanation{What: f.peer() + " does not take this client's certificate" + f.detail(" (", ")") + ".",
			Try: "Set a client certificate and its key in the connection's settings, signed by a CA that the server trusts."}
	case FailureNotTLS:
		return Explanation{What: f.peer() + " does not speak TLS.",
			Try: "Switch TLS off in the connection's settings, or use the server's TLS port (often 8883)."}
	case FailureSpeaksTLS:
		return Explanation{What: f.peer() + " speaks TLS, not plain text.",
			Try: "Switch TLS on in the connection's settings, or use the server's plain port (often 1883)."}
	case FailureCertFile:
		return Explanation{What: "A certificate or key file cannot be used" + f.detail(": ", "") + f.because() + ".",
			Try: "Check the path and the content: PEM, or PKCS#12 with certificate and key together."}
	case FailurePassphrase:
		return Explanation{What: "The key" + f.detail(" in ", "") + " is encrypted, and its passphrase is missing or wrong.",
			Try: "Connect again and type the key's passphrase."}
	default:
		return f.explainBetween()
	}
}

// explainBetween explains what proxies, web servers and MQTT 5 brokers say.
func (f *Failure) explainBetween() Explanation {
	switch f.Kind {
	case FailureProxy:
		return Explanation{What: "The proxy" + f.detail(" ", "") + " cannot be used" + f.because() + ".",
			Try: "Check the proxy's address and kind in the connection's settings, or in the environment."}
	case FailureProxyRefused:
		return Explanation{What: "The proxy does not let this connection through" + f.detail(" (", ")") + ".",
			Try: "Many proxies allow only port 443; ask whoever runs the proxy to allow this host and port."}
	case FailureProxyAuth:
		return Explanation{What: "The proxy does not accept this user name or password" + f.detail(" (", ")") + ".",
			Try: "Check the proxy's user and password in the connection's settings."}
	case FailureSubprotocol:
		return Explanation{What: f.peer() + " opened a WebSocket, but for another protocol" + f.detail(" (", ")") + ".",
			Try: "Check that the path belongs to the service that is meant, and the subprotocols of the connection."}
	case FailureNeedsMQTT5:
		return Explanation{What: "MQTT 3.1.1 cannot do that" + f.detail(": ", "") + ".",
			Try: "Choose MQTT 5 in the connection's settings if the broker speaks it, or leave this field empty."}
	case FailureRejected:
		return Explanation{What: "The broker said no" + f.detail(": ", "") + ".",
			Try: "Ask whoever runs the broker what this user may do; its log tells more."}
	case FailureMoved:
		return Explanation{What: "The broker wants this client to use another server" + f.detail(": ", "") + ".",
			Try: "Set that server as the host in the connection's settings."}
	default:
		return Explanation{What: "Something unexpected went wrong" + f.because() + ".",
			Try: "Try again; the log has the details."}
	}
}

// because adds the error underneath, where it is the only one who knows.
func (f *Failure) because() string {
	if f.Err == nil {
		return ""
	}
	if errors.Is(f.Err, io.EOF) || errors.Is(f.Err, io.ErrUnexpectedEOF) {
		return ": the other side ended without a word"
	}
	return ": " + f.Err.Error()
}
