package compose

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/app/window/ui"
)

// outcome is a sentence about what was sent.
type outcome struct {
	text       string
	importance widget.Importance
}

// trySend sends what stands in the fields, if nothing is in its way.
func (c *Pane) trySend() {
	k, d := c.connection(), c.Draft()
	c.checked = fingerprint{}
	c.check()
	if k == nil || c.send.Disabled() {
		return
	}
	c.pass(k, d, command.SendOptions{Origin: session.OriginComposer, Asked: c.asks.answers()})
}

// pass sends a draft, or asks whether to keep it if there is no connection.
func (c *Pane) pass(k *app.Connection, d command.Draft, o command.SendOptions) {
	if !isOpen(k) {
		c.offerToKeep(k, d, o)
		return
	}
	c.sending++
	ctx, cancel := context.WithCancel(c.o.Background.Context)
	c.cancel = cancel
	c.offerStop(true)
	c.reply.clear()
	c.tell(outcome{ui.Tr("outcome.sending", "Sending…"), widget.MediumImportance})
	c.pace = newProgress(k, d)
	o.OnOutcome = func(out command.Outcome) {
		c.o.Background.Go(func() func() { return func() { c.told(out, true) } })
	}
	c.o.Background.Go(func() func() {
		defer cancel()
		out := c.o.App.Sender.Send(ctx, k.Session, d, o)
		return func() {
			c.sending--
			c.pace = nil
			c.told(out, false)
			if out.Offline() {
				c.offerToKeep(k, d, o)
			}
		}
	})
}

// told shows what became of a message; waits tells that its answer is still awaited.
func (c *Pane) told(out command.Outcome, waits bool) {
	if waits && c.sending == 0 {
		return // the answer has overtaken it
	}
	say := describe(out)
	if out.SaveErr != nil {
		say.text += " " + ui.Tr("outcome.unsaved", "The history of sent messages could not be saved: {{.Why}}", map[string]any{"Why": out.SaveErr.Error()})
	}
	c.tell(say)
	c.reply.show(out, waits)
	c.offerStop(c.sending > 0)
	c.sent.refresh()
}

// offerStop shows or hides what ends the waiting.
func (c *Pane) offerStop(on bool) {
	if c.stop.Visible() != on {
		ui.Show(c.stop, on)
		c.sendRow.Refresh()
	}
}

func (c *Pane) tell(o outcome) {
	c.outcome.Importance = o.importance
	ui.SetSentence(c.outcome, o.text)
	c.outcome.Refresh()
}

// describe names an outcome honestly: what is known, and nothing more.
func describe(out command.Outcome) outcome {
	topic := out.Publication.Topic
	frame := topic == ""
	if frame {
		topic = ui.Tr("outcome.frame", "the WebSocket")
	}
	data := map[string]any{"Topic": topic, "Took": out.Took.Round(100 * time.Microsecond).String(), "Why": out.Why()}
	switch out.Verdict {
	case command.VerdictSent:
		if frame {
			return outcome{ui.Tr("outcome.sentframe", "Sent. A WebSocket acknowledges nothing by itself."), widget.MediumImportance}
		}
		return outcome{ui.Tr("outcome.sent", "Sent to {{.Topic}}. QoS 0 brings no acknowledgement.", data), widget.MediumImportance}
	case command.VerdictAcknowledged:
		return outcome{ui.Tr("outcome.acknowledged", "Acknowledged by the broker after {{.Took}}: {{.Topic}}", data), widget.SuccessImportance}
	case command.VerdictNoSubscriber:
		return outcome{ui.Tr("outcome.nobody", "The broker took it after {{.Took}}, but nobody has subscribed to {{.Topic}}.", data), widget.WarningImportance}
	case command.VerdictRefused:
		return outcome{ui.Tr("outcome.refused", "Not sent to {{.Topic}}: {{.Why}}", data), widget.DangerImportance}
	default:
		return outcome{ui.Tr("outcome.unknown", "Unknown whether {{.Topic}} was received: {{.Why}}", data), widget.WarningImportance}
	}
}

// offerToKeep asks what is to become of a message that cannot be sent now. Nothing waits in
// secret.
func (c *Pane) offerToKeep(k *app.Connection, d command.Draft, o command.SendOptions) {
	text := widget.NewLabel(ui.Tr("keep.text", "{{.Name}} is not connected, so nothing was sent.\n\nThe message can be kept in the list “Waiting”. It does not go by itself when the connection is back: you send it from there, or drop it. It is gone when the program ends.",
		map[string]any{"Name": k.Name()}))
	text.Wrapping = fyne.TextWrapWord
	ask := dialog.NewCustomConfirm(ui.Tr("keep.title", "Keep the message?"), ui.Tr("keep.keep", "Keep"), ui.Tr("keep.drop", "Do not keep"), text, func(keep bool) {
		if !keep {
			c.tell(outcome{ui.Tr("keep.dropped", "Not sent, and not kept."), widget.MediumImportance})
			return
		}
		if _, ok := c.o.App.Sender.Waiting().Add(k.Session, d, o); !ok {
			c.tell(outcome{ui.Tr("keep.full", "Not kept: too many messages wait already."), widget.DangerImportance})
			return
		}
		c.tell(outcome{ui.Tr("keep.waits", "It waits in the list, and goes when you send it from there."), widget.MediumImportance})
		c.ShowWaiting()
	}, c.o.Window)
	ask.Resize(fyne.NewSize(460, 0))
	ask.Show()
}

// progress follows the bytes of a large message on their way out.
type progress struct {
	conn *app.Connection
	from uint64
	size int64
}

// largeMessage is from where on progress is shown, in bytes.
const largeMessage = 1 << 20

func newProgress(k *app.Connection, d command.Draft) *progress {
	size := int64(len(d.Payload))
	if d.Format == command.FormatFile {
		size, _ = command.CheckFile(d.Payload)
	}
	if size < largeMessage {
		return nil
	}
	return &progress{conn: k, from: k.Link().BytesOut, size: size}
}

// tellProgress says how much of a large message has left.
func (c *Pane) tellProgress() {
	if c.pace == nil || c.sending == 0 {
		return
	}
	out := min(int64(c.pace.conn.Link().BytesOut-c.pace.from), c.pace.size)
	c.tell(outcome{ui.Tr("outcome.progress", "Sending: {{.Out}} of {{.Size}} have left", map[string]any{
		"Out": ui.Size(out), "Size": ui.Size(c.pace.size),
	}), widget.MediumImportance})
}

// replyView shows the answer beside the command.
type replyView struct {
	object *fyne.Container
	line   *ui.QuietText
	text   *ui.QuietText
}

func newReplyView() *replyView {
	r := &replyView{line: ui.NewFittingText(), text: ui.NewFittingText()}
	r.line.Line.TextStyle.Bold = true
	r.text.Line.TextStyle.Monospace = true
	r.object = container.NewVBox(r.line, r.text)
	r.object.Hide()
	return r
}

func (r *replyView) clear() { r.object.Hide() }

// replyLength is how much of an answer stands in the composer, in characters.
const replyLength = 300

func (r *replyView) show(out command.Outcome, waits bool) {
	reply := out.Reply
	ui.Show(r.object, waits || reply != nil)
	if !waits && reply == nil {
		return
	}
	line, text, colour := ui.Tr("reply.waits", "Waiting for the answer…"), "", theme.ColorNamePlaceHolder
	if reply != nil {
		took := reply.Took.Round(100 * time.Microsecond).String()
		switch {
		case reply.TimedOut:
			line, colour = ui.Tr("reply.timeout", "No answer within {{.Took}}", map[string]any{"Took": took}), theme.ColorNameWarning
		case reply.Err != nil:
			line, colour = ui.Tr("reply.none", "No answer can come any more: {{.Why}}", map[string]any{"Why": reply.Err.Error()}), theme.ColorNameWarning
		default:
			line = ui.Tr("reply.came", "Answer after {{.Took}} on {{.Topic}}", map[string]any{"Took": took, "Topic": reply.Topic})
			text, colour = command.Excerpt(reply.Payload, replyLength), theme.ColorNameForeground
		}
	}
	r.line.SetText(line)
	r.line.SetColour(colour)
	r.text.SetText(text)
	ui.Show(r.text, text != "")
}

// sessionOf is the session of a connection, nil of none.
func sessionOf(k *app.Connection) *session.Session {
	if k == nil {
		return nil
	}
	return k.Session
}
