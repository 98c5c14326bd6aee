package window

import (
	"slices"

	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// formKind is a kind of connection that the form offers: a protocol over a transport.
type formKind struct {
	key, label          string
	protocol, transport string
}

// formKinds are the kinds on offer, the usual one first.
var formKinds = []formKind{
	{"kind.mqtt", "MQTT", profile.MQTT, profile.TCP},
	{"kind.mqtts", "MQTT over TLS", profile.MQTT, profile.TLS},
	{"kind.mqttws", "MQTT over WebSocket", profile.MQTT, profile.WS},
	{"kind.mqttwss", "MQTT over WebSocket and TLS", profile.MQTT, profile.WSS},
	{"kind.mqttunix", "MQTT over a Unix socket", profile.MQTT, profile.Unix},
	{"kind.ws", "WebSocket (raw frames)", profile.WebSocket, profile.WS},
	{"kind.wss", "WebSocket over TLS (raw frames)", profile.WebSocket, profile.WSS},
}

func (k formKind) tls() bool { return k.transport == profile.TLS || k.transport == profile.WSS }

// port is the usual one.
func (k formKind) port() int { return profile.UsualPort(k.protocol, k.transport) }

func (k formKind) webSocket() bool { return k.transport == profile.WS || k.transport == profile.WSS }

// kind is the kind of the draft.
func (f *profileForm) kind() formKind { return formKinds[f.kindIndex()] }

func (f *profileForm) kindIndex() int {
	return max(0, slices.IndexFunc(formKinds, func(k formKind) bool {
		return k.protocol == f.draft.Protocol && k.transport == f.draft.Transport.Kind
	}))
}

// kindSelect offers the kinds; another kind brings its own pages, and its usual port and path unless
// the user wrote others.
func (f *profileForm) kindSelect() *widget.Select {
	labels := make([]string, len(formKinds))
	for i, k := range formKinds {
		labels[i] = ui.Tr(k.key, k.label)
	}
	s := widget.NewSelect(labels, nil)
	s.SetSelectedIndex(f.kindIndex())
	s.OnChanged = func(string) { f.setKind(formKinds[s.SelectedIndex()]) }
	return s
}

func (f *profileForm) setKind(k formKind) {
	f.draft.Reach(k.protocol, k.transport)
	f.rebuild()
}
