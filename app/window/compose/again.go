package compose

import (
	"encoding/hex"
	"unicode/utf8"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/mqtt"
)

// sendAgain sends what was held back of a kept session, as a new message.
func (c *Pane) sendAgain(k *app.Connection, u mqtt.Unconfirmed) {
	k.Forget(u.ID)
	c.pass(k, draftOf(u.Publication), command.SendOptions{Origin: session.OriginWaiting})
}

// Repeat hands what stands in the fields over to be sent again and again. The question "value" is
// the generator's.
func (c *Pane) Repeat() {
	k := c.connection()
	if k == nil || c.o.OnRepeat == nil {
		c.o.Flash(ui.Tr("composer.repeat.where", "Choose in the composer where the message goes first."))
		return
	}
	c.o.OnRepeat(k, c.Draft(), c.asks.answers())
}

// draftOf writes a publication as a draft. Its bytes are data: it never becomes a template.
func draftOf(p connections.Publication) command.Draft {
	d := command.Draft{Topic: p.Topic, Payload: string(p.Payload), Format: command.FormatText, QoS: p.QoS, Retain: p.Retain}
	if !utf8.Valid(p.Payload) {
		d.Payload, d.Format = hex.EncodeToString(p.Payload), command.FormatHex
	}
	if q := p.Props; !q.Empty() {
		d.Properties = &command.Properties{
			ContentType: q.ContentType, Text: q.Text, Expiry: q.Expiry, ResponseTopic: q.ResponseTopic, CorrelationData: string(q.CorrelationData),
		}
		for _, u := range q.User {
			d.Properties.User = append(d.Properties.User, command.UserProperty(u))
		}
	}
	return d
}
