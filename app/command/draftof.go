package command

import (
	"encoding/hex"
	"unicode/utf8"

	"streamscope/connections"
)

// DraftOf writes a publication as a draft. Its bytes are data: it never becomes a template.
func DraftOf(p connections.Publication) Draft {
	d := Draft{Topic: p.Topic, Payload: string(p.Payload), Format: FormatText, QoS: p.QoS, Retain: p.Retain}
	if !utf8.Valid(p.Payload) {
		d.Payload, d.Format = hex.EncodeToString(p.Payload), FormatHex
	}
	if q := p.Props; !q.Empty() {
		d.Properties = &Properties{
			ContentType: q.ContentType, Text: q.Text, Expiry: q.Expiry, ResponseTopic: q.ResponseTopic, CorrelationData: string(q.CorrelationData),
		}
		for _, u := range q.User {
			d.Properties.User = append(d.Properties.User, UserProperty(u))
		}
	}
	return d
}
