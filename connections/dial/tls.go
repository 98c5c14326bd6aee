package dial

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"streamscope/connections"
)

// TLSOptions says whom to trust and who we are. The zero value trusts the system's roots and
// shows no certificate.
type TLSOptions struct {
	// Host is what is dialled. The certificate must be for it, unless ServerName is set.
	Host string
	// ServerName is the host name that the certificate must be for, and that is asked for, so
	// that a server reached by its address is verified all the same.
	ServerName string
	// CAFile is a PEM file of roots that are trusted beside the system's.
	CAFile string
	// CertFile and KeyFile are PEM files; CertFile alone may be a PKCS#12 file, or a PEM file
	// that holds both.
	CertFile, KeyFile string
	// Passphrase is asked for the passphrase of an encrypted file, at every dialling; nil means
	// that there is none. It may block; it is not called by the UI.
	Passphrase func(file string) (string, error)
	ALPN       []string
	// MinVersion is "1.2" or "1.3"; empty for 1.2.
	MinVersion string
	// Pins are SHA-256 fingerprints, in hexadecimal with or without colons, of certificates that
	// are trusted whoever signed them, for whatever host, at whatever time.
	Pins []string
	// Insecure takes any certificate.
	Insecure bool
}

// CertificateError says that a server's certificate is not trusted, with what the server showed.
type CertificateError struct {
	// Chain is what the server sent, its own certificate first.
	Chain []*x509.Certificate
	// Reason is one of connections.FailureCert….
	Reason connections.FailureKind
	// Err is what the verification said.
	Err error
}

func (e *CertificateError) Error() string { return e.Err.Error() }

func (e *CertificateError) Unwrap() error { return e.Err }

// Fingerprint returns the SHA-256 of a certificate as lower-case hexadecimal, as in
// TLSOptions.Pins.
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return hex.EncodeToString(sum[:])
}

// TLS makes the configuration of a client. Its files are read now. Errors are
// [*connections.Failure] of the kinds FailureCertFile, FailurePassphrase and FailureInvalid.
func TLS(o TLSOptions) (*tls.Config, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: o.ALPN, ServerName: o.ServerName}
	if cfg.ServerName == "" {
		cfg.ServerName = o.Host
	}
	switch o.MinVersion {
	case "", "1.2":
	case "1.3":
		cfg.MinVersion = tls.VersionTLS13
	default:
		return nil, &connections.Failure{Kind: connections.FailureInvalid, Detail: "TLS " + o.MinVersion,
			Err: errors.New("the lowest version of TLS is 1.2 or 1.3")}
	}
	roots, err := roots(o.CAFile)
	if err != nil {
		return nil, err
	}
	if o.CertFile != "" || o.KeyFile != "" {
		cert, err := clientCertificate(o)
		if err != nil {
			return nil, err
		}
		// Not Certificates: from these crypto/tls would leave out a certificate that none of the
		// server's wishes fits, and the server would say that there was none.
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return cert, nil }
	}
	v := verifier{name: cfg.ServerName, roots: roots, insecure: o.Insecure}
	for _, pin := range o.Pins {
		v.pins = append(v.pins, strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(pin)))
	}
	cfg.InsecureSkipVerify = true // the verifier does it, to keep the chain and to know pins
	cfg.VerifyConnection = v.verify
	return cfg, nil
}

// verifier judges a server's certificates.
type verifier struct {
	name     string
	roots    *x509.CertPool
	pins     []string
	insecure bool
}

func (v *verifier) verify(state tls.ConnectionState) error {
	chain := state.PeerCertificates
	if v.insecure || slices.Contains(v.pins, Fingerprint(chain[0])) {
		return nil
	}
	between := x509.NewCertPool()
	for _, cert := range chain[1:] {
		between.AddCert(cert)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{DNSName: v.name, Roots: v.roots, Intermediates: between})
	if err == nil {
		return nil
	}
	return &CertificateError{Chain: chain, Reason: reason(err), Err: err}
}

func reason(err error) connections.FailureKind {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(invalid.Cert.NotBefore):
		return connections.FailureCertNotYet
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return connections.FailureCertExpired
	case errors.As(err, &name):
		return connections.FailureCertName
	default:
		return connections.FailureCertUntrusted
	}
}

// detail says in a few words what is wrong with a certificate.
func (e *CertificateError) detail() string {
	const day = "2 January 2006"
	leaf := e.Chain[0]
	switch e.Reason {
	case connections.FailureCertExpired:
		return "on " + leaf.NotAfter.Format(day)
	case connections.FailureCertNotYet:
		return "before " + leaf.NotBefore.Format(day)
	case connections.FailureCertName:
		names := slices.Clone(leaf.DNSNames)
		for _, ip := range leaf.IPAddresses {
			names = append(names, ip.String())
		}
		if len(names) == 0 {
			return "it names no host"
		}
		if len(names) > 4 {
			names = append(names[:4], "…")
		}
		return "it is for " + strings.Join(names, ", ")
	default:
		if leaf.Issuer.String() == leaf.Subject.String() {
			return "it is signed by itself"
		}
		return fmt.Sprintf("issued by %q", leaf.Issuer.CommonName)
	}
}

// handshakeFailure names why a handshake failed of which heard bytes had come.
func handshakeFailure(err error, heard int64) error {
	ended := errors.Is(err, io.EOF) || is(err, errnoReset)
	var network net.Error
	switch {
	case failure(err) != nil:
		return err
	case ended && heard == 0:
		return &connections.Failure{Kind: connections.FailureNotTLS, Err: err} // it ended at our first bytes
	case ended:
		return &connections.Failure{Kind: connections.FailureHandshake, Detail: "it ended within the handshake", Err: err}
	case errors.As(err, &network):
		return err
	}
	if f := Classify(err, ""); f.Kind != connections.FailureOther {
		return f
	}
	return &connections.Failure{Kind: connections.FailureHandshake, Detail: strings.TrimPrefix(err.Error(), "tls: "), Err: err}
}

// isRemoteAlert reports whether the other side ended TLS with an alert (RFC 8446 §6), which it
// may do after the handshake, too: with TLS 1.3 that is when it has seen our certificate.
// crypto/tls has no type for it.
func isRemoteAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

func alert(err error) (kind connections.FailureKind, detail string) {
	var op *net.OpError
	errors.As(err, &op)
	text := strings.TrimPrefix(op.Err.Error(), "tls: ")
	kind = connections.FailureHandshake
	if strings.Contains(text, "certificate") {
		kind = connections.FailureClientCert
	}
	return kind, "it says: " + text
}

// SecureConn is a stream under TLS.
type SecureConn struct {
	*tls.Conn
	under *brisk
	asked bool        // the server asked for a certificate of ours
	heard atomic.Bool // the server has sent something since the handshake
}

// watch returns cfg with an ear for the server's wish to see a certificate.
func (c *SecureConn) watch(cfg *tls.Config) *tls.Config {
	cfg = cfg.Clone()
	show := cfg.GetClientCertificate
	if show == nil && len(cfg.Certificates) > 0 {
		return cfg
	}
	cfg.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		c.asked = true
		if show == nil {
			return new(tls.Certificate), nil
		}
		return show(info)
	}
	return cfg
}

// Read implements [net.Conn].
func (c *SecureConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.heard.Load() {
		c.heard.Store(true)
	}
	return n, c.unwelcome(err)
}

// Write implements [net.Conn].
func (c *SecureConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.unwelcome(err)
}

// unwelcome explains a reset right after the handshake. With TLS 1.3 a server judges our
// certificate only then, and its alert is lost when our next bytes reach a closed socket.
func (c *SecureConn) unwelcome(err error) error {
	if err == nil || !c.asked || c.heard.Load() || !is(err, errnoReset) {
		return err
	}
	return &connections.Failure{Kind: connections.FailureClientCert, Detail: "it asked for a certificate, and ended", Err: err}
}

// Close says goodbye if the peer takes it within a moment, and closes.
func (c *SecureConn) Close() error {
	c.under.closing.Store(true)
	return c.Conn.Close()
}

// brisk is a stream that hurries when it is about to be closed: crypto/tls gives its farewell
// five seconds.
type brisk struct {
	net.Conn
	closing atomic.Bool
	heard   atomic.Int64 // bytes
}

const farewell = 200 * time.Millisecond

func (b *brisk) Read(p []byte) (int, error) {
	n, err := b.Conn.Read(p)
	if b.heard.Load() == 0 {
		b.heard.Add(int64(n))
	}
	return n, err
}

func (b *brisk) SetWriteDeadline(t time.Time) error {
	if soon := time.Now().Add(farewell); b.closing.Load() && t.After(soon) {
		t = soon
	}
	return b.Conn.SetWriteDeadline(t)
}
