package brokertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"path/filepath"
	"testing"
	"time"
)

// Authority is a CA of a test's own.
type Authority struct {
	// File is its certificate in PEM.
	File string
	Cert *x509.Certificate

	key crypto.Signer
	dir string
}

// NewAuthority makes a CA whose files end with the test.
func NewAuthority(t testing.TB, name string) *Authority {
	t.Helper()
	a := &Authority{key: newKey(t, ""), dir: t.TempDir()}
	template := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	a.Cert = sign(t, template, template, a.key.Public(), a.key)
	a.File = filepath.Join(a.dir, "ca.pem")
	write(t, a.File, encode("CERTIFICATE", a.Cert.Raw))
	return a
}

// Pool returns the CA as roots.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.Cert)
	return pool
}

// LeafOptions shape a certificate.
type LeafOptions struct {
	// Names are host names and addresses; none means 127.0.0.1 and localhost.
	Names []string
	// NotBefore and NotAfter bound its time; zero means an hour ago and in an hour.
	NotBefore, NotAfter time.Time
	// Key is "ecdsa", "rsa" or "ed25519"; empty means "ecdsa".
	Key string
	// SelfSigned makes it sign itself.
	SelfSigned bool
}

// Leaf is a certificate of a server's or a client's, with its key.
type Leaf struct {
	// CertFile and KeyFile are PEM files, the key in PKCS#8.
	CertFile, KeyFile string
	Cert              *x509.Certificate
	Key               crypto.Signer
}

// TLS returns it as crypto/tls wants it.
func (l *Leaf) TLS() tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{l.Cert.Raw}, PrivateKey: l.Key, Leaf: l.Cert}
}

// Issue makes a certificate for servers and clients.
func (a *Authority) Issue(t testing.TB, o LeafOptions) *Leaf {
	t.Helper()
	if len(o.Names) == 0 {
		o.Names = []string{"127.0.0.1", "localhost"}
	}
	template := &x509.Certificate{
		SerialNumber: serial(t), Subject: pkix.Name{CommonName: o.Names[0]},
		NotBefore: o.NotBefore, NotAfter: o.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if template.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-time.Hour)
	}
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(time.Hour)
	}
	for _, name := range o.Names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	l := &Leaf{Key: newKey(t, o.Key)}
	issuer, key := a.Cert, a.key
	if o.SelfSigned {
		issuer, key = template, l.Key
	}
	l.Cert = sign(t, template, issuer, l.Key.Public(), key)
	stem := filepath.Join(a.dir, template.SerialNumber.String())
	l.CertFile, l.KeyFile = stem+".pem", stem+".key"
	write(t, l.CertFile, encode("CERTIFICATE", l.Cert.Raw))
	der, err := x509.MarshalPKCS8PrivateKey(l.Key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, l.KeyFile, encode("PRIVATE KEY", der))
	return l
}

func newKey(t testing.TB, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, template, issuer *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, public, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func serial(t testing.TB) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
