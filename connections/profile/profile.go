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
	MQTT      = "mqtt"      // MQTT 3.1.1 or 5
	WebSocket = "websocket" // raw frames of a WebSocket, without MQTT
)

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
	// ReadOnly lets nothing be sent but the opening messages of a raw WebSocket; the broker gets no
	// last will.
	ReadOnly bool `json:"readOnly,omitempty"`
	// ConnectAtStart opens the connection with the program.
	ConnectAtStart bool                       `json:"connectAtStart,omitempty"`
	Subscriptions  []connections.Subscription `json:"subscriptions"`
	Pins           []Pin                      `json:"pins,omitempty"`
	// Charts are the charts of this profile's values alone.
	Charts []Chart `json:"charts,omitempty"`
	// Decoders say how the payloads of some topics are read.
	Decoders []Binding `json:"decoders,omitempty"`
}

// Pin is a topic, or one value inside its JSON, that the user keeps in the watch list.
type Pin struct {
	Topic string `json:"topic"`
	// Path is the list of keys that leads to the value; empty for the topic's usual one.
	Path []string `json:"path,omitempty"`
}

// New returns a profile of MQTT over TCP; see [NewFor].
func New() Profile { return NewFor(MQTT, TCP) }

// NewFor returns a profile with a new ID, a new client ID and the usual settings of that
// protocol over that transport. It subscribes to nothing: what to subscribe to is asked.
func NewFor(protocol, transport string) Profile {
	p := Profile{
		ID:           newID(),
		Colour:       Palette()[0],
		Protocol:     protocol,
		Port:         UsualPort(protocol, transport),
		ClientID:     NewClientID(),
		KeepAlive:    DefaultKeepAlive,
		CleanSession: true,
	}
	p.Transport.Kind = transport
	switch {
	case protocol == WebSocket:
		p.ClientID = ""
		p.Stream = &Stream{Mapping: Mapping{Topic: DefaultStreamTopic}}
	case transport == WS || transport == WSS:
		p.Transport.Path = DefaultPath
	}
	return p
}

// Reach changes by what protocol and transport p is reached. A port, a path or a mapping that
// was still the usual one becomes the usual one of the new; what the user chose stays.
func (p *Profile) Reach(protocol, transport string) {
	if p.Port == UsualPort(p.Protocol, p.Transport.Kind) || p.Port == 0 {
		p.Port = UsualPort(protocol, transport)
	}
	usual := NewFor(protocol, transport)
	if old := NewFor(p.Protocol, p.Transport.Kind); p.Transport.Path == old.Transport.Path {
		p.Transport.Path = usual.Transport.Path
	}
	if p.Stream == nil {
		p.Stream = usual.Stream
	}
	if p.ClientID == "" {
		p.ClientID = usual.ClientID
	}
	p.Protocol, p.Transport.Kind = protocol, transport
}

// DefaultPath is the path of a WebSocket under MQTT: what most brokers expect. Mosquitto takes
// any.
const DefaultPath = "/mqtt"

// DefaultStreamTopic is where the frames of a raw WebSocket go if nothing else is said.
const DefaultStreamTopic = "frames"

// UsualPort returns the port that a form offers; 0 for a Unix socket.
func UsualPort(protocol, transport string) int {
	switch transport {
	case TLS:
		return 8883
	case WSS:
		return 443
	case Unix:
		return 0
	case WS:
		if protocol == MQTT {
			return 8083
		}
		return 80
	}
	return 1883
}

const (
	clientIDPrefix = "streamscope-"
	clientIDTail   = 10
)

// NewClientID returns a client ID that no one else has, in the 23 bytes that every broker must
// accept (MQTT 3.1.1 §3.1.3.1).
func NewClientID() string { return clientIDPrefix + strings.ToLower(rand.Text()[:clientIDTail]) }

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
	p.Charts = cloneCharts(p.Charts)
	p.Decoders = slices.Clone(p.Decoders)
	for i := range p.Decoders {
		p.Decoders[i].Files = slices.Clone(p.Decoders[i].Files)
	}
	p.Transport.Headers = slices.Clone(p.Transport.Headers)
	p.Transport.TLS.ALPN = slices.Clone(p.Transport.TLS.ALPN)
	p.Transport.TLS.Pins = slices.Clone(p.Transport.TLS.Pins)
	p.MQTT5.UserProperties = slices.Clone(p.MQTT5.UserProperties)
	if p.Will != nil {
		will := *p.Will
		will.UserProperties = slices.Clone(will.UserProperties)
		p.Will = &will
	}
	if p.Stream != nil {
		stream := *p.Stream
		stream.Subprotocols = slices.Clone(stream.Subprotocols)
		stream.Opening = slices.Clone(stream.Opening)
		stream.Mapping.Each = slices.Clone(stream.Mapping.Each)
		stream.Mapping.Value = slices.Clone(stream.Mapping.Value)
		stream.Mapping.Time = slices.Clone(stream.Mapping.Time)
		p.Stream = &stream
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

// Addr returns host:port as a dialler wants it, an IPv6 address in brackets; for a Unix socket
// its file.
func (v Valid) Addr() string {
	if v.p.Transport.Kind == Unix {
		return v.p.Transport.Path
	}
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
