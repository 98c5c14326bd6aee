package diagnose

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"streamscope/connections"
	"streamscope/connections/dial"
	"streamscope/connections/profile"
)

var (
	// errHalf is the reason why an answer that began is not whole.
	errHalf = errors.New("half an answer")
	// errSSH tells who is there instead of a broker.
	errSSH = errors.New("an SSH server")
)

// dialogue is a connection that a broker has accepted.
type dialogue struct {
	conn    net.Conn
	r       *bufio.Reader
	version byte
	last    uint16 // packet identifier
}

// goodbye lets the broker forget us in good order.
func (d *dialogue) goodbye() {
	_ = d.conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = d.conn.Write(disconnectPacket[:])
}

func versionName(v byte) string {
	if v == mqtt5 {
		return "MQTT 5"
	}
	return "MQTT 3.1.1"
}

// versions are those to try, in their order.
func versions(p profile.Profile) []byte {
	switch p.Version {
	case profile.Version5:
		return []byte{mqtt5}
	case profile.Version311:
		return []byte{mqtt311}
	}
	return []byte{mqtt5, mqtt311}
}

// connect is the step from CONNECT to CONNACK.
func (e *examination) connect(ctx context.Context) finding {
	if missing := e.missingPassword(); missing != "" {
		return finding{state: Failed, found: []string{"not tried"}, cause: missing, cure: "Give the password and try again."}
	}
	var notes []string
	all := versions(e.p)
	ctx, hunch := e.suspect(ctx)
	defer hunch.forget()
	for i, v := range all {
		a, err := e.greet(ctx, v)
		if err == nil && a.code == 0 {
			return e.accepted(v, a, notes)
		}
		if i < len(all)-1 && worthAnother(a, err) {
			notes = append(notes, versionName(v)+": "+e.refusal(v, a, err))
			continue
		}
		notes = append(notes, versionName(v)+": "+e.refusal(v, a, err))
		if err != nil {
			return e.speechless(err, notes, hunch)
		}
		return e.refused(v, a, notes)
	}
	return finding{}
}

func (e *examination) missingPassword() string {
	if e.p.AsksPassword && e.t.reveal(profile.SecretPassword) == "" {
		return "This connection asks for a password, and none was given."
	}
	return ""
}

// worthAnother reports whether the broker may take another version of MQTT.
func worthAnother(a answer, err error) bool {
	if err != nil {
		kind := dial.Classify(err, "").Kind
		return kind == connections.FailureClosed || kind == connections.FailureReset
	}
	return connackKind(a.code) == connections.FailureVersion
}

// greet sends CONNECT, on the stream of the steps before or, when that is used up, on another
// one like it.
func (e *examination) greet(ctx context.Context, version byte) (answer, error) {
	if e.conn == nil {
		conn, err := e.reopen(ctx)
		if err != nil {
			return answer{}, err
		}
		e.conn = conn
	}
	d := &dialogue{conn: e.conn, r: bufio.NewReader(e.conn), version: version}
	release := bound(ctx, d.conn)
	defer release()
	a, err := d.greet(login{id: e.id, user: e.p.User, password: e.t.reveal(profile.SecretPassword)})
	if err == nil && a.code == 0 {
		e.mqtt = d
		return a, nil
	}
	_ = e.conn.Close()
	e.conn = nil
	return a, err
}

func (d *dialogue) greet(l login) (answer, error) {
	if _, err := d.conn.Write(connectPacket(d.version, l)); err != nil {
		return answer{}, err
	}
	if _, err := d.r.Peek(1); err != nil {
		return answer{}, err
	}
	const enough = 12 // to know a foreign protocol by
	if head, _ := d.r.Peek(min(d.r.Buffered(), enough)); head[0] != 0x20 {
		err := fmt.Errorf("%w: it begins with %q", errNoMQTT, head)
		if bytes.HasPrefix(head, []byte("SSH-")) { // RFC 4253 §4.2
			err = fmt.Errorf("%w: %w", errSSH, err)
		}
		return answer{}, err
	}
	_, body, err := readPacket(d.r)
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", errHalf, err)
	}
	return parseConnack(d.version, body)
}

// reopen walks the way up to here once more, as the user's own connection does.
func (e *examination) reopen(ctx context.Context) (net.Conn, error) {
	conn, err := e.again(ctx)
	if err == nil && encrypted(e.p) {
		conn, err = e.secureAgain(ctx, conn)
	}
	if err == nil && overHTTP(e.p) {
		conn, err = e.upgradeAgain(ctx, conn)
	}
	return conn, err
}

// accepted tells what the broker said to us.
func (e *examination) accepted(version byte, a answer, notes []string) finding {
	f := ok(append([]string{versionName(version) + ": accepted, as client ID " + e.id}, notes...)...)
	f.found = append(f.found, e.limits(a.props)...)
	if connections.KindOf(e.t.Last) == connections.FailureTakenOver {
		f.state = Warning
		f.cause = "Another program seems to use the client ID " + e.p.ClientID + ": the broker ends the connection whenever the other one comes. The diagnosis has a client ID of its own."
		f.cure = "Choose another client ID in the connection's settings, or in the other program."
	}
	return f
}

// limits are what a broker of MQTT 5 says about itself.
func (e *examination) limits(p properties) (lines []string) {
	note := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if p.assignedID != "" {
		note("the broker gave the client ID %s", e.mask.foreign(p.assignedID))
	}
	if p.keepAlive != nil {
		note("the broker wants a keep-alive of %d s", *p.keepAlive)
	}
	if p.maxQoS != nil {
		note("the broker takes QoS %d at most", *p.maxQoS)
	}
	if p.packetSize != nil {
		note("the broker takes packets of %d bytes at most", *p.packetSize)
	}
	if p.noRetain {
		note("the broker keeps no retained messages")
	}
	if p.noWildcards {
		note("the broker allows no wildcards in filters")
	}
	if p.noShared {
		note("the broker knows no shared subscriptions")
	}
	if p.reason != "" {
		note("the broker says: %s", e.mask.foreign(p.reason))
	}
	return lines
}

// connackKind names why a CONNACK is a refusal (MQTT 3.1.1 §3.2.2.3, MQTT 5 §3.2.2.2).
func connackKind(code byte) connections.FailureKind {
	switch code {
	case 1, 0x84:
		return connections.FailureVersion
	case 2, 0x85:
		return connections.FailureClientID
	case 3, 0x88, 0x89, 0x97, 0x9F:
		return connections.FailureUnavailable
	case 4, 0x86:
		return connections.FailureCredentials
	case 5, 0x87, 0x8A, 0x8C:
		return connections.FailureNotAuthorised
	case 0x9C, 0x9D:
		return connections.FailureMoved
	}
	return connections.FailureRejected
}

// refusal is why no acceptance came, in a few words.
func (e *examination) refusal(version byte, a answer, err error) string {
	if err != nil {
		return e.muteness(err)
	}
	text := "refused, " + codeText(version, a.code)
	if a.props.reason != "" {
		text += ": " + e.mask.foreign(a.props.reason)
	}
	return text
}

// muteness is why no CONNACK came, in a few words.
func (e *examination) muteness(err error) string {
	switch f := dial.Classify(err, e.addr); f.Kind {
	case connections.FailureClosed:
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return "closed in the middle of an answer"
		}
		return "closed without an answer"
	case connections.FailureReset:
		return "reset without an answer"
	case connections.FailureTimeout:
		if errors.Is(err, errHalf) {
			return "half an answer, then nothing"
		}
		return "no answer"
	case connections.FailureNotTLS:
		return "the answer is no TLS"
	case connections.FailureOther:
		return e.mask.err(err)
	default:
		return e.mask.foreign(cmp.Or(f.Detail, string(f.Kind)))
	}
}

// codeText is a reason code of CONNACK in words.
func codeText(version, code byte) string {
	words := map[connections.FailureKind]string{
		connections.FailureVersion:       "unacceptable protocol version",
		connections.FailureClientID:      "client ID not accepted",
		connections.FailureUnavailable:   "not available",
		connections.FailureCredentials:   "bad user name or password",
		connections.FailureNotAuthorised: "not authorised",
		connections.FailureMoved:         "use another server",
		connections.FailureRejected:      "for a reason of its own",
	}[connackKind(code)]
	if version == mqtt5 && code >= 0x80 {
		return fmt.Sprintf("%s (reason code 0x%02X)", words, code)
	}
	return fmt.Sprintf("%s (return code %d)", words, code)
}

// refused explains a CONNACK that says no.
func (e *examination) refused(version byte, a answer, notes []string) finding {
	kind := connackKind(a.code)
	f := e.explained(&connections.Failure{Kind: kind, Addr: e.addr, Detail: e.moved(a.props)}, notes...)
	switch kind {
	case connections.FailureVersion:
		f.cause = "The broker does not speak " + versionName(version) + "."
		f.cure = "Choose another version of MQTT in the connection's settings, or “automatic”."
	case connections.FailureCredentials, connections.FailureNotAuthorised:
		if e.p.User == "" {
			f.cause = "The broker lets nobody in without a user name and a password, or not this client."
			f.cure = "Enter user name and password in the connection's settings."
		} else if kind == connections.FailureNotAuthorised {
			f.cause = "The broker does not let the user " + e.p.User + " in: many brokers answer so to a wrong user name or password."
			f.cure = "Check both, also upper and lower case; if they are right, ask whoever runs the broker."
		}
	}
	if kind == connections.FailureClientID || kind == connections.FailureNotAuthorised {
		f.cure += " The diagnosis came as client ID " + e.id + ": a broker that admits only certain client IDs refuses it for that."
	}
	return f
}

func (e *examination) moved(p properties) string {
	if p.serverReference == "" {
		return ""
	}
	return p.serverReference
}

// speechless explains why no CONNACK came.
func (e *examination) speechless(err error, notes []string, suspicion *hunch) finding {
	if e.ctx.Err() != nil {
		return finding{state: Failed}
	}
	failure := dial.Classify(err, e.addr)
	if failure.Kind == connections.FailureClientCert {
		return e.wantsCertificate(failure, notes)
	}
	if errors.Is(err, errNoMQTT) {
		failure.Kind, failure.Detail = connections.FailureProtocol, e.mask.err(err)
	}
	f := e.explained(failure, notes...)
	if !overHTTP(e.p) {
		if cause, cure, ok := suspicion.confirm(); ok {
			f.cause, f.cure = cause, cure
			return f
		}
	}
	switch {
	case errors.Is(err, errSSH):
		f.cause = "An SSH server answers on this port, no MQTT broker."
		f.cure = "Check the port: brokers mostly take MQTT on 1883, and on 8883 with TLS."
		return f
	case errors.Is(err, errHalf) && failure.Kind == connections.FailureTimeout:
		f.cause = "The broker began to answer and stopped in the middle."
		f.cure = "It may be frozen or overloaded, or a firewall or an overlong VPN packet (MTU) holds back what follows; try from another network."
		return f
	}
	switch failure.Kind {
	case connections.FailureTimeout:
		f.cause = "The other side takes the connection and never answers."
		f.cure = "It may be frozen or overloaded, or something else than an MQTT broker; a firewall may also hold the bytes back."
	case connections.FailureClosed, connections.FailureReset:
		f.cause = "The other side ended the connection instead of answering."
		f.cure = "It may not be an MQTT broker, may be full, or may refuse this client ID or address; its log tells why."
	}
	return f
}
