package profile

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxKeyFile is in bytes: a bundle of all public roots has 300 KiB.
const maxKeyFile = 4 << 20

// CheckFiles looks into the certificates and keys that p names. All that it finds are warnings:
// the file may be on a stick that is not plugged in. It reads the disk: call it where blocking
// is allowed.
func (p Profile) CheckFiles() (problems []Problem) {
	if !p.Transport.Encrypted() {
		return nil
	}
	note := noting(&problems)
	o := p.Transport.TLS
	for _, f := range []struct {
		field Field
		name  string
		check func(Field, string, []byte) error
	}{
		{FieldCAFile, o.CAFile, checkCertificates},
		{FieldCertFile, o.CertFile, func(field Field, name string, b []byte) error { return checkOwn(field, name, b, o.KeyFile == "") }},
		{FieldKeyFile, o.KeyFile, checkKey},
	} {
		if f.name == "" {
			continue
		}
		b, err := readKeyFile(f.field, f.name)
		if err == nil {
			err = f.check(f.field, f.name, b)
		}
		note(err)
	}
	return problems
}

func readKeyFile(field Field, name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, doubtful(field, "absent", "There is no file %s.", name)
	case errors.Is(err, fs.ErrPermission):
		return nil, doubtful(field, "forbidden", "%s may not be read.", name)
	case err != nil:
		return nil, doubtful(field, "unreadable", "%s cannot be read.", name)
	case !info.Mode().IsRegular():
		return nil, doubtful(field, "no-file", "%s is no file.", name)
	case !filepath.IsAbs(name):
		return nil, doubtful(field, "relative", "%s is found only from the folder in which the program was started; choose it by its whole path.", name)
	case info.Size() > maxKeyFile:
		return nil, doubtful(field, "large", "%s is too large for a certificate or a key.", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, doubtful(field, "forbidden", "%s may not be read.", name)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, doubtful(field, "unreadable", "%s cannot be read.", name)
	}
	return b, nil
}

// checkCertificates wants at least one certificate, in PEM or DER.
func checkCertificates(field Field, name string, b []byte) error {
	certificates, keys := blocks(b)
	switch {
	case len(certificates) > 0:
		for _, der := range certificates {
			if _, err := x509.ParseCertificate(der); err != nil {
				return doubtful(field, "broken", "A certificate in %s cannot be read.", name)
			}
		}
		return nil
	case keys > 0:
		return doubtful(field, "key", "%s holds a key, and no certificate.", name)
	}
	if _, err := x509.ParseCertificate(b); err == nil {
		return doubtful(field, "der", "%s is a certificate in DER; PEM is wanted (openssl x509 -inform der).", name)
	}
	return doubtful(field, "none", "%s holds no certificate.", name)
}

// checkOwn judges a client's certificate: PEM, or PKCS#12, which brings its key.
func checkOwn(field Field, name string, b []byte, alone bool) error {
	if isPKCS12(b) {
		return nil
	}
	if err := checkCertificates(field, name, b); err != nil {
		return err
	}
	if _, keys := blocks(b); alone && keys == 0 {
		return doubtful(FieldKeyFile, "missing", "%s holds no key: choose the file of the key too.", name)
	}
	return nil
}

func checkKey(field Field, name string, b []byte) error {
	certificates, keys := blocks(b)
	switch {
	case keys > 0:
		return nil
	case len(certificates) > 0:
		return doubtful(field, "certificate", "%s holds a certificate, and no key.", name)
	}
	return doubtful(field, "none", "%s holds no key in PEM.", name)
}

// blocks returns the certificates in PEM text and the number of keys.
func blocks(b []byte) (certificates [][]byte, keys int) {
	for {
		var block *pem.Block
		block, b = pem.Decode(b)
		switch {
		case block == nil:
			return certificates, keys
		case block.Type == "CERTIFICATE" || block.Type == "TRUSTED CERTIFICATE":
			certificates = append(certificates, block.Bytes)
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			keys++
		}
	}
}

// isPKCS12 recognises the outermost sequence with version 3 (RFC 7292 §4).
func isPKCS12(b []byte) bool {
	if len(b) < 8 || b[0] != 0x30 {
		return false
	}
	return bytes.Contains(b[1:8], []byte{0x02, 0x01, 0x03})
}
