package diagnose

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"streamscope/connections"
	"streamscope/connections/dial"
	"streamscope/connections/profile"
)

// secured is what the TLS handshake told.
type secured struct {
	cfg     *tls.Config // as the user's own connection has it
	state   tls.ConnectionState
	met     bool // the server showed its certificates
	verdict error
	wanted  *tls.CertificateRequestInfo // nil if the server asked for no certificate
	shown   *tls.Certificate
}

// watch returns a configuration like s.cfg that takes any certificate and remembers what a
// strict one would have said.
func (s *secured) watch() *tls.Config {
	cfg := s.cfg.Clone()
	cfg.VerifyConnection = func(state tls.ConnectionState) error {
		s.state, s.met, s.verdict = state, true, s.cfg.VerifyConnection(state)
		return nil
	}
	cfg.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		s.wanted, s.shown = info, nil
		if s.cfg.GetClientCertificate == nil {
			return new(tls.Certificate), nil
		}
		cert, err := s.cfg.GetClientCertificate(info)
		s.shown = cert
		return cert, err
	}
	return cfg
}

// secure is the step from a bare stream to TLS.
func (e *examination) secure(ctx context.Context) finding {
	cfg, err := dial.TLS(e.way.TLS)
	if err != nil {
		return e.noConfig(err)
	}
	e.tls.cfg = cfg
	bare := e.conn
	e.conn = nil
	conn, err := dial.Handshake(ctx, bare, e.tls.watch(), e.addr)
	if err != nil {
		return e.noHandshake(err)
	}
	e.conn = conn
	return e.judge()
}

// secureAgain is secure for a further stream: strict, because secrets will pass.
func (e *examination) secureAgain(ctx context.Context, bare net.Conn) (net.Conn, error) {
	return dial.Handshake(ctx, bare, e.tls.cfg, e.addr)
}

// noConfig explains files that cannot be used.
func (e *examination) noConfig(err error) finding {
	f := e.explained(err, "the files of the connection cannot be used")
	if connections.KindOf(err) == connections.FailurePassphrase && e.t.reveal(profile.SecretKey) == "" {
		var failure *connections.Failure
		errors.As(err, &failure)
		f.cause = "The key in " + failure.Detail + " is encrypted, and no passphrase was given."
		f.cure = "Give its passphrase, or use a key that is not encrypted."
	}
	return f
}
