package mqtt

import (
	"time"

	"github.com/eclipse/paho.golang/paho"

	"streamscope/connections"
)

// welcome is what the broker said in CONNACK (MQTT 5 §3.2.2.3).
func (c Config) welcome(ack *paho.Connack) *connections.Welcome {
	w := &connections.Welcome{ClientID: c.ClientID, SessionPresent: ack.SessionPresent}
	p := ack.Properties
	if p == nil {
		p = &paho.ConnackProperties{RetainAvailable: true, WildcardSubAvailable: true, SharedSubAvailable: true, SubIDAvailable: true}
	}
	if p.AssignedClientID != "" {
		w.ClientID, w.Assigned = p.AssignedClientID, true
	}
	five := &connections.Welcome5{
		Reason: p.ReasonString, SessionExpiry: c.expiry(), KeepAlive: uint16(max(0, c.KeepAlive) / time.Second),
		ReceiveMaximum: 65535, MaximumQoS: 2, Retain: p.RetainAvailable, Wildcards: p.WildcardSubAvailable,
		Shared: p.SharedSubAvailable, Identifiers: p.SubIDAvailable, ResponseInfo: p.ResponseInfo, ServerReference: p.ServerReference,
	}
	take(&five.SessionExpiry, p.SessionExpiryInterval)
	take(&five.KeepAlive, p.ServerKeepAlive)
	take(&five.ReceiveMaximum, p.ReceiveMaximum)
	take(&five.MaximumPacket, p.MaximumPacketSize)
	take(&five.MaximumQoS, p.MaximumQoS)
	take(&five.TopicAliasMaximum, p.TopicAliasMaximum)
	five.OwnKeepAlive = p.ServerKeepAlive != nil
	for _, u := range p.User {
		five.User = append(five.User, connections.UserProperty{Name: u.Key, Value: u.Value})
	}
	w.Five = five
	return w
}

// take sets v to what the broker said, if it said anything.
func take[T any](v, said *T) {
	if said != nil {
		*v = *said
	}
}
