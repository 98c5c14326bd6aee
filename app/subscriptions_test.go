package app

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// answered waits until the broker's answers are to exactly these filters.
func answered(t *testing.T, c *Connection, filters ...string) []connections.SubscribeResult {
	t.Helper()
	await(t, "the broker's answers", func() bool {
		st := c.Status()
		var got []string
		for _, f := range st.Filters {
			got = append(got, f.Filter)
		}
		return st.State == connections.StateOpen && slices.Equal(got, filters)
	})
	return c.Status().Filters
}

// received is as of the last second.
func received(c *Connection, topic string) uint64 {
	n, _ := c.Index().Matching(topic)
	return n
}

func TestOnlyABranchIsWatchedUntilAllIsAgain(t *testing.T) {
	a, m := start(t), brokertest.Start(t, brokertest.Options{})
	v := everything(t, m)
	c := a.Open(v, nil)
	answered(t, c, "#")
	plant := brokertest.Dial(t, m.Addr(), "plant", "", "")
	say := func(topic string) {
		plant.Send(topic, "1", false)
		plant.Flush()
	}
	say("b/x")
	await(t, "b/x", func() bool { return received(c, "b/x") == 1 })

	if err := c.WatchOnly("a/#"); err != nil {
		t.Fatal(err)
	}
	answered(t, c, "a/#")
	say("b/x")
	say("a/x")
	await(t, "a/x", func() bool { return received(c, "a/x") == 1 })
	if got := received(c, "b/x"); got != 1 || c.WatchedOnly() != "a/#" {
		t.Errorf("while %q is watched, b/x came %d times", c.WatchedOnly(), got)
	}
	c.Disconnect()
	await(t, "the end", func() bool { return c.Status().State == connections.StateClosed })
	c.Connect()
	answered(t, c, "a/#")

	c.WatchAll()
	answered(t, c, "#")
	say("b/x")
	await(t, "b/x again", func() bool { return received(c, "b/x") == 2 })
	if c.WatchedOnly() != "" || len(c.Subscriptions()) != 1 {
		t.Errorf("still %q of %v", c.WatchedOnly(), c.Subscriptions())
	}
	if err := c.WatchOnly("a/#/b"); connections.KindOf(err) != connections.FailureInvalid {
		t.Errorf("no filter: %v", err)
	}
}

func TestSubscriptionsAreSavedWithASavedProfile(t *testing.T) {
	a, m := start(t), brokertest.Start(t, brokertest.Options{Subscribable: []string{"a", "b"}})
	p := everything(t, m).Profile()
	p.Subscriptions = []connections.Subscription{{Filter: "a"}}
	v := validated(t, p)
	if err := a.Profiles.Save(v); err != nil {
		t.Fatal(err)
	}
	c := a.Open(v, nil)
	answered(t, c, "a")
	want := []connections.Subscription{
		{Filter: "a", Off: true}, {Filter: "b", QoS: 1, Colour: "#123456"}, {Filter: "c", RetainAsPublished: true},
	}
	if err := c.SetSubscriptions(want); err != nil {
		t.Fatal(err)
	}
	if err := c.SaveSubscriptions(); err != nil {
		t.Fatal(err)
	}
	got := answered(t, c, "b", "c")
	if got[0].Granted != 1 || !got[1].Refused || got[1].Reason == "" {
		t.Errorf("the broker said %+v", got)
	}
	saved, err := a.Profiles.Get(p.ID)
	if diff := cmp.Diff(want, saved.Subscriptions); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
	if err := c.SetSubscriptions([]connections.Subscription{{Filter: "x#"}}); connections.KindOf(err) != connections.FailureInvalid {
		t.Errorf("a wrong filter: %v", err)
	}
	if diff := cmp.Diff(want, c.Subscriptions()); diff != "" {
		t.Error("a wrong filter changed something:", diff)
	}
}

func TestARawWebSocketHasNoSubscriptions(t *testing.T) {
	a := start(t)
	p := profile.NewFor(profile.WebSocket, profile.WS)
	p.Name, p.Host, p.Port = "Boat", "127.0.0.1", 1
	c := a.Open(validated(t, p), nil)
	if err := c.WatchOnly("#"); !errors.Is(err, ErrNoSubscriptions) {
		t.Error(err)
	}
	if err := c.SetSubscriptions(nil); !errors.Is(err, ErrNoSubscriptions) {
		t.Error(err)
	}
}

func TestTheNarrowedSubscriptionBringsNoLess(t *testing.T) {
	subs := []connections.Subscription{
		{Filter: "a/#", QoS: 1, NoLocal: true}, {Filter: "#", QoS: 0}, {Filter: "a/b", QoS: 2, Off: true}, {Filter: "c", QoS: 2},
	}
	for filter, want := range map[string]connections.Subscription{
		"a/b/#": {Filter: "a/b/#", QoS: 1, NoLocal: true},
		"b":     {Filter: "b"},
		"c":     {Filter: "c", QoS: 2},
		"$SYS":  {Filter: "$SYS"},
	} {
		if got := narrowed(subs, filter); got != want {
			t.Errorf("%s: %+v", filter, got)
		}
	}
}
