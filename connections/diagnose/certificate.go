package diagnose

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"streamscope/connections"
	"streamscope/connections/dial"
)

// soon is how long before its end a certificate is worth a warning.
const soon = 14 * 24 * time.Hour

const (
	maxChain = 6 // certificates of a chain that are told
	maxNames = 8 // names of a certificate, and CAs that a server asks for, that are told
)

// judge tells what the handshake brought, and whether it is to be trusted.
func (e *examination) judge() finding {
	s := &e.tls
	f := ok(e.handshakeLines()...)
	if s.verdict != nil {
		return e.distrust(f)
	}
	if refusal := e.refusesCertificate(); refusal != nil {
		return e.wantsCertificate(dial.Classify(refusal, e.addr), f.found)
	}
	leaf := s.state.PeerCertificates[0]
	left := leaf.NotAfter.Sub(e.d.Now())
	switch {
	case e.way.TLS.Insecure:
		f.state = Warning
		f.cause = "The certificate is not verified, because its settings say so: whoever stands between can read and change everything."
		if err := e.strictVerdict(); err != nil {
			f.cause += " It would not be trusted: " + e.mask.foreign(connections.Explain(dial.Classify(err, e.addr)).What)
		}
		f.cure = "Add the CA's certificate to the connection's settings, or trust exactly this certificate, and switch “do not verify” off."
	case e.pinned(leaf):
		f.found = append(f.found, "trusted because this connection trusts exactly this certificate")
	case left < soon:
		f.state = Warning
		f.cause = "The certificate ends " + inDays(left) + "; from then on nobody can connect."
		f.cure = "Have it renewed by whoever runs the server."
	}
	return f
}

func (e *examination) pinned(leaf *x509.Certificate) bool {
	o := e.way.TLS
	if len(o.Pins) == 0 {
		return false
	}
	own := dial.Fingerprint(leaf)
	return slices.ContainsFunc(o.Pins, func(pin string) bool {
		return strings.EqualFold(strings.NewReplacer(":", "", " ", "").Replace(pin), own)
	})
}

// strictVerdict is what a verification would have said.
func (e *examination) strictVerdict() error {
	o := e.way.TLS
	o.Insecure, o.CertFile, o.KeyFile = false, "", ""
	cfg, err := dial.TLS(o)
	if err != nil {
		return err
	}
	return cfg.VerifyConnection(e.tls.state)
}

func (e *examination) handshakeLines() []string {
	s := &e.tls
	first := tls.VersionName(s.state.Version) + ", " + tls.CipherSuiteName(s.state.CipherSuite)
	if s.state.NegotiatedProtocol != "" {
		first += ", ALPN " + e.mask.foreign(s.state.NegotiatedProtocol)
	}
	lines := append([]string{first}, e.chainLines(s.state.PeerCertificates)...)
	return append(lines, e.clientLines()...)
}

func (e *examination) chainLines(chain []*x509.Certificate) (lines []string) {
	for i, cert := range chain[:min(len(chain), maxChain)] {
		line := fmt.Sprintf("%d. %s", i+1, e.subject(cert))
		if i == 0 {
			line += e.names(cert)
		}
		lines = append(lines, line,
			"   issued by "+e.issuer(cert),
			fmt.Sprintf("   valid %s to %s, %s", day(cert.NotBefore), day(cert.NotAfter), e.validity(cert)))
		if i == 0 {
			lines = append(lines, "   SHA-256 "+dial.Fingerprint(cert))
		}
	}
	if n := len(chain) - maxChain; n > 0 {
		lines = append(lines, fmt.Sprintf("   and %d more", n))
	}
	return lines
}

func (e *examination) subject(cert *x509.Certificate) string {
	if name := cert.Subject.CommonName; name != "" {
		return e.mask.foreign(name)
	}
	if name := cert.Subject.String(); name != "" {
		return e.mask.foreign(name)
	}
	return "a certificate without a subject"
}

func (e *examination) issuer(cert *x509.Certificate) string {
	switch {
	case string(cert.RawIssuer) == string(cert.RawSubject):
		return "itself"
	case cert.Issuer.CommonName != "":
		return e.mask.foreign(cert.Issuer.CommonName)
	}
	return e.mask.foreign(cert.Issuer.String())
}

func (e *examination) names(cert *x509.Certificate) string {
	names := slices.Clone(cert.DNSNames)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return ", for no host name"
	}
	if len(names) > maxNames {
		names = append(names[:maxNames], "…")
	}
	for i, n := range names {
		names[i] = e.mask.foreign(n)
	}
	return ", for " + strings.Join(names, ", ")
}

func (e *examination) validity(cert *x509.Certificate) string {
	now := e.d.Now()
	switch {
	case now.Before(cert.NotBefore):
		return "not valid yet"
	case now.After(cert.NotAfter):
		return "expired " + inDays(cert.NotAfter.Sub(now))
	}
	if days := int(cert.NotAfter.Sub(now) / (24 * time.Hour)); days > 0 {
		return plural(days, "day") + " left"
	}
	return "less than a day left"
}

// inDays is a time from now, past or future, in words.
func inDays(d time.Duration) string {
	days := int(d / (24 * time.Hour))
	switch {
	case days < 0:
		return plural(-days, "day") + " ago"
	case d < 0:
		return "less than a day ago"
	case days == 0:
		return "within a day"
	}
	return "in " + plural(days, "day")
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func day(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// clientLines tell what the server asked us for.
func (e *examination) clientLines() []string {
	s := &e.tls
	if s.wanted == nil {
		return nil
	}
	line := "the server asks for a client certificate"
	if n := len(s.wanted.AcceptableCAs); n > 0 {
		var names []string
		for _, raw := range s.wanted.AcceptableCAs[:min(n, maxNames)] {
			names = append(names, e.mask.foreign(distinguished(raw)))
		}
		if n > maxNames {
			names = append(names, "…")
		}
		line += " of " + strings.Join(names, " or ")
	}
	if s.shown == nil || s.shown.Leaf == nil {
		return []string{line + "; this connection has none"}
	}
	own := "   issued by " + e.issuer(s.shown.Leaf) + ", " + e.validity(s.shown.Leaf)
	return []string{line + "; shown: " + e.subject(s.shown.Leaf), own}
}

// distinguished is the name of a CA in words.
func distinguished(raw []byte) string {
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(raw, &name); err != nil || len(rest) > 0 {
		return hex.EncodeToString(raw[:min(len(raw), 16)])
	}
	return name.String()
}

// refusesCertificate waits a moment for the alert by which a server of TLS 1.3 refuses the client's
// certificate, or the lack of one: it comes after the handshake (RFC 8446 §4.4.2.4).
func (e *examination) refusesCertificate() error {
	if e.tls.wanted == nil || e.tls.state.Version < tls.VersionTLS13 {
		return nil
	}
	const moment = 500 * time.Millisecond
	ahead := &peeking{Conn: e.conn, r: bufio.NewReader(e.conn)}
	e.conn = ahead
	ctx, cancel := context.WithTimeout(e.ctx, moment)
	defer cancel()
	release := bound(ctx, ahead)
	_, err := ahead.r.Peek(1)
	release()
	if dial.Classify(err, "").Kind == connections.FailureTimeout || err == nil {
		return nil
	}
	return err
}

// peeking is a stream whose next bytes may have been looked at.
type peeking struct {
	net.Conn
	r *bufio.Reader
}

func (p *peeking) Read(b []byte) (int, error) { return p.r.Read(b) }

// wantsCertificate explains that the server refuses who we are.
func (e *examination) wantsCertificate(failure *connections.Failure, found []string) finding {
	f := e.explained(failure, found...)
	s := &e.tls
	if s.wanted == nil {
		return f
	}
	if s.shown == nil || s.shown.Leaf == nil {
		f.cause = "The server lets only clients with a certificate in, and this connection has none."
		f.cure = "Set a client certificate and its key in the connection's settings; whoever runs the server issues them."
		return f
	}
	leaf := s.shown.Leaf
	now := e.d.Now()
	switch {
	case now.After(leaf.NotAfter):
		f.cause = "The server refuses the client certificate, which has expired."
		f.cure = "Get a new client certificate."
	case now.Before(leaf.NotBefore):
		f.cause = "The server refuses the client certificate, which is not valid yet."
		f.cure = "Check the clocks of this computer and of the server."
	default:
		f.cause = "The server refuses the client certificate, which was issued by " + e.issuer(leaf) + "."
		f.cure = "Check that it was issued by a CA that the server trusts, and for this server."
	}
	return f
}

// distrust explains a server's certificate that is not trusted.
func (e *examination) distrust(f finding) finding {
	bad := e.explained(e.tls.verdict, f.found...)
	var cert *dial.CertificateError
	if !errors.As(e.tls.verdict, &cert) {
		return bad
	}
	leaf := cert.Chain[0]
	switch cert.Reason {
	case connections.FailureCertExpired, connections.FailureCertNotYet:
		ctx, cancel := e.later()
		defer cancel()
		if cause, cure, ok := clockAdvice(cert.Reason, e.d.Now(), wrongTime(cert, e.d.Now()), e.lookElsewhere(ctx)); ok {
			bad.cause, bad.cure = cause, cure
		}
	case connections.FailureCertName:
		bad.cause = "The certificate is not for " + e.serverName() + ", but" + strings.TrimPrefix(e.names(leaf), ",") + "."
		bad.cure = "Connect by a name that it holds, or set one of them as the expected host name in the connection's settings."
		if len(leaf.DNSNames)+len(leaf.IPAddresses) == 0 {
			bad.cure = "Have the server's certificate made with its name as a subject alternative name, or trust exactly this certificate."
		}
	case connections.FailureCertUntrusted:
		if string(leaf.RawIssuer) == string(leaf.RawSubject) {
			bad.cause = "The server signed its certificate by itself, so nothing proves that it is the right server."
			bad.cure = "Compare the fingerprint with that of the server, then trust exactly this certificate, or add it as CA in the connection's settings."
		} else if e.way.TLS.CAFile != "" {
			bad.cure = "Check that the connection's CA file holds the certificate of " + e.issuer(cert.Chain[len(cert.Chain)-1]) + ", or trust exactly this certificate."
		}
	}
	return bad
}

// wrongTime is the certificate whose time it is not.
func wrongTime(err *dial.CertificateError, now time.Time) *x509.Certificate {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Cert != nil {
		return invalid.Cert
	}
	for _, cert := range err.Chain {
		if now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
			return cert
		}
	}
	return err.Chain[0]
}

// noHandshake explains why TLS did not come about.
func (e *examination) noHandshake(err error) finding {
	if e.ctx.Err() != nil {
		return finding{state: Failed}
	}
	failure := dial.Classify(err, e.addr)
	found := []string{"no TLS came about: " + e.muteness(failure)}
	if e.tls.met {
		found = append(e.handshakeLines(), found...)
	}
	if failure.Kind == connections.FailureClientCert {
		return e.wantsCertificate(failure, found)
	}
	f := e.explained(failure, found...)
	if cause, cure, ok := e.mismatch(); ok {
		f.cause, f.cure = cause, cure
		return f
	}
	switch failure.Kind {
	case connections.FailureHandshake:
		switch v := e.versionSpoken(); {
		case v == 0:
		case v < tls.VersionTLS12:
			f.cause = "The server speaks only " + tls.VersionName(v) + ", which is too old to be safe."
			f.cure = "Have the server's TLS updated to 1.2 or 1.3; Streamscope does not go lower."
		case v == tls.VersionTLS12 && e.way.TLS.MinVersion == "1.3":
			f.cause = "The server speaks TLS 1.2, and this connection wants at least 1.3."
			f.cure = "Set the lowest TLS version in the connection's settings to 1.2."
		}
	case connections.FailureTimeout:
		f.cause = "The other side takes the connection and answers nothing to TLS."
		f.cure = "It may be frozen, or no TLS server; a firewall may also hold the bytes back."
	}
	return f
}

// versionSpoken is the version that the server chooses when any will do; 0 if it chooses none.
func (e *examination) versionSpoken() (version uint16) {
	ctx, cancel := e.later()
	defer cancel()
	conn, err := e.again(ctx)
	if err != nil {
		return 0
	}
	defer conn.Close()
	cfg := &tls.Config{
		ServerName: e.serverName(), MinVersion: tls.VersionTLS10, NextProtos: e.way.TLS.ALPN,
		InsecureSkipVerify: true, // nothing is sent
		VerifyConnection:   func(s tls.ConnectionState) error { version = s.Version; return nil },
	}
	_ = tls.Client(conn, cfg).HandshakeContext(ctx)
	return version
}
