package profile

import (
	"crypto/rand"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamscope/connections"
)

// Protocols that a profile can speak.
const (
	MQTT = "mqtt" // MQTT 3.1.1 over TCP
)

// DefaultPort is the one that IANA gave to MQTT without TLS.
const DefaultPort = 1883

// DefaultKeepAlive is in seconds.
const DefaultKeepAlive = 60

// Profile is a saved connection as a user edits it. It may hold nonsense: see [Valid].
type Profile struct {
	// ID names the profile for good: in file names, in the workspace, in a keyring.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Colour is "#rrggbb".
	Colour   string `json:"colour"`
	Protocol string `json:"protocol"`
	// Host is a host name or an IP address, without scheme and port.
	Host string `json:"host"`
	Port int    `json:"port"`
	// ClientID may be empty with CleanSession: then the broker makes one up.
	ClientID string `json:"clientId"`
	User     string `json:"user,omitempty"`
	// AsksPassword tells to ask for the password before connecting. It stands in no file.
	AsksPassword bool `json:"asksPassword,omitempty"`
	// KeepAlive is in seconds, 0 to 65535; 0 switches it off.
	KeepAlive    int  `json:"keepAlive"`
	CleanSession bool `json:"cleanSession"`
	// Group is the heading under which the profile is listed; empty for none.
	Group string `json:"group,omitempty"`
	// Transport is how the bytes get there.
	Transport Transport `json:"transport,omitzero"`
	// Version is one of VersionAuto, Version311 and Version5.
	Version string `json:"mqttVersion,omitempty"`
	MQTT5   MQTT5  `json:"mqtt5,omitzero"`
	// Will is nil for none.
	Will *Will `json:"will,omitempty"`
	// Stream is for Protocol WebSocket; nil otherwise.
	Stream *Stream `json:"stream,omitempty"`
	// ConnectAtStart opens the connection with the program.
	ConnectAtStart bool                       `json:"connectAtStart,omitempty"`
	Subscriptions  []connections.Subscription `json:"subscriptions"`
	Pins           []Pin                      `json:"pins,omitempty"`
}

// Pin is a topic, or one value inside its JSON, that the user keeps in the watch list.
type Pin struct {
	Topic string `json:"topic"`
	// Path is the list of keys that leads to the value; empty for the topic's usual one.
	Path []string `json:"path,omitempty"`
}

// New returns a profile with a new ID, a new client ID and the usual settings. It subscribes
// to nothing: what to subscribe to is asked.
func New() Profile {
	return Profile{
		ID:           newID(),
		Colour:       Palette()[0],
		Protocol:     MQTT,
		Port:         DefaultPort,
		ClientID:     NewClientID(),
		KeepAlive:    DefaultKeepAlive,
		CleanSession: true,
	}
}

// NewClientID returns a client ID that no one else has, in the 23 bytes that every broker must
// accept (MQTT 3.1.1 §3.1.3.1).
func NewClientID() string { return "streamscope-" + strings.ToLower(rand.Text()[:10]) }

func newID() string { return "p-" + strings.ToLower(rand.Text()[:16]) }

// Palette returns the colours offered for a connection, told apart on light and dark ground.
func Palette() []string {
	return []string{"#2f7fd6", "#d9722b", "#2e9e5b", "#b04fc4", "#c2a011", "#1ba3a8", "#d64561", "#7a6ff0"}
}

// FreeColour returns the colour of the palette that the fewest of used have.
func FreeColour(used []Profile) string {
	count := map[string]int{}
	for _, p := range used {
		count[strings.ToLower(p.Colour)]++
	}
	return slices.MinFunc(Palette(), func(a, b string) int { return count[a] - count[b] })
}

// Clone returns a copy that shares nothing with p.
func (p Profile) Clone() Profile {
	p.Subscriptions = slices.Clone(p.Subscriptions)
	p.Pins = slices.Clone(p.Pins)
	for i := range p.Pins {
		p.Pins[i].Path = slices.Clone(p.Pins[i].Path)
	}
	return p
}

// Valid is a profile without mistakes. Only [Profile.Validate] makes one; the zero value holds
// the zero profile and leads nowhere.
type Valid struct{ p Profile }

// Profile returns a copy for editing.
func (v Valid) Profile() Profile { return v.p.Clone() }

// ID returns the profile's lasting name.
func (v Valid) ID() string { return v.p.ID }

// Name returns what the user calls it.
func (v Valid) Name() string { return v.p.Name }

// Addr returns host:port as a dialler wants it, an IPv6 address in brackets.
func (v Valid) Addr() string {
	return net.JoinHostPort(bareHost(v.p.Host), strconv.Itoa(v.p.Port))
}

// KeepAlive returns the interval; 0 is off.
func (v Valid) KeepAlive() time.Duration { return time.Duration(v.p.KeepAlive) * time.Second }

// bareHost takes the brackets from an IPv6 address as it stands in a URL.
func bareHost(host string) string {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		if inner, ok := strings.CutSuffix(inner, "]"); ok {
			return inner
		}
	}
	return host
}
