package app

import (
	"testing"

	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// Work follows the eye: nothing is decoded but what somebody looks at.
func TestUnwatchedTopicsAreNotDecoded(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	v := everything(t, m)
	p := v.Profile()
	p.Decoders = []profile.Binding{{Filter: "#", Format: "cbor"}}
	c := a.Open(validated(t, p), nil)
	await(t, "the connection", isOpen(c))
	publisher := brokertest.Dial(t, m.Addr(), "publisher", "", "")
	const each = 200
	for range each {
		for _, topic := range []string{"a/watched", "a/other", "b"} {
			publisher.Send(topic, "\xa1\x61t\x18\x2a", false)
		}
	}
	publisher.Flush()
	await(t, "all messages", func() bool { return c.Counts().Received == 3*each })
	if n := c.Decoders().Decoded(); n != 0 {
		t.Fatalf("%d payloads were decoded, and nobody looked", n)
	}

	data, release := c.Series("a/watched", []string{"t"})
	defer release()
	await(t, "the series", func() bool { return data.Len() == each })
	if n := c.Decoders().Decoded(); n != each {
		t.Errorf("%d payloads were decoded for a series of %d", n, each)
	}
	if _, v, _ := data.Last(); v != 42 {
		t.Errorf("the value is %v", v)
	}
	publisher.Send("a/other", "\xa1\x61t\x01", false)
	publisher.Send("a/watched", "\xa1\x61t\x02", false)
	publisher.Flush()
	await(t, "the new value", func() bool { return data.Len() == each+1 })
	if n := c.Decoders().Decoded(); n != each+1 {
		t.Errorf("%d payloads were decoded, %d looked at", n, each+1)
	}
}

func TestBindingsAreSavedWithASavedProfile(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	v := everything(t, m)
	if err := a.Profiles.Save(v); err != nil {
		t.Fatal(err)
	}
	c := a.Open(v, nil)
	bindings := []profile.Binding{{Filter: "plant/+/raw", Format: "array", Options: "int16 LE"}}
	if err := c.SetDecoders(bindings)(); err != nil {
		t.Fatal(err)
	}
	if v, _, ok := c.Decoders().Number("plant/4/raw", nil, []byte{7, 0}, nil); v != 7 || !ok {
		t.Error("the binding does not hold at once:", v, ok)
	}
	saved, err := a.Profiles.Get(v.ID())
	if err != nil || len(saved.Decoders) != 1 || saved.Decoders[0].Options != "int16 LE" {
		t.Errorf("%+v, %v", saved.Decoders, err)
	}
}
