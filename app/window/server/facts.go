package server

import (
	"math"
	"strconv"
	"time"

	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// fact is a line of the sheet.
type fact struct{ what, value string }

// factsOf writes what is known of a connection, in the order in which one asks for it.
func factsOf(p profile.Profile, st connections.Status, l connections.Link, now time.Time) []fact {
	facts := []fact{
		{ui.Tr("server.address", "Address"), p.URL()},
		{ui.Tr("server.state", "State"), stateWord(st, now)},
	}
	add := func(what, value string) { facts = append(facts, fact{what, value}) }
	if l.Protocol != "" {
		add(ui.Tr("server.protocol", "Protocol"), l.Protocol)
	}
	if st.Err != nil {
		e := connections.Explain(st.Err)
		add(ui.Tr("server.failure", "Last failure"), e.What)
	}
	add(ui.Tr("server.in", "Received"), ui.TrN(l.Publishes, "server.in.value", "{{.N}} message, {{.Bytes}}", "{{.N}} messages, {{.Bytes}}",
		map[string]any{"Bytes": ui.Size(int64(l.BytesIn))}))
	add(ui.Tr("server.out", "Sent"), ui.Size(int64(l.BytesOut)))
	if l.Cut > 0 {
		add(ui.Tr("server.cut", "Shortened payloads"), ui.Count(l.Cut))
	}
	if !l.LastByte.IsZero() {
		add(ui.Tr("server.last", "Last byte received"), ui.Tr("server.ago", "{{.Age}} ago", map[string]any{"Age": ui.Age(now.Sub(l.LastByte))}))
	}
	if w := l.Welcome; w != nil {
		facts = append(facts, welcomeFacts(w)...)
	}
	return facts
}

func stateWord(st connections.Status, now time.Time) string {
	since := map[string]any{"Age": ui.Age(now.Sub(st.Since))}
	switch st.State {
	case connections.StateOpen:
		return ui.Tr("server.state.open", "connected for {{.Age}}", since)
	case connections.StateWaiting:
		return ui.Tr("server.state.waiting", "waiting to try again, for {{.Age}}", since)
	case connections.StateClosed, connections.StateIdle:
		return ui.Tr("server.state.closed", "not connected, for {{.Age}}", since)
	default:
		return ui.Tr("server.state.connecting", "connecting")
	}
}

// welcomeFacts writes what the broker said when it accepted.
func welcomeFacts(w *connections.Welcome) []fact {
	var facts []fact
	add := func(what, value string) { facts = append(facts, fact{what, value}) }
	switch {
	case w.Assigned:
		add(ui.Tr("server.clientid", "Client ID"), ui.Tr("server.assigned", "{{.ID}} (given by the broker)", map[string]any{"ID": w.ClientID}))
	case w.ClientID == "":
		add(ui.Tr("server.clientid", "Client ID"), ui.Tr("server.unknown", "made up by the broker"))
	default:
		add(ui.Tr("server.clientid", "Client ID"), w.ClientID)
	}
	session := ui.Tr("server.session.new", "new")
	if w.SessionPresent {
		session = ui.Tr("server.session.kept", "the broker had kept it, with its subscriptions")
	}
	add(ui.Tr("server.session", "Session"), session)
	if w.Five != nil {
		facts = append(facts, fiveFacts(w.Five)...)
	}
	return facts
}

// fiveFacts writes what MQTT 5 says (§3.2.2.3).
func fiveFacts(w *connections.Welcome5) []fact {
	facts := []fact{
		{ui.Tr("server.expiry", "Session kept for"), expiryWord(w.SessionExpiry)},
		{ui.Tr("server.keepalive", "Keep-alive"), keepAliveWord(w)},
		{ui.Tr("server.receive", "QoS 1 and 2 at once"), ui.Tr("server.atmost", "at most {{.N}}", map[string]any{"N": ui.Count(int(w.ReceiveMaximum))})},
		{ui.Tr("server.packet", "Largest packet"), packetWord(w.MaximumPacket)},
		{ui.Tr("server.qos", "Highest QoS"), strconv.Itoa(int(w.MaximumQoS))},
		{ui.Tr("server.retain", "Retained messages"), allowed(w.Retain)},
		{ui.Tr("server.wildcards", "Wildcards"), allowed(w.Wildcards)},
		{ui.Tr("server.shared", "Shared subscriptions"), allowed(w.Shared)},
		{ui.Tr("server.identifiers", "Subscription identifiers"), allowed(w.Identifiers)},
		{ui.Tr("server.aliases", "Topic aliases"), aliasWord(w.TopicAliasMaximum)},
	}
	add := func(what, value string) {
		if value != "" {
			facts = append(facts, fact{what, connections.OneLine(value)})
		}
	}
	add(ui.Tr("server.reason", "The broker said"), w.Reason)
	add(ui.Tr("server.response", "Response information"), w.ResponseInfo)
	add(ui.Tr("server.reference", "Server reference"), w.ServerReference)
	for _, u := range w.User {
		facts = append(facts, fact{ui.Tr("server.property", "Property {{.Name}}", map[string]any{"Name": connections.OneLine(u.Name)}), connections.OneLine(u.Value)})
	}
	return facts
}

func allowed(yes bool) string {
	if yes {
		return ui.Tr("server.yes", "allowed")
	}
	return ui.Tr("server.no", "not supported by this broker")
}

func expiryWord(seconds uint32) string {
	switch seconds {
	case 0:
		return ui.Tr("server.expiry.no", "as long as the connection")
	case math.MaxUint32:
		return ui.Tr("server.expiry.ever", "ever")
	}
	return spanWord(seconds)
}

func keepAliveWord(w *connections.Welcome5) string {
	word := ui.Tr("server.keepalive.off", "off")
	if w.KeepAlive > 0 {
		word = spanWord(uint32(w.KeepAlive))
	}
	if w.OwnKeepAlive {
		return ui.Tr("server.keepalive.own", "{{.Time}}, as the broker wants it", map[string]any{"Time": word})
	}
	return word
}

func aliasWord(most uint16) string {
	if most == 0 {
		return ui.Tr("server.aliases.none", "none")
	}
	return ui.Tr("server.atmost", "at most {{.N}}", map[string]any{"N": ui.Count(int(most))})
}

// spanWord writes a span of time in the largest unit that it is a whole number of.
func spanWord(seconds uint32) string {
	in := func(unit uint32) map[string]any { return map[string]any{"N": seconds / unit} }
	whole := func(unit uint32) bool { return seconds%unit == 0 && seconds > unit }
	switch {
	case whole(86400):
		return ui.Tr("server.span.days", "{{.N}} days", in(86400))
	case whole(3600):
		return ui.Tr("server.span.hours", "{{.N}} h", in(3600))
	case whole(60):
		return ui.Tr("server.span.minutes", "{{.N}} min", in(60))
	}
	return ui.Tr("server.span.seconds", "{{.N}} s", in(1))
}

func packetWord(bytes uint32) string {
	if bytes == 0 {
		return ui.Tr("server.packet.any", "no limit of the broker's")
	}
	return ui.Size(int64(bytes))
}
