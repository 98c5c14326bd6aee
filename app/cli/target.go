package cli

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"streamscope/connections"
	"streamscope/connections/profile"
)

// Target is what a URL on the command line names: mqtt://user:password@host:1883/plant/#
type Target struct {
	Scheme string
	// Host is a name or an IP address, without brackets.
	Host     string
	Port     int
	User     string
	Password string
	// Filter is the path without its first slash; empty if there is none.
	Filter string
}

// NotBuiltError names a scheme that is planned and does not work yet.
type NotBuiltError struct{ Scheme string }

func (e *NotBuiltError) Error() string {
	return fmt.Sprintf("%s:// is not built yet; mqtt:// works", e.Scheme)
}

// ParseTarget reads a URL. Its errors quote nothing of the URL that could be a secret.
//
// The path is a topic filter, so # and ? stand for themselves in it; characters that a shell or
// a URL cannot hold may be written as %XX. A password that contains @ or /, and a
// filter that contains @, needs that.
func ParseTarget(text string) (Target, error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		return Target{}, errors.New("a URL begins with mqtt://")
	}
	t := Target{Scheme: strings.ToLower(scheme), Port: profile.DefaultPort}
	switch t.Scheme {
	case "mqtt", "tcp":
		t.Scheme = "mqtt"
	case "mqtts", "ssl", "mqtt+ws", "mqtt+wss", "ws", "wss":
		return Target{}, &NotBuiltError{t.Scheme}
	default:
		return Target{}, errors.New("the URL has an unknown scheme; mqtt:// works")
	}
	authority, path, _ := strings.Cut(rest, "/")
	if strings.Contains(path, "@") {
		// Else the part of a password before a slash would be taken for the host.
		return Target{}, errors.New("write @ as %40: in a password it ends the password, in a filter it looks like one that holds a slash")
	}
	if err := t.readAuthority(authority); err != nil {
		return Target{}, err
	}
	var err error
	if t.Filter, err = unescape("path", path); err != nil {
		return Target{}, err
	}
	if t.Filter != "" {
		if err := connections.ValidFilter(t.Filter); err != nil {
			return Target{}, fmt.Errorf("the path of the URL is no topic filter: %w", err)
		}
	}
	return t, nil
}

func (t *Target) readAuthority(authority string) error {
	at := strings.LastIndexByte(authority, '@')
	if at >= 0 {
		user, password, _ := strings.Cut(authority[:at], ":")
		var err error
		if t.User, err = unescape("user name", user); err != nil {
			return err
		}
		if t.Password, err = unescape("password", password); err != nil {
			return err
		}
		if t.User == "" && t.Password != "" {
			return errors.New("MQTT sends a password only with a user name")
		}
		if err := profile.CheckUser(t.User); err != nil {
			return err
		}
	}
	host, port, err := splitHost(authority[at+1:])
	if err != nil {
		return err
	}
	t.Host = host
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return errors.New("the port of the URL is no number from 1 to 65535 (in a password, write @ as %40 and / as %2F)")
		}
		t.Port = int(n)
	}
	if err := profile.CheckHost(t.Host); isMistake(err) {
		return fmt.Errorf("the host of the URL: %w", err)
	}
	return nil
}

// isMistake reports whether err is more than a profile's warning.
func isMistake(err error) bool {
	var p profile.Problem
	return err != nil && !(errors.As(err, &p) && p.Warning)
}

// splitHost divides host:port; an IPv6 address stands in brackets.
func splitHost(s string) (host, port string, err error) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		host, rest, closed := strings.Cut(inner, "]")
		port, hasPort := strings.CutPrefix(rest, ":")
		if !closed || rest != "" && !hasPort || !strings.Contains(host, ":") {
			return "", "", errors.New("an IPv6 address is written [::1]:1883")
		}
		return host, port, nil
	}
	host, port, _ = strings.Cut(s, ":")
	if strings.Contains(port, ":") {
		return "", "", errors.New("the URL has more than one colon in its host; an IPv6 address is written [::1]:1883")
	}
	return host, port, nil
}

func unescape(what, s string) (string, error) {
	u, err := url.PathUnescape(s)
	if err != nil {
		return "", fmt.Errorf("the %s in the URL has a %% that is not followed by two hexadecimal digits; write it as %%25", what)
	}
	return u, nil
}

// String is the URL with the password masked.
func (t Target) String() string {
	host := t.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	user := ""
	if t.User != "" {
		user = url.PathEscape(t.User)
		if t.Password != "" {
			user += ":***"
		}
		user += "@"
	}
	s := fmt.Sprintf("%s://%s%s:%d", t.Scheme, user, host, t.Port)
	if t.Filter != "" {
		s += "/" + t.Filter
	}
	return s
}

// GoString is String: the password must not come out by %#v either.
func (t Target) GoString() string { return t.String() }
