package edgenode

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/payload/sparkplug"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// Options is what a [Bar] needs.
type Options struct {
	Work *ui.Background
	// Now is the present.
	Now func() time.Time
}

// Bar stands above the figures of a topic in Sparkplug's namespace, and is hidden elsewhere. All
// of it is for the UI goroutine.
type Bar struct {
	Object fyne.CanvasObject

	o       Options
	state   *ui.QuietText
	outcome *ui.QuietText
	ask     *ttwidget.Button

	conn *app.Connection
	at   sparkplug.Topic
	// asked is the last request, nil if there was none.
	asked *request
}

// request is a request for a rebirth, and what became of it.
type request struct {
	conn   *app.Connection
	edge   sparkplug.Topic
	at     time.Time
	births uint64
	result connections.Result
	done   bool
	// took is how long the birth took to come; 0 while it did not.
	took time.Duration
}

// New makes a bar that is hidden.
func New(o Options) *Bar {
	b := &Bar{o: o, state: ui.NewFittingText(), outcome: ui.NewFittingText()}
	b.state.Line.TextStyle.Bold = true
	b.outcome.TextSize, b.outcome.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	b.ask = ttwidget.NewButtonWithIcon(ui.Tr("edge.ask", "Ask for a rebirth"), theme.ViewRefreshIcon(), b.askFor)
	b.Object = container.NewPadded(container.NewBorder(nil, nil, nil, container.NewCenter(b.ask), container.NewVBox(b.state, b.outcome)))
	b.show(false)
	return b
}

// Named are the parts that tests and tools look for.
func (b *Bar) Named() map[string]fyne.CanvasObject {
	return map[string]fyne.CanvasObject{"edge.state": b.state, "edge.outcome": b.outcome, "edge.ask": b.ask}
}

func (b *Bar) show(on bool) {
	for _, o := range []fyne.CanvasObject{b.Object, b.state, b.outcome, b.ask} {
		ui.Show(o, on)
	}
}

// Refresh shows the edge node of a topic; the tick calls it while the tab is in sight.
func (b *Bar) Refresh(c *app.Connection, topic string) {
	t, s, ok := c.Sparkplug(topic)
	if ok != b.Object.Visible() {
		b.show(ok)
	}
	if !ok {
		return
	}
	b.conn, b.at = c, t
	words, colour := describe(t, s)
	b.state.SetText(words)
	b.state.SetColour(colour)
	if r := b.asked; r != nil && r.took == 0 && r.conn == c && r.edge == edgeOf(t) && s.Births > r.births {
		r.took = b.o.Now().Sub(r.at)
	}
	why := hindrance(c)
	ui.SetEnabled(&b.ask.Button, why == "")
	if why == "" {
		b.ask.SetToolTip(ui.Tr("edge.ask.tip", "Publish Node Control/Rebirth to {{.Topic}}: the node sends its births again, which name all of its metrics",
			map[string]any{"Topic": t.CommandTopic()}))
	} else {
		b.ask.SetToolTip(why)
	}
	b.outcome.SetText(b.says(why))
}

// edgeOf is a topic's edge node, whatever the message.
func edgeOf(t sparkplug.Topic) sparkplug.Topic {
	return sparkplug.Topic{Group: t.Group, Node: t.Node}
}

// describe says in a line where a node stands.
func describe(t sparkplug.Topic, s sparkplug.State) (string, fyne.ThemeColorName) {
	data := map[string]any{"Node": connections.OneLine(t.Node), "Group": connections.OneLine(t.Group)}
	switch {
	case !s.Born:
		return ui.Tr("edge.unborn", "Edge node {{.Node}} of {{.Group}}: no birth was seen", data), theme.ColorNameWarning
	case !s.Alive:
		return ui.Tr("edge.dead", "Edge node {{.Node}} of {{.Group}}: dead", data), theme.ColorNameError
	case s.Gaps > 0:
		return ui.Tr("edge.gaps", "Edge node {{.Node}} of {{.Group}}: alive, with gaps", data), theme.ColorNameWarning
	}
	return ui.Tr("edge.alive", "Edge node {{.Node}} of {{.Group}}: alive", data), theme.ColorNameSuccess
}

// hindrance says why nothing can be asked for; empty if it can.
func hindrance(c *app.Connection) string {
	switch {
	case c.ReadOnly():
		return ui.Tr("edge.readonly", "Read-only: nothing is sent over this connection.")
	case c.Status().State != connections.StateOpen:
		return ui.Tr("edge.offline", "The connection is not open.")
	}
	return ""
}

// says tells what became of the last request, or why there can be none.
func (b *Bar) says(why string) string {
	r := b.asked
	if r == nil || r.conn != b.conn || r.edge != edgeOf(b.at) {
		return why
	}
	at := r.at.Local().Format(time.TimeOnly)
	switch {
	case r.took > 0:
		return ui.Tr("edge.born", "Asked at {{.Time}}: born again after {{.Took}}", map[string]any{"Time": at, "Took": ui.Span(r.took)})
	case !r.done:
		return ui.Tr("edge.asking", "Asked at {{.Time}}…", map[string]any{"Time": at})
	}
	words := ui.Tr("edge.waiting", "sent; no birth has come yet")
	switch {
	case r.result.Err != nil:
		words = connections.Explain(r.result.Err).What
	case r.result.Outcome == connections.OutcomeUnknown:
		words = ui.Tr("edge.unknown", "unknown whether it was sent")
	case r.result.Code == noSubscriber:
		words = ui.Tr("edge.nobody", "acknowledged, but nobody has subscribed to it")
	case r.result.Outcome == connections.OutcomeAcknowledged:
		words = ui.Tr("edge.acknowledged", "acknowledged by the broker; no birth has come yet")
	}
	return fmt.Sprintf("%s: %s", ui.Tr("edge.asked", "Asked at {{.Time}}", map[string]any{"Time": at}), words)
}

// noSubscriber is MQTT 5's reason for a message that nobody gets (§3.4.2.1).
const noSubscriber = 0x10

func (b *Bar) askFor() {
	c, t := b.conn, b.at
	if c == nil || hindrance(c) != "" {
		return
	}
	_, s, _ := c.Sparkplug(t.CommandTopic())
	r := &request{conn: c, edge: edgeOf(t), at: b.o.Now(), births: s.Births}
	b.asked = r
	b.outcome.SetText(b.says(""))
	b.o.Work.Go(func() func() {
		result := c.AskForRebirth(b.o.Work.Context, t)
		return func() {
			r.result, r.done = result, true
			if b.asked == r && b.conn != nil {
				b.outcome.SetText(b.says(hindrance(b.conn)))
			}
		}
	})
}

// Facts lists where the edge node of a topic stands; none for topics of other namespaces.
func Facts(c *app.Connection, topic string) [][2]string {
	t, s, ok := c.Sparkplug(topic)
	if !ok {
		return nil
	}
	gaps := ui.Tr("edge.nogaps", "none")
	if s.Gaps > 0 {
		gaps = ui.Tr("edge.gapsat", "{{.N}}, the last before message {{.Seq}} of this connection", map[string]any{"N": ui.Count(s.Gaps), "Seq": ui.Count(s.LastGap)})
	}
	facts := [][2]string{{ui.Tr("edge.fact.node", "Edge node"), connections.OneLine(t.Group + " / " + t.Node)}}
	if t.Device != "" {
		facts = append(facts, [2]string{ui.Tr("edge.fact.device", "Its device"), connections.OneLine(t.Device)})
	}
	return append(facts,
		[2]string{ui.Tr("edge.fact.births", "Births seen"), ui.Count(s.Births)},
		[2]string{ui.Tr("edge.fact.gaps", "Gaps in its sequence"), gaps},
		[2]string{ui.Tr("edge.fact.unnamed", "Unnamed messages"), ui.Count(s.Unnamed)})
}
