package connections

// Subscription is one topic filter (MQTT 3.1.1 §4.7) that a user wants to receive.
type Subscription struct {
	Filter string `json:"filter"`
	QoS    byte   `json:"qos"`
	// Off keeps the subscription in the profile without asking the broker for it.
	Off bool `json:"off,omitempty"`
}

// SubscribeResult is the broker's answer to one filter (MQTT 3.1.1 §3.9.3).
type SubscribeResult struct {
	Filter string
	// Granted is the QoS that the broker gave; meaningless if Refused.
	Granted byte
	Refused bool
	// Covered names the wider filter that already brings these messages, so that this one was
	// not sent; empty if it was.
	Covered string
}
