package diagnose

import (
	"context"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"streamscope/connections"
)

// drift is how far clocks may differ before it is worth a word.
const drift = 5 * time.Minute

// otherClock is a time from elsewhere; the zero value is none.
type otherClock struct {
	at time.Time
	// server tells that it is a server's clock, right now. Else it is when the newest file of this
	// computer was written, so the true time is not before.
	server bool
}

// lookElsewhere looks for another clock than this computer's.
func (e *examination) lookElsewhere(ctx context.Context) otherClock {
	if _, header := e.speaksHTTP(ctx, e.blindly(e.again), "/"); header != nil {
		if at, err := http.ParseTime(header.Get("Date")); err == nil {
			return otherClock{at: at, server: true}
		}
	}
	return otherClock{at: newestFile()}
}

// newestFile is when something was last written in the places where programs write.
func newestFile() (newest time.Time) {
	var places []string
	for _, place := range []func() (string, error){os.Executable, os.UserHomeDir, os.UserConfigDir, os.UserCacheDir} {
		if path, err := place(); err == nil {
			places = append(places, path)
		}
	}
	for _, path := range append(places, os.TempDir(), filepath.FromSlash("/var/log"), filepath.FromSlash("/etc/fake-hwclock.data")) {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return newest
}

// clockAdvice tells, of a certificate whose time it is not by this computer's clock, which clock is
// wrong. ok is false if nothing is known.
func clockAdvice(kind connections.FailureKind, now time.Time, cert *x509.Certificate, other otherClock) (cause, cure string, ok bool) {
	const set = "Set this computer's clock, or switch its synchronisation on (NTP), and try again."
	apart := other.at.Sub(now).Abs() > drift
	valid := !other.at.Before(cert.NotBefore) && !other.at.After(cert.NotAfter)
	switch {
	case other.server && apart && valid:
		return "This computer's clock is wrong: it says " + minute(now) + ", the server's says " + minute(other.at) + ", and by that the certificate is valid.", set, true
	case !other.server && other.at.Sub(now) > drift:
		return "This computer's clock is wrong: it says " + minute(now) + ", but files on this computer were written at " + minute(other.at) + ".", set, true
	case !other.server:
		return "", "", false
	case kind == connections.FailureCertExpired:
		return "The certificate expired on " + minute(cert.NotAfter) + "; the server's own clock agrees that this is over.",
			"Have it renewed by whoever runs the server.", true
	default:
		return "The certificate is valid only from " + minute(cert.NotBefore) + " on; the server's own clock agrees that this is still to come.",
			"Have whoever runs the server check the clock of the machine on which the certificate was made.", true
	}
}

func minute(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }
