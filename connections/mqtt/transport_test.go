package mqtt_test

import (
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/dial"
	"streamscope/connections/mqtt"
)

// What a user sees who has mixed up ports, certificates or paths, at a real broker.
func TestMixUps(t *testing.T) {
	ca, other := brokertest.NewAuthority(t, "Plant CA"), brokertest.NewAuthority(t, "Someone")
	now := time.Now()
	late := ca.Issue(t, brokertest.LeafOptions{NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-24 * time.Hour)})
	early := ca.Issue(t, brokertest.LeafOptions{NotBefore: now.Add(24 * time.Hour), NotAfter: now.Add(48 * time.Hour)})
	m := brokertest.Start(t, brokertest.Options{Listeners: []brokertest.Listener{
		{TLS: ca.Issue(t, brokertest.LeafOptions{})},
		{TLS: ca.Issue(t, brokertest.LeafOptions{}), ClientCA: ca},
		{TLS: late}, {TLS: early},
		{TLS: ca.Issue(t, brokertest.LeafOptions{Names: []string{"broker.plant.example"}})},
		{TLS: other.Issue(t, brokertest.LeafOptions{SelfSigned: true})},
		{WebSocket: true},
	}})
	stranger := other.Issue(t, brokertest.LeafOptions{})
	trust := dial.TLSOptions{CAFile: ca.File}
	secure := func(o dial.TLSOptions) dial.Dialer { return dial.Dialer{Kind: dial.KindTLS, TLS: o} }
	tests := map[string]struct {
		dialer dial.Dialer
		port   int
		want   []connections.FailureKind // what may be said; it depends on who is the quicker one
	}{
		"plain text to a TLS port":        {dial.Dialer{}, m.Ports[0], []connections.FailureKind{connections.FailureSpeaksTLS, connections.FailureClosed, connections.FailureReset}},
		"TLS to a plain port":             {secure(trust), m.Port, []connections.FailureKind{connections.FailureNotTLS}},
		"no client certificate":           {secure(trust), m.Ports[1], []connections.FailureKind{connections.FailureClientCert}},
		"a stranger's certificate":        {secure(dial.TLSOptions{CAFile: ca.File, CertFile: stranger.CertFile, KeyFile: stranger.KeyFile}), m.Ports[1], []connections.FailureKind{connections.FailureClientCert}},
		"expired":                         {secure(trust), m.Ports[2], []connections.FailureKind{connections.FailureCertExpired}},
		"not yet valid":                   {secure(trust), m.Ports[3], []connections.FailureKind{connections.FailureCertNotYet}},
		"for another host":                {secure(trust), m.Ports[4], []connections.FailureKind{connections.FailureCertName}},
		"signed by itself":                {secure(trust), m.Ports[5], []connections.FailureKind{connections.FailureCertUntrusted}},
		"signed by nobody we trust":       {secure(dial.TLSOptions{}), m.Ports[0], []connections.FailureKind{connections.FailureCertUntrusted}},
		"plain MQTT to a WebSocket":       {dial.Dialer{}, m.Ports[6], []connections.FailureKind{connections.FailureProtocol, connections.FailureClosed, connections.FailureReset}},
		"WebSocket to plain MQTT":         {dial.Dialer{Kind: dial.KindWS, Path: "/mqtt"}, m.Port, []connections.FailureKind{connections.FailureUpgrade}},
		"WebSocket to MQTT over TLS":      {dial.Dialer{Kind: dial.KindWS, Path: "/mqtt"}, m.Ports[0], []connections.FailureKind{connections.FailureUpgrade}},
		"secure WebSocket to a plain one": {dial.Dialer{Kind: dial.KindWSS, TLS: trust, Path: "/mqtt"}, m.Ports[6], []connections.FailureKind{connections.FailureNotTLS}},
	}
	for name, tt := range tests {
		for _, version := range []string{mqtt.Version311, mqtt.Version5, ""} {
			t.Run(name+" by MQTT "+version, func(t *testing.T) {
				cfg := through(tt.dialer, m.Host, tt.port)
				cfg.Version = version
				c := mqtt.New(cfg, nil)
				defer c.Close()
				err := c.Open(t.Context(), func(connections.State) {})
				ok := false
				for _, kind := range tt.want {
					ok = ok || connections.KindOf(err) == kind
				}
				if e := connections.Explain(err); !ok || e.What == "" || e.Try == "" {
					t.Errorf("%v, want one of %v; explained as %q", err, tt.want, e.What)
				}
			})
		}
	}
}
