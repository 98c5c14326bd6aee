package importing

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"maps"
	"slices"
	"strings"

	"streamscope/connections/profile"
)

// maxMaterial is in bytes, before decoding.
const maxMaterial = 1 << 20

// materialOf turns the base64 of a certificate or a key, PEM or DER, into PEM. Its errors quote
// nothing.
func materialOf(field profile.Field, text string) (string, error) {
	if len(text) > maxMaterial {
		return "", errors.New("it is too large for a certificate or a key")
	}
	if _, after, ok := strings.Cut(text, ";base64,"); ok { // a data: URL
		text = after
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return "", errors.New("what the settings hold of it is not base64")
	}
	if block, _ := pem.Decode(raw); block != nil {
		return string(raw), nil
	}
	if field == profile.FieldKeyFile {
		der, err := keyOf(raw)
		if err != nil {
			return "", err
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
	}
	if _, err := x509.ParseCertificate(raw); err != nil {
		return "", errors.New("it is no certificate in PEM or DER")
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})), nil
}

// keyOf reads a key in any of the plain encodings and returns it as PKCS#8.
func keyOf(der []byte) ([]byte, error) {
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return der, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return x509.MarshalPKCS8PrivateKey(key)
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return x509.MarshalPKCS8PrivateKey(key)
	}
	return nil, errors.New("it is no key in PEM or DER")
}

func sortedSet(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
