package dial_test

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/dial"
)

func dialTLS(t *testing.T, addr string, o dial.TLSOptions) error {
	t.Helper()
	d := dial.Dialer{Kind: dial.KindTLS, TLS: o}
	conn, err := d.DialContext(t.Context(), "tcp", addr)
	if err == nil {
		exchange(t, conn)
	}
	return err
}

func TestServerCertificates(t *testing.T) {
	ca, other := brokertest.NewAuthority(t, "Plant CA"), brokertest.NewAuthority(t, "Someone")
	now := time.Now()
	issue := func(a *brokertest.Authority, o brokertest.LeafOptions) *brokertest.Leaf { return a.Issue(t, o) }
	good := issue(ca, brokertest.LeafOptions{})
	named := issue(ca, brokertest.LeafOptions{Names: []string{"broker.plant.example"}})
	alone := issue(other, brokertest.LeafOptions{SelfSigned: true, Names: []string{"elsewhere"}})
	trust := dial.TLSOptions{CAFile: ca.File}
	pinned := func(leaf *brokertest.Leaf, how func(string) string) dial.TLSOptions {
		return dial.TLSOptions{Pins: []string{how(dial.Fingerprint(leaf.Cert))}}
	}
	same := func(s string) string { return s }
	withColons := func(s string) string {
		var parts []string
		for i := 0; i < len(s); i += 2 {
			parts = append(parts, s[i:i+2])
		}
		return strings.ToUpper(strings.Join(parts, ":"))
	}
	tests := map[string]struct {
		leaf   *brokertest.Leaf
		o      dial.TLSOptions
		want   connections.FailureKind // empty for success
		detail string
	}{
		"trusted":                 {good, trust, "", ""},
		"RSA":                     {issue(ca, brokertest.LeafOptions{Key: "rsa"}), trust, "", ""},
		"Ed25519":                 {issue(ca, brokertest.LeafOptions{Key: "ed25519"}), trust, "", ""},
		"signed by nobody":        {good, dial.TLSOptions{}, connections.FailureCertUntrusted, `issued by "Plant CA"`},
		"signed by someone else":  {issue(other, brokertest.LeafOptions{}), trust, connections.FailureCertUntrusted, "Someone"},
		"self-signed":             {issue(other, brokertest.LeafOptions{SelfSigned: true}), trust, connections.FailureCertUntrusted, "by itself"},
		"expired":                 {issue(ca, brokertest.LeafOptions{NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-24 * time.Hour)}), trust, connections.FailureCertExpired, now.Add(-24 * time.Hour).UTC().Format("2 January 2006")},
		"not yet valid":           {issue(ca, brokertest.LeafOptions{NotBefore: now.Add(24 * time.Hour), NotAfter: now.Add(48 * time.Hour)}), trust, connections.FailureCertNotYet, now.Add(24 * time.Hour).UTC().Format("2 January 2006")},
		"for another host":        {named, trust, connections.FailureCertName, "broker.plant.example"},
		"expected name":           {named, dial.TLSOptions{CAFile: ca.File, ServerName: "broker.plant.example"}, "", ""},
		"another expected name":   {good, dial.TLSOptions{CAFile: ca.File, ServerName: "broker.plant.example"}, connections.FailureCertName, "127.0.0.1"},
		"pinned":                  {alone, pinned(alone, same), "", ""},
		"pinned, as people paste": {alone, pinned(alone, withColons), "", ""},
		"another one pinned":      {alone, pinned(good, same), connections.FailureCertName, "elsewhere"},
		"not verified":            {alone, dial.TLSOptions{Insecure: true}, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := dialTLS(t, echo(t, "tcp", "127.0.0.1:0", serverTLS(tt.leaf)), tt.o)
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var f *connections.Failure
			var cert *dial.CertificateError
			if !errors.As(err, &f) || f.Kind != tt.want || !strings.Contains(f.Detail, tt.detail) {
				t.Fatalf("%v, want %q with %q", err, tt.want, tt.detail)
			}
			if !errors.As(err, &cert) || cert.Reason != tt.want || !cert.Chain[0].Equal(tt.leaf.Cert) {
				t.Errorf("it carries %+v", cert)
			}
		})
	}
}

// certFiles writes a client's certificate and key in all the ways that they come in.
func certFiles(t *testing.T, leaf *brokertest.Leaf, passphrase string) map[string][2]string {
	t.Helper()
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	must := func(b []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	block := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	cert, _ := os.ReadFile(leaf.CertFile)
	key, _ := os.ReadFile(leaf.KeyFile)
	encrypted := block("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(leaf.Key, []byte(passphrase), nil)))
	return map[string][2]string{
		"PEM":                  {leaf.CertFile, leaf.KeyFile},
		"PEM in one":           {put("both.pem", append(cert, key...)), ""},
		"PEM, encrypted":       {leaf.CertFile, put("encrypted.pem", encrypted)},
		"PKCS#12":              {put("open.p12", must(pkcs12.Modern.Encode(leaf.Key, leaf.Cert, nil, ""))), ""},
		"PKCS#12, encrypted":   {put("closed.p12", must(pkcs12.Modern.Encode(leaf.Key, leaf.Cert, nil, passphrase))), ""},
		"PKCS#12, as of Vista": {put("old.pfx", must(pkcs12.LegacyDES.Encode(leaf.Key, leaf.Cert, nil, passphrase))), ""},
	}
}

func TestClientCertificates(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	strict := echo(t, "tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{ca.Issue(t, brokertest.LeafOptions{}).TLS()},
		ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool(),
	})
	for _, kind := range []string{"ecdsa", "rsa", "ed25519"} {
		leaf := ca.Issue(t, brokertest.LeafOptions{Key: kind, Names: []string{"streamscope"}})
		for how, files := range certFiles(t, leaf, "pässword") {
			t.Run(kind+" "+how, func(t *testing.T) {
				asked := 0
				o := dial.TLSOptions{CAFile: ca.File, CertFile: files[0], KeyFile: files[1],
					Passphrase: func(string) (string, error) { asked++; return "pässword", nil }}
				if err := dialTLS(t, strict, o); err != nil {
					t.Fatal(err)
				}
				closed := strings.Contains(how, "encrypted") || strings.Contains(how, "Vista")
				if (asked == 1) != closed {
					t.Errorf("asked %d times for the passphrase", asked)
				}
				if !closed {
					return
				}
				o.Passphrase = func(string) (string, error) { return "wrong", nil }
				if err := dialTLS(t, strict, o); connections.KindOf(err) != connections.FailurePassphrase {
					t.Errorf("a wrong passphrase: %v", err)
				}
				o.Passphrase = nil
				if err := dialTLS(t, strict, o); connections.KindOf(err) != connections.FailurePassphrase {
					t.Errorf("no passphrase: %v", err)
				}
			})
		}
	}
}

// With TLS 1.3 a server looks at our certificate only after we took the handshake for done.
func TestAnAlertAfterTheHandshakeIsClassified(t *testing.T) {
	ca, other := brokertest.NewAuthority(t, "Plant CA"), brokertest.NewAuthority(t, "Someone")
	strict := echo(t, "tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{ca.Issue(t, brokertest.LeafOptions{}).TLS()},
		ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool(),
	})
	stranger := other.Issue(t, brokertest.LeafOptions{})
	for name, o := range map[string]dial.TLSOptions{
		"none":  {CAFile: ca.File},
		"wrong": {CAFile: ca.File, CertFile: stranger.CertFile, KeyFile: stranger.KeyFile},
	} {
		d := dial.Dialer{Kind: dial.KindTLS, TLS: o}
		conn, err := d.DialContext(t.Context(), "tcp", strict)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, err = conn.Read(make([]byte, 1))
		if f := dial.Classify(err, strict); f.Kind != connections.FailureClientCert || !strings.Contains(f.Detail, "certificate") {
			t.Errorf("%s: %v", name, f)
		}
		_ = conn.Close()
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	one, two := ca.Issue(t, brokertest.LeafOptions{}), ca.Issue(t, brokertest.LeafOptions{})
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk")
	if err := os.WriteFile(junk, []byte("-----BEGIN NONSENSE-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]dial.TLSOptions{
		"no such CA":          {CAFile: filepath.Join(dir, "none.pem")},
		"a folder":            {CAFile: dir},
		"no CA in it":         {CAFile: junk},
		"a key as CA":         {CAFile: one.KeyFile},
		"no such certificate": {CertFile: filepath.Join(dir, "none.pem")},
		"neither PEM nor P12": {CertFile: junk},
		"a certificate alone": {CertFile: one.CertFile},
		"a key alone":         {KeyFile: one.KeyFile},
		"another one's key":   {CertFile: one.CertFile, KeyFile: two.KeyFile},
		"swapped":             {CertFile: one.KeyFile, KeyFile: one.CertFile},
	}
	for name, o := range tests {
		_, err := dial.TLS(o)
		if connections.KindOf(err) != connections.FailureCertFile || connections.Explain(err).What == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whoever closes a stream under TLS does not wait for a peer that has stopped reading.
func TestClosingAStalledStreamIsQuick(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	leaf := ca.Issue(t, brokertest.LeafOptions{})
	listener, err := tls.Listen("tcp", "127.0.0.1:0", serverTLS(leaf))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		if conn, err := listener.Accept(); err == nil {
			_ = conn.(*tls.Conn).Handshake()
			<-t.Context().Done()
			_ = conn.Close()
		}
	}()
	d := dial.Dialer{Kind: dial.KindTLS, TLS: dial.TLSOptions{CAFile: ca.File}}
	conn, err := d.DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	for err == nil {
		_, err = conn.Write(make([]byte, 1<<20))
	}
	var timeout net.Error
	if !errors.As(err, &timeout) {
		t.Fatal(err)
	}
	start := time.Now()
	_ = conn.Close()
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}
