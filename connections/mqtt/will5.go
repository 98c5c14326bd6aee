package mqtt

import (
	"encoding/binary"

	"github.com/eclipse/paho.golang/packets"

	"streamscope/connections"
)

// amend returns a function that writes into a CONNECT packet what paho leaves out of a last
// will's properties (MQTT 5 §3.1.3.2): all but the delay and the user properties. It returns nil
// if there is nothing to amend.
func (w *Will) amend() func(connect []byte) []byte {
	if w == nil || w.Props.Empty() {
		return nil
	}
	p := publishProperties(w.Props)
	missing := (&packets.Properties{
		PayloadFormat: p.PayloadFormat, MessageExpiry: p.MessageExpiry, ContentType: p.ContentType,
		ResponseTopic: p.ResponseTopic, CorrelationData: p.CorrelationData,
	}).Pack(packets.PUBLISH)
	return func(connect []byte) []byte { return insertWillProperties(connect, missing) }
}

// insertWillProperties expects a CONNECT of paho's with a will: protocol name, version, flags,
// keep-alive, properties, client ID, and then the will's properties.
func insertWillProperties(connect, missing []byte) []byte {
	length, n := binary.Uvarint(connect[1:])
	body := connect[1+n:][:length]
	at := 10
	props, n := binary.Uvarint(body[at:])
	at += n + int(props)
	at += 2 + int(binary.BigEndian.Uint16(body[at:]))
	had, n := binary.Uvarint(body[at:])

	amended := append([]byte(nil), body[:at]...)
	amended = binary.AppendUvarint(amended, had+uint64(len(missing)))
	amended = append(amended, missing...)
	amended = append(amended, body[at+n:]...)
	return append(binary.AppendUvarint([]byte{connect[0]}, uint64(len(amended))), amended...)
}

// publication is what the broker will publish.
func (w *Will) publication() connections.Publication {
	return connections.Publication{Topic: w.Topic, Payload: w.Payload, QoS: w.QoS, Retain: w.Retain, Props: w.Props}
}
