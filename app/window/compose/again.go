package compose

import (
	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/app/window/ui"
	"streamscope/connections/mqtt"
)

// sendAgain sends what was held back of a kept session, as a new message.
func (c *Pane) sendAgain(k *app.Connection, u mqtt.Unconfirmed) {
	k.Forget(u.ID)
	c.pass(k, command.DraftOf(u.Publication), command.SendOptions{Origin: session.OriginWaiting})
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
