package profile

import (
	"regexp"
	"slices"
	"strings"
)

// check judges the settings themselves; [Profile.CheckFiles] looks into the files.
func (o TLSOptions) check() (problems []Problem) {
	note := noting(&problems)
	if o.KeyFile != "" && o.CertFile == "" {
		note(wrong(FieldCertFile, "missing", "A key is of use only with its certificate: choose that file too."))
	}
	if o.ServerName != "" && isMistake(CheckHost(o.ServerName)) {
		note(wrong(FieldServerName, "form", "“%s” is not a host name, nor an IP address.", o.ServerName))
	}
	for row, name := range o.ALPN {
		note(inRow(row, CheckALPN(name)))
	}
	if !slices.Contains([]string{"", "1.2", "1.3"}, o.MinVersion) {
		note(wrong(FieldMinVersion, "unknown", "The lowest version of TLS is 1.2 or 1.3: older ones are broken."))
	}
	for row, pin := range o.Pins {
		note(inRow(row, CheckPin(pin)))
	}
	if o.Insecure {
		note(doubtful(FieldInsecure, "on", "The server's certificate is not verified: %s", insecureDanger))
	}
	return problems
}

const insecureDanger = "whoever stands between can pretend to be the broker, read everything and change it, passwords included."

// CheckALPN judges the name of a protocol (RFC 7301 §3.1).
func CheckALPN(name string) error {
	if name == "" || len(name) > 255 || !printable(name) {
		return wrong(FieldALPN, "form", "The name of a protocol has 1 to 255 bytes, such as mqtt or x-amzn-mqtt-ca.")
	}
	return nil
}

var fingerprint = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

// CheckPin judges a SHA-256 fingerprint. [NormalPin] makes one of what people paste.
func CheckPin(pin string) error {
	if !fingerprint.MatchString(pin) {
		return wrong(FieldTrusted, "form", "A SHA-256 fingerprint has 64 hexadecimal digits.")
	}
	return nil
}

// NormalPin writes a fingerprint as a profile has it: small letters, no colons, no blanks.
func NormalPin(pin string) string {
	return strings.ToLower(strings.NewReplacer(":", "", " ", "", "-", "").Replace(strings.TrimSpace(pin)))
}
