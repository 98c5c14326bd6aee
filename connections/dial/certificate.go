package dial

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	"streamscope/connections"
)

// maxFile bounds files of certificates: a whole operating system's roots take 300 KiB.
const maxFile = 4 << 20

func unusable(file string, err error) error {
	return &connections.Failure{Kind: connections.FailureCertFile, Detail: file, Err: err}
}

func readFile(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, unusable(file, reasonOf(err))
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, unusable(file, errors.New("that is no file of certificates"))
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, unusable(file, reasonOf(err))
	}
	return b, nil
}

// reasonOf takes the operation and the path away, which are told already.
func reasonOf(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// roots returns the system's roots and those in file; nil stands for the system's.
func roots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := readFile(file)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, unusable(file, errors.New("there is no PEM certificate in it"))
	}
	return pool, nil
}

// clientCertificate reads who we are: PEM files, or one PKCS#12 file.
func clientCertificate(o TLSOptions) (*tls.Certificate, error) {
	if o.CertFile == "" {
		return nil, unusable(o.KeyFile, errors.New("a key needs the certificate that it belongs to"))
	}
	text, err := readFile(o.CertFile)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(text); block == nil && o.KeyFile == "" {
		return fromPKCS12(o, text)
	}
	cert := new(tls.Certificate)
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			cert.Certificate = append(cert.Certificate, block.Bytes)
		}
	}
	if len(cert.Certificate) == 0 {
		return nil, unusable(o.CertFile, errors.New("there is no certificate in it"))
	}
	file := o.CertFile
	if o.KeyFile != "" {
		file = o.KeyFile
		if text, err = readFile(file); err != nil {
			return nil, err
		}
	}
	if cert.PrivateKey, err = privateKey(o, file, text); err != nil {
		return nil, err
	}
	return cert, belongs(o, cert)
}

// belongs checks that the key is the certificate's.
func belongs(o TLSOptions, cert *tls.Certificate) error {
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		return unusable(o.CertFile, err)
	}
	cert.Leaf = leaf
	key, signs := cert.PrivateKey.(crypto.Signer)
	public, compares := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if !signs || !compares || !public.Equal(key.Public()) {
		return unusable(o.CertFile, errors.New("the key does not belong to the certificate"))
	}
	return nil
}

// privateKey returns the first key of a PEM file.
func privateKey(o TLSOptions, file string, text []byte) (crypto.PrivateKey, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "EC PRIVATE KEY", "RSA PRIVATE KEY":
			if block.Headers["DEK-Info"] != "" {
				return legacyKey(o, file, block)
			}
			if key, err = x509.ParseECPrivateKey(block.Bytes); block.Type == "RSA PRIVATE KEY" {
				key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
			}
		case "ENCRYPTED PRIVATE KEY":
			return encryptedKey(o, file, block.Bytes)
		default:
			continue
		}
		if err != nil {
			return nil, unusable(file, err)
		}
		return key, nil
	}
	return nil, unusable(file, errors.New("there is no private key in it"))
}

// passphrase asks for the passphrase of file. A failure to answer is the user's answer.
func (o TLSOptions) passphrase(file string) ([]byte, error) {
	if o.Passphrase == nil {
		return nil, &connections.Failure{Kind: connections.FailurePassphrase, Detail: file}
	}
	text, err := o.Passphrase(file)
	if err != nil {
		return nil, &connections.Failure{Kind: connections.FailurePassphrase, Detail: file, Err: err}
	}
	return []byte(text), nil
}

func wrongPassphrase(file string) error {
	return &connections.Failure{Kind: connections.FailurePassphrase, Detail: file, Err: errors.New("the passphrase is wrong")}
}

// encryptedKey reads a PKCS#8 key under a passphrase. That it does not decrypt is a wrong
// passphrase, unless the file is no such key at all.
func encryptedKey(o TLSOptions, file string, der []byte) (crypto.PrivateKey, error) {
	passphrase, err := o.passphrase(file)
	if err != nil {
		return nil, err
	}
	key, err := pkcs8.ParsePKCS8PrivateKey(der, passphrase)
	switch {
	case err == nil:
		return key, nil
	case bytes.Contains([]byte(err.Error()), []byte("incorrect password")):
		return nil, wrongPassphrase(file)
	default:
		return nil, unusable(file, err)
	}
}

// legacyKey reads a key in OpenSSL's old encryption, which is weak and still about.
func legacyKey(o TLSOptions, file string, block *pem.Block) (crypto.PrivateKey, error) {
	passphrase, err := o.passphrase(file)
	if err != nil {
		return nil, err
	}
	der, err := x509.DecryptPEMBlock(block, passphrase) //nolint:staticcheck // weak, but it is the user's
	if err != nil {
		return nil, wrongPassphrase(file)
	}
	if block.Type == "RSA PRIVATE KEY" {
		key, err := x509.ParsePKCS1PrivateKey(der)
		if err != nil {
			return nil, wrongPassphrase(file)
		}
		return key, nil
	}
	key, err := x509.ParseECPrivateKey(der)
	if err != nil {
		return nil, wrongPassphrase(file)
	}
	return key, nil
}

// fromPKCS12 reads a file of Windows or Java fame, mostly under a passphrase.
func fromPKCS12(o TLSOptions, der []byte) (*tls.Certificate, error) {
	key, leaf, chain, err := pkcs12.DecodeChain(der, "")
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		passphrase, askErr := o.passphrase(o.CertFile)
		if askErr != nil {
			return nil, askErr
		}
		key, leaf, chain, err = pkcs12.DecodeChain(der, string(passphrase))
	}
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return nil, wrongPassphrase(o.CertFile)
	}
	if err != nil {
		return nil, unusable(o.CertFile, fmt.Errorf("it is neither PEM nor PKCS#12: %w", err))
	}
	cert := &tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
	for _, c := range chain {
		cert.Certificate = append(cert.Certificate, c.Raw)
	}
	return cert, belongs(o, cert)
}
