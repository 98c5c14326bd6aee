package window

import (
	"encoding/hex"
	"time"

	"streamscope/app"
	"streamscope/app/command"
	retainedmessage "streamscope/app/command/retained"
	"streamscope/app/payload"
	"streamscope/app/window/retained"
	"streamscope/app/window/ui"
)

// newRetained makes the window that shows what a broker retains.
func (w *Window) newRetained() *retained.Window {
	return retained.New(retained.Options{
		App: w.app, Background: w.background, NewWindow: w.fyne.NewWindow,
		Now: time.Now, OnEdit: w.editRetained,
	})
}

// showRetained lists what the broker retains beneath a branch; without one the user says where.
func (w *Window) showRetained(s ui.Selection) { w.retained.Get().Open(s.Conn, s.Topic) }

// showAnyRetained opens the window for the connection of the selection, if there is one.
func (w *Window) showAnyRetained() { w.retained.Get().Open(w.tree.selected.Conn, "") }

func (w *Window) showRetainedOf(c *app.Connection) { w.retained.Get().Open(c, "") }

// editRetained takes a retained message into the composer.
func (w *Window) editRetained(c *app.Connection, m retainedmessage.Message) {
	w.publishHere(ui.Selection{Conn: c, Topic: m.Topic})
	d := command.Draft{Topic: m.Topic, QoS: m.QoS, Retain: true, Format: command.FormatHex, Payload: hex.EncodeToString(m.Payload)}
	switch payload.Detect(m.Payload) {
	case payload.KindJSON:
		d.Format, d.Payload = command.FormatJSON, string(m.Payload)
	case payload.KindText, payload.KindEmpty:
		d.Format, d.Payload = command.FormatText, string(m.Payload)
	default:
	}
	w.composer.Get().Load(d)
	w.win.RequestFocus()
}
