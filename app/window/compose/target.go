package compose

import (
	"slices"
	"strconv"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// kept is the draft of a connection that is not the target, and the answers to its questions.
type kept struct {
	draft command.Draft
	asked map[string]string
}

// follow brings the list of connections up to date. The target never turns by itself to another
// connection that could be taken for the one before; only the very first one is chosen.
func (c *Pane) follow() {
	conns := c.o.App.Connections()
	names := targetNames(conns)
	same := len(conns) == len(c.conns)
	for i, k := range conns {
		same = same && c.conns[i] == k && c.target.Options[i] == names[i]
	}
	if same {
		return
	}
	before, first := c.connection(), len(c.conns) == 0
	c.conns = conns
	c.target.Options = names
	at := -1
	for i, k := range conns {
		if before != nil && k.ID() == before.ID() || before == nil && first && len(conns) == 1 {
			at = i
		}
	}
	if at >= 0 {
		// Whose names change keeps its target: that is no turning.
		c.target.Selected = ""
		c.target.SetSelectedIndex(at)
		return
	}
	c.target.ClearSelected()
	c.turned()
}

// turned takes the draft of the connection that is the target now in place of the other's.
func (c *Pane) turned() {
	if c.send == nil || c.waiting == nil {
		return
	}
	now := ""
	if k := c.connection(); k != nil {
		now = k.ID()
	}
	if now == c.owner {
		c.check()
		return
	}
	if c.owner != "" {
		c.drafts[c.owner] = kept{c.Draft(), c.asks.answers()}
	} else if now != "" && !c.empty() {
		// What was written before any target was chosen goes with the first one that is.
		c.owner = now
		c.check()
		return
	}
	c.owner = now
	mine := c.drafts[now]
	delete(c.drafts, now)
	if mine.draft.Format == "" {
		mine.draft.Format = c.chosenFormat()
	}
	c.asks.remember(mine.asked)
	c.Load(mine.draft)
	c.tell(outcome{})
}

// empty reports whether nothing has been written.
func (c *Pane) empty() bool { return c.topic.Text == "" && c.payload.Text == "" }

// connection returns the connection that would be sent to, or nil.
func (c *Pane) connection() *app.Connection {
	if i := c.target.SelectedIndex(); i >= 0 && i < len(c.conns) {
		return c.conns[i]
	}
	return nil
}

// Suggest chooses a connection when none is chosen: the one that the user is looking at as the
// drawer opens. What is chosen stays, whatever is looked at later.
func (c *Pane) Suggest(k *app.Connection) {
	if i := slices.Index(c.conns, k); i >= 0 && c.connection() == nil {
		c.target.SetSelectedIndex(i)
	}
}

// PublishHere takes a topic that the user pointed at.
func (c *Pane) PublishHere(s ui.Selection) {
	c.follow()
	c.turnTo(s.Conn)
	c.topic.SetText(s.Topic)
	c.topic.suggest(nil)
	c.check()
}

// turnTo makes a connection the target, if it is open in the program.
func (c *Pane) turnTo(k *app.Connection) {
	if i := slices.Index(c.conns, k); i >= 0 {
		c.target.SetSelectedIndex(i)
	}
}

// targetNames tells connections of one name apart by where they lead or, failing that, by
// their numbers: a Select knows its options by their text.
func targetNames(conns []*app.Connection) []string {
	names := make([]string, len(conns))
	taken := map[string]int{}
	for i, k := range conns {
		names[i] = k.Name()
		taken[names[i]]++
	}
	for i, k := range conns {
		if taken[k.Name()] > 1 {
			names[i] += " (" + address(k.Profile()) + ")"
			taken[names[i]]++
		}
	}
	for i, k := range conns {
		if taken[names[i]] > 1 {
			names[i] += " #" + ui.Count(uint64(k.Ordinal))
		}
	}
	return names
}

// address writes where a profile leads to.
func address(p profile.Profile) string {
	s := p.Host + ":" + strconv.Itoa(p.Port)
	if p.User != "" {
		s = p.User + "@" + s
	}
	return s
}

// sendsFrames reports whether a connection is a raw WebSocket, which knows neither topic nor QoS.
func (c *Pane) sendsFrames(k *app.Connection) bool { return k != nil && k.Frames() }
