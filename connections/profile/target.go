package profile

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"streamscope/connections"
)

// The schemes of URLs.
const (
	SchemeMQTT    = "mqtt"     // also tcp
	SchemeMQTTS   = "mqtts"    // also ssl and tls
	SchemeMQTTWS  = "mqtt+ws"  // MQTT in a WebSocket
	SchemeMQTTWSS = "mqtt+wss" // the same over TLS
	SchemeUnix    = "unix"     // MQTT over a Unix socket; also mqtt+unix
	SchemeWS      = "ws"       // raw WebSocket
	SchemeWSS     = "wss"      // the same over TLS
)

// Target is what a URL names:
//
//	mqtt://user:password@host:1883/plant/#    the path is the filter; so too with mqtts
//	mqtt+ws://host:8083/plant/#               the path is the filter, the WebSocket's is /mqtt
//	mqtt+ws://host:8083/mqtt                  the WebSocket's path, no filter
//	mqtt+ws://host:8083/ws?x=y#plant/#        another path for the WebSocket, # and the filter
//	unix:///run/mosquitto.sock#plant/#        the file, # and the filter
//	wss://host/path?query                     a raw WebSocket
type Target struct {
	// Scheme is one of the constants, also where the URL had an alias.
	Scheme string
	// Host is a name or an IP address, without brackets; empty for a Unix socket.
	Host     string
	Port     int
	User     string
	Password string
	// Path is the path and query of a WebSocket, escaped as in the URL, or the file of a Unix
	// socket.
	Path string
	// Filter is empty if there is none.
	Filter string
}

// reach is what a scheme stands for.
type reach struct {
	scheme, protocol, transport string
	port                        int
}

var reaches = map[string]reach{
	"mqtt":      {SchemeMQTT, MQTT, TCP, 1883},
	"tcp":       {SchemeMQTT, MQTT, TCP, 1883},
	"mqtts":     {SchemeMQTTS, MQTT, TLS, 8883},
	"ssl":       {SchemeMQTTS, MQTT, TLS, 8883},
	"tls":       {SchemeMQTTS, MQTT, TLS, 8883},
	"mqtt+ws":   {SchemeMQTTWS, MQTT, WS, 80},
	"mqtt+wss":  {SchemeMQTTWSS, MQTT, WSS, 443},
	"unix":      {SchemeUnix, MQTT, Unix, 0},
	"mqtt+unix": {SchemeUnix, MQTT, Unix, 0},
	"ws":        {SchemeWS, WebSocket, WS, 80},
	"wss":       {SchemeWSS, WebSocket, WSS, 443},
}

// ParseTarget reads a URL. Its errors quote nothing of the URL that could be a secret.
//
// In a filter # and ? stand for themselves; characters that a shell or a URL cannot hold may be
// written as %XX. A password that contains @ or /, and a path that contains @, needs that.
func ParseTarget(text string) (Target, error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		return Target{}, errors.New("a URL begins with mqtt://, mqtts://, mqtt+ws://, mqtt+wss://, unix://, ws:// or wss://")
	}
	r, known := reaches[strings.ToLower(scheme)]
	if !known {
		return Target{}, errors.New("the URL has an unknown scheme; those known are mqtt, mqtts, mqtt+ws, mqtt+wss, unix, ws and wss")
	}
	t := Target{Scheme: r.scheme, Port: r.port}
	authority, path := rest, ""
	ends := "/"
	if t.upgrades() {
		ends = "/?#"
	}
	if i := strings.IndexAny(rest, ends); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	if strings.Contains(path, "@") {
		// Else the part of a password before a slash would be taken for the host.
		return Target{}, errors.New("write @ as %40: in a password it ends the password, in a path it looks like one that holds a slash")
	}
	if err := t.readAuthority(authority); err != nil {
		return Target{}, err
	}
	if err := t.readPath(path); err != nil {
		return Target{}, err
	}
	return t, nil
}

func (t *Target) upgrades() bool { return t.Scheme != SchemeUnix && strings.Contains(t.Scheme, "ws") }

func (t *Target) raw() bool { return t.Scheme == SchemeWS || t.Scheme == SchemeWSS }

func (t *Target) readAuthority(authority string) error {
	at := strings.LastIndexByte(authority, '@')
	if at >= 0 {
		if err := t.readUser(authority[:at]); err != nil {
			return err
		}
	}
	if t.Scheme == SchemeUnix {
		if authority[at+1:] != "" {
			return errors.New("a Unix socket has no host: write unix:///run/mosquitto.sock, with three slashes")
		}
		return nil
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
	if err := CheckHost(t.Host); isMistake(err) {
		return fmt.Errorf("the host of the URL: %w", err)
	}
	return nil
}

func (t *Target) readUser(text string) (err error) {
	user, password, _ := strings.Cut(text, ":")
	if t.User, err = unescape("user name", user); err != nil {
		return err
	}
	if t.Password, err = unescape("password", password); err != nil {
		return err
	}
	if t.User == "" && t.Password != "" && !t.raw() {
		return errors.New("MQTT sends a password only with a user name")
	}
	return CheckUser(t.User)
}

// readPath reads what follows host and port, from its slash, question mark or #.
func (t *Target) readPath(path string) (err error) {
	filter := strings.TrimPrefix(path, "/")
	switch {
	case t.raw():
		t.Path, filter = path, ""
	case t.Scheme == SchemeUnix:
		t.Path, filter, _ = strings.Cut(path, "#")
		if t.Path, err = unescape("path", t.Path); err != nil {
			return err
		}
	case t.upgrades():
		t.Path, filter = splitPath(path)
	}
	switch {
	case t.Scheme == SchemeUnix:
		err = CheckSocketFile(t.Path)
	case t.Path != "":
		err = CheckPath(t.Path)
	}
	if isMistake(err) {
		return fmt.Errorf("the path of the URL: %w", err)
	}
	if t.Filter, err = unescape("path", filter); err != nil || t.Filter == "" {
		return err
	}
	if err := connections.ValidFilter(t.Filter); err != nil {
		return fmt.Errorf("the path of the URL is no topic filter: %w", err)
	}
	return nil
}

// splitPath divides the path of a WebSocket from the filter of the MQTT inside.
func splitPath(path string) (socket, filter string) {
	if before, _, _ := strings.Cut(path, "?"); before == DefaultPath {
		if !strings.Contains(path, "#") {
			return path, ""
		}
	}
	// The # of a filter is its last level; any other divides.
	i := strings.IndexByte(path, '#')
	if i >= 0 && (i < len(path)-1 || i > 0 && path[i-1] != '/') {
		return path[:i], path[i+1:]
	}
	return DefaultPath, strings.TrimPrefix(path, "/")
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

// Profile makes a profile of t, named after its address, and returns the password beside it.
// Without a filter it subscribes to nothing.
func (t Target) Profile() (Profile, string) {
	r := reaches[t.Scheme]
	p := NewFor(r.protocol, r.transport)
	p.Host, p.Port, p.User, p.AsksPassword = t.Host, t.Port, t.User, t.Password != ""
	p.Transport.Path = t.Path
	p.Name = net.JoinHostPort(t.Host, strconv.Itoa(t.Port))
	if t.Scheme == SchemeUnix {
		p.Name = t.Path
	}
	if t.Filter != "" {
		p.Subscriptions = []connections.Subscription{{Filter: t.Filter}}
	}
	return p, t.Password
}

// URL returns the address of p as a user would write it: without a filter, without password,
// and with *** for what looks like a secret in a query.
func (p Profile) URL() string {
	t := Target{Host: bareHost(p.Host), Port: p.Port, User: p.User, Path: p.Transport.Path}
	for _, r := range reaches {
		if r.protocol == p.Protocol && r.transport == p.Transport.Kind {
			t.Scheme = r.scheme
		}
	}
	if !t.upgrades() && t.Scheme != SchemeUnix {
		t.Path = ""
	}
	return strings.TrimSuffix(t.String(), "#")
}

// String is the URL with the password masked, and what looks like a secret in a query.
func (t Target) String() string {
	user := ""
	if t.User != "" || t.Password != "" {
		user = url.PathEscape(t.User)
		if t.Password != "" {
			user += ":***"
		}
		user += "@"
	}
	if t.Scheme == SchemeUnix {
		return "unix://" + user + escapeFile(t.Path) + fragment(t.Filter)
	}
	host := t.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	s := fmt.Sprintf("%s://%s%s:%d", t.Scheme, user, host, t.Port)
	switch path := maskQuery(t.Path); {
	case t.raw():
		return s + path
	case !t.upgrades():
		return s + before("/", t.Filter)
	case path == DefaultPath && t.Filter != "" && DefaultPath != "/"+t.Filter && soleFilter(t.Filter):
		return s + "/" + t.Filter
	case t.Filter != "" || !strings.HasPrefix(path+"?", DefaultPath+"?"):
		return s + path + "#" + t.Filter
	default:
		return s + path
	}
}

// soleFilter tells whether a filter would be read as such without a path before it.
func soleFilter(filter string) bool {
	i := strings.IndexByte(filter, '#')
	return (i < 0 || i == len(filter)-1) && !strings.HasPrefix("/"+filter, DefaultPath+"?")
}

func before(mark, s string) string {
	if s == "" {
		return ""
	}
	return mark + s
}

func fragment(filter string) string { return before("#", filter) }

// escapeFile writes a file's name so that it can stand in a URL.
func escapeFile(name string) string {
	return strings.NewReplacer("%", "%25", "#", "%23", "@", "%40").Replace(name)
}

// maskQuery hides the values of parameters that look like secrets.
func maskQuery(path string) string {
	before, query, found := strings.Cut(path, "?")
	if !found {
		return path
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if name := secretParameter(part); name != "" {
			parts[i] = name + "=***"
		}
	}
	return before + "?" + strings.Join(parts, "&")
}

// GoString is String: the password must not come out by %#v either.
func (t Target) GoString() string { return t.String() }
