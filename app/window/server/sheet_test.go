package server

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"streamscope/app/window/uitest"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

func sheetOn(t *testing.T, version, clientID, config string) (*Sheet, map[string]string) {
	t.Helper()
	b := uitest.New(t, brokertest.Start(t, brokertest.Options{Config: config}))
	c := b.Opens(b.Profile(func(p *profile.Profile) { p.Version, p.ClientID = version, clientID }))
	s := New(Options{Conn: c, Parent: b.Win, Closed: func() {}, Name: b.Names.Put})
	s.Show()
	shown := map[string]string{}
	cells := make([]string, 2)
	for i := range s.Len() {
		s.Row(i, cells)
		shown[cells[0]] = cells[1]
	}
	return s, shown
}

func TestTheSheetTellsWhatAnMQTT5BrokerAllows(t *testing.T) {
	_, shown := sheetOn(t, profile.Version5, "", "retain_available false\nmax_packet_size 5000\nmax_keepalive 30")
	for what, want := range map[string]string{
		"Protocol": "MQTT 5", "Session": "new", "Highest QoS": "2", "Retained messages": "not supported by this broker",
		"Wildcards": "allowed", "Keep-alive": "30 s, as the broker wants it", "Session kept for": "as long as the connection",
	} {
		if shown[what] != want {
			t.Errorf("%s: %q, want %q", what, shown[what], want)
		}
	}
	if id := shown["Client ID"]; len(id) < len(" (given by the broker)")+5 {
		t.Errorf("the client ID is %q", id)
	}
}

func TestTheSheetOfAnOldBrokerIsShort(t *testing.T) {
	_, shown := sheetOn(t, profile.Version311, "scada", "")
	if shown["Protocol"] != "MQTT 3.1.1" || shown["Client ID"] != "scada" || shown["Highest QoS"] != "" {
		t.Errorf("%v", shown)
	}
}

func TestPropertiesOfTheBrokerAreShown(t *testing.T) {
	test.NewTempApp(t)
	facts := fiveFacts(&connections.Welcome5{
		Reason: "hello\nworld", SessionExpiry: 0xffffffff, MaximumPacket: 4096, ResponseInfo: "answers/1",
		User: []connections.UserProperty{{Name: "region", Value: "eu"}},
	})
	shown := map[string]string{}
	for _, f := range facts {
		shown[f.what] = f.value
	}
	for what, want := range map[string]string{
		"The broker said": "hello world", "Session kept for": "ever", "Keep-alive": "off", "Response information": "answers/1", "Property region": "eu",
	} {
		if shown[what] != want {
			t.Errorf("%s: %q, want %q", what, shown[what], want)
		}
	}
}
