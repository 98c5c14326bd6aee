package mqtt_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

// What a kept session has not had confirmed can be seen and dropped, and stays here while nothing
// may be sent.
func TestUnconfirmed(t *testing.T) {
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		t.Run(version, func(t *testing.T) {
			broker := brokertest.Start(t, brokertest.Options{})
			tap := brokertest.Tap(t, broker.Addr())
			var readOnly atomic.Bool
			f := mqtt.NewFactory(mqtt.Config{Host: tap.Host, Port: tap.Port, ClientID: "kept", Version: version, ReadOnly: readOnly.Load}, func(*connections.Message) {})
			connect := func() connections.Client {
				c := f.New()
				if err := c.Open(t.Context(), func(connections.State) {}); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(c.Close)
				return c
			}
			// Three messages leave, and the broker says nothing.
			first := connect()
			broker.Freeze()
			for _, topic := range []string{"a", "b", "c"} {
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				if r := first.Publish(ctx, connections.Publication{Topic: topic, Payload: []byte("1"), QoS: 1}); r.Outcome != connections.OutcomeUnknown {
					t.Fatalf("%+v", r)
				}
				cancel()
			}
			first.Close()
			broker.Thaw()
			list := f.Unconfirmed()
			if len(list) != 3 || list[0].Topic != "a" || list[2].Topic != "c" || !list[0].Again || string(list[1].Payload) != "1" || list[1].QoS != 1 {
				t.Fatalf("%+v", list)
			}
			f.Forget(list[1].ID)
			if list = f.Unconfirmed(); len(list) != 2 || list[1].Topic != "c" {
				t.Fatalf("%+v", list)
			}
			// While nothing may be sent, they do not go.
			readOnly.Store(true)
			before := tap.Count(3)
			second := connect()
			if r := second.Publish(t.Context(), connections.Publication{Topic: "x"}); connections.KindOf(r.Err) != connections.FailureReadOnly {
				t.Errorf("%+v", r)
			}
			if _, err := second.Subscribe(t.Context(), []connections.Subscription{{Filter: "y"}}); err != nil { // and an answer proves that all before has been read
				t.Fatal(err)
			}
			if n := tap.Count(3) - before; n != 0 {
				t.Errorf("%d messages went out again in read-only mode", n)
			}
			second.Close()
			list = f.Unconfirmed()
			if len(list) != 2 || list[0].Again || list[0].Topic != "a" {
				t.Fatalf("%+v", list)
			}
			// Nor do they afterwards: that is the user's to decide.
			readOnly.Store(false)
			third := connect()
			if _, err := third.Subscribe(t.Context(), []connections.Subscription{{Filter: "z"}}); err != nil {
				t.Fatal(err)
			}
			if n := tap.Count(3) - before; n != 0 {
				t.Errorf("%d messages went out again afterwards", n)
			}
			for _, u := range list {
				f.Forget(u.ID)
			}
			if list := f.Unconfirmed(); len(list) != 0 {
				t.Errorf("%+v", list)
			}
		})
	}
}
