package topics

import (
	"encoding/binary"

	"streamscope/connections"
)

// What MQTT 5 sent beside a payload is kept beside the state, in a map that only messages with
// properties enter: for all others it costs a look at a bit of the flags. In the history it
// stands in the record.

// keepProps notes the properties of the latest message of a topic. The caller holds the lock.
func (x *Index) keepProps(s *state, p *connections.Properties) {
	if s.flags&flagProps == 0 {
		delete(x.props, s)
		return
	}
	if x.props == nil {
		x.props = map[*state]*connections.Properties{}
	}
	x.props[s] = p
}

// propsOf returns what a message of a topic, or the saved one that a pause shows, came with.
func (x *Index) propsOf(s *state) *connections.Properties {
	if s.flags&flagProps == 0 {
		return nil
	}
	if p := x.props[s]; p != nil {
		return p
	}
	return x.pause.props[s]
}

const (
	propText byte = 1 << iota
	propResponse
)

// appendProps appends properties as a record holds them: their length, then flags, expiry and
// strings with their lengths.
func appendProps(dst []byte, p *connections.Properties) []byte {
	var body []byte
	flags := byte(0)
	if p.Text {
		flags |= propText
	}
	if p.ResponseTopic != "" || len(p.CorrelationData) != 0 {
		flags |= propResponse
	}
	body = append(body, flags)
	body = binary.AppendUvarint(body, uint64(p.Expiry))
	body = appendText(body, p.ContentType)
	if flags&propResponse != 0 {
		body = appendText(appendText(body, p.ResponseTopic), string(p.CorrelationData))
	}
	for _, u := range p.User {
		body = appendText(appendText(body, u.Name), u.Value)
	}
	return append(binary.AppendUvarint(dst, uint64(len(body))), body...)
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// readProps reads what appendProps wrote; it trusts it.
func (d *decoder) readProps() *connections.Properties {
	in := decoder{d.bytes(int(d.uvarint()))}
	p := &connections.Properties{}
	flags := in.bytes(1)[0]
	p.Text = flags&propText != 0
	p.Expiry = uint32(in.uvarint())
	p.ContentType = in.text()
	if flags&propResponse != 0 {
		p.ResponseTopic = in.text()
		if data := in.text(); data != "" {
			p.CorrelationData = []byte(data)
		}
	}
	for len(in.data) > 0 {
		p.User = append(p.User, connections.UserProperty{Name: in.text(), Value: in.text()})
	}
	return p
}

func (d *decoder) text() string { return string(d.bytes(int(d.uvarint()))) }
