package connections

// Subscription is one topic filter (MQTT 3.1.1 §4.7) that a user wants to receive.
type Subscription struct {
	Filter string `json:"filter"`
	QoS    byte   `json:"qos"`
	// Off keeps the subscription in the profile without asking the broker for it.
	Off bool `json:"off,omitempty"`
	// Colour ("#rrggbb") is what the user knows the subscription by; empty for none. No broker
	// hears of it.
	Colour string `json:"colour,omitempty"`
	// What follows is for MQTT 5 (§3.8.3.1); MQTT 3.1.1 refuses a subscription that uses it.
	// NoLocal keeps away what this client publishes itself.
	NoLocal bool `json:"noLocal,omitempty"`
	// RetainAsPublished keeps the retain flag of messages that come later.
	RetainAsPublished bool `json:"retainAsPublished,omitempty"`
	// RetainHandling is when retained messages come: 0 at each subscribing, 1 only if the
	// subscription is new to the broker, 2 never.
	RetainHandling byte `json:"retainHandling,omitempty"`
}

// asked is what of a subscription goes to the broker.
func (s Subscription) asked() Subscription {
	s.Colour, s.Off = "", false
	return s
}

// likewise reports whether a subscription brings messages in the same way as another, whatever
// their filters: only then can one stand for the other.
func (s Subscription) likewise(o Subscription) bool {
	return s.NoLocal == o.NoLocal && s.RetainAsPublished == o.RetainAsPublished && s.RetainHandling == o.RetainHandling
}

// SubscribeResult is the broker's answer to one filter (MQTT 3.1.1 §3.9.3).
type SubscribeResult struct {
	Filter string
	// Granted is the QoS that the broker gave; meaningless if Refused.
	Granted byte
	Refused bool
	// Code is the reason code of MQTT 5 (§3.9.3), or the return code of 3.1.1; Reason is it in
	// words, with what the broker said beside it.
	Code   byte
	Reason string
	// Covered names the wider filter that already brings these messages, so that this one was
	// not sent; empty if it was.
	Covered string
}
