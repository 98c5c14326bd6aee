package profile

// The kinds of byte stream that a profile can be reached by.
const (
	TCP  = ""     // plain TCP
	TLS  = "tls"  // TLS over TCP
	WS   = "ws"   // HTTP/1.1 upgraded to WebSocket (RFC 6455)
	WSS  = "wss"  // the same over TLS
	Unix = "unix" // a Unix socket; Path names it
)

// Transport is how the bytes get to the other side.
type Transport struct {
	// Kind is one of TCP, TLS, WS, WSS and Unix.
	Kind string `json:"kind,omitempty"`
	// Path is the path and query of a WebSocket URL, in which SecretPlace may stand for a value,
	// or the file of a Unix socket.
	Path string `json:"path,omitempty"`
	// Headers go with the WebSocket handshake.
	Headers []Header   `json:"headers,omitempty"`
	TLS     TLSOptions `json:"tls,omitzero"`
	Proxy   Proxy      `json:"proxy,omitzero"`
}

// Header is one HTTP header of a WebSocket handshake.
type Header struct {
	Name string `json:"name"`
	// Value is empty where Secret is set: then it is kept with the secrets.
	Value  string `json:"value,omitempty"`
	Secret bool   `json:"secret,omitempty"`
	// Scheme says how the value is made of the secret; User goes with SchemeBasic.
	Scheme string `json:"scheme,omitempty"`
	User   string `json:"user,omitempty"`
}

// TLSOptions says whom to trust and who we are. The zero value trusts the system's roots and
// shows no certificate.
type TLSOptions struct {
	// CAFile is a PEM file of roots that are trusted beside the system's.
	CAFile string `json:"caFile,omitempty"`
	// CertFile and KeyFile are PEM files; a PKCS#12 file stands in CertFile alone.
	CertFile string `json:"certFile,omitempty"`
	KeyFile  string `json:"keyFile,omitempty"`
	// ServerName is the host name that the certificate must be for; empty for Host.
	ServerName string   `json:"serverName,omitempty"`
	ALPN       []string `json:"alpn,omitempty"`
	// MinVersion is "1.2" or "1.3"; empty for 1.2.
	MinVersion string `json:"minVersion,omitempty"`
	// Pins are SHA-256 fingerprints (hexadecimal) of server certificates that are trusted
	// whoever signed them.
	Pins []string `json:"pins,omitempty"`
	// Insecure takes any certificate: whoever stands between can read and change everything.
	Insecure bool `json:"insecure,omitempty"`
}

// Proxy is what stands between, HTTP CONNECT (RFC 9110 §9.3.6) or SOCKS5 (RFC 1928).
type Proxy struct {
	// Kind is "" for none, "environment" for HTTPS_PROXY and ALL_PROXY, "http" or "socks5".
	Kind string `json:"kind,omitempty"`
	// Address is host:port.
	Address string `json:"address,omitempty"`
	User    string `json:"user,omitempty"`
}

// The versions of MQTT.
const (
	VersionAuto = ""      // 5, or 3.1.1 when the broker does not take it
	Version311  = "3.1.1" // MQTT 3.1.1
	Version5    = "5"     // MQTT 5
)

// MQTT5 is what only MQTT 5 knows at connecting (MQTT 5 §3.1.2.11).
type MQTT5 struct {
	// SessionExpiry is in seconds; 0xFFFFFFFF is never.
	SessionExpiry uint32 `json:"sessionExpiry,omitempty"`
	// ReceiveMaximum is how many unacknowledged messages the broker may send; 0 for 1024.
	ReceiveMaximum uint16         `json:"receiveMaximum,omitempty"`
	UserProperties []UserProperty `json:"userProperties,omitempty"`
}

// UserProperty is a name and a value that travel with a packet (MQTT 5 §3.1.2.11.8).
type UserProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Will is the message that the broker sends when the connection falls (MQTT 5 §3.1.3.2).
type Will struct {
	Topic   string `json:"topic"`
	Payload string `json:"payload"`
	QoS     byte   `json:"qos,omitempty"`
	Retain  bool   `json:"retain,omitempty"`
	// What follows is for MQTT 5. Delay and Expiry are in seconds.
	Delay       uint32 `json:"delay,omitempty"`
	Expiry      uint32 `json:"expiry,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	// Text says that the payload is UTF-8 (payload format indicator 1).
	Text            bool           `json:"text,omitempty"`
	ResponseTopic   string         `json:"responseTopic,omitempty"`
	CorrelationData string         `json:"correlationData,omitempty"`
	UserProperties  []UserProperty `json:"userProperties,omitempty"`
}

// Stream is what a raw WebSocket connection needs beside its transport.
type Stream struct {
	Subprotocols []string `json:"subprotocols,omitempty"`
	Compression  bool     `json:"compression,omitempty"`
	Origin       string   `json:"origin,omitempty"`
	// PingInterval is in seconds; 0 for 30.
	PingInterval int `json:"pingInterval,omitempty"`
	// MessageLimit bounds a message after decompression, in bytes; 0 for 16 MiB.
	MessageLimit int64 `json:"messageLimit,omitempty"`
	// Opening messages are sent, in order, when the connection is open: to log in, to
	// subscribe.
	Opening []Opening `json:"opening,omitempty"`
	Mapping Mapping   `json:"mapping"`
}

// Opening is a message to send on opening. {{user}} and {{password}} stand for the credentials.
type Opening struct {
	Text   string `json:"text"`
	Binary bool   `json:"binary,omitempty"` // Text is hexadecimal
}

// The ways to make topics of frames.
const (
	MapFixed  = ""       // every frame on one topic
	MapKeys   = "keys"   // the topic is made of values in the JSON
	MapLeaves = "leaves" // every leaf of the JSON is a topic
)

// Mapping says how topics are made of the frames of a raw WebSocket.
type Mapping struct {
	Kind string `json:"kind,omitempty"`
	// Topic is the fixed topic; for MapKeys a pattern such as "{device}/{sensor}"; for
	// MapLeaves what stands before each leaf, which may be a pattern too.
	Topic string `json:"topic,omitempty"`
	// Each is the key path of an array whose elements become messages of their own; nil for
	// none. An empty path is the document itself.
	Each []string `json:"each,omitempty"`
	// Value is the key path of what becomes the payload; empty for the whole document.
	Value []string `json:"value,omitempty"`
	// Time is the key path of the payload's own time; empty for none. TimeFormat is
	// "rfc3339", "s", "ms", "us" or "ns".
	Time       []string `json:"time,omitempty"`
	TimeFormat string   `json:"timeFormat,omitempty"`
}
