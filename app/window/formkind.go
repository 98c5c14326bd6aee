package window

import (
	"slices"

	"fyne.io/fyne/v2/widget"

	"streamscope/connections/profile"
)

// formKind is a kind of connection that the form offers: a protocol over a transport.
type formKind struct {
	key, label          string
	protocol, transport string
	// port and path are the usual ones.
	port int
	path string
}

// formKinds are the kinds on offer, the usual one first.
var formKinds = []formKind{
	{"kind.mqtt", "MQTT", profile.MQTT, profile.TCP, 1883, ""},
	{"kind.mqtts", "MQTT over TLS", profile.MQTT, profile.TLS, 8883, ""},
	{"kind.mqttws", "MQTT over WebSocket", profile.MQTT, profile.WS, 80, "/mqtt"},
	{"kind.mqttwss", "MQTT over WebSocket and TLS", profile.MQTT, profile.WSS, 443, "/mqtt"},
	{"kind.mqttunix", "MQTT over a Unix socket", profile.MQTT, profile.Unix, 0, ""},
	{"kind.ws", "WebSocket (raw frames)", profile.WebSocket, profile.WS, 80, "/"},
	{"kind.wss", "WebSocket over TLS (raw frames)", profile.WebSocket, profile.WSS, 443, "/"},
}

func (k formKind) tls() bool { return k.transport == profile.TLS || k.transport == profile.WSS }

func (k formKind) webSocket() bool { return k.transport == profile.WS || k.transport == profile.WSS }

// kind is the kind of the draft.
func (f *profileForm) kind() formKind { return formKinds[f.kindIndex()] }

func (f *profileForm) kindIndex() int {
	return max(0, slices.IndexFunc(formKinds, func(k formKind) bool {
		return k.protocol == f.draft.Protocol && k.transport == f.draft.Transport.Kind
	}))
}

// kindSelect offers the kinds; another kind brings its own pages, and its usual port unless the
// user wrote one.
func (f *profileForm) kindSelect() *widget.Select {
	labels := make([]string, len(formKinds))
	for i, k := range formKinds {
		labels[i] = tr(k.key, k.label)
	}
	s := widget.NewSelect(labels, nil)
	s.SetSelectedIndex(f.kindIndex())
	s.OnChanged = func(string) { f.setKind(formKinds[s.SelectedIndex()]) }
	return s
}

func (f *profileForm) setKind(k formKind) {
	d, before := &f.draft, f.kind()
	d.Protocol, d.Transport.Kind = k.protocol, k.transport
	if d.Port == before.port && k.port != 0 {
		d.Port = k.port
	}
	if d.Transport.Path == before.path || d.Transport.Path == "" {
		d.Transport.Path = k.path
	}
	if k.protocol == profile.WebSocket && d.Stream == nil {
		d.Stream = &profile.Stream{}
	}
	if k.protocol == profile.MQTT {
		d.Stream = nil
	}
	f.rebuild()
}
