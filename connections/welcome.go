package connections

// Welcome is what a broker said when it accepted a client (CONNACK: MQTT 3.1.1 §3.2, MQTT 5 §3.2).
// It is never written again.
type Welcome struct {
	// ClientID is the one that is in use: our own, or what the broker gave to a client that had
	// none; Assigned tells which. MQTT 3.1.1 doesn't tell what it gave.
	ClientID string
	Assigned bool
	// SessionPresent tells that the broker knew this client, and had kept its session.
	SessionPresent bool
	// Five is what only MQTT 5 says; nil otherwise.
	Five *Welcome5
}

// Welcome5 is what a CONNACK of MQTT 5 says beside its codes (§3.2.2.3), what it leaves out
// filled in.
type Welcome5 struct {
	Reason string
	// SessionExpiry is in seconds; 0xFFFFFFFF is never.
	SessionExpiry uint32
	// KeepAlive is in seconds; 0 is off. OwnKeepAlive tells that the server asked for it.
	KeepAlive    uint16
	OwnKeepAlive bool
	// ReceiveMaximum is how many messages of QoS 1 and 2 it takes at once.
	ReceiveMaximum uint16
	// MaximumPacket is in bytes; 0 is no limit of its own.
	MaximumPacket     uint32
	MaximumQoS        byte
	TopicAliasMaximum uint16
	// What it lets one do.
	Retain, Wildcards, Shared, Identifiers bool
	// ResponseInfo is for making response topics; ServerReference names another server.
	ResponseInfo, ServerReference string
	User                          []UserProperty
}
