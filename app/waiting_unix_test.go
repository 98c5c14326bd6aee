//go:build unix

package app

import (
	"testing"
	"time"

	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// unconfirmed opens a connection whose session is kept, and has it send two messages that the
// broker does not confirm before it is gone.
func unconfirmed(t *testing.T, a *App, broker *brokertest.Mosquitto, version string) *Connection {
	t.Helper()
	p := profile.New()
	p.Name, p.Host, p.Port, p.Version, p.ClientID, p.CleanSession = "Bench", broker.Host, broker.Port, version, "kept", false
	c := a.Open(validated(t, p), nil)
	await(t, "the connection", isOpen(c))
	broker.Freeze()
	for _, topic := range []string{"valve/open", "valve/close"} {
		d := command.Draft{Topic: topic, Payload: "1", Format: command.FormatText, QoS: 1}
		if out := a.Sender.Send(t.Context(), c.Session, d, command.SendOptions{Origin: session.OriginComposer, Patience: 50 * time.Millisecond}); out.Verdict != command.VerdictUnknown {
			t.Fatalf("%+v", out)
		}
	}
	return c
}

// Whoever closes a connection, or edits its profile, does not lose what was not confirmed; and
// nothing of it goes by itself when it is opened again.
func TestWhatIsNotConfirmedOutlivesItsConnection(t *testing.T) {
	for _, version := range []string{profile.Version311, profile.Version5} {
		t.Run(version, func(t *testing.T) {
			a := start(t)
			broker := brokertest.Start(t, brokertest.Options{})
			c := unconfirmed(t, a, broker, version)
			valid, _ := c.Profile().Validate()
			a.Close(c)
			broker.Thaw()
			held := a.Sender.Waiting().List()
			if len(held) != 2 || held[0].Draft.Topic != "valve/open" || !held[1].Unconfirmed || held[1].Profile != valid.ID() || held[1].Draft.QoS != 1 || a.Waiting() != 2 {
				t.Fatalf("%+v", held)
			}
			tap := brokertest.Tap(t, broker.Addr())
			p := valid.Profile()
			p.Host, p.Port = tap.Host, tap.Port
			valid, _ = p.Validate()
			again := a.Open(valid, nil)
			await(t, "the connection", isOpen(again))
			h, _ := a.Sender.Waiting().Take(held[1].ID)
			if out := a.Sender.Send(t.Context(), again.Session, h.Draft, h.Options); out.Verdict != command.VerdictAcknowledged && out.Verdict != command.VerdictNoSubscriber {
				t.Errorf("%+v", out)
			}
			if n := tap.Count(typePublish); n != 1 || a.Waiting() != 1 {
				t.Errorf("%d messages went, %d wait", n, a.Waiting())
			}
		})
	}
}

// Another password is no other session: what it keeps goes over.
func TestANewSecretKeepsTheSession(t *testing.T) {
	for _, version := range []string{profile.Version311, profile.Version5} {
		t.Run(version, func(t *testing.T) {
			a := start(t)
			broker := brokertest.Start(t, brokertest.Options{})
			c := unconfirmed(t, a, broker, version)
			c.Disconnect()
			broker.Thaw()
			c.SetSecrets(nil)
			if n := len(c.Unconfirmed()); n != 2 {
				t.Errorf("%d are kept", n)
			}
			c.Connect()
			await(t, "the connection", isOpen(c))
			await(t, "the confirmations", func() bool {
				c.mu.Lock()
				defer c.mu.Unlock()
				return len(c.factory.Unconfirmed()) == 0
			})
		})
	}
}
